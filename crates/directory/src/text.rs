//! What free text may hold, and where a text stands that will not do.

use std::str::FromStr;

use polity_kernel::{Error, Result};
use validator::ValidationError;

/// One line for people: no control characters, which forge log lines and mail headers.
pub(crate) fn printable(text: &str) -> Result<(), ValidationError> {
    if text.chars().any(char::is_control) { Err(control_character()) } else { Ok(()) }
}

/// Text of several lines: control characters only to break and indent them.
pub(crate) fn multiline(text: &str) -> Result<(), ValidationError> {
    let bad = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    if text.chars().any(bad) { Err(control_character()) } else { Ok(()) }
}

/// The text without space around it; nothing when nothing else is there.
pub(crate) fn trimmed(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// Parses a text that stands in this field, whatever field the parser itself speaks of.
pub(crate) fn parsed_at<T: FromStr<Err = Error>>(field: &str, text: &str) -> Result<T> {
    text.parse().map_err(|error: Error| {
        let why = error.fields().first().map_or(error.message(), |field| field.message.as_str());
        Error::field(field, why)
    })
}

/// Parses every text of a list; the first that will not do is named by its place: `permissions.3`.
pub(crate) fn each_parsed_at<T: FromStr<Err = Error>>(list: &str, texts: &[String]) -> Result<Vec<T>> {
    let parse = |(place, text): (usize, &String)| parsed_at(&format!("{list}.{place}"), text.trim());
    texts.iter().enumerate().map(parse).collect()
}

fn control_character() -> ValidationError {
    ValidationError::new("control_character").with_message("holds a control character".into())
}
