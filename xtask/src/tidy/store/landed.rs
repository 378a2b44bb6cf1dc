//! A migration that has landed is never edited: databases have already run it.

use std::process::Command;

use crate::shell::root;
use crate::tidy::finding::Finding;
use crate::tidy::source::tree::{File, Tree};

/// Where landed work is. Without it (no remote, no git) there is nothing to compare with but our own last commit, whose
/// migrations may still change: then a difference is only worth a look.
const LANDED: &str = "origin/main";

/// Compares every migration with what landed.
pub(in crate::tidy) fn check(tree: &Tree) -> Vec<Finding> {
    let base = git(&["merge-base", "HEAD", LANDED]).map(|base| base.trim().to_owned());
    let is_landed = base.is_some();
    let base = base.unwrap_or_else(|| "HEAD".to_owned());
    let listed = git(&["ls-tree", "-r", "--name-only", &base, "--", "migrations"]).unwrap_or_default();
    let edited = compare(listed.lines(), tree, |path| git(&["show", &format!("{base}:{path}")]));
    if is_landed { edited } else { edited.into_iter().map(Finding::warned).collect() }
}

/// Says which of the recorded files differ now or are gone.
fn compare<'p>(
    recorded: impl Iterator<Item = &'p str>,
    tree: &Tree,
    content: impl Fn(&str) -> Option<String>,
) -> Vec<Finding> {
    let differs = |path: &&str| content(path).as_ref() != tree.get(path).map(|file: &File| &file.text);
    recorded
        .filter(|path| path.ends_with(".sql"))
        .filter(differs)
        .map(|path| Finding::new(path, 1, "has landed and may not change: write a new migration"))
        .collect()
}

/// What git says; `None` when it fails, also for want of a repository.
fn git(args: &[&str]) -> Option<String> {
    let asked = Command::new("git").args(args).current_dir(root()).output().ok()?;
    let said = asked.status.success().then_some(asked.stdout)?;
    String::from_utf8(said).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::finding::places;

    #[test]
    fn an_edit_and_a_removal_are_found() {
        let tree = Tree::of(&[("m/1/up.sql", "one"), ("m/2/up.sql", "changed"), ("m/4/up.sql", "new")]);
        let recorded = |path: &str| match path {
            "m/1/up.sql" => Some("one".to_owned()),
            _ => Some("two".to_owned()),
        };
        let listed = ["m/1/up.sql", "m/2/up.sql", "m/3/up.sql", "m/README.md"];
        assert_eq!(places(&compare(listed.into_iter(), &tree, recorded)), ["m/2/up.sql:1", "m/3/up.sql:1"]);
    }
}
