//! Requests with bodies that cannot be meant: where a value stands in one, and what stands there instead.

use serde_json::Value;

/// A route that takes a body, and a good one with every field there is.
pub(crate) struct Sending {
    pub(crate) method: &'static str,
    pub(crate) path: String,
    pub(crate) body: Value,
}

impl Sending {
    /// What a failed assertion says of the request, and of what was wrong with it.
    pub(crate) fn case(&self, what: impl std::fmt::Display) -> String {
        format!("{} {}: {:.200}", self.method, self.path, what.to_string().escape_debug())
    }
}

/// Every place in a body, as `/a/0/b`, with the value there, the whole first; nothing in a field of the name `but`.
pub(crate) fn places(body: &Value, but: Option<&str>) -> Vec<(String, Value)> {
    fn gather(at: &str, value: &Value, but: Option<&str>, into: &mut Vec<(String, Value)>) {
        if but.is_some_and(|but| field(at) == but) {
            return;
        }
        into.push((at.to_owned(), value.clone()));
        match value {
            Value::Object(fields) => {
                fields.iter().for_each(|(name, value)| gather(&format!("{at}/{name}"), value, but, into));
            }
            Value::Array(items) => {
                items
                    .iter()
                    .enumerate()
                    .for_each(|(i, value)| gather(&format!("{at}/{i}"), value, but, into));
            }
            _ => {}
        }
    }
    let mut all = Vec::new();
    gather("", body, but, &mut all);
    all
}

/// The body with another value at one place.
pub(crate) fn with(body: &Value, at: &str, value: Value) -> Value {
    let mut body = body.clone();
    *body.pointer_mut(at).unwrap() = value;
    body
}

/// The name of the field that a place is in.
pub(crate) fn field(at: &str) -> &str {
    at.rsplit('/').find(|part| part.parse::<usize>().is_err()).unwrap_or_default()
}
