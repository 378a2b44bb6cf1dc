//! The error body of OAuth (RFC 6749 §5.2, RFC 7591 §3.2.2): `{"error": "…", "error_description": "…"}`.

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::{HttpResponse, ResponseError};
use polity_identity::{OAuthCode, OAuthError};
use polity_kernel::{Code, Error};
use serde::Serialize;
use utoipa::ToSchema;

use crate::gate::status;

/// A failure of this family.
pub(super) struct Fault(OAuthError);

/// The error body.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Body {
    /// The code of the standard.
    error: &'static str,
    /// Words for the developer of the client.
    error_description: String,
}

/// The answer to a failure that is no protocol error.
pub(super) fn render(error: &Error) -> HttpResponse {
    let body = Body { error: word(error), error_description: error.message().to_owned() };
    status::answer(error).json(body)
}

/// The nearest code of the standards: RFC 6749 §4.1.2.1 and §5.2, RFC 6750 §3.1, RFC 7591 §3.2.2.
fn word(error: &Error) -> &'static str {
    let about_redirects = error.fields().iter().any(|field| field.field.starts_with("redirect_uris"));
    match error.code() {
        Code::Invalid if about_redirects => "invalid_redirect_uri",
        Code::Invalid => "invalid_client_metadata",
        Code::Malformed
        | Code::TooLarge
        | Code::UnsupportedMediaType
        | Code::NotAcceptable
        | Code::MethodNotAllowed => "invalid_request",
        Code::Unauthenticated => "invalid_token",
        Code::Forbidden | Code::PersonRequired | Code::OrganizationInactive => "access_denied",
        Code::Throttled => "slow_down",
        Code::Unavailable => "temporarily_unavailable",
        Code::Internal => "server_error",
        other => other.name(),
    }
}

impl From<OAuthError> for Fault {
    fn from(error: OAuthError) -> Self {
        Self(error)
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self(OAuthError::Failed(error))
    }
}

impl ResponseError for Fault {
    fn status_code(&self) -> StatusCode {
        match &self.0 {
            OAuthError::Refused { code: OAuthCode::InvalidClient, .. } => StatusCode::UNAUTHORIZED,
            OAuthError::Refused { .. } => StatusCode::BAD_REQUEST,
            OAuthError::Failed(error) => status::of(error.code()),
        }
    }

    fn error_response(&self) -> HttpResponse {
        let (code, description) = match &self.0 {
            OAuthError::Refused { code, description } => (*code, description),
            OAuthError::Failed(error) => return render(error),
        };
        let mut answer = HttpResponse::build(self.status_code());
        if code == OAuthCode::InvalidClient {
            answer.insert_header((header::WWW_AUTHENTICATE, r#"Basic realm="polity""#));
        }
        answer.json(Body { error: code.as_str(), error_description: description.to_string() })
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}
