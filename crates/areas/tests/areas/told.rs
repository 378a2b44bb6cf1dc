//! Whether what is stored is what the catalogue says of it.

use std::collections::BTreeMap;

use polity_areas::catalogue;
use polity_kernel::event::{Declared, RecordType, Recorded};
use polity_kernel::{Ctx, OrganizationId, event};
use serde_json::Value;

/// What is wrong with the events of these organizations, and which types they are of. Looks at the newest 1000 of each.
pub(crate) fn judged(ctx: &Ctx, organizations: &[OrganizationId]) -> (Vec<String>, Vec<&'static str>) {
    let types: BTreeMap<&str, &Declared> = catalogue().map(|told| (told.name, told)).collect();
    let (mut wrong, mut seen) = (Vec::new(), Vec::new());
    for organization in organizations {
        for event in ctx.read(|conn| event::latest(conn, *organization, 1000)).unwrap() {
            match types.get(event.name().as_str()) {
                None => wrong.push(format!("{} is no type", event.name())),
                Some(told) => {
                    seen.push(told.name);
                    wrong.extend(faults(told, &event));
                }
            }
        }
    }
    seen.sort_unstable();
    seen.dedup();
    (wrong, seen)
}

fn faults(told: &Declared, event: &Recorded) -> Vec<String> {
    let mut faults = Vec::new();
    if event.version != told.version {
        faults.push(format!("{}: version {}, not {}", told.name, event.version, told.version));
    }
    let sides = [("before", told.before, &event.before), ("after", told.after, &event.after)];
    for (side, record, body) in sides {
        let at = format!("{} {side}", told.name);
        match (record, body) {
            (Some(RecordType { schema, .. }), Some(body)) => conform(&at, &schema(), &body.0, &mut faults),
            (None, Some(_)) => faults.push(format!("{at} says something")),
            (Some(record), None) if !record.is_optional => faults.push(format!("{at} says nothing")),
            (_, None) => {}
        }
    }
    faults
}

/// What of a value is not as its schema says. Knows the words that schemas of records are made of.
fn conform(at: &str, schema: &Value, value: &Value, faults: &mut Vec<String>) {
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let allowed = match &schema["type"] {
        Value::Null => true,
        Value::Array(kinds) => kinds.iter().any(|one| one == kind),
        one => one == kind,
    };
    if !allowed || schema["enum"].as_array().is_some_and(|words| !words.contains(value)) {
        faults.push(format!("{at}: {value} is not of {schema}"));
    }
    if let (Some(text), Some(format)) = (value.as_str(), schema["format"].as_str()) {
        let fits = match format {
            "uuid" => polity_kernel::sql::parse_uuid(text).is_ok(),
            "date-time" => polity_kernel::Timestamp::parse(text).is_some(),
            "date" => text.len() == 10,
            _ => false,
        };
        if !fits {
            faults.push(format!("{at}: {text} is no {format}"));
        }
    }
    for item in value.as_array().into_iter().flatten() {
        conform(&format!("{at}[]"), &schema["items"], item, faults);
    }
    let Some(properties) = schema["properties"].as_object() else { return };
    let Some(said) = value.as_object() else { return };
    for (name, of) in said {
        match properties.get(name) {
            Some(schema) => conform(&format!("{at}.{name}"), schema, of, faults),
            None => faults.push(format!("{at}.{name} is not declared")),
        }
    }
    let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let missing = required.filter(|name| !said.contains_key(*name));
    faults.extend(missing.map(|name| format!("{at}.{name} is missing")));
}

#[test]
fn what_does_not_conform_is_found() {
    let schema = serde_json::json!({"type": "object", "required": ["id", "n"], "properties": {
        "id": {"type": "string", "format": "uuid"},
        "n": {"type": ["integer", "null"]},
        "words": {"type": "array", "items": {"type": "string", "enum": ["a"]}},
        "any": {},
    }});
    let faults = |value: Value| {
        let mut faults = Vec::new();
        conform("it", &schema, &value, &mut faults);
        faults.len()
    };
    let id = "00000000-0000-7000-8000-000000000001";
    assert_eq!(faults(serde_json::json!({"id": id, "n": null, "words": ["a"], "any": [1]})), 0);
    assert_eq!(faults(serde_json::json!({"id": "x", "n": 1})), 1);
    assert_eq!(faults(serde_json::json!({"id": id, "n": "1"})), 1);
    assert_eq!(faults(serde_json::json!({"id": id})), 1, "missing");
    assert_eq!(faults(serde_json::json!({"id": id, "n": 1, "more": 1, "words": ["b"]})), 2);
    assert_eq!(faults(Value::Null), 1);
}
