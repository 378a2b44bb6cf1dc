//! The page of events, from the schemas that a test of the areas keeps.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;

use super::cell;
use crate::shell::Result;

/// What the areas' tests hold the catalogue to.
pub(super) const SCHEMAS: &str = "crates/areas/tests/events.schemas.json";

/// The page, from the types and records in the file of schemas.
pub(super) fn page(schemas: &str) -> Result<String> {
    let schemas: Value = serde_json::from_str(schemas)?;
    let object = |name: &str| {
        schemas.get(name).and_then(Value::as_object).ok_or_else(|| format!("{SCHEMAS}: no {name}"))
    };
    let (types, records) = (object("types")?, object("records")?);
    let mut nouns: BTreeMap<&str, Vec<(&String, &Value)>> = BTreeMap::new();
    for (name, of) in types {
        nouns.entry(name.split('.').next().unwrap_or_default()).or_default().push((name, of));
    }
    let mut page = format!(
        "# Events\n\nMade by `cargo xtask routes` from {SCHEMAS}, which a test compares with the catalogue in the code; do not edit. \
         {} types.\n\n\
         Every change is an event of one of these types, written with the change itself. An event says when, who, what (the type and the id \
         of the thing) and how the thing was before and is after: a record, or nothing. A record holds no secret.\n\n\
         Within a version of a type nothing that is told goes away or becomes something else; records gain properties and words, so pass over \
         what you do not know. A property that may be absent may also be `null`. Whatever was written before there was this catalogue has \
         version 0 and follows none of it. \"rights\" says which may change what somebody may do.\n",
        types.len()
    );
    page.push_str("\n## Types\n");
    for (noun, types) in nouns {
        let _ = write!(
            page,
            "\n### {noun}\n\n| type | version | when | before | after | rights |\n|---|---|---|---|---|---|\n"
        );
        for (name, of) in types {
            let text = |key: &str| of.get(key).and_then(Value::as_str).unwrap_or_default();
            let version = of.get("version").and_then(Value::as_i64).unwrap_or_default();
            let rights = if of.get("rights") == Some(&Value::Bool(true)) { "yes" } else { "" };
            let (before, after) = (side(text("before")), side(text("after")));
            let meaning = cell(text("description"));
            let _ = writeln!(page, "| `{name}` | {version} | {meaning} | {before} | {after} | {rights} |");
        }
    }
    page.push_str("\n## Records\n");
    for (name, schema) in records {
        let head = "| property | type | what |\n|---|---|---|";
        let _ = writeln!(page, "\n### Record {name}\n\n{}\n\n{head}", meaning(schema));
        properties(&mut page, "", schema);
    }
    Ok(page)
}

/// A link to a record; one behind which a `?` stands may be absent.
fn side(record: &str) -> String {
    match (record, record.strip_suffix('?')) {
        ("", _) => String::new(),
        (_, Some(name)) => format!("[{name}](#record-{}) or nothing", name.to_lowercase()),
        _ => format!("[{record}](#record-{})", record.to_lowercase()),
    }
}

fn properties(page: &mut String, prefix: &str, schema: &Value) {
    let required = schema.get("required").and_then(Value::as_array);
    for (name, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        let is_required = required.is_some_and(|names| names.iter().any(|one| one == name));
        let absent = if is_required { "" } else { ", may be absent" };
        let (path, what) = (format!("{prefix}{name}"), cell(meaning(property)));
        let _ = writeln!(page, "| `{path}` | {}{absent} | {what} |", kind(property));
        properties(page, &format!("{path}."), property);
        if let Some(items) = property.get("items") {
            properties(page, &format!("{path}[]."), items);
        }
    }
}

fn meaning(schema: &Value) -> &str {
    schema.get("description").and_then(Value::as_str).unwrap_or_default()
}

/// What sort of value a schema describes, in a few words.
fn kind(schema: &Value) -> String {
    let words = schema.get("enum").and_then(Value::as_array).map(|words| {
        let told = words.iter().filter(|word| !word.is_null()).map(|word| format!("`{}`", plain(word)));
        format!("one of {}", told.collect::<Vec<_>>().join(", "))
    });
    let base = match schema.get("type") {
        Some(Value::Array(kinds)) => kinds.first().map(plain).unwrap_or_default(),
        Some(kind) => plain(kind),
        None => "any JSON".to_owned(),
    };
    let of = schema.get("items").map(|items| format!("array of {}", kind(items)));
    let format = schema.get("format").map(plain);
    words.or(of).or(format).unwrap_or(base)
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"{
        "records": {"Thing": {"type": "object", "description": "A thing.", "required": ["id", "parts"], "properties": {
            "id": {"type": "string", "format": "uuid", "description": "Its id."},
            "colour": {"type": ["string", "null"], "enum": ["red", "", null], "description": "Red | not."},
            "level": {"type": "integer", "enum": [1, 8]},
            "parts": {"type": "array", "items": {"type": "object", "properties": {"size": {"type": "integer"}}, "required": ["size"]}},
            "inner": {"type": ["object", "null"], "properties": {"any": {}}, "required": ["any"]}
        }}},
        "types": {
            "thing.made": {"description": "It was made.", "version": 1, "rights": false, "before": null, "after": "Thing"},
            "thing.changed": {"description": "It changed.", "version": 2, "rights": true, "before": "Thing?", "after": "Thing"},
            "other.done": {"description": "Done.", "version": 1, "rights": false, "before": null, "after": null}
        }
    }"#;

    #[test]
    fn types_stand_under_their_noun_and_records_behind() {
        let page = page(FILE).unwrap();
        assert!(page.contains("3 types."), "{page}");
        let lines = [
            "### other",
            "| `other.done` | 1 | Done. |  |  |  |",
            "### thing",
            "| `thing.changed` | 2 | It changed. | [Thing](#record-thing) or nothing | [Thing](#record-thing) | yes |",
            "| `thing.made` | 1 | It was made. |  | [Thing](#record-thing) |  |",
            "| `id` | uuid | Its id. |",
            "| `colour` | one of `red`, ``, may be absent | Red \\| not. |",
            "| `level` | one of `1`, `8`, may be absent |  |",
            "| `parts` | array of object |  |",
            "| `parts[].size` | integer |  |",
            "| `inner` | object, may be absent |  |",
            "| `inner.any` | any JSON |  |",
        ];
        for line in lines {
            assert!(page.lines().any(|other| other == line), "{line}\n{page}");
        }
    }

    #[test]
    fn a_file_without_types_is_refused() {
        assert!(page("{}").is_err());
        assert!(page("not JSON").is_err());
    }
}
