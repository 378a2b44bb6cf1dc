//! Fields of a span as JSON, added to without being read again.
//!
//! The library's own JSON fields parse what is there for each field that is recorded later; a request records four, which
//! was more than half of what its line in the log cost.

use std::fmt;

use tracing::span::Record;
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::fmt::format::{JsonFields, Writer};
use tracing_subscriber::fmt::{FormatFields, FormattedFields};

/// Writes a span's fields as one JSON object.
#[derive(Debug)]
pub(super) struct AppendedFields;

/// An object without members.
const EMPTY: &str = "{}";

impl<'writer> FormatFields<'writer> for AppendedFields {
    fn format_fields<R: RecordFields>(&self, writer: Writer<'writer>, fields: R) -> fmt::Result {
        JsonFields::new().format_fields(writer, fields)
    }

    fn add_fields(&self, known: &'writer mut FormattedFields<Self>, fields: &Record<'_>) -> fmt::Result {
        let mut more = String::new();
        JsonFields::new().format_fields(Writer::new(&mut more), fields)?;
        append(&mut known.fields, &more);
        Ok(())
    }
}

/// Makes two objects one. A member that is in both stands twice, and whoever reads the line takes the later one.
fn append(known: &mut String, more: &str) {
    if known.is_empty() || known == EMPTY {
        more.clone_into(known);
    } else if let Some(members) = more.strip_prefix('{').filter(|_| more != EMPTY) {
        known.pop();
        known.push(',');
        known.push_str(members);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_become_one() {
        for (known, more, both) in [
            ("", r#"{"a":1}"#, r#"{"a":1}"#),
            ("{}", r#"{"a":1}"#, r#"{"a":1}"#),
            (r#"{"a":1}"#, "{}", r#"{"a":1}"#),
            (r#"{"a":1}"#, r#"{"b":{"c":2}}"#, r#"{"a":1,"b":{"c":2}}"#),
        ] {
            let mut text = known.to_owned();
            append(&mut text, more);
            assert_eq!(text, both);
        }
    }
}
