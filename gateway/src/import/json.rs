//! JSON read closely: what an object says twice, which the usual reading lets go.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// A value and, when some object in it has a name twice, where that is: `teams[1].name`.
pub(super) struct Checked {
    pub(super) value: Value,
    pub(super) twice: Option<String>,
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

#[cfg(test)]
mod tests {
    use super::*;

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
