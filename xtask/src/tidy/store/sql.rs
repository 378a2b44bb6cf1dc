//! The tables that a tree of migrations makes, read from its SQL.

use std::collections::BTreeMap;

use crate::tidy::finding::Finding;
use crate::tidy::source::token::{Cursor, tokens};

/// Tables by name.
#[derive(Debug, Default)]
pub(in crate::tidy) struct Schema {
    pub(in crate::tidy) tables: BTreeMap<String, SqlTable>,
}

/// One table.
#[derive(Clone, Debug)]
pub(in crate::tidy) struct SqlTable {
    /// The file that made it.
    pub(in crate::tidy) path: String,
    pub(in crate::tidy) line: usize,
    pub(in crate::tidy) columns: Vec<Column>,
    pub(in crate::tidy) primary_key: Vec<String>,
    pub(in crate::tidy) uniques: Vec<Key>,
}

/// One column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::tidy) struct Column {
    pub(in crate::tidy) name: String,
    /// Lower-cased, words separated by a space.
    pub(in crate::tidy) kind: String,
    pub(in crate::tidy) nullable: bool,
}

/// Columns, or expressions as text, that are unique together.
#[derive(Clone, Debug)]
pub(in crate::tidy) struct Key {
    /// The index's or constraint's name; empty when it has none.
    name: String,
    pub(in crate::tidy) columns: Vec<String>,
    pub(in crate::tidy) path: String,
    pub(in crate::tidy) line: usize,
}

/// Words that end a column's type.
const AFTER_TYPE: [&str; 10] = [
    "not",
    "null",
    "primary",
    "unique",
    "references",
    "default",
    "check",
    "collate",
    "constraint",
    "generated",
];

/// Statements that make no table and no key.
const WITHOUT_TABLES: [&[&str]; 6] =
    [&["create", "index"], &["insert"], &["update"], &["delete"], &["comment"], &["create", "statistics"]];

impl Schema {
    /// Applies a script and says what of it was not understood.
    pub(in crate::tidy) fn apply(&mut self, path: &str, text: &str) -> Vec<Finding> {
        let tokens = tokens(text);
        let statements = Cursor::new(&tokens).split(";");
        let not_understood = |statement: &Cursor<'_>| {
            Finding::new(
                path,
                statement.line(),
                "tidy does not understand this statement: teach it in tidy/store/sql.rs",
            )
        };
        statements
            .into_iter()
            .filter(|statement| self.statement(path, *statement).is_none())
            .map(|statement| not_understood(&statement))
            .collect()
    }

    /// Applies one statement; `None` when it is not understood.
    fn statement(&mut self, path: &str, mut cursor: Cursor<'_>) -> Option<()> {
        let line = cursor.line();
        if WITHOUT_TABLES.iter().any(|words| { cursor }.skip(words)) {
            return Some(());
        }
        if cursor.skip(&["create", "table"]) {
            cursor.skip(&["if", "not", "exists"]);
            let name = cursor.word();
            let table = create_table(path, line, cursor.group()?)?;
            self.tables.insert(name, table);
            return Some(());
        }
        if cursor.skip(&["create", "unique", "index"]) {
            cursor.skip(&["if", "not", "exists"]);
            let name = cursor.word();
            cursor.skip(&["on"]).then_some(())?;
            let table = self.tables.get_mut(&cursor.word())?;
            if cursor.skip(&["using"]) {
                cursor.word();
            }
            table.uniques.push(Key {
                name,
                columns: key_columns(cursor.group()?),
                path: path.to_owned(),
                line,
            });
            return Some(());
        }
        if cursor.skip(&["drop", "index"]) {
            cursor.skip(&["if", "exists"]);
            let name = cursor.word();
            self.tables.values_mut().for_each(|table| table.uniques.retain(|key| key.name != name));
            return Some(());
        }
        if cursor.skip(&["drop", "table"]) {
            cursor.skip(&["if", "exists"]);
            return self.tables.remove(&cursor.word()).map(drop);
        }
        cursor.skip(&["alter", "table"]).then_some(())?;
        self.alter_table(path, cursor)
    }

    fn alter_table(&mut self, path: &str, mut cursor: Cursor<'_>) -> Option<()> {
        let line = cursor.line();
        let name = cursor.word();
        if cursor.skip(&["rename", "to"]) {
            let table = self.tables.remove(&name)?;
            self.tables.insert(cursor.word(), table);
            return Some(());
        }
        let table = self.tables.get_mut(&name)?;
        if cursor.skip(&["rename"]) {
            cursor.skip(&["column"]);
            let old = cursor.word();
            cursor.skip(&["to"]).then_some(())?;
            table.rename(&old, &cursor.word());
            return Some(());
        }
        if cursor.skip(&["drop", "constraint"]) {
            let name = cursor.word();
            table.uniques.retain(|key| key.name != name);
            return Some(());
        }
        if cursor.skip(&["drop"]) {
            cursor.skip(&["column"]);
            let column = cursor.word();
            table.columns.retain(|known| known.name != column);
            return Some(());
        }
        if cursor.skip(&["alter"]) {
            cursor.skip(&["column"]);
            let name = cursor.word();
            let column = table.columns.iter_mut().find(|column| column.name == name)?;
            column.nullable = match () {
                () if cursor.skip(&["set", "not", "null"]) => false,
                () if cursor.skip(&["drop", "not", "null"]) => true,
                () if cursor.skip(&["set", "default"]) || cursor.skip(&["drop", "default"]) => {
                    column.nullable
                }
                () => return None,
            };
            return Some(());
        }
        cursor.skip(&["add"]).then_some(())?;
        cursor.skip(&["column"]);
        cursor.skip(&["if", "not", "exists"]);
        table.item(path, line, cursor)
    }
}

fn create_table(path: &str, line: usize, items: Cursor<'_>) -> Option<SqlTable> {
    let path_owned = path.to_owned();
    let (columns, primary_key, uniques) = (Vec::new(), Vec::new(), Vec::new());
    let mut table = SqlTable { path: path_owned, line, columns, primary_key, uniques };
    for item in items.split(",") {
        table.item(path, item.line(), item)?;
    }
    for column in &mut table.columns {
        column.nullable &= !table.primary_key.contains(&column.name);
    }
    Some(table)
}

impl SqlTable {
    /// Adds one item of a table's definition: a column or a constraint.
    fn item(&mut self, path: &str, line: usize, mut item: Cursor<'_>) -> Option<()> {
        let name = if item.skip(&["constraint"]) { item.word() } else { String::new() };
        if item.skip(&["primary", "key"]) {
            self.primary_key = key_columns(item.group()?);
        } else if item.skip(&["unique"]) {
            self.uniques.push(Key { name, columns: key_columns(item.group()?), path: path.to_owned(), line });
        } else if !item.skip(&["foreign", "key"]) && !item.skip(&["check"]) {
            self.column(path, line, item);
        }
        Some(())
    }

    fn column(&mut self, path: &str, line: usize, mut item: Cursor<'_>) {
        let name = item.word();
        let mut kind = Vec::new();
        while !item.is_empty() && !AFTER_TYPE.iter().any(|word| { item }.skip(&[word])) {
            kind.push(item.word());
        }
        if item.contains(&["primary", "key"]) {
            self.primary_key = vec![name.clone()];
        }
        if item.contains(&["unique"]) {
            self.uniques.push(Key {
                name: String::new(),
                columns: vec![name.clone()],
                path: path.to_owned(),
                line,
            });
        }
        let nullable = !item.contains(&["not", "null"]);
        self.columns.push(Column { name, kind: kind.join(" "), nullable });
    }

    fn rename(&mut self, old: &str, new: &str) {
        let columns = self.columns.iter_mut().map(|column| &mut column.name);
        let keys = self.uniques.iter_mut().flat_map(|key| &mut key.columns).chain(&mut self.primary_key);
        for name in columns.chain(keys).filter(|name| name.as_str() == old) {
            new.clone_into(name);
        }
    }

    /// Whether it has a column of this name.
    pub(in crate::tidy) fn has(&self, column: &str) -> bool {
        self.columns.iter().any(|known| known.name == column)
    }
}

/// The columns of a key; an expression is its text.
fn key_columns(group: Cursor<'_>) -> Vec<String> {
    let one = |mut part: Cursor<'_>| {
        let mut words = Vec::new();
        while !part.is_empty()
            && !["asc", "desc", "collate", "nulls"].iter().any(|word| { part }.skip(&[word]))
        {
            words.push(part.word());
        }
        words.concat()
    };
    group.split(",").into_iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(text: &str) -> Schema {
        let mut schema = Schema::default();
        assert_eq!(schema.apply("up.sql", text), []);
        schema
    }

    fn columns(table: &SqlTable) -> Vec<(&str, &str, bool)> {
        table.columns.iter().map(|c| (c.name.as_str(), c.kind.as_str(), c.nullable)).collect()
    }

    #[test]
    fn a_table_is_read_whole() {
        let schema = made(
            "-- what it is\nCREATE TABLE t (\n  organization_id uuid NOT NULL REFERENCES o (id) ON DELETE CASCADE,\n  n integer,\n\
             d double precision NOT NULL DEFAULT (1 + 2), u text UNIQUE,\n  CONSTRAINT k UNIQUE (organization_id, n),\n\
             CHECK (n > 0), PRIMARY KEY (organization_id, u)\n) STRICT, WITHOUT ROWID;",
        );
        let table = &schema.tables["t"];
        let expected = [
            ("organization_id", "uuid", false),
            ("n", "integer", true),
            ("d", "double precision", false),
            ("u", "text", false),
        ];
        assert_eq!(columns(table), expected);
        assert_eq!(table.primary_key, ["organization_id", "u"]);
        let keys: Vec<_> = table.uniques.iter().map(|key| key.columns.join(",")).collect();
        assert_eq!(keys, ["u", "organization_id,n"]);
        assert_eq!(table.line, 2);
    }

    #[test]
    fn later_changes_count() {
        let schema = made(
            "CREATE TABLE a (x int PRIMARY KEY, y int);\nCREATE UNIQUE INDEX i ON a USING btree (lower(y) DESC, x) WHERE y > 0;\n\
             CREATE UNIQUE INDEX gone ON a (y); DROP INDEX gone;\n\
             ALTER TABLE a ADD COLUMN z text NOT NULL DEFAULT ';';\nALTER TABLE a RENAME COLUMN x TO w;\n\
             ALTER TABLE a ALTER COLUMN y SET NOT NULL;\nALTER TABLE a RENAME TO b;\nCREATE TABLE c (x int); DROP TABLE c;\n\
             INSERT INTO b VALUES (1);",
        );
        assert_eq!(schema.tables.keys().collect::<Vec<_>>(), ["b"]);
        let table = &schema.tables["b"];
        assert_eq!(columns(table), [("w", "int", false), ("y", "int", false), ("z", "text", false)]);
        assert_eq!(table.primary_key, ["w"]);
        assert_eq!(table.uniques.len(), 1);
        assert_eq!(table.uniques[0].columns, ["lower(y)", "w"]);
    }

    #[test]
    fn what_is_not_understood_is_said() {
        for text in
            ["CREATE VIEW v AS SELECT 1;", "ALTER TABLE unknown ADD x int;", "DROP TABLE unknown", "VACUUM"]
        {
            assert_eq!(Schema::default().apply("up.sql", text).len(), 1, "{text}");
        }
    }
}
