//! The tables that the crates declare to diesel.

use crate::tidy::finding::Finding;
use crate::tidy::source::token::{Cursor, tokens};
use crate::tidy::source::tree::{File, Tree};

/// One `diesel::table!`.
#[derive(Debug)]
pub(in crate::tidy) struct Declared {
    pub(in crate::tidy) path: String,
    pub(in crate::tidy) line: usize,
    pub(in crate::tidy) name: String,
    pub(in crate::tidy) primary_key: Vec<String>,
    pub(in crate::tidy) columns: Vec<DeclaredColumn>,
}

/// One column of it.
#[derive(Debug)]
pub(in crate::tidy) struct DeclaredColumn {
    pub(in crate::tidy) name: String,
    /// Diesel's type without its path and `Nullable`, in lower case.
    pub(in crate::tidy) kind: String,
    pub(in crate::tidy) nullable: bool,
    pub(in crate::tidy) line: usize,
}

/// Every table of every `schema.rs`, and those that could not be read.
pub(in crate::tidy) fn declared(tree: &Tree) -> (Vec<Declared>, Vec<Finding>) {
    let mut tables = Vec::new();
    let mut findings = Vec::new();
    for file in tree.rust().filter(|file| file.is_shipped() && file.path.ends_with("/schema.rs")) {
        let tokens = tokens(&file.uncommented);
        let mut cursor = Cursor::new(&tokens);
        while !cursor.is_empty() {
            if !cursor.skip(&["table", "!"]) {
                cursor.word();
                continue;
            }
            let line = cursor.line();
            match cursor.group().and_then(|body| table(file, line, body)) {
                Some(table) => tables.push(table),
                None => findings.push(Finding::new(&file.path, line, "tidy cannot read this table!")),
            }
        }
    }
    (tables, findings)
}

/// `use …; #[…] name (key, …) { column -> Type, … }`
fn table(file: &File, line: usize, mut body: Cursor<'_>) -> Option<Declared> {
    while body.skip(&["use"]) {
        while !body.skip(&[";"]) {
            (!body.is_empty()).then_some(())?;
            body.word();
        }
    }
    let renamed = attributes(&mut body);
    let written = body.word();
    let name = renamed.unwrap_or(written);
    let primary_key = body.group()?.split(",").into_iter().map(|mut key| key.word()).collect();
    let columns = body.group()?.split(",").into_iter().map(column).collect::<Option<Vec<_>>>()?;
    Some(Declared { path: file.path.clone(), line, name, primary_key, columns })
}

fn column(mut item: Cursor<'_>) -> Option<DeclaredColumn> {
    let renamed = attributes(&mut item);
    let line = item.line();
    let written = item.word();
    item.skip(&["-", ">"]).then_some(())?;
    let mut words = Vec::new();
    while !item.is_empty() {
        words.push(item.word());
    }
    let nullable = words.iter().any(|word| word == "nullable");
    let kind = words.into_iter().rfind(|word| word != ">" && word != "<")?;
    Some(DeclaredColumn { name: renamed.unwrap_or(written), kind, nullable, line })
}

/// Steps over attributes and returns what `#[sql_name = "…"]` says.
fn attributes(cursor: &mut Cursor<'_>) -> Option<String> {
    let mut name = None;
    while cursor.skip(&["#"]) {
        let mut inside = cursor.group()?;
        if inside.skip(&["sql_name", "="]) {
            name = Some(inside.word());
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_declaration_is_read_whole() {
        let source = "//! x\ndiesel::table! {\n    use diesel::sql_types::*;\n    use crate::sql::{Id, Json};\n\n    /// Doc.\n\
            \x20   groups (organization_id, group_id) {\n        organization_id -> Id,\n        #[sql_name = \"type\"]\n\
            \x20       kind -> Nullable<crate::sql::Json>,\n    }\n}\n";
        let (tables, findings) = declared(&Tree::of(&[("crates/groups/src/schema.rs", source)]));
        assert_eq!(findings, []);
        assert_eq!((tables[0].name.as_str(), tables[0].line), ("groups", 2));
        assert_eq!(tables[0].primary_key, ["organization_id", "group_id"]);
        let columns: Vec<_> = tables[0]
            .columns
            .iter()
            .map(|c| (c.name.as_str(), c.kind.as_str(), c.nullable, c.line))
            .collect();
        assert_eq!(columns, [("organization_id", "id", false, 8), ("type", "json", true, 10)]);
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        let source = "diesel::table! { groups (id) { id: Id } }\n";
        assert_eq!(declared(&Tree::of(&[("crates/groups/src/schema.rs", source)])).1.len(), 1);
    }
}
