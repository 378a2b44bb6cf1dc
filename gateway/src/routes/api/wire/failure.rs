//! Failures as this family shows them.

use polity_kernel::Error;
use serde::Serialize;
use utoipa::ToSchema;

/// What went wrong.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ApiFailure)]
pub(crate) struct Failure {
    /// What kind of failure: `authentication_error`, `invalid_request`, `validation_error`, `throttled_error` or `server_error`.
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    /// What is wrong, in one word for programs.
    pub(crate) code: &'static str,
    /// What is wrong, for people.
    pub(crate) detail: String,
    /// The field at fault, levels joined by `__`; null where it is none.
    pub(crate) attr: Option<String>,
    /// Of `reauthentication_required`: how many seconds ago the session's person may have signed in at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) max_age: Option<u64>,
}

/// What is wrong where that is not told in the family's envelope: to a webhook, and of an integration that has no environments.
#[derive(Serialize, ToSchema)]
pub(crate) struct Complaint {
    /// What is wrong.
    detail: String,
}

impl From<&Error> for Complaint {
    fn from(error: &Error) -> Self {
        Self { detail: error.message().to_owned() }
    }
}

/// The failures any route of the family may answer with.
#[derive(utoipa::IntoResponses)]
#[expect(dead_code, reason = "only read by the documentation")]
pub(crate) enum Failures {
    /// Something in the request is not acceptable; nothing was changed.
    #[response(status = 400)]
    BadRequest(Failure),
    /// No credential, or a bad one.
    #[response(status = 401)]
    Unauthorized(Failure),
    /// Not allowed, or no member of the organization.
    #[response(status = 403)]
    Forbidden(Failure),
    /// No such thing.
    #[response(status = 404)]
    NotFound(Failure),
    /// The caller takes no JSON.
    #[response(status = 406)]
    NotAcceptable(Failure),
    /// The present state or the license does not allow it.
    #[response(status = 409)]
    Conflict(Failure),
    /// The body is too large.
    #[response(status = 413)]
    TooLarge(Failure),
    /// The body is neither JSON nor a form.
    #[response(status = 415)]
    UnsupportedMediaType(Failure),
    /// Too many requests of the organization's API keys, or too many attempts from this address.
    #[response(status = 429)]
    TooManyRequests(Failure),
    /// The store cannot be reached.
    #[response(status = 503)]
    Unavailable(Failure),
}
