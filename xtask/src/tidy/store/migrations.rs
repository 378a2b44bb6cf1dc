//! The two trees of migrations: the same names, each up with its down, and what each tree amounts to.

use std::collections::{BTreeMap, BTreeSet};

use crate::tidy::finding::Finding;
use crate::tidy::source::token::{Cursor, tokens};
use crate::tidy::source::tree::{File, Tree};
use crate::tidy::store::sql::Schema;

/// The engines' folders below `migrations/`.
pub(in crate::tidy) const ENGINES: [&str; 2] = ["sqlite", "postgres"];

/// Names, pairs, and that every table made is dropped again.
pub(in crate::tidy) fn check(tree: &Tree) -> Vec<Finding> {
    let [sqlite, postgres] = ENGINES.map(|engine| names(tree, engine));
    let mut findings = Vec::new();
    for (here, there, engine) in [(&sqlite, &postgres, "postgres"), (&postgres, &sqlite, "sqlite")] {
        for name in here.keys().filter(|name| !there.contains_key(*name)) {
            findings.push(Finding::new(format!("migrations/{engine}/{name}"), 1, "is missing in this tree"));
        }
    }
    for (engine, names) in ENGINES.iter().zip([&sqlite, &postgres]) {
        for (name, scripts) in names {
            findings.extend(pair(tree, &format!("migrations/{engine}/{name}"), scripts));
        }
    }
    for engine in ENGINES {
        findings.extend(schema(tree, engine).1);
    }
    findings
}

/// The scripts of every migration of one engine.
fn names<'t>(tree: &'t Tree, engine: &str) -> BTreeMap<&'t str, BTreeSet<&'t str>> {
    let prefix = format!("migrations/{engine}/");
    let mut names: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (name, script) in tree.files().filter_map(|file| file.path.strip_prefix(&prefix)?.split_once('/')) {
        names.entry(name).or_default().insert(script);
    }
    names
}

fn pair(tree: &Tree, folder: &str, scripts: &BTreeSet<&str>) -> Vec<Finding> {
    if !scripts.iter().eq(&["down.sql", "up.sql"]) {
        return vec![Finding::new(folder, 1, "a migration is up.sql and down.sql and nothing else")];
    }
    let [up, down] = ["up.sql", "down.sql"].map(|script| tree.get(&format!("{folder}/{script}")));
    let (Some(up), Some(down)) = (up, down) else { return Vec::new() };
    let mut made = tables(up, &["create", "table"]);
    for (former, name) in
        renamed(up).into_iter().filter(|(former, _)| made.contains(former)).collect::<Vec<_>>()
    {
        made.remove(&former);
        made.insert(name);
    }
    // a table that was dropped beforehand is not new but has a new shape
    let rebuilt = tables(up, &["drop", "table"]);
    let dropped = tables(down, &["drop", "table"]);
    made.difference(&rebuilt)
        .filter(|table| !dropped.contains(*table))
        .map(|table| Finding::new(&down.path, 1, format!("does not drop {table}, which up.sql makes")))
        .collect()
}

/// The tables that statements beginning with these words name.
fn tables(file: &File, beginning: &[&str]) -> BTreeSet<String> {
    let tokens = tokens(&file.text);
    let statements = Cursor::new(&tokens).split(";");
    let named =
        statements.into_iter().filter(|statement| { *statement }.skip(beginning)).map(|mut statement| {
            statement.skip(beginning);
            let _ = statement.skip(&["if", "exists"]) || statement.skip(&["if", "not", "exists"]);
            statement.word()
        });
    named.collect()
}

/// The tables that get another name, each with it.
fn renamed(file: &File) -> Vec<(String, String)> {
    let tokens = tokens(&file.text);
    let statements = Cursor::new(&tokens).split(";");
    let names = statements.into_iter().filter_map(|mut statement| {
        statement.skip(&["alter", "table"]).then_some(())?;
        let former = statement.word();
        statement.skip(&["rename", "to"]).then(|| (former, statement.word()))
    });
    names.collect()
}

/// The tables of one engine after all its migrations, and what of them was not understood.
pub(in crate::tidy) fn schema(tree: &Tree, engine: &str) -> (Schema, Vec<Finding>) {
    let prefix = format!("migrations/{engine}/");
    let mut schema = Schema::default();
    let ups = tree.files().filter(|file| file.path.starts_with(&prefix) && file.path.ends_with("/up.sql"));
    let findings = ups.flat_map(|file| schema.apply(&file.path, &file.text)).collect();
    (schema, findings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::finding::places;

    const UP: &str = "CREATE TABLE a (x int PRIMARY KEY);";
    const DOWN: &str = "DROP TABLE IF EXISTS a;";

    #[test]
    fn twin_trees_are_well() {
        let tree = Tree::of(&[
            ("migrations/postgres/1_a/down.sql", DOWN),
            ("migrations/postgres/1_a/up.sql", UP),
            ("migrations/sqlite/1_a/down.sql", DOWN),
            ("migrations/sqlite/1_a/up.sql", UP),
        ]);
        assert_eq!(check(&tree), []);
    }

    #[test]
    fn a_table_made_anew_in_place_of_another_need_not_be_dropped_but_one_of_a_new_name() {
        let rebuilt = "CREATE TABLE b (x int); DROP TABLE a; ALTER TABLE b RENAME TO a;";
        let down = |up| {
            let tree = Tree::of(&[
                ("migrations/postgres/1_a/down.sql", "SELECT 1;"),
                ("migrations/postgres/1_a/up.sql", "SELECT 1;"),
                ("migrations/sqlite/1_a/down.sql", "SELECT 1;"),
                ("migrations/sqlite/1_a/up.sql", up),
            ]);
            pair(&tree, "migrations/sqlite/1_a", &["down.sql", "up.sql"].into())
        };
        assert_eq!(down(rebuilt), []);
        assert_eq!(
            places(&down("CREATE TABLE b (x int); ALTER TABLE b RENAME TO c;")),
            ["migrations/sqlite/1_a/down.sql:1"]
        );
    }

    #[test]
    fn a_missing_twin_script_or_drop_is_found() {
        let tree = Tree::of(&[
            ("migrations/postgres/1_a/down.sql", "SELECT 1;"),
            ("migrations/postgres/1_a/up.sql", UP),
            ("migrations/postgres/2_b/down.sql", ""),
            ("migrations/sqlite/1_a/up.sql", UP),
            ("migrations/sqlite/3_c/down.sql", ""),
            ("migrations/sqlite/3_c/up.sql", "CREATE VIEW v AS SELECT 1;"),
        ]);
        let expected = [
            "migrations/postgres/3_c:1",
            "migrations/sqlite/2_b:1",
            "migrations/sqlite/1_a:1",
            "migrations/postgres/1_a/down.sql:1",
            "migrations/postgres/2_b:1",
            "migrations/sqlite/3_c/up.sql:1",
        ];
        assert_eq!(places(&check(&tree)), expected);
    }
}
