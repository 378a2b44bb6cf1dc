//! What the JSON of a value looks like, as a JSON Schema (draft 2020-12).

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::{Level, Permission, Timestamp};

/// A JSON Schema.
pub type Schema = Value;

/// A type whose JSON has a schema. What [`id!`](crate::id!), [`words!`](crate::words) and [`record!`](crate::record) declare is one.
pub trait Described {
    /// Whether `null` may stand in its place, or nothing: true of an [`Option`] alone.
    const IS_OPTIONAL: bool = false;

    /// The schema.
    fn schema() -> Schema;
}

/// One property of an object, as [`record!`](crate::record) gathers it: name, meaning, whether it may be absent, and schema.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Property {
    pub name: &'static str,
    pub meaning: &'static str,
    pub is_optional: bool,
    pub schema: fn() -> Schema,
}

/// The schema of an object with these properties, which may gain others: whoever reads one passes over what they do not know.
#[doc(hidden)]
pub fn object(meaning: &str, properties: &[Property]) -> Schema {
    let required: Vec<&str> = properties.iter().filter(|one| !one.is_optional).map(|one| one.name).collect();
    let described = properties.iter().map(|one| {
        let mut schema = (one.schema)();
        if let Value::Object(keys) = &mut schema {
            keys.insert("description".to_owned(), json!(one.meaning.trim()));
        }
        (one.name.to_owned(), schema)
    });
    let described: Map<String, Value> = described.collect();
    json!({ "type": "object", "description": meaning.trim(), "properties": described, "required": required })
}

/// The schema of one of these words.
#[doc(hidden)]
pub fn one_of(words: &[&str]) -> Schema {
    json!({ "type": "string", "enum": words })
}

/// The schema of text in this format.
#[doc(hidden)]
pub fn text(format: &str) -> Schema {
    json!({ "type": "string", "format": format })
}

macro_rules! described {
    ($($type:ty => $schema:expr;)+) => {
        $(impl Described for $type {
            fn schema() -> Schema {
                $schema
            }
        })+
    };
}

described! {
    bool => json!({ "type": "boolean" });
    i64 => json!({ "type": "integer" });
    usize => json!({ "type": "integer" });
    String => json!({ "type": "string" });
    Uuid => text("uuid");
    Timestamp => text("date-time");
    chrono::NaiveDate => text("date");
    Level => json!({ "type": "integer", "enum": ([Level::Member, Level::Admin, Level::Owner].map(Level::number)) });
    Permission => json!({ "type": "string" });
    Value => json!({});
}

impl<T: Described> Described for Option<T> {
    const IS_OPTIONAL: bool = true;

    fn schema() -> Schema {
        let mut schema = T::schema();
        if let Value::Object(keys) = &mut schema {
            if let Some(Value::Array(words)) = keys.get_mut("enum") {
                words.push(Value::Null);
            }
            if let Some(kind) = keys.get_mut("type") {
                *kind = json!([kind.take(), "null"]);
            }
        }
        schema
    }
}

impl<T: Described> Described for Vec<T> {
    fn schema() -> Schema {
        json!({ "type": "array", "items": T::schema() })
    }
}

impl<T: Described> Described for BTreeMap<String, T> {
    fn schema() -> Schema {
        json!({ "type": "object", "additionalProperties": T::schema() })
    }
}
