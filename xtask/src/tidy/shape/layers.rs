//! Who may name what: wire names, diesel, concrete services, families and what they keep away from.

use crate::tidy::finding::Finding;
use crate::tidy::source::mask::has_word;
use crate::tidy::source::tree::{File, Tree, lines_where};

/// Where families live.
const ROUTES: &str = "gateway/src/routes/";

/// Not a family of the API: it tells about the process, so it may look at the store.
const OPERATIONS: &str = "ops";

/// Field names belong to a family's wire types; no area carries them. What else the gateway reads and writes (settings)
/// is no family's.
pub(in crate::tidy) fn wire_names(tree: &Tree) -> Vec<Finding> {
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
pub(in crate::tidy) fn families(tree: &Tree) -> Vec<Finding> {
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
pub(in crate::tidy) fn diesel(tree: &Tree) -> Vec<Finding> {
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

/// Crates whose `Service` is no area's, or that are for tests.
const WITHOUT_SERVICE: [&str; 2] = ["kernel", "testkit"];

/// Only the crate that puts the areas together chooses implementations.
pub(in crate::tidy) fn services(tree: &Tree) -> Vec<Finding> {
    let concerned = tree
        .rust()
        .filter(|file| file.is_shipped() && file.area() != Some("areas") && file.area() != Some("testkit"));
    concerned
        .flat_map(|file| {
            let mut before = 0;
            let paths = file.code.split_inclusive("polity_").map(move |part| {
                let line = before + 1;
                before += part.matches('\n').count();
                (line, part)
            });
            let named = paths.skip(1).filter(|(_, path)| names_a_service(path));
            named
                .map(|(line, _)| Finding::new(&file.path, line, "only crates/areas names a concrete service"))
        })
        .collect()
}

/// Whether a path that goes on so behind `polity_` ends in an area's `Service`, alone or among others in braces.
fn names_a_service(path: &str) -> bool {
    let Some((area, names)) = path.split_once("::") else { return false };
    let is_area = area.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_');
    let listed = names.strip_prefix('{').and_then(|list| list.split_once('}'));
    let named = listed.map_or_else(|| first_word(names), |(list, _)| list);
    is_area && !WITHOUT_SERVICE.contains(&area) && has_word(named, "Service")
}

fn first_word(text: &str) -> &str {
    text.split(|letter: char| !letter.is_alphanumeric() && letter != '_').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::finding::places;

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
    fn one_crate_chooses_implementations() {
        let choice = "let groups = polity_groups::Service::new(ctx);\n";
        let named = "use polity_kernel::{Access, Subject::Service};\n/// polity_groups::Service\nuse polity_groups::{\n    Groups, Service,\n};\n";
        let free = "use polity_kernel::Service;\nuse polity_identity::{ServiceAccount, Settings};\nenum A { Service }\n";
        let tree = Tree::of(&[
            ("crates/areas/src/polity.rs", choice),
            ("gateway/src/boot.rs", choice),
            ("gateway/src/jobs.rs", named),
            ("gateway/src/ask.rs", free),
            ("gateway/tests/it.rs", choice),
            ("crates/directory/src/service/orgs.rs", choice),
            ("crates/directory/examples/embedding.rs", choice),
            ("crates/testkit/src/lib.rs", choice),
        ]);
        let expected =
            ["gateway/src/boot.rs:1", "gateway/src/jobs.rs:3", "crates/directory/src/service/orgs.rs:1"];
        assert_eq!(places(&services(&tree)), expected);
    }
}
