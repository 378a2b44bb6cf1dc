//! From a failure to the head of its answer: status, headers, and one line in the log.
//!
//! The body is the family's.

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpResponse, HttpResponseBuilder};
pub use polity_kernel::RetryAfter;
use polity_kernel::{Code, Error, RECENT};

use crate::telemetry;

/// The status a failure is answered with.
pub fn of(code: Code) -> StatusCode {
    match code {
        Code::Malformed | Code::Invalid => StatusCode::BAD_REQUEST,
        Code::Unauthenticated => StatusCode::UNAUTHORIZED,
        Code::Forbidden
        | Code::PersonRequired
        | Code::OrganizationInactive
        | Code::JoinRefused
        | Code::ReauthenticationRequired
        | Code::SecondFactorRequired
        | Code::SsoEnforced
        | Code::CrossSite
        | Code::NotEntitled => StatusCode::FORBIDDEN,
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::InvitationOver => StatusCode::GONE,
        Code::Conflict
        | Code::AlreadyMember
        | Code::NotAMember
        | Code::LimitReached
        | Code::LastOwner
        | Code::Cycle => StatusCode::CONFLICT,
        Code::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        Code::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
        Code::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Code::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Code::Throttled => StatusCode::TOO_MANY_REQUESTS,
        Code::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Code::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// Begins the answer to a failure, for a family's `fault.rs` to put its body to; logs what the operator must know of.
///
/// A failure is answered once, so it is also logged once.
pub fn answer(error: &Error) -> HttpResponseBuilder {
    if matches!(error.code(), Code::Internal | Code::Unavailable) {
        telemetry::tell_failure(error, "a request failed");
    } else {
        tracing::debug!(code = error.code().name(), ?error, "a request was refused");
    }
    let mut answer = HttpResponse::build(of(error.code()));
    match error.code() {
        Code::Unauthenticated => {
            answer.insert_header((header::WWW_AUTHENTICATE, challenge(error)));
        }
        Code::Throttled | Code::Unavailable => {
            let seconds = cause::<RetryAfter>(error).map_or(1, |RetryAfter(seconds)| *seconds);
            answer.insert_header((header::RETRY_AFTER, seconds));
        }
        _ => {}
    }
    answer
}

/// The cause of an unauthenticated call that brought no credential at all.
#[derive(Debug)]
pub struct NoCredential;

/// Why a caller is not let in: the credential is good, but not for this.
#[derive(Debug)]
pub struct TooNarrow;

impl fmt::Display for NoCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no credential was sent")
    }
}

impl fmt::Display for TooNarrow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the credential is not good for this")
    }
}

impl std::error::Error for NoCredential {}
impl std::error::Error for TooNarrow {}

/// How many seconds before the request its caller must have proven themselves, where that is what is wrong.
pub fn max_age(error: &Error) -> Option<u64> {
    (error.code() == Code::ReauthenticationRequired).then(|| RECENT.as_secs())
}

/// What caused the failure, where that is of this type.
pub fn cause<T: std::error::Error + 'static>(error: &Error) -> Option<&T> {
    std::error::Error::source(error)?.downcast_ref()
}

/// RFC 6750 §3: a caller that sent no credential is told none of the error parameters (§3.1).
fn challenge(error: &Error) -> HeaderValue {
    const BARE: HeaderValue = HeaderValue::from_static(r#"Bearer realm="polity""#);
    if cause::<NoCredential>(error).is_some() {
        return BARE;
    }
    let reason = if cause::<TooNarrow>(error).is_some() { "insufficient_scope" } else { "invalid_token" };
    let description: String = error.message().chars().map(|c| if quotable(c) { c } else { '\'' }).collect();
    let text = format!(r#"Bearer realm="polity", error="{reason}", error_description="{description}""#);
    HeaderValue::try_from(text).unwrap_or(BARE)
}

/// What `error_description` may hold (RFC 6750 §3).
fn quotable(c: char) -> bool {
    matches!(c, ' '..='~') && c != '"' && c != '\\'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(error: &Error, name: header::HeaderName) -> String {
        answer(error).finish().headers().get(name).unwrap().to_str().unwrap().to_owned()
    }

    #[test]
    fn every_code_has_a_status_of_failure() {
        for code in Code::ALL {
            assert!(of(*code).is_client_error() || of(*code).is_server_error(), "{code:?}");
        }
    }

    #[test]
    fn a_bad_credential_is_told_why_and_a_missing_one_is_not() {
        let bad = Error::new(Code::Unauthenticated, "the \"token\" has expired");
        assert_eq!(
            header(&bad, header::WWW_AUTHENTICATE),
            r#"Bearer realm="polity", error="invalid_token", error_description="the 'token' has expired""#
        );
        let missing = Error::new(Code::Unauthenticated, "a credential is required").because(NoCredential);
        assert_eq!(header(&missing, header::WWW_AUTHENTICATE), r#"Bearer realm="polity""#);
    }

    #[test]
    fn who_must_wait_is_told_how_long() {
        let throttled = Error::new(Code::Throttled, "too many failures").because(RetryAfter(17));
        assert_eq!(header(&throttled, header::RETRY_AFTER), "17");
        assert_eq!(header(&Error::new(Code::Unavailable, "busy"), header::RETRY_AFTER), "1");
    }
}
