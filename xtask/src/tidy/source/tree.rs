//! The repository's text files, read once for all rules.

use std::fs;
use std::path::Path;

use crate::shell::Result;
use crate::tidy::source::mask;

/// The kinds of file that rules look at.
const KINDS: [&str; 6] = ["rs", "toml", "sql", "md", "tsv", "lua"];

/// Folders that hold nothing of ours to check.
const SKIPPED: [&str; 3] = ["target", "vendor", "node_modules"];

/// Hidden entries that are ours all the same.
const HIDDEN: [&str; 3] = [".cargo", ".ci", ".config"];

/// One text file.
#[derive(Debug)]
pub(in crate::tidy) struct File {
    /// From the root, with `/`.
    pub(in crate::tidy) path: String,
    /// As it is.
    pub(in crate::tidy) text: String,
    /// Rust only: without comments.
    pub(in crate::tidy) uncommented: String,
    /// Rust only: without comments and strings.
    pub(in crate::tidy) code: String,
}

/// All of them, by path.
#[derive(Debug, Default)]
pub(in crate::tidy) struct Tree {
    files: Vec<File>,
}

impl File {
    fn new(path: &str, text: String) -> Self {
        let rust = path.ends_with(".rs");
        let uncommented = if rust { mask::without_comments(&text) } else { String::new() };
        let code = if rust { mask::code_only(&text) } else { String::new() };
        Self { path: path.to_owned(), text, uncommented, code }
    }

    /// The crate's folder under `crates/`, when it lies in one.
    pub(in crate::tidy) fn area(&self) -> Option<&str> {
        self.path.strip_prefix("crates/")?.split('/').next()
    }

    /// Whether it may hold queries: `store.rs`, or anything under a folder `store`, or a table declaration.
    pub(in crate::tidy) fn is_store(&self) -> bool {
        let mut segments = self.path.split('/').rev();
        let name = segments.next().unwrap_or_default();
        name == "store.rs" || name == "schema.rs" || segments.any(|folder| folder == "store")
    }

    /// Whether it lies in the package's `src`, not among its tests and examples.
    pub(in crate::tidy) fn is_shipped(&self) -> bool {
        self.path.starts_with("gateway/src/") || (self.area().is_some() && self.path.contains("/src/"))
    }
}

impl Tree {
    /// Reads the files below a folder.
    pub(in crate::tidy) fn read(root: &Path) -> Result<Self> {
        let mut paths = Vec::new();
        walk(root, "", &mut paths)?;
        paths.sort();
        let read = |path: &String| Ok(File::new(path, fs::read_to_string(root.join(path))?));
        let files = paths.iter().map(read).collect::<Result<_>>()?;
        Ok(Self { files })
    }

    /// Every file.
    pub(in crate::tidy) fn files(&self) -> impl Iterator<Item = &File> {
        self.files.iter()
    }

    /// The Rust files.
    pub(in crate::tidy) fn rust(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| file.path.ends_with(".rs"))
    }

    /// One file by its path.
    pub(in crate::tidy) fn get(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    /// Made-up files.
    #[cfg(test)]
    pub(in crate::tidy) fn of(files: &[(&str, &str)]) -> Self {
        Self { files: files.iter().map(|(path, text)| File::new(path, (*text).to_owned())).collect() }
    }
}

fn walk(root: &Path, folder: &str, paths: &mut Vec<String>) -> Result {
    for entry in fs::read_dir(root.join(folder))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let hidden = name.starts_with('.') && !HIDDEN.contains(&name.as_str());
        if hidden || SKIPPED.contains(&name.as_str()) {
            continue;
        }
        let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
        if entry.file_type()?.is_dir() {
            walk(root, &path, paths)?;
        } else if is_checked(&path) {
            paths.push(path);
        }
    }
    Ok(())
}

fn is_checked(path: &str) -> bool {
    path == ".ci/run" || path.rsplit_once('.').is_some_and(|(_, kind)| KINDS.contains(&kind))
}

/// The lines of a text that satisfy a condition, counted from 1.
pub(in crate::tidy) fn lines_where(
    text: &str,
    condition: impl Fn(&str) -> bool,
) -> impl Iterator<Item = usize> {
    text.lines().enumerate().filter(move |(_, line)| condition(line)).map(|(index, _)| index + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_walk_finds_ours_and_leaves_the_rest() {
        let root = tempfile::tempdir().unwrap();
        for path in [
            "a/b.rs",
            "target/c.rs",
            ".git/d.toml",
            ".ci/run",
            ".polity-demo/e.sql",
            "a/vendor/f.md",
            "a/g.png",
        ] {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x").unwrap();
        }
        let tree = Tree::read(root.path()).unwrap();
        let paths: Vec<&str> = tree.files().map(|file| file.path.as_str()).collect();
        assert_eq!(paths, [".ci/run", "a/b.rs"]);
    }

    #[test]
    fn a_file_knows_its_place() {
        let tree = Tree::of(&[
            ("crates/groups/src/store/groups.rs", ""),
            ("crates/groups/src/restore.rs", ""),
            ("crates/groups/tests/groups.rs", ""),
            ("gateway/src/main.rs", ""),
        ]);
        let facts: Vec<_> =
            tree.files().map(|file| (file.area(), file.is_store(), file.is_shipped())).collect();
        let groups = Some("groups");
        assert_eq!(
            facts,
            [(groups, true, true), (groups, false, true), (groups, false, false), (None, false, true)]
        );
    }
}
