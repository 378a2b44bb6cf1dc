//! Tenant tables can be sharded by organization, and nothing counts or locks globally.

use crate::tidy::finding::Finding;
use crate::tidy::source::mask::has_word;
use crate::tidy::source::tree::{File, Tree, lines_where};
use crate::tidy::store::migrations::{ENGINES, schema};
use crate::tidy::store::sql::SqlTable;

/// What makes a table a tenant's, and must come first in its keys.
const TENANT: &str = "organization_id";

/// Tables with that column that are global all the same, and why. They stay small and reserve what is unique over all
/// organizations, or are read before the organization is known.
const GLOBAL: &[(&str, &str)] = &[
    ("organization_names", "an id, key or alias names one organization"),
    ("domain_claims", "an e-mail domain has one owner"),
    ("client_ids", "a client says who it is before it is known whose it is"),
    ("api_key_digests", "a key is found by its secret before it is known whose it is"),
    ("app_lookups", "organizations are found by their apps over all of them"),
    ("project_key_lookups", "a secret is presented before it is known whose it is"),
    ("project_numbers", "a project's number is its own over all organizations"),
    ("active_projects", "a person works in one project over all organizations"),
    ("invitation_places", "an invitation's link is followed before it is known whose it is"),
    ("delegations", "a person has another set up one organization over all of them"),
    ("license_claims", "a license key serves one organization"),
    ("connection_places", "a browser and a provider know the connection alone"),
    ("sign_in_flows", "an answer is there before it is known whose it is"),
    ("signing_links", "a link is presented before it is known whose it is"),
    ("provider_documents", "a signing provider names a document and no organization"),
];

/// The tenant comes first in the primary key and in every unique key.
pub(in crate::tidy) fn keys(tree: &Tree) -> Vec<Finding> {
    ENGINES.iter().flat_map(|engine| keys_of(&schema(tree, engine).0.tables, GLOBAL)).collect()
}

fn keys_of(tables: &std::collections::BTreeMap<String, SqlTable>, global: &[(&str, &str)]) -> Vec<Finding> {
    let is_global = |name: &str| global.iter().any(|(known, _)| *known == name);
    let mut findings = Vec::new();
    for (name, table) in tables.iter().filter(|(name, table)| table.has(TENANT) && !is_global(name)) {
        if table.primary_key.first().is_none_or(|first| first != TENANT) {
            let message = format!("{name}: {TENANT} does not come first in the primary key");
            findings.push(Finding::new(&table.path, table.line, message));
        }
        for key in table.uniques.iter().filter(|key| key.columns.first().is_none_or(|first| first != TENANT))
        {
            let message = format!(
                "{name}: {TENANT} does not come first in the unique key ({})",
                key.columns.join(", ")
            );
            findings.push(Finding::new(&key.path, key.line, message));
        }
        for column in table.columns.iter().filter(|column| column.name == TENANT && column.nullable) {
            let message = format!("{name}: {} may not be null", column.name);
            findings.push(Finding::new(&table.path, table.line, message));
        }
    }
    // an exception nobody needs any more goes
    for (name, _) in
        global.iter().filter(|(name, _)| tables.get(*name).is_none_or(|table| !table.has(TENANT)))
    {
        let message = format!("{name} is no exception any more: take it off the list");
        findings.push(Finding::new("xtask/src/tidy/store/tenancy.rs", 1, message));
    }
    findings
}

/// What numbers rows one after the other, or locks more than rows. Each is a single word or a phrase.
const FORBIDDEN: [&str; 12] = [
    "serial",
    "bigserial",
    "smallserial",
    "sequence",
    "nextval",
    "autoincrement",
    "identity",
    "pg_advisory_lock",
    "pg_advisory_xact_lock",
    "pg_try_advisory_lock",
    "pg_try_advisory_xact_lock",
    "lock table",
];

/// No sequences or serial ids, no advisory locks, no locks on tables: neither in migrations nor in queries.
pub(in crate::tidy) fn forbidden_words(tree: &Tree) -> Vec<Finding> {
    let concerned = tree.files().filter_map(|file| Some((file, sql_of(file)?)));
    concerned
        .flat_map(|(file, text)| {
            FORBIDDEN.iter().flat_map(move |word| {
                let lines: Vec<usize> =
                    lines_where(&text, |line| has_word(&line.to_lowercase(), word)).collect();
                lines.into_iter().map(move |line| {
                    Finding::new(
                        &file.path,
                        line,
                        format!("`{word}`: no counters, no advisory or table locks"),
                    )
                })
            })
        })
        .collect()
}

/// Where SQL is written: migrations without their comments, and the strings of stores and of the kernel.
fn sql_of(file: &File) -> Option<String> {
    if file.path.starts_with("migrations/") {
        let without_comment = |line: &str| line.split("--").next().unwrap_or_default().to_owned();
        return Some(file.text.lines().map(without_comment).collect::<Vec<_>>().join("\n"));
    }
    let has_queries = file.is_shipped() && (file.is_store() || file.area() == Some("kernel"));
    has_queries.then(|| strings_of(file))
}

/// The source with everything blanked but its strings: what is hidden as text and not as comment.
fn strings_of(file: &File) -> String {
    let pairs = file.uncommented.chars().zip(file.code.chars());
    pairs.map(|(with, without)| if with == without && with != '\n' { ' ' } else { with }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::finding::places;
    use crate::tidy::store::sql::Schema;

    fn found(sql: &str, global: &[(&str, &str)]) -> Vec<String> {
        let mut schema = Schema::default();
        assert_eq!(schema.apply("up.sql", sql), []);
        places(&keys_of(&schema.tables, global))
    }

    #[test]
    fn the_tenant_comes_first_everywhere() {
        let good = "CREATE TABLE t (organization_id uuid, id uuid, PRIMARY KEY (organization_id, id), UNIQUE (organization_id, id));";
        assert!(found(good, &[]).is_empty());
        let bad = "CREATE TABLE t (\nid uuid PRIMARY KEY,\norganization_id uuid NOT NULL,\nn text UNIQUE);\n\
                   CREATE UNIQUE INDEX i ON t (lower(n), organization_id);";
        assert_eq!(found(bad, &[]), ["up.sql:1", "up.sql:4", "up.sql:5"]);
        assert!(found("CREATE TABLE t (id uuid PRIMARY KEY, n text UNIQUE);", &[]).is_empty());
    }

    #[test]
    fn a_tenant_may_not_be_null() {
        assert_eq!(found("CREATE TABLE t (organization_id uuid, id uuid, PRIMARY KEY (id));", &[]).len(), 2);
    }

    #[test]
    fn an_exception_counts_while_it_is_needed() {
        let reservation = "CREATE TABLE names (name text PRIMARY KEY, organization_id uuid NOT NULL);";
        assert!(found(reservation, &[("names", "unique over all")]).is_empty());
        assert_eq!(
            found(reservation, &[("names", ""), ("others", "")]),
            ["xtask/src/tidy/store/tenancy.rs:1"]
        );
    }

    #[test]
    fn counters_and_locks_are_found_in_sql_only() {
        let tree = Tree::of(&[
            (
                "migrations/sqlite/1/up.sql",
                "-- a serial story\nid INTEGER AUTOINCREMENT\nserial_number TEXT\n",
            ),
            ("crates/a/src/store.rs", "// lock table\nlet sequence = 1;\nsql(\"LOCK TABLE a\");\n"),
            ("crates/a/src/lib.rs", "let x = \"a sequence\";\n"),
        ]);
        assert_eq!(
            places(&forbidden_words(&tree)),
            ["migrations/sqlite/1/up.sql:2", "crates/a/src/store.rs:3"]
        );
    }
}
