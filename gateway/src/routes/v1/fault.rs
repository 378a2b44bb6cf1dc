//! The family's answer to a failure: a list of words, with the status that is true.

use actix_web::HttpResponse;
use actix_web::http::header::{self, HeaderValue};
use polity_kernel::{Code, Error, FieldError};
use serde::Serialize;
use utoipa::ToSchema;

use crate::ask::fields::camel;
use crate::gate::status;

/// A failure on its way to the family's answer.
pub(super) struct Fault(Error);

/// What went wrong.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Errors {
    /// Why: one text, or one for each field of the body that is not acceptable.
    errors: Vec<String>,
    /// Of `reauthentication_required`: how many seconds ago the session's person may have signed in at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    max_age: Option<u64>,
}

/// The failures any route of the family may answer with.
#[derive(utoipa::IntoResponses)]
#[expect(dead_code, reason = "only read by the documentation")]
pub(super) enum Failures {
    /// Something in the request is not acceptable; nothing was changed.
    #[response(status = 400)]
    BadRequest(Errors),
    /// No credential, a bad one, or more than one.
    #[response(status = 401)]
    Unauthorized(Errors),
    /// Known here, but not allowed.
    #[response(status = 403)]
    Forbidden(Errors),
    /// No such thing, or none the caller may know of.
    #[response(status = 404)]
    NotFound(Errors),
    /// Taken, or the present state or the license does not allow it.
    #[response(status = 409)]
    Conflict(Errors),
    /// The body is too large.
    #[response(status = 413)]
    TooLarge(Errors),
    /// The body is not JSON.
    #[response(status = 415)]
    UnsupportedMediaType(Errors),
    /// Too many failed attempts at a credential.
    #[response(status = 429)]
    TooManyRequests(Errors),
    /// The store cannot be reached.
    #[response(status = 503)]
    Unavailable(Errors),
}

answering!(Fault);

/// The answer to a failure. One for want of a credential names both ways that have a name in HTTP (RFC 9110 §11.6.1).
pub(super) fn render(error: &Error) -> HttpResponse {
    const BASIC: HeaderValue = HeaderValue::from_static(r#"Basic realm="polity", charset="UTF-8""#);
    let mut answer = status::answer(error);
    if error.code() == Code::Unauthenticated {
        answer.append_header((header::WWW_AUTHENTICATE, BASIC));
    }
    answer.json(Errors { errors: texts(error), max_age: status::max_age(error) })
}

fn texts(error: &Error) -> Vec<String> {
    if error.code() != Code::Invalid || error.fields().is_empty() {
        return vec![error.message().to_owned()];
    }
    error.fields().iter().map(told).collect()
}

fn told(at: &FieldError) -> String {
    let name = match at.field.split_once('.') {
        // what stands behind is the caller's own
        Some(("parameters", name)) => format!("parameters.{name}"),
        _ => at.field.split('.').map(word).collect::<Vec<_>>().join("."),
    };
    format!("{name}: {}", at.message)
}

/// This family's name of an area's field: the same words in camel case, but for those it has other words for.
fn word(name: &str) -> String {
    match name {
        "__all__" => "body".to_owned(),
        name => camel(name),
    }
}

#[cfg(test)]
mod tests {
    use polity_kernel::FieldKind;

    use super::*;

    #[test]
    fn a_failure_is_a_list_of_texts() {
        for (error, told) in [
            (Error::not_found("organization"), "no such organization"),
            (Error::field("license_key", FieldKind::Blank.told("is empty")), "licenseKey: is empty"),
            (Error::field("parameters.api_key", FieldKind::Duplicate), "parameters.api_key: is given twice"),
            (Error::field("__all__", FieldKind::Required), "body: is required"),
            (Error::field("eulaAccepted", FieldKind::Required), "eulaAccepted: is required"),
        ] {
            assert_eq!(texts(&error), [told]);
        }
    }

    #[test]
    fn who_brings_no_credential_hears_of_both_schemes() {
        let answer = render(&Error::new(Code::Unauthenticated, "a credential is required"));
        let schemes: Vec<&str> = answer
            .headers()
            .get_all(header::WWW_AUTHENTICATE)
            .map(|scheme| scheme.to_str().unwrap())
            .collect();
        assert!(
            matches!(schemes[..], [bearer, basic] if bearer.starts_with("Bearer ") && basic.starts_with("Basic "))
        );
        assert!(!render(&Error::not_found("x")).headers().contains_key(header::WWW_AUTHENTICATE));
    }
}
