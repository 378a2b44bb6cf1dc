//! A text of a query string as a source for serde: numbers and truth values are read out of it.

use std::borrow::Cow;

use serde::de::value::CowStrDeserializer;
use serde::de::{Deserializer, Error as _, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

use super::unreadable::Unread;

/// A name or a value of the query string.
pub(super) struct Text<'t>(pub(super) Cow<'t, str>);

impl<'de> IntoDeserializer<'de, Unread> for Text<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// Reads what stands in the text as one of these types, refused in the words of its parser.
macro_rules! parsed {
    ($($kind:ident $method:ident)+) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unread> {
            let value: $kind = self.0.parse().map_err(Unread::custom)?;
            IntoDeserializer::<Unread>::into_deserializer(value).$method(visitor)
        })+
    };
}

impl<'de> Deserializer<'de> for Text<'de> {
    type Error = Unread;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unread> {
        match self.0 {
            Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
            Cow::Owned(text) => visitor.visit_string(text),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unread> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unread> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unread> {
        visitor.visit_enum(CowStrDeserializer::new(self.0))
    }

    parsed! {
        bool deserialize_bool
        u8 deserialize_u8
        u16 deserialize_u16
        u32 deserialize_u32
        u64 deserialize_u64
        i8 deserialize_i8
        i16 deserialize_i16
        i32 deserialize_i32
        i64 deserialize_i64
        f32 deserialize_f32
        f64 deserialize_f64
    }

    forward_to_deserialize_any! {
        i128 u128 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Word {
        Small,
    }

    fn read<T: for<'de> Deserialize<'de>>(text: &str) -> Result<T, String> {
        T::deserialize(Text(Cow::Borrowed(text))).map_err(|error| error.to_string())
    }

    #[test]
    fn what_stands_in_a_text_is_read_out_of_it() {
        assert_eq!(read("7"), Ok(Some(7_u32)));
        assert_eq!(read("true"), Ok(true));
        assert_eq!(read("-1.5"), Ok(-1.5_f64));
        assert_eq!(read("7"), Ok("7".to_owned()));
        assert_eq!(read("small"), Ok(Word::Small));
    }

    #[test]
    fn what_is_something_else_is_told() {
        assert_eq!(read::<u32>("many").unwrap_err(), "invalid digit found in string");
        assert_eq!(read::<Word>("large").unwrap_err(), "unknown variant `large`, expected `small`");
    }
}
