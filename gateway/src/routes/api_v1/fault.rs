//! The family's answer to a failure: its status in figures and words, and, of a body, the fields.

use actix_web::HttpResponse;
use polity_kernel::{Code, Error, FieldError};
use serde::Serialize;
use utoipa::ToSchema;

use crate::ask::fields::camel;
use crate::gate::status;

/// A failure on its way to the family's answer.
pub(super) struct Fault(Error);

/// What went wrong.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ErrorBody {
    /// The HTTP status again.
    status: u16,
    /// The status in words.
    error: &'static str,
    /// Why.
    message: String,
    /// What in the body is not acceptable.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fields: Vec<ErrorField>,
    /// Of `reauthentication_required`: how many seconds ago the session's person may have signed in at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    max_age: Option<u64>,
}

/// One field of the body and what is wrong with it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ErrorField {
    /// The field; inside another one by its path, as `[1].groupId`.
    field: String,
    /// What is wrong.
    message: String,
}

/// The failures any route of the family may answer with.
#[derive(utoipa::IntoResponses)]
#[expect(dead_code, reason = "only read by the documentation")]
pub(super) enum Failures {
    /// Something in the request is not acceptable; nothing was changed.
    #[response(status = 400)]
    BadRequest(ErrorBody),
    /// No credential, or a bad one.
    #[response(status = 401)]
    Unauthorized(ErrorBody),
    /// Known here, but not allowed.
    #[response(status = 403)]
    Forbidden(ErrorBody),
    /// No such thing, or none the caller may know of.
    #[response(status = 404)]
    NotFound(ErrorBody),
    /// Taken, or the present state does not allow it.
    #[response(status = 409)]
    Conflict(ErrorBody),
    /// The body is too large.
    #[response(status = 413)]
    TooLarge(ErrorBody),
    /// The body is not JSON.
    #[response(status = 415)]
    UnsupportedMediaType(ErrorBody),
    /// Too many failed attempts at a credential.
    #[response(status = 429)]
    TooManyRequests(ErrorBody),
    /// The store cannot be reached.
    #[response(status = 503)]
    Unavailable(ErrorBody),
}

impl Fault {
    /// A failure of a request whose parameters stand in its query, where an area sees fields: only a body has any.
    pub(super) fn of_query(error: Error) -> Self {
        let fields: Vec<ErrorField> = error.fields().iter().map(ErrorField::from).collect();
        if fields.is_empty() {
            return Self(error);
        }
        Self(Error::new(error.code(), message(&error, &fields)))
    }
}

answering!(Fault);

/// The answer to a failure.
pub(super) fn render(error: &Error) -> HttpResponse {
    let status = status::of(error.code());
    let fields: Vec<ErrorField> = error.fields().iter().map(ErrorField::from).collect();
    status::answer(error).json(ErrorBody {
        status: status.as_u16(),
        error: status.canonical_reason().unwrap_or("Error"),
        message: message(error, &fields),
        fields,
        max_age: status::max_age(error),
    })
}

/// The message, with fields named as this family names them.
fn message(error: &Error, fields: &[ErrorField]) -> String {
    if error.code() != Code::Invalid || fields.is_empty() {
        return error.message().to_owned();
    }
    let told = |at: &ErrorField| format!("{}: {}", at.field, at.message);
    fields.iter().map(told).collect::<Vec<_>>().join("; ")
}

impl From<&FieldError> for ErrorField {
    fn from(at: &FieldError) -> Self {
        Self { field: translated(&at.field), message: at.message.clone() }
    }
}

/// This family's name of an area's field: the same words in camel case, but for those it has other words for.
fn translated(field: &str) -> String {
    match field.split_once('.') {
        // what stands behind is the caller's own
        Some(("values", name)) => format!("appData.{name}"),
        Some(("secrets", name)) => format!("secretData.{name}"),
        _ => field.split('.').map(word).collect::<Vec<_>>().join("."),
    }
}

fn word(name: &str) -> String {
    match name {
        "__all__" => "body".to_owned(),
        "kind" => "type".to_owned(),
        "manager" => "managerId".to_owned(),
        "group" => "groupId".to_owned(),
        "employee" => "employeeId".to_owned(),
        "values" => "appData".to_owned(),
        "secrets" => "secretData".to_owned(),
        name => camel(name),
    }
}

#[cfg(test)]
mod tests {
    use polity_kernel::FieldKind;

    use super::*;

    #[test]
    fn a_query_has_no_fields() {
        let Fault(error) = Fault::of_query(Error::field("kind", FieldKind::Blank));
        assert_eq!((error.message(), error.fields()), ("type: must not be blank", &[][..]));
        let Fault(error) = Fault::of_query(Error::not_found("employee"));
        assert_eq!((error.code(), error.message()), (Code::NotFound, "no such employee"));
    }

    #[test]
    fn fields_go_by_the_familys_names() {
        for (area, family) in [
            ("name", "name"),
            ("logo_url", "logoUrl"),
            ("logoUrl", "logoUrl"),
            ("kind", "type"),
            ("external_id", "externalId"),
            ("placements.2.group", "placements.2.groupId"),
            ("[1].groupId", "[1].groupId"),
            ("secrets.api_key", "secretData.api_key"),
        ] {
            assert_eq!(translated(area), family);
        }
    }
}
