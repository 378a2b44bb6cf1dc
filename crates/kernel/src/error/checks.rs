//! What `validator` has found wrong, as fields with kinds: the one place that knows its codes.

use serde::Deserialize as _;
use serde_json::Value;
use validator::{ValidationError, ValidationErrors, ValidationErrorsKind};

use super::field::{FieldError, FieldKind, KIND, Problem};

/// Every failed check, by the field's name; names of what is nested are joined by dots.
pub(super) fn fields(errors: &ValidationErrors) -> Vec<FieldError> {
    let mut fields = Vec::new();
    collect("", errors, &mut fields);
    fields.sort_by(|a, b| a.field.cmp(&b.field));
    fields
}

fn collect(prefix: &str, errors: &ValidationErrors, into: &mut Vec<FieldError>) {
    for (name, kind) in errors.errors() {
        let field = if prefix.is_empty() { name.to_string() } else { format!("{prefix}.{name}") };
        match kind {
            ValidationErrorsKind::Struct(nested) => collect(&field, nested, into),
            ValidationErrorsKind::List(items) => {
                for (index, nested) in items {
                    collect(&format!("{field}.{index}"), nested, into);
                }
            }
            ValidationErrorsKind::Field(failures) => {
                into.extend(failures.iter().map(|failure| problem(failure).at(field.clone())));
            }
        }
    }
}

/// One failed check.
pub(super) fn problem(failure: &ValidationError) -> Problem {
    let kind = kind(failure);
    match &failure.message {
        Some(words) => kind.told(words.clone()),
        None => kind.into(),
    }
}

fn kind(failure: &ValidationError) -> FieldKind {
    if let Some(kind) = failure.params.get(KIND).and_then(|kind| FieldKind::deserialize(kind).ok()) {
        return kind;
    }
    let bound = |name| {
        let bound = failure.params.get(name).and_then(Value::as_u64);
        bound.map(|bound| usize::try_from(bound).unwrap_or(usize::MAX))
    };
    let is_list = failure.params.get("value").is_some_and(Value::is_array);
    match (failure.code.as_ref(), bound("min"), bound("max")) {
        ("length", Some(least), None) => FieldKind::TooShort(least),
        ("length", None, Some(most)) if is_list => FieldKind::TooMany(most),
        ("length", None, Some(most)) => FieldKind::TooLong(most),
        ("length", Some(least), Some(most)) if is_list => FieldKind::Count(least, most),
        ("length", Some(least), Some(most)) => FieldKind::Length(least, most),
        ("range", ..) => FieldKind::OutOfRange,
        ("required", ..) => FieldKind::Required,
        ("must_match", ..) => FieldKind::Mismatch,
        _ => FieldKind::Malformed,
    }
}

#[cfg(test)]
mod tests {
    use validator::Validate;

    use super::super::field::tests::ALL;
    use super::*;
    use crate::text::{multiline, printable, web_address};
    use crate::{Code, Error};

    #[derive(Validate)]
    struct Thing {
        #[validate(length(max = 3), custom(function = "printable"))]
        name: String,
        #[validate(length(min = 1, max = 3))]
        word: String,
        #[validate(length(max = 1))]
        tags: Vec<String>,
        #[validate(length(min = 1, max = 2))]
        kinds: Vec<String>,
        #[validate(range(max = 7, message = "is more than a week"))]
        days: u64,
        #[validate(custom(function = "web_address"))]
        site: String,
        #[validate(custom(function = "multiline"))]
        note: String,
        #[validate(custom(function = "agreed"))]
        terms: bool,
        #[validate(nested)]
        parts: Vec<Part>,
    }

    #[derive(Validate)]
    struct Part {
        #[validate(length(max = 2))]
        name: String,
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "validator passes the field itself")]
    fn agreed(terms: &bool) -> Result<(), ValidationError> {
        if *terms { Ok(()) } else { Err(FieldKind::Required.told("must be given").into()) }
    }

    #[test]
    fn every_code_of_a_check_is_a_kind() {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let thing = Thing {
            name: "long".to_owned(),
            word: String::new(),
            tags: texts(&["a", "b"]),
            kinds: texts(&[]),
            days: 8,
            site: "javascript:1".to_owned(),
            note: "a\u{7}".to_owned(),
            terms: false,
            parts: vec![Part { name: "ok".to_owned() }, Part { name: "far".to_owned() }],
        };
        let error = Error::from(thing.validate().unwrap_err());
        let told: Vec<_> =
            error.fields().iter().map(|at| (at.field.as_str(), at.kind, at.message.as_str())).collect();
        assert_eq!(
            told,
            [
                ("days", FieldKind::OutOfRange, "is more than a week"),
                ("kinds", FieldKind::Count(1, 2), "must have 1 to 2 entries"),
                ("name", FieldKind::TooLong(3), "is longer than 3 characters"),
                ("note", FieldKind::ControlCharacter, "holds a control character"),
                ("parts.1.name", FieldKind::TooLong(2), "is longer than 2 characters"),
                ("site", FieldKind::Malformed, "must be an http or https URL"),
                ("tags", FieldKind::TooMany(1), "has more than 1 entries"),
                ("terms", FieldKind::Required, "must be given"),
                ("word", FieldKind::Length(1, 3), "must be 1 to 3 characters"),
            ]
        );
        assert_eq!(error.code(), Code::Invalid);
    }

    #[test]
    fn a_check_of_ours_may_be_of_any_kind() {
        for kind in ALL {
            let told = problem(&kind.told("no").into());
            // the words there are do not travel
            let expected = if let FieldKind::Choice(_) = kind { FieldKind::Malformed } else { kind };
            assert_eq!((told.kind, told.message.as_str()), (expected, "no"));
        }
    }

    #[test]
    fn what_validator_checks_by_itself_is_of_a_kind_too() {
        for (code, kind) in [
            ("required", FieldKind::Required),
            ("must_match", FieldKind::Mismatch),
            ("email", FieldKind::Malformed),
        ] {
            assert_eq!(problem(&ValidationError::new(code)), kind.into());
        }
    }
}
