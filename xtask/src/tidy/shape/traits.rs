//! A trait is about one noun: one with very many methods is about several.

use crate::tidy::finding::Finding;
use crate::tidy::source::tree::Tree;

/// The most methods of a trait.
const MOST: usize = 12;

/// Service traits of the area crates.
pub(in crate::tidy) fn size(tree: &Tree) -> Vec<Finding> {
    let concerned = tree.rust().filter(|file| file.area().is_some() && file.is_shipped());
    let mut findings = Vec::new();
    for file in concerned {
        let (mut open, mut methods) = (None, 0);
        for (index, line) in file.code.lines().enumerate() {
            if let Some((_, name)) = line.split_once("pub trait ") {
                let name = name.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
                (open, methods) = (Some((index + 1, name.to_owned())), 0);
            } else if line.starts_with("    fn ") {
                methods += usize::from(open.is_some());
            } else if line.starts_with('}')
                && let Some((number, name)) = open.take()
                && methods > MOST
            {
                let words = format!("{name} has {methods} methods, more than {MOST}");
                findings.push(Finding::new(&file.path, number, words));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::finding::places;

    #[test]
    fn a_long_trait_is_told() {
        let of = |name: &str, methods: usize| {
            format!(
                "pub trait {name}: Send {{\n{}}}\nimpl X {{\n    fn y() {{}}\n}}\n",
                "    fn a(&self);\n".repeat(methods)
            )
        };
        let text = format!("{}{}", of("Fits", MOST), of("Long", MOST + 1));
        let tree = Tree::of(&[("crates/a/src/lib.rs", &text)]);
        assert_eq!(places(&size(&tree)), [format!("crates/a/src/lib.rs:{}", MOST + 6)]);
    }
}
