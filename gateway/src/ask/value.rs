//! JSON values as a source for serde that is strict about kinds: an object is an object.
//!
//! `serde_json` reads a struct from an array too, field by field, so that `["acme"]` would pass for `{"id": "acme"}`.

use serde::de::value::{MapDeserializer, SeqDeserializer, StringDeserializer};
use serde::de::{Deserializer, Error as _, IntoDeserializer, Unexpected, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::Value;

use super::unreadable::Unread;

/// One value, to be read as whatever it is.
pub(super) struct Strictly(pub(super) Value);

impl Strictly {
    /// What it is, for words on what it should be.
    fn unexpected(&self) -> Unexpected<'_> {
        match &self.0 {
            Value::Null => Unexpected::Unit,
            Value::Bool(value) => Unexpected::Bool(*value),
            Value::Number(value) => match (value.as_i64(), value.as_f64()) {
                (Some(whole), _) => Unexpected::Signed(whole),
                (None, real) => Unexpected::Float(real.unwrap_or(f64::NAN)),
            },
            Value::String(text) => Unexpected::Str(text),
            Value::Array(_) => Unexpected::Seq,
            Value::Object(_) => Unexpected::Map,
        }
    }
}

impl<'de> IntoDeserializer<'de, Unread> for Strictly {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Strictly {
    type Error = Unread;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unread> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(value),
            Value::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
                (Some(whole), ..) => visitor.visit_u64(whole),
                (None, Some(whole), _) => visitor.visit_i64(whole),
                (None, None, real) => visitor.visit_f64(real.unwrap_or(f64::NAN)),
            },
            Value::String(text) => visitor.visit_string(text),
            Value::Array(items) => visitor.visit_seq(SeqDeserializer::new(items.into_iter().map(Strictly))),
            Value::Object(fields) => {
                let fields = fields.into_iter().map(|(name, value)| (name, Self(value)));
                visitor.visit_map(MapDeserializer::new(fields))
            }
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unread> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unread> {
        if self.0.is_object() {
            self.deserialize_any(visitor)
        } else {
            Err(Unread::invalid_type(self.unexpected(), &"an object"))
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unread> {
        match self.0 {
            Value::String(word) => visitor.visit_enum(StringDeserializer::new(word)),
            _ => Err(Unread::invalid_type(self.unexpected(), &"a string")),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unread> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Thing {
        name: String,
        kind: Option<Kind>,
        #[serde(default)]
        parts: Vec<Self>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Kind {
        Small,
    }

    fn read(value: Value) -> Result<Thing, String> {
        Thing::deserialize(Strictly(value)).map_err(|error| error.to_string())
    }

    #[test]
    fn what_fits_is_read() {
        let inner = Thing { name: "b".to_owned(), kind: None, parts: Vec::new() };
        let outer = Thing { name: "a".to_owned(), kind: Some(Kind::Small), parts: vec![inner] };
        let value =
            json!({"name": "a", "kind": "small", "parts": [{"name": "b", "kind": null, "other": [1, {}]}]});
        assert_eq!(read(value), Ok(outer));
    }

    #[test]
    fn an_array_is_no_object() {
        for value in
            [json!(["a", "small"]), json!(["a", null, []]), json!({"name": "a", "parts": [["b", null, []]]})]
        {
            assert_eq!(read(value), Err("invalid type: sequence, expected an object".to_owned()));
        }
    }

    #[test]
    fn a_word_is_a_string() {
        for (kind, told) in
            [(json!(7), "integer `7`"), (json!({"small": null}), "map"), (json!(1.5), "floating point `1.5`")]
        {
            let problem = read(json!({"name": "a", "kind": kind})).unwrap_err();
            assert_eq!(problem, format!("invalid type: {told}, expected a string"));
        }
        assert!(read(json!({"name": "a", "kind": "large"})).unwrap_err().contains("unknown variant"));
    }
}
