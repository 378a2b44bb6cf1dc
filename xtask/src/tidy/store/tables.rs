//! Both trees of migrations make exactly the tables that the crates declare to diesel.

use std::collections::BTreeSet;

use crate::tidy::finding::Finding;
use crate::tidy::source::tree::Tree;
use crate::tidy::store::migrations::{ENGINES, schema};
use crate::tidy::store::schema::{Declared, declared};
use crate::tidy::store::sql::{Schema, SqlTable};

/// Diesel's type, SQLite's column type and PostgreSQL's.
const TYPES: &[(&str, &str, &str)] = &[
    ("id", "blob", "uuid"),
    ("instant", "integer", "timestamptz"),
    ("json", "text", "jsonb"),
    ("text", "text", "text"),
    ("bool", "integer", "boolean"),
    ("smallint", "integer", "smallint"),
    ("integer", "integer", "integer"),
    ("bigint", "integer", "bigint"),
    ("double", "real", "double precision"),
    ("binary", "blob", "bytea"),
    ("date", "text", "date"),
];

/// Compares names, order, types and nullability of columns, and primary keys.
pub(in crate::tidy) fn check(tree: &Tree) -> Vec<Finding> {
    let (declared, mut findings) = declared(tree);
    let names: BTreeSet<&str> = declared.iter().map(|table| table.name.as_str()).collect();
    if names.len() < declared.len() {
        findings.push(Finding::new("crates", 1, "a table is declared twice"));
    }
    let [sqlite, postgres] = ENGINES.map(|engine| schema(tree, engine).0);
    for (engine, schema) in ENGINES.iter().zip([&sqlite, &postgres]) {
        findings.extend(undeclared(schema, &names));
        findings
            .extend(declared.iter().flat_map(|table| compare(table, engine, schema.tables.get(&table.name))));
    }
    findings.extend(same_keys(&sqlite, &postgres));
    findings
}

fn undeclared<'a>(schema: &'a Schema, names: &'a BTreeSet<&str>) -> impl Iterator<Item = Finding> + 'a {
    let unknown = schema.tables.iter().filter(|(name, _)| !names.contains(name.as_str()));
    unknown
        .map(|(name, table)| Finding::new(&table.path, table.line, format!("no schema.rs declares {name}")))
}

/// One declaration against the table of one engine.
fn compare(declared: &Declared, engine: &str, made: Option<&SqlTable>) -> Vec<Finding> {
    let at =
        |line, message: String| Finding::new(&declared.path, line, format!("{}: {message}", declared.name));
    let Some(made) = made else {
        return vec![at(declared.line, format!("no migration of {engine} makes this table"))];
    };
    let mut findings = Vec::new();
    let written: Vec<&str> = declared.columns.iter().map(|column| column.name.as_str()).collect();
    let real: Vec<&str> = made.columns.iter().map(|column| column.name.as_str()).collect();
    if written != real {
        findings.push(at(declared.line, format!("{engine} has the columns {}", real.join(", "))));
    }
    if declared.primary_key != made.primary_key {
        findings.push(at(
            declared.line,
            format!("{engine} has the primary key ({})", made.primary_key.join(", ")),
        ));
    }
    for column in &declared.columns {
        let Some(real) = made.columns.iter().find(|real| real.name == column.name) else { continue };
        if column.nullable != real.nullable {
            let may = if real.nullable { "may" } else { "may not" };
            findings.push(at(column.line, format!("{} {may} be null on {engine}", column.name)));
        }
        findings.extend(
            type_problem(&column.kind, engine, &real.kind)
                .map(|problem| at(column.line, format!("{} {problem}", column.name))),
        );
    }
    findings
}

/// What is wrong with a column's type, given diesel's.
fn type_problem(declared: &str, engine: &str, real: &str) -> Option<String> {
    let Some((_, sqlite, postgres)) = TYPES.iter().find(|(kind, _, _)| *kind == declared) else {
        return Some(format!("has the type {declared}, which tidy does not know yet"));
    };
    let expected = if engine == "sqlite" { *sqlite } else { *postgres };
    (real != expected).then(|| format!("is {real} on {engine}, not {expected}"))
}

/// A key of one engine that the other lacks.
fn same_keys(sqlite: &Schema, postgres: &Schema) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (here, there, engine) in [(sqlite, postgres, "postgres"), (postgres, sqlite, "sqlite")] {
        for (name, table) in &here.tables {
            let Some(twin) = there.tables.get(name) else { continue };
            for key in table
                .uniques
                .iter()
                .filter(|key| !twin.uniques.iter().any(|other| other.columns == key.columns))
            {
                let message = format!("{name}: {engine} has no unique key ({})", key.columns.join(", "));
                findings.push(Finding::new(&key.path, key.line, message));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::finding::places;

    const SQLITE: &str =
        "CREATE TABLE a (id BLOB NOT NULL PRIMARY KEY, at INTEGER NOT NULL, note TEXT, UNIQUE (at));\n";
    const POSTGRES: &str =
        "CREATE TABLE a (id uuid PRIMARY KEY, at timestamptz NOT NULL, note text, UNIQUE (at));\n";
    const DECLARED: &str = "diesel::table! {\n    a (id) {\n        id -> Id,\n        at -> Instant,\n        note -> Nullable<Text>,\n    }\n}\n";

    fn found(sqlite: &str, postgres: &str, declared: &str) -> Vec<String> {
        places(&check(&Tree::of(&[
            ("crates/a/src/schema.rs", declared),
            ("migrations/postgres/1/up.sql", postgres),
            ("migrations/sqlite/1/up.sql", sqlite),
        ])))
    }

    #[test]
    fn agreement_is_well() {
        assert!(found(SQLITE, POSTGRES, DECLARED).is_empty());
    }

    #[test]
    fn every_difference_is_found() {
        let schema = |line: usize| format!("crates/a/src/schema.rs:{line}");
        let nullable = SQLITE.replace("at INTEGER NOT NULL", "at INTEGER");
        assert_eq!(found(&nullable, POSTGRES, DECLARED), [schema(4)]);
        assert_eq!(found(SQLITE, &POSTGRES.replace("timestamptz", "text"), DECLARED), [schema(4)]);
        assert_eq!(found(SQLITE, POSTGRES, &DECLARED.replace("Instant", "Novel")), [schema(4), schema(4)]);
        assert_eq!(found(SQLITE, POSTGRES, &DECLARED.replace("a (id)", "a (at)")), [schema(1), schema(1)]);
        let swapped = SQLITE.replace("at INTEGER NOT NULL, note TEXT", "note TEXT, at INTEGER NOT NULL");
        assert_eq!(found(&swapped, POSTGRES, DECLARED), [schema(1)]);
        assert_eq!(
            found(SQLITE, &POSTGRES.replace(", UNIQUE (at)", ""), DECLARED),
            ["migrations/sqlite/1/up.sql:1"]
        );
        assert_eq!(found(SQLITE, "", DECLARED), [schema(1)]);
        let more = format!("{SQLITE}CREATE TABLE b (id BLOB PRIMARY KEY);");
        assert_eq!(found(&more, POSTGRES, DECLARED), ["migrations/sqlite/1/up.sql:2"]);
        assert!(found(SQLITE, POSTGRES, &format!("{DECLARED}{DECLARED}")).contains(&"crates:1".to_owned()));
    }
}
