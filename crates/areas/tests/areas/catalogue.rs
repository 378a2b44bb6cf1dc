//! The catalogue of events, and the promise to whoever reads them: `events.schemas.json`, which `POLITY_BLESS=1` writes anew as long as
//! nothing in it would break a reader.

use std::collections::{BTreeMap, BTreeSet};

use polity_areas::catalogue;
use polity_kernel::event::RecordType;
use serde_json::{Value, json};

use crate::breaks::breaks;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/events.schemas.json");

/// The catalogue as the file has it.
fn present() -> Value {
    let mut records = BTreeMap::new();
    for record in catalogue().flat_map(|told| [told.before, told.after]).flatten() {
        let schema = bare((record.schema)());
        let known = records.entry(record.name).or_insert_with(|| schema.clone());
        assert_eq!(*known, schema, "two records are called {}", record.name);
    }
    let side = |record: Option<RecordType>| {
        record.map(|record| format!("{}{}", record.name, if record.is_optional { "?" } else { "" }))
    };
    let types: BTreeMap<&str, Value> = catalogue()
        .map(|told| {
            let of = json!({
                "description": told.meaning.trim(),
                "version": told.version,
                "rights": told.may_change_rights,
                "before": side(told.before),
                "after": side(told.after),
            });
            (told.name, of)
        })
        .collect();
    json!({ "records": records, "types": types })
}

/// The schema of a record where it stands for itself: that of one that may be absent says so nowhere in it.
fn bare(mut schema: Value) -> Value {
    schema["type"] = json!("object");
    schema
}

/// With the keys of objects in order, whatever features JSON is built with.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(keys) => {
            let keys: BTreeMap<&String, Value> =
                keys.iter().map(|(key, value)| (key, sorted(value))).collect();
            json!(keys)
        }
        Value::Array(items) => items.iter().map(sorted).collect(),
        other => other.clone(),
    }
}

#[test]
fn names_are_a_noun_and_what_became_of_it_and_each_ones_alone() {
    let mut names = BTreeSet::new();
    for told in catalogue() {
        assert!(names.insert(told.name), "{} is declared twice", told.name);
        let is_word =
            |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c == '_');
        assert!(is_word(told.noun()) && is_word(told.verb()), "{}", told.name);
        assert!(told.meaning.trim().ends_with('.'), "{}: {}", told.name, told.meaning);
        assert!(told.version >= 1, "{}: 0 stands for what follows no schema", told.name);
    }
    assert!(names.len() > 60, "{}", names.len());
}

#[test]
fn nothing_breaks_whoever_reads_events() {
    let present = present();
    let kept = std::fs::read_to_string(FILE).unwrap_or_else(|_| "{}".to_owned());
    let kept: Value = serde_json::from_str(&kept).unwrap();
    assert_eq!(
        breaks(&kept, &present),
        Vec::<String>::new(),
        "such a change needs another version of the type"
    );
    if std::env::var_os("POLITY_BLESS").is_some() {
        let text = serde_json::to_string_pretty(&sorted(&present)).unwrap();
        std::fs::write(FILE, text + "\n").unwrap();
        return;
    }
    let same = kept == present;
    assert!(
        same,
        "tests/events.schemas.json says otherwise; POLITY_BLESS=1 writes it anew, then `cargo xtask routes`"
    );
}
