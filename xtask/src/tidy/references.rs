//! A comment that sends its reader to a page of `docs/decisions/` sends them to one that is there.

use super::finding::Finding;
use super::tree::{File, Tree};

/// Where the pages are.
const PAGES: &str = "docs/decisions/";

/// References to pages that are not there: in the comments of Rust, in all of any other file.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.files() {
        for (index, line) in told(file).lines().enumerate() {
            let lost = references(line).filter(|name| !leads(tree, name));
            findings.extend(
                lost.map(|name| Finding::new(&file.path, index + 1, format!("there is no {PAGES}{name}"))),
            );
        }
    }
    findings
}

/// What the file tells a reader: what is no comment of Rust is blanked out.
fn told(file: &File) -> String {
    if file.uncommented.is_empty() {
        return file.text.clone();
    }
    let hide = |(all, code): (char, char)| if all == code && all != '\n' { ' ' } else { all };
    file.text.chars().zip(file.uncommented.chars()).map(hide).collect()
}

/// What stands behind each mention of the folder; one of the folder itself refers to no page.
fn references(line: &str) -> impl Iterator<Item = &str> {
    let is_of_a_name = |character: char| character.is_ascii_alphanumeric() || "-._".contains(character);
    let name = move |rest: &str| rest.find(|character| !is_of_a_name(character)).unwrap_or(rest.len());
    let names = line.split(PAGES).skip(1).map(move |rest| rest.split_at(name(rest)).0);
    // a full stop behind it ends the sentence
    names.map(|name| name.trim_end_matches('.')).filter(|name| !name.is_empty())
}

/// Whether it names a page, as a whole or by the number it begins with.
fn leads(tree: &Tree, name: &str) -> bool {
    let number = name.len() == 4 && name.bytes().all(|byte| byte.is_ascii_digit());
    let start = format!("{PAGES}{name}-");
    tree.get(&format!("{PAGES}{name}")).is_some()
        || (number && tree.files().any(|file| file.path.starts_with(&start)))
}

#[cfg(test)]
mod tests {
    use super::super::finding::places;
    use super::*;

    #[test]
    fn a_reference_to_no_page_is_told() {
        let source = "//! One (docs/decisions/0001).\n/// docs/decisions/0001-a.md.\n// docs/decisions/0002, docs/decisions/0001\n\
                      x(\"docs/decisions/0003\"); // docs/decisions/0001-b.md\n/* docs/decisions/00 */\n// in docs/decisions/\n";
        let tree = Tree::of(&[
            ("docs/decisions/0001-a.md", "# One\n"),
            ("docs/decisions/README.md", "See docs/decisions/0001-a.md and docs/decisions/README.md.\n"),
            ("a.rs", source),
            ("b.sql", "-- docs/decisions/0009\n"),
        ]);
        assert_eq!(places(&check(&tree)), ["a.rs:3", "a.rs:4", "a.rs:5", "b.sql:1"]);
    }
}
