//! Which field it was that serde could not read, and of what kind of reason.
//!
//! serde says it by which of its functions it calls; the words, which are serde's own, are only for people.

use std::fmt;

use polity_kernel::{Error, FieldKind, Problem};
use serde::de::value::Error as Words;
use serde::de::{self, Expected, Unexpected};
use serde_json::Number;

/// Why serde could not read a value.
#[derive(Debug)]
pub(super) struct Unread {
    problem: Problem,
    /// The field that is not there, which serde finds out while it reads the thing around it.
    missing: Option<&'static str>,
}

impl de::Error for Unread {
    fn custom<T: fmt::Display>(words: T) -> Self {
        FieldKind::Malformed.told(words.to_string()).into()
    }

    fn invalid_type(met: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let kind = if met == Unexpected::Unit { FieldKind::Null } else { FieldKind::Type };
        kind.told(format!("invalid type: {}, expected {expected}", in_json(met))).into()
    }

    fn invalid_value(met: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let kind = match met {
            Unexpected::Signed(_) | Unexpected::Unsigned(_) | Unexpected::Float(_) => FieldKind::OutOfRange,
            _ => FieldKind::Malformed,
        };
        kind.told(format!("invalid value: {}, expected {expected}", in_json(met))).into()
    }

    fn unknown_variant(met: &str, expected: &'static [&'static str]) -> Self {
        FieldKind::Choice(expected).told(Words::unknown_variant(met, expected).to_string()).into()
    }

    fn missing_field(field: &'static str) -> Self {
        Self { problem: FieldKind::Required.into(), missing: Some(field) }
    }

    fn duplicate_field(field: &'static str) -> Self {
        FieldKind::Duplicate.told(Words::duplicate_field(field).to_string()).into()
    }
}

/// What was met, as JSON calls it.
fn in_json(met: Unexpected<'_>) -> String {
    match met {
        Unexpected::Unit => "null".to_owned(),
        Unexpected::Float(number) => {
            let text =
                Number::from_f64(number).map_or_else(|| number.to_string(), |number| number.to_string());
            format!("floating point `{text}`")
        }
        met => met.to_string(),
    }
}

impl From<Problem> for Unread {
    fn from(problem: Problem) -> Self {
        Self { problem, missing: None }
    }
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problem.message)
    }
}

impl std::error::Error for Unread {}

/// Names the field that serde could not read. `whole` stands for the input itself, where no field is at fault.
pub(super) fn unreadable(path: &serde_path_to_error::Path, unread: Unread, whole: &'static str) -> Error {
    let outer = path.iter().next().map(|_| path.to_string());
    let field = match (outer, unread.missing) {
        (Some(outer), Some(name)) => format!("{outer}.{name}"),
        (Some(outer), None) => outer,
        (None, Some(name)) => name.to_owned(),
        (None, None) => whole.to_owned(),
    };
    Error::field(field, unread.problem)
}
