//! What JSON must be beyond what serde asks: no key twice in one object, no U+0000 anywhere.
//!
//! Two readers may disagree on which of two equal keys counts, so neither does. PostgreSQL cannot store U+0000.

use std::cell::Cell;
use std::fmt;

use polity_kernel::{FieldKind, Problem};
use serde::de::{Deserialize as _, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// Reads what is strict, and leaves here what is wrong with what is not: the reader's own failures have words only.
#[derive(Clone, Copy)]
pub(super) struct Strict<'p>(pub(super) &'p Cell<Option<Problem>>);

/// Reads one key of an object.
struct Key<'p>(Strict<'p>);

impl Strict<'_> {
    fn refusal<E: Error>(self, problem: Problem) -> E {
        let error = E::custom(&problem.message);
        self.0.set(Some(problem));
        error
    }

    fn refuse_nul<E: Error>(self, text: &str) -> Result<(), E> {
        if text.contains('\0') {
            return Err(self.refusal(FieldKind::ControlCharacter.told("must not contain U+0000")));
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        let key = String::deserialize(deserializer)?;
        self.0.refuse_nul(&key)?;
        Ok(key)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
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
        let read = Number::from_f64(number).map(Value::Number);
        read.ok_or_else(|| self.refusal(FieldKind::OutOfRange.told("number out of range")))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        self.refuse_nul(text).map(|()| text.into())
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Value, E> {
        self.refuse_nul(&text).map(|()| text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element_seed(self)? {
            items.push(item);
        }
        Ok(items.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Value, A::Error> {
        let mut fields = Map::new();
        while let Some(key) = object.next_key_seed(Key(self))? {
            let value = object.next_value_seed(self)?;
            if fields.contains_key(&key) {
                return Err(
                    self.refusal(FieldKind::Duplicate.told(format!("the key `{key}` is there twice")))
                );
            }
            fields.insert(key, value);
        }
        Ok(fields.into())
    }
}
