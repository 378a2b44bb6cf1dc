//! JSON read closely: what an object says twice, and numbers digit by digit, which the usual reading lets go.

use std::collections::{HashMap, HashSet};
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// A value and, when some object in it has a name twice, where that is: `teams[1].name`.
pub(super) struct Checked {
    pub(super) value: Value,
    pub(super) twice: Option<String>,
}

/// The members of the object in this text (RFC 8259 §4) in their order, each name with its value as it is written.
///
/// # Errors
/// When the text is no object.
pub(super) fn members(text: &str) -> serde_json::Result<Vec<(String, &str)>> {
    // first as a whole, so that an error names the right place
    serde_json::from_str::<HashMap<String, IgnoredAny>>(text)?;
    let (mut rest, mut members) = (text.trim_start().get(1..).unwrap_or_default().trim_start(), Vec::new());
    while !rest.starts_with('}') {
        let (name, behind) = split(rest)?;
        let (value, behind) = split(behind.trim_start_matches([':', ' ', '\t', '\r', '\n']))?;
        members.push((serde_json::from_str(name)?, value));
        rest = behind.trim_start_matches([',', ' ', '\t', '\r', '\n']);
    }
    Ok(members)
}

/// The value the text begins with, and what is behind it.
fn split(text: &str) -> serde_json::Result<(&str, &str)> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>();
    values.next().transpose()?;
    Ok(text.split_at_checked(values.byte_offset()).unwrap_or((text, "")))
}

impl<'de> Deserialize<'de> for Checked {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Walk)
    }
}

impl<T: Into<Value>> From<T> for Checked {
    fn from(value: T) -> Self {
        Self { value: value.into(), twice: None }
    }
}

struct Walk;

impl<'de> Visitor<'de> for Walk {
    type Value = Checked;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Checked, E> {
        Ok(Value::Null.into())
    }

    fn visit_bool<E>(self, value: bool) -> Result<Checked, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Checked, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Checked, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Checked, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Checked, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Checked, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Checked, A::Error> {
        let (mut values, mut twice) = (Vec::new(), None);
        while let Some(element) = list.next_element::<Checked>()? {
            let within = |path: String| {
                let dot = if path.starts_with('[') { "" } else { "." };
                format!("[{}]{dot}{path}", values.len())
            };
            twice = twice.or(element.twice.map(within));
            values.push(element.value);
        }
        Ok(Checked { value: values.into(), twice })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Checked, A::Error> {
        let (mut values, mut twice) = (Map::new(), None);
        while let Some((name, member)) = object.next_entry::<String, Checked>()? {
            let within = |path: String| {
                let dot = if path.starts_with('[') { "" } else { "." };
                format!("{name}{dot}{path}")
            };
            twice = twice.or(member.twice.map(within));
            if values.contains_key(&name) {
                twice = twice.or(Some(name));
            } else {
                values.insert(name, member.value);
            }
        }
        Ok(Checked { value: values.into(), twice })
    }
}

/// The first name that stands there twice.
pub(super) fn repeated<'a>(members: &'a [(String, &str)]) -> Option<&'a str> {
    let mut met = HashSet::with_capacity(members.len());
    members.iter().map(|(name, _)| name.as_str()).find(|name| !met.insert(*name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_as_they_are_written() {
        let text = " { \"a\" : 1.0 ,\"b\":12345678901234567890123, \"c}\\\"\":\"x,\\\"y\" ,\"d\":[1,{\"e\":2}],\"a\":null}\n";
        let found = members(text).unwrap();
        let told: Vec<(&str, &str)> = found.iter().map(|(name, value)| (name.as_str(), *value)).collect();
        assert_eq!(
            told,
            [
                ("a", "1.0"),
                ("b", "12345678901234567890123"),
                ("c}\"", "\"x,\\\"y\""),
                ("d", "[1,{\"e\":2}]"),
                ("a", "null"),
            ]
        );
        assert_eq!(repeated(&found), Some("a"));
        assert_eq!(members("{}").unwrap(), []);
        for text in ["", "[]", "7", "{\"a\":00123}", "{\"a\":1}{", "{\"a\" 1}", "{\"a\":1,}"] {
            assert!(members(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_said_twice_is_found_wherever_it_is() {
        let twice = |text: &str| serde_json::from_str::<Checked>(text).unwrap().twice;
        for (text, place) in [
            ("{\"a\":1,\"b\":[{\"a\":1}]}", None),
            ("{\"a\":1,\"a\":1}", Some("a")),
            ("{\"b\":[{},[{\"a\":{\"c\":1,\"c\":2}}]]}", Some("b[1][0].a.c")),
            ("[1,{\"a\":null,\"a\":null}]", Some("[1].a")),
        ] {
            assert_eq!(twice(text).as_deref(), place, "{text}");
        }
        let text = "{\"a\":[1,-2,3.5,true,null,\"x\"],\"b\":{}}";
        assert_eq!(serde_json::from_str::<Checked>(text).unwrap().value.to_string(), text);
    }
}
