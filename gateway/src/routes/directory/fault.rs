//! The family's answer to a failure.

use actix_web::HttpResponse;
use polity_directory::NameTaken;
use polity_kernel::{Code, Error, FieldError, FieldKind, Permission};
use serde::Serialize;
use utoipa::ToSchema;

use crate::gate::status;

/// A failure on its way to the family's answer.
pub(super) struct Fault(Error);

/// What went wrong.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Failure {
    /// The HTTP status again.
    status: u16,
    /// Why.
    error: Reason,
    /// The permissions the caller would need.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    missing_permissions: Vec<String>,
    /// Of `reauthentication_required`: how many seconds ago the session's person may have signed in at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    max_age: Option<u64>,
}

/// Why something went wrong.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Reason {
    /// In words; names the field at fault where one is.
    reason: String,
}

/// The failures any route of the family may answer with.
#[derive(utoipa::IntoResponses)]
#[expect(dead_code, reason = "only read by the documentation")]
pub(super) enum Failures {
    /// Something in the request is not acceptable; nothing was changed.
    #[response(status = 400)]
    BadRequest(Failure),
    /// No credential, or a bad one.
    #[response(status = 401)]
    Unauthorized(Failure),
    /// Known here, but not allowed.
    #[response(status = 403)]
    Forbidden(Failure),
    /// No such thing, or none the caller may know of.
    #[response(status = 404)]
    NotFound(Failure),
    /// Taken, or the present state does not allow it.
    #[response(status = 409)]
    Conflict(Failure),
    /// The body is too large.
    #[response(status = 413)]
    TooLarge(Failure),
    /// The body is not JSON.
    #[response(status = 415)]
    UnsupportedMediaType(Failure),
    /// Too many failed attempts at a credential.
    #[response(status = 429)]
    TooManyRequests(Failure),
    /// The store cannot be reached.
    #[response(status = 503)]
    Unavailable(Failure),
}

answering!(Fault);

/// The answer to a failure.
pub(super) fn render(error: &Error) -> HttpResponse {
    let missing = error.missing_permissions().iter().map(Permission::to_string).collect();
    status::answer(error).json(Failure {
        status: status::of(error.code()).as_u16(),
        error: Reason { reason: reason(error) },
        missing_permissions: missing,
        max_age: status::max_age(error),
    })
}

/// The message, with fields named as this family names them.
fn reason(error: &Error) -> String {
    match status::cause::<NameTaken>(error) {
        Some(NameTaken::Key) => return "this id is taken".to_owned(),
        Some(NameTaken::Alias) => return "this subdomain is taken".to_owned(),
        _ if error.code() == Code::Invalid && !error.fields().is_empty() => {}
        _ => return error.message().to_owned(),
    }
    let told = |at: &FieldError| match (at.field.as_str(), at.kind) {
        // the whole body: the one rule on it is that something names a new organization
        ("__all__", FieldKind::Required) => "one of id, name and domain is required".to_owned(),
        (field, _) => format!("{}: {}", translated(field), at.message),
    };
    error.fields().iter().map(told).collect::<Vec<_>>().join("; ")
}

/// This family's word for an area's field.
fn translated(field: &str) -> &str {
    match field {
        "key" => "id",
        "alias" => "subdomain",
        "days" => "expireDays",
        "expires_at" => "expires_date",
        other => other,
    }
}
