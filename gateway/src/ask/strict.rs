//! What JSON must be beyond what serde asks: no key twice in one object, no U+0000 anywhere.
//!
//! Two readers may disagree on which of two equal keys counts, so neither does. PostgreSQL cannot store U+0000.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// Any JSON that is strict.
pub(super) struct Strict(pub(super) Value);

/// Reads what is strict.
struct Reading;

/// One key of an object.
struct Key(String);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reading).map(Self)
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let key = String::deserialize(deserializer)?;
        refuse_nul(&key)?;
        Ok(Self(key))
    }
}

fn refuse_nul<E: Error>(text: &str) -> Result<(), E> {
    if text.contains('\0') { Err(E::custom("must not contain U+0000")) } else { Ok(()) }
}

impl<'de> Visitor<'de> for Reading {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Value, E> {
        Ok(flag.into())
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Value, E> {
        Number::from_f64(number).map(Value::Number).ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        refuse_nul(text).map(|()| text.into())
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Value, E> {
        refuse_nul(&text).map(|()| text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(Strict(item)) = list.next_element()? {
            items.push(item);
        }
        Ok(items.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Value, A::Error> {
        let mut fields = Map::new();
        while let Some(Key(key)) = object.next_key()? {
            let Strict(value) = object.next_value()?;
            if fields.contains_key(&key) {
                return Err(Error::custom(format_args!("the key `{key}` is there twice")));
            }
            fields.insert(key, value);
        }
        Ok(fields.into())
    }
}
