//! Folders of sources stay small enough to be read at a glance.

use std::collections::BTreeMap;

use crate::tidy::finding::Finding;
use crate::tidy::source::tree::Tree;

/// More files than this are filed under a noun of their own.
const MOST: usize = 15;

/// Folders of shipped sources with too many files.
pub(in crate::tidy) fn check(tree: &Tree) -> Vec<Finding> {
    let mut folders: BTreeMap<&str, usize> = BTreeMap::new();
    for file in tree.rust().filter(|file| file.path.contains("/src/")) {
        if let Some((folder, _)) = file.path.rsplit_once('/') {
            *folders.entry(folder).or_default() += 1;
        }
    }
    let words = |count| format!("{count} files, at most {MOST}: file some under their noun");
    let large = folders.into_iter().filter(|(_, count)| *count > MOST);
    large.map(|(folder, count)| Finding::new(folder, 1, words(count))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with so many files.
    fn folder(count: usize) -> Tree {
        let paths: Vec<String> = (0..count).map(|n| format!("crates/a/src/b/f{n}.rs")).collect();
        let files: Vec<(&str, &str)> = paths.iter().map(|path| (path.as_str(), "//! A file.\n")).collect();
        Tree::of(&files)
    }

    #[test]
    fn a_folder_with_too_many_files_is_told() {
        assert!(check(&folder(MOST)).is_empty());
        assert_eq!(check(&folder(MOST + 1)).len(), 1);
    }
}
