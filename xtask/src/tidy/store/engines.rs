//! Queries are written once for both engines: the exceptions are counted, and their number is held.

use crate::tidy::finding::Finding;
use crate::tidy::source::mask::has_word;
use crate::tidy::source::tree::{Tree, lines_where};

/// Files that tell the engines apart, and how often. A new place is argued for here, in review; one that goes is taken
/// off. The kernel's own `db` is not counted: telling the engines apart is what it is for.
const RECORDED: &[(&str, usize)] = &[
    // locks on rows, which SQLite's one writer makes needless
    ("crates/accounts/src/store/accounts.rs", 1),
    ("crates/accounts/src/store/employees.rs", 1),
    // and an array of scopes, which SQLite has not
    ("crates/kernel/src/access/epoch.rs", 4),
    ("crates/kernel/src/job.rs", 1),
    // arrays and `LATERAL`, which SQLite has not
    ("crates/groups/src/store/heads.rs", 1),
    ("crates/accounts/src/store/walk.rs", 1),
];

/// Compares the arms that are there with the record.
pub(in crate::tidy) fn check(tree: &Tree) -> Vec<Finding> {
    differences(tree, RECORDED)
}

fn differences(tree: &Tree, recorded: &[(&str, usize)]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let expected =
        |path: &str| recorded.iter().find(|(known, _)| *known == path).map_or(0, |(_, count)| *count);
    for file in
        tree.rust().filter(|file| file.is_shipped() && !file.path.starts_with("crates/kernel/src/db/"))
    {
        let lines: Vec<usize> = lines_where(&file.code, is_arm).collect();
        let expected = expected(&file.path);
        if lines.len() != expected {
            let line = lines.last().copied().unwrap_or(1);
            let message = format!(
                "tells the engines apart {} times, {expected} recorded in tidy/store/engines.rs",
                lines.len()
            );
            findings.push(Finding::new(&file.path, line, message));
        }
    }
    for (path, _) in recorded.iter().filter(|(path, _)| tree.get(path).is_none()) {
        findings.push(Finding::new(*path, 1, "is recorded in tidy/store/engines.rs and not there"));
    }
    findings
}

/// One arm per place: every distinction names PostgreSQL once.
fn is_arm(line: &str) -> bool {
    line.contains("Conn::Postgres(") && !has_word(line, "macro_rules")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::finding::places;

    #[test]
    fn the_count_is_held_in_both_directions() {
        let arms =
            "match conn {\n    Conn::Postgres(c) => a,\n    Conn::Sqlite(c) => b,\n}\n// Conn::Postgres(c)\n";
        let tree = Tree::of(&[
            ("crates/a/src/store.rs", arms),
            ("crates/b/src/store/x.rs", arms),
            ("crates/c/src/store.rs", "each!(conn, c => x)"),
            ("crates/kernel/src/db/mod.rs", arms),
        ]);
        assert_eq!(
            places(&differences(&tree, &[("crates/b/src/store/x.rs", 1)])),
            ["crates/a/src/store.rs:2"]
        );
        let recorded = [("crates/a/src/store.rs", 1), ("crates/b/src/store/x.rs", 2), ("crates/gone.rs", 1)];
        assert_eq!(places(&differences(&tree, &recorded)), ["crates/b/src/store/x.rs:2", "crates/gone.rs:1"]);
    }
}
