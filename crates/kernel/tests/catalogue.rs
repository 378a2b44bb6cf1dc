//! What a catalogue tells of itself: types, and the schemas of what they say.
#![cfg(test)]

use std::collections::BTreeMap;

use polity_kernel::event::{Described, Nothing, Record};
use polity_kernel::{Level, OrganizationId, Timestamp, catalogue, record, words};
use serde_json::{Value, json};

words! {
    /// A colour.
    pub enum Colour {
        /// Red.
        Red = "red",
        /// Blue.
        Blue = "blue",
    }
}

struct Thing {
    name: String,
    colour: Colour,
    weight: Option<i64>,
}

catalogue! {
    /// A thing was made.
    pub(crate) THING_MADE = "thing.made": Nothing => Shown;
    /// A thing changed,
    /// or its place did.
    pub(crate) THING_CHANGED = "thing.place_changed": Option<Shown> => Shown, rights, version(3);
}

record! {
    /// A thing,
    /// as it is shown.
    pub(crate) struct Shown of thing: Thing {
        /// What it is called.
        name: String,
        /// What it looks like.
        colour: Option<Colour> = Some(thing.colour),
        /// How heavy it is.
        weight: Option<i64>,
        /// How heavy its parts are.
        parts: Vec<Option<i64>> = Vec::new(),
    }
}

record! {
    /// One of everything.
    pub(crate) struct Everything {
        /// A place.
        organization: OrganizationId,
        /// An instant.
        at: Timestamp,
        /// A level.
        level: Level,
        /// A truth.
        holds: bool,
        /// Whatever else.
        values: BTreeMap<String, Value>,
        /// A thing in it.
        inner: Option<Inner>,
    }
}

record! {
    /// A thing in a thing.
    pub(crate) struct Inner {
        /// A number.
        number: i64,
    }
}

#[test]
fn a_type_tells_its_parts() {
    let [made, changed] = EVENTS else { panic!("{EVENTS:?}") };
    assert_eq!((made.noun(), made.verb(), made.version, made.may_change_rights), ("thing", "made", 1, false));
    assert_eq!((changed.noun(), changed.verb()), ("thing", "place_changed"));
    assert_eq!((changed.version, changed.may_change_rights), (3, true));
    assert_eq!(changed.meaning.trim(), "A thing changed, or its place did.");
    assert!(made.before.is_none());
    let after = made.after.unwrap();
    assert_eq!((after.name, after.is_optional), ("Shown", false));
    assert!(changed.before.unwrap().is_optional);
    assert_eq!(<Option<Shown> as Record>::NAME, "Shown");
}

#[test]
fn a_record_says_what_its_json_looks_like() {
    let expected = json!({
        "type": "object",
        "description": "A thing, as it is shown.",
        "properties": {
            "name": {"type": "string", "description": "What it is called."},
            "colour": {"type": ["string", "null"], "enum": ["red", "blue", null], "description": "What it looks like."},
            "weight": {"type": ["integer", "null"], "description": "How heavy it is."},
            "parts": {"type": "array", "items": {"type": ["integer", "null"]}, "description": "How heavy its parts are."},
        },
        "required": ["name", "parts"],
    });
    assert_eq!(Shown::schema(), expected);
    let thing = Thing { name: "a".to_owned(), colour: Colour::Blue, weight: None };
    let written = serde_json::to_value(Shown::from(&thing)).unwrap();
    assert_eq!(written, json!({"name": "a", "colour": "blue", "weight": null, "parts": []}));
}

#[test]
fn each_sort_of_value_has_a_schema() {
    let schema = Everything::schema();
    let told = |name: &str| {
        let mut told = schema["properties"][name].clone();
        told.as_object_mut().unwrap().remove("description").unwrap();
        told
    };
    assert_eq!(told("organization"), json!({"type": "string", "format": "uuid"}));
    assert_eq!(told("at"), json!({"type": "string", "format": "date-time"}));
    assert_eq!(told("level"), json!({"type": "integer", "enum": [1, 8, 15]}));
    assert_eq!(told("holds"), json!({"type": "boolean"}));
    assert_eq!(told("values"), json!({"type": "object", "additionalProperties": {}}));
    assert_eq!(told("inner")["type"], json!(["object", "null"]));
    assert_eq!(told("inner")["required"], json!(["number"]));
}
