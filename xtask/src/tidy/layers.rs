//! Who may name what: wire names, diesel, concrete services, families and what they keep away from.

use super::finding::Finding;
use super::mask::has_word;
use super::tree::{File, Tree, lines_where};

/// Where families live.
const ROUTES: &str = "gateway/src/routes/";

/// Not a family of the API: it tells about the process, so it may look at the store.
const OPERATIONS: &str = "ops";

/// Field names belong to a family's wire types; no area carries them. What else the gateway reads and writes (settings)
/// is no family's.
pub(super) fn wire_names(tree: &Tree) -> Vec<Finding> {
    let in_question = |file: &&File| file.area().is_some() || file.path.starts_with(ROUTES);
    let concerned = tree.rust().filter(in_question).filter(|file| file.is_shipped() && !is_wire(file));
    concerned
        .flat_map(|file| {
            lines_where(&file.code, is_rename).map(|line| {
                Finding::new(
                    &file.path,
                    line,
                    "only routes/*/wire.rs (and paths.rs) gives fields names of its own",
                )
            })
        })
        .collect()
}

/// In an attribute on one line, or on a line of its own in a long one.
fn is_rename(line: &str) -> bool {
    let names = line.contains("rename");
    names && (line.contains("serde(") || line.trim_start().starts_with("rename") && line.contains('='))
}

/// `paths.rs` names a family's path parameters, as `wire.rs` names its fields.
fn is_wire(file: &File) -> bool {
    let of_wire = file.path.contains("/wire/") || file.path.ends_with("/wire.rs");
    file.path.starts_with(ROUTES) && (of_wire || file.path.ends_with("/paths.rs"))
}

/// A family never calls another, never touches the store, never reads the clock.
pub(super) fn families(tree: &Tree) -> Vec<Finding> {
    let folders: Vec<&str> = tree.rust().filter_map(family).collect();
    let mut findings = Vec::new();
    for (file, own) in tree.rust().filter_map(|file| Some((file, family(file)?))) {
        for other in folders.iter().filter(|other| **other != own) {
            let path = format!("routes::{other}");
            let sibling = format!("super::{other}::");
            let is_call = |line: &str| has_word(line, &path) || line.contains(&sibling);
            findings
                .extend(lines_where(&file.code, is_call).map(|line| {
                    Finding::new(&file.path, line, format!("family {own} calls family {other}"))
                }));
        }
        if own != OPERATIONS {
            for (word, what) in
                [("Db", "touches the store"), ("Clock", "reads the clock"), ("Instant", "reads the clock")]
            {
                findings.extend(
                    lines_where(&file.code, |line| has_word(line, word))
                        .map(|line| Finding::new(&file.path, line, format!("a family {what} ({word})"))),
                );
            }
        }
    }
    findings.sort_by_key(ToString::to_string);
    findings.dedup();
    findings
}

/// The family a file belongs to: the folder right below `routes`.
fn family(file: &File) -> Option<&str> {
    let (folder, _) = file.path.strip_prefix(ROUTES)?.split_once('/')?;
    Some(folder)
}

/// Crates that stand on diesel as a whole: the kernel wraps it, the test kit makes and drops databases.
const ON_DIESEL: [&str; 2] = ["kernel", "testkit"];

/// Only stores and table declarations speak diesel.
pub(super) fn diesel(tree: &Tree) -> Vec<Finding> {
    let concerned = tree.rust().filter(|file| match file.area() {
        Some(area) => !ON_DIESEL.contains(&area) && !file.is_store(),
        None => file.path.starts_with("gateway/"),
    });
    concerned
        .flat_map(|file| {
            lines_where(&file.code, |line| has_word(line, "diesel")).map(|line| {
                Finding::new(&file.path, line, "only store.rs, store/ and schema.rs mention diesel")
            })
        })
        .collect()
}

/// Only `boot.rs` chooses an implementation.
pub(super) fn services(tree: &Tree) -> Vec<Finding> {
    let concerned = tree.rust().filter(|file| {
        file.is_shipped() && file.path != "gateway/src/boot.rs" && file.area() != Some("testkit")
    });
    concerned
        .flat_map(|file| {
            lines_where(&file.code, |line| line.contains("::Service::new")).map(|line| {
                Finding::new(&file.path, line, "only gateway/src/boot.rs names a concrete service")
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::finding::places;
    use super::*;

    #[test]
    fn wire_names_stay_in_wire_files() {
        let renamed = "#[serde(rename_all = \"camelCase\")]\nstruct A;\n#[serde(transparent)]\nrename(x);\n";
        let tree = Tree::of(&[
            ("crates/groups/src/group.rs", renamed),
            ("gateway/src/routes/v1/users.rs", renamed),
            ("gateway/src/config.rs", renamed),
            ("gateway/src/routes/v1/wire.rs", renamed),
            ("gateway/src/routes/v1/wire/users.rs", renamed),
            ("gateway/src/routes/v1/paths.rs", renamed),
            ("crates/groups/src/lib.rs", "//! `#[serde(rename)]` is not here\n"),
            ("crates/groups/src/long.rs", "#[serde(\n    default,\n    rename = \"x\",\n)]\n"),
        ]);
        let expected = [
            "crates/groups/src/group.rs:1",
            "gateway/src/routes/v1/users.rs:1",
            "crates/groups/src/long.rs:3",
        ];
        assert_eq!(places(&wire_names(&tree)), expected);
    }

    #[test]
    fn a_family_keeps_to_itself() {
        let tree = Tree::of(&[
            (
                "gateway/src/routes/v1/users.rs",
                "use crate::routes::directory::wire;\nuse crate::routes::v1::wire;\n",
            ),
            (
                "gateway/src/routes/directory/orgs.rs",
                "use super::super::v1::x;\nfn f(db: &Db) {}\nlet d = Dbx; // Db\n",
            ),
            ("gateway/src/routes/ops/ready.rs", "fn f(db: &Db) {}\n"),
            ("gateway/src/boot.rs", "use crate::routes::v1; Db\n"),
        ]);
        let expected = [
            "gateway/src/routes/directory/orgs.rs:1",
            "gateway/src/routes/directory/orgs.rs:2",
            "gateway/src/routes/v1/users.rs:1",
        ];
        assert_eq!(places(&families(&tree)), expected);
    }

    #[test]
    fn diesel_stays_in_stores() {
        let query = "use diesel::prelude::*;\n";
        let tree = Tree::of(&[
            ("crates/kernel/src/db/mod.rs", query),
            ("crates/groups/src/store.rs", query),
            ("crates/groups/src/store/members.rs", query),
            ("crates/groups/src/schema.rs", query),
            ("crates/groups/src/service/members.rs", query),
            ("crates/groups/tests/members.rs", query),
            ("gateway/src/boot.rs", query),
            ("crates/groups/src/lib.rs", "//! no diesel here\n"),
        ]);
        let expected = [
            "crates/groups/src/service/members.rs:1",
            "crates/groups/tests/members.rs:1",
            "gateway/src/boot.rs:1",
        ];
        assert_eq!(places(&diesel(&tree)), expected);
    }

    #[test]
    fn one_file_chooses_implementations() {
        let choice = "let groups = polity_groups::Service::new(ctx);\n";
        let tree = Tree::of(&[
            ("gateway/src/boot.rs", choice),
            ("gateway/src/main.rs", choice),
            ("gateway/tests/it.rs", choice),
            ("crates/directory/src/service/orgs.rs", choice),
            ("crates/testkit/src/lib.rs", choice),
        ]);
        assert_eq!(
            places(&services(&tree)),
            ["gateway/src/main.rs:1", "crates/directory/src/service/orgs.rs:1"]
        );
    }
}
