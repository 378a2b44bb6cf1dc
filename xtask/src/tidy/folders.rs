//! Folders of sources stay small enough to be read at a glance.

use std::collections::BTreeMap;

use super::finding::Finding;
use super::tree::Tree;

/// More files than this are filed under a noun of their own.
const MOST: usize = 15;

/// What is left of older folders, and how many files each has at most. A number here only ever falls.
const LEFT: [(&str, usize); 1] = [("xtask/src/tidy", 33)];

/// Folders of shipped sources with too many files.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    held(tree, &LEFT)
}

fn held(tree: &Tree, left: &[(&str, usize)]) -> Vec<Finding> {
    let mut folders: BTreeMap<&str, usize> = BTreeMap::new();
    for file in tree.rust().filter(|file| file.path.contains("/src/")) {
        if let Some((folder, _)) = file.path.rsplit_once('/') {
            *folders.entry(folder).or_default() += 1;
        }
    }
    let judged = folders.into_iter().filter_map(|(folder, count)| {
        let recorded = left.iter().find(|(path, _)| *path == folder).map(|(_, count)| *count);
        let words = match recorded {
            Some(most) if count < most => {
                format!("{count} files are left, {most} recorded in tidy/folders.rs")
            }
            recorded if count > recorded.unwrap_or(MOST) => {
                format!("{count} files, at most {}: file some under their noun", recorded.unwrap_or(MOST))
            }
            _ => return None,
        };
        Some(Finding::new(folder, 1, words))
    });
    judged.collect()
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
        assert!(held(&folder(MOST), &[]).is_empty());
        assert_eq!(held(&folder(MOST + 1), &[]).len(), 1);
    }

    #[test]
    fn what_is_left_only_falls() {
        let left = [("crates/a/src/b", 18)];
        assert!(held(&folder(18), &left).is_empty());
        assert_eq!(held(&folder(19), &left).len(), 1);
        assert_eq!(held(&folder(17), &left).len(), 1, "the record follows");
    }
}
