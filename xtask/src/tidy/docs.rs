//! Generated pages are what their generator makes of the code now.

use super::finding::Finding;
use crate::docs::{PageText, pages};
use crate::shell::Result;
use crate::tidy::source::tree::Tree;

/// Makes every generated page anew and compares.
pub(super) fn outdated(tree: &Tree) -> Result<Vec<Finding>> {
    Ok(pages()?.iter().filter_map(|page| difference(tree, page)).collect())
}

fn difference(tree: &Tree, page: &PageText) -> Option<Finding> {
    let there = tree.get(page.path).map_or("", |file| &file.text);
    let mut lines = page.text.lines().zip(there.lines().map(Some).chain(std::iter::repeat(None)));
    let first =
        lines.position(|(new, old)| old != Some(new)).map_or(page.text.lines().count(), |index| index + 1);
    (there != page.text).then(|| Finding::new(page.path, first, "is out of date: run `cargo xtask routes`"))
}

#[cfg(test)]
mod tests {
    use super::super::finding::places;
    use super::*;

    #[test]
    fn the_first_line_that_differs_is_named() {
        let page = PageText { path: "docs/a.md", text: "one\ntwo\n".to_owned() };
        let found = |text: &str| difference(&Tree::of(&[("docs/a.md", text)]), &page);
        assert_eq!(found("one\ntwo\n"), None);
        let all = ["one\n2\n", "one\n", "", "one\ntwo\nthree\n"].map(|text| found(text).unwrap());
        assert_eq!(places(&all), ["docs/a.md:2", "docs/a.md:2", "docs/a.md:1", "docs/a.md:2"]);
        assert!(difference(&Tree::default(), &page).is_some());
    }
}
