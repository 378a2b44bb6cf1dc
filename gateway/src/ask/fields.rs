//! What the bodies of families have in common: fields that are absent, null, blank or no id, and their names.

use std::str::FromStr;

use polity_kernel::{Error, FieldKind, Result};
use serde::{Deserialize, Deserializer};

/// Tells a field that is null from one that is absent: `Some(None)` clears, `None` leaves as it is.
pub(crate) fn sent<'de, T, D>(field: D) -> Result<Option<Option<T>>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    Option::deserialize(field).map(Some)
}

/// A field that may be absent but not null.
pub(crate) fn present<'de, T, D>(field: D) -> Result<Option<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    T::deserialize(field).map(Some)
}

/// A text that says something.
pub(crate) fn filled(field: &'static str, text: String) -> Result<String> {
    if text.trim().is_empty() { Err(Error::field(field, FieldKind::Blank)) } else { Ok(text) }
}

/// An id in a body: one that is not well-formed is a 400.
pub(crate) fn id<T: FromStr>(field: &'static str, text: &str) -> Result<T> {
    text.parse().map_err(|_| Error::field(field, FieldKind::Malformed.told("is not an id")))
}

/// An area's name of a field in camel case.
pub(crate) fn camel(name: &str) -> String {
    let mut parts = name.split('_');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let mut letters = part.chars();
        text.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        text.push_str(letters.as_str());
    }
    text
}
