//! Which changes of the catalogue would break whoever reads events.
//!
//! Read are events of today and those that were stored by the same version long ago. So a property may come in only as one that may be
//! absent, and whatever else is different needs another version of the type.

use std::collections::BTreeSet;

use serde_json::Value;

/// What would break between the kept file and the present one, a line each.
pub(crate) fn breaks(kept: &Value, present: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for (name, old) in kept["types"].as_object().into_iter().flatten() {
        let new = &present["types"][name];
        let version = |of: &Value| of["version"].as_i64();
        if new.is_null() {
            found.push(format!("{name} is gone, and events of it are stored"));
        } else if version(new) < version(old) {
            found.push(format!("{name} went back to an earlier version"));
        } else if version(new) == version(old) {
            for side in ["before", "after"] {
                let (from, to) = (&old[side], &new[side]);
                // a side that said nothing may begin to
                if from.is_null() {
                    continue;
                }
                let record = |file: &Value, side: &Value| {
                    side.as_str().map(|name| file["records"][name.trim_end_matches('?')].clone())
                };
                let may_miss = |side: &Value| side.as_str().is_some_and(|name| name.ends_with('?'));
                match (record(kept, from), record(present, to)) {
                    (Some(from), Some(to)) => differences(&format!("{name} {side}"), &from, &to, &mut found),
                    _ => found.push(format!("{name} {side} says nothing any more")),
                }
                if may_miss(from) != may_miss(to) {
                    found.push(format!("{name} {side} may be absent, or may not, other than it was"));
                }
            }
        }
    }
    found
}

/// How the second schema differs from the first so that it breaks a reader.
fn differences(at: &str, old: &Value, new: &Value, found: &mut Vec<String>) {
    for key in ["type", "format"] {
        if old[key] != new[key] {
            found.push(format!("{at}: {key} was {}, is {}", old[key], new[key]));
        }
    }
    let words = |schema: &Value| schema["enum"].as_array().cloned();
    match (words(old), words(new)) {
        (Some(old), Some(new)) => {
            let gone = old.iter().filter(|word| !new.contains(word));
            found.extend(gone.map(|word| format!("{at}: the word {word} is gone")));
        }
        (None, None) => {}
        _ => found.push(format!("{at}: a closed set of words became open, or an open one closed")),
    }
    for inner in ["items", "additionalProperties"] {
        match (old.get(inner), new.get(inner)) {
            (Some(old), Some(new)) => differences(&format!("{at}[]"), old, new, found),
            (None, None) => {}
            _ => found.push(format!("{at}: {inner} came or went")),
        }
    }
    let required = |schema: &Value| {
        let names = schema["required"].as_array().cloned().unwrap_or_default();
        names.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect::<BTreeSet<_>>()
    };
    for (name, before) in old["properties"].as_object().into_iter().flatten() {
        match new["properties"].get(name) {
            Some(after) => differences(&format!("{at}.{name}"), before, after, found),
            None => found.push(format!("{at}.{name} is gone")),
        }
    }
    let (was, is) = (required(old), required(new));
    found.extend(was.difference(&is).map(|name| format!("{at}.{name} was always there, and may be absent")));
    found
        .extend(is.difference(&was).map(|name| format!("{at}.{name} is always there: older events lack it")));
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn file() -> Value {
        json!({
            "types": {"thing.changed": {"version": 1, "before": "Thing?", "after": "Thing"}, "thing.gone": {"version": 2, "before": null, "after": null}},
            "records": {"Thing": {"type": "object", "required": ["id", "list"], "properties": {
                "id": {"type": "string", "format": "uuid", "description": "Its id."},
                "word": {"type": ["string", "null"], "enum": ["a", "b", null]},
                "list": {"type": "array", "items": {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}}},
            }}},
        })
    }

    fn broken(change: impl Fn(&mut Value)) -> Vec<String> {
        let mut present = file();
        change(&mut present);
        breaks(&file(), &present)
    }

    #[test]
    fn what_readers_pass_over_may_come() {
        assert_eq!(broken(|_| ()), Vec::<String>::new());
        let grown = broken(|file| {
            file["types"]["thing.made"] = json!({"version": 1, "before": null, "after": null});
            file["types"]["thing.gone"]["before"] = json!("Thing");
            let properties = &mut file["records"]["Thing"]["properties"];
            properties["more"] = json!({"type": ["string", "null"]});
            properties["word"]["enum"] = json!(["a", "c", "b", null]);
            properties["id"]["description"] = json!("The id.");
        });
        assert_eq!(grown, Vec::<String>::new());
    }

    #[test]
    fn what_they_count_on_may_not_change() {
        let one = |change: &dyn Fn(&mut Value)| {
            let found = broken(change);
            assert!(!found.is_empty());
            found[0].clone()
        };
        assert!(
            one(&|file| drop(file["types"].as_object_mut().unwrap().remove("thing.gone")))
                .contains("is gone")
        );
        assert!(one(&|file| file["types"]["thing.gone"]["version"] = json!(1)).contains("earlier version"));
        assert!(one(&|file| file["types"]["thing.changed"]["after"] = Value::Null).contains("says nothing"));
        assert!(
            one(&|file| file["types"]["thing.changed"]["after"] = json!("Thing?")).contains("may be absent")
        );
        assert!(
            one(&|file| file["types"]["thing.changed"]["before"] = json!("Thing")).contains("may be absent")
        );
        let property = |change: &dyn Fn(&mut Value)| one(&|file| change(&mut file["records"]["Thing"]));
        assert!(
            property(&|thing| drop(thing["properties"].as_object_mut().unwrap().remove("word")))
                .contains(".word is gone")
        );
        assert!(property(&|thing| thing["properties"]["id"]["type"] = json!("integer")).contains("type was"));
        assert!(
            property(&|thing| thing["properties"]["id"]["format"] = json!("date")).contains("format was")
        );
        assert!(
            property(&|thing| thing["properties"]["word"]["enum"] = json!(["a", null]))
                .contains("word \"b\" is gone")
        );
        assert!(property(&|thing| thing["required"] = json!(["id"])).contains("list was always there"));
        assert!(
            property(&|thing| thing["required"] = json!(["id", "list", "word"]))
                .contains("older events lack it")
        );
        assert!(
            property(&|thing| thing["properties"]["list"]["items"]["required"] = json!([]))
                .contains("[].n was always")
        );
    }

    #[test]
    fn another_version_may_say_anything() {
        let broken = broken(|file| {
            file["types"]["thing.changed"] = json!({"version": 2, "before": null, "after": "Other"});
            file["records"] = json!({"Other": {"type": "object"}});
        });
        assert_eq!(broken, Vec::<String>::new());
    }
}
