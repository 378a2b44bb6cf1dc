//! Arrows point down: no file of a crate imports what imports it.

use super::finding::Finding;
use super::imports::Imports;
use super::tree::Tree;

/// No group of files imports each other in a circle.
pub(super) fn circles(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources(tree) {
        for circle in Imports::read(tree, &source).circles() {
            let words =
                format!("{} files import each other in a circle: {}", circle.len(), circle.join(", "));
            findings.extend(circle.first().map(|first| Finding::new(*first, 1, words).warned()));
        }
    }
    findings
}

/// The source folders of all crates.
fn sources(tree: &Tree) -> Vec<String> {
    let of_root = |file: &super::tree::File| file.path.strip_suffix("lib.rs").map(str::to_owned);
    tree.rust().filter_map(of_root).filter(|folder| folder.ends_with("/src/")).collect()
}

#[cfg(test)]
mod tests {
    use super::super::finding::places;
    use super::*;

    #[test]
    fn a_circle_of_each_crate_is_told() {
        let tree = Tree::of(&[
            ("crates/a/src/lib.rs", "mod b; mod c;"),
            ("crates/a/src/b.rs", "fn b() { crate::c::c() }"),
            ("crates/a/src/c.rs", "fn c() { crate::b::b() }"),
            ("gateway/src/lib.rs", "mod b;"),
            ("gateway/src/b.rs", "fn b() {}"),
        ]);
        assert_eq!(places(&circles(&tree)), ["crates/a/src/b.rs:1"]);
    }
}
