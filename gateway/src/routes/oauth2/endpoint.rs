//! The endpoints that clients prove themselves at: token, introspection, revocation.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use polity_identity::{IntrospectionRequest, OAuthCode, OAuthError, RevocationRequest, TokenRequest};
use polity_kernel::{Code, Error};

use super::fault::{Body, Fault};
use super::wire::{TokenForm, TokenQuestion};
use crate::ask::{Form, Json};
use crate::gate::caller::Anyone;

/// An access token for a client itself (`client_credentials`, RFC 6749 §4.4).
#[utoipa::path(post, path = "/oauth2/token", tag = "oauth2", security(("basic" = []), ()),
    request_body(content = TokenForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "The token (RFC 6749 §5.1)", body = Object),
        (status = 400, description = "Refused (RFC 6749 §5.2)", body = Body),
        (status = 401, description = "The client did not prove itself", body = Body),
        (status = 413, description = "The body is too large", body = Body),
        (status = 415, description = "The body is no form", body = Body),
        (status = 429, description = "Too many failures from this address", body = Body),
        (status = 503, description = "The store cannot be reached", body = Body),
    ))]
pub(super) async fn token(anyone: Anyone, request: HttpRequest, form: Form) -> Result<HttpResponse, Fault> {
    let asked = TokenRequest::parse(authorization(&request)?, &form.0)?;
    let answer = anyone.attempt(move |polity| polity.identity.grant(&asked)).await?;
    Ok(HttpResponse::Ok().insert_header((header::PRAGMA, "no-cache")).json(answer))
}

/// Whether a token works, and whose it is (RFC 7662).
#[utoipa::path(post, path = "/oauth2/introspect", tag = "oauth2", security(("basic" = []), ()),
    request_body(content = TokenQuestion, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "What is known of the token (RFC 7662 §2.2)", body = Object),
        (status = 400, description = "Refused", body = Body),
        (status = 401, description = "The client did not prove itself", body = Body),
        (status = 413, description = "The body is too large", body = Body),
        (status = 415, description = "The body is no form", body = Body),
        (status = 429, description = "Too many failures from this address", body = Body),
        (status = 503, description = "The store cannot be reached", body = Body),
    ))]
pub(super) async fn introspect(
    anyone: Anyone,
    request: HttpRequest,
    form: Form,
) -> Result<Json<polity_identity::Introspection>, Fault> {
    let asked = IntrospectionRequest::parse(authorization(&request)?, &form.0)?;
    Ok(Json(anyone.attempt(move |polity| polity.identity.introspect(&asked)).await?))
}

/// Withdraws a token (RFC 7009).
#[utoipa::path(post, path = "/oauth2/revoke", tag = "oauth2", security(("basic" = []), ()),
    request_body(content = TokenQuestion, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "The token does not work (any more)"),
        (status = 400, description = "Refused", body = Body),
        (status = 401, description = "The client did not prove itself", body = Body),
        (status = 413, description = "The body is too large", body = Body),
        (status = 415, description = "The body is no form", body = Body),
        (status = 429, description = "Too many failures from this address", body = Body),
        (status = 503, description = "The store cannot be reached", body = Body),
    ))]
pub(super) async fn revoke(anyone: Anyone, request: HttpRequest, form: Form) -> Result<HttpResponse, Fault> {
    let asked = RevocationRequest::parse(authorization(&request)?, &form.0)?;
    anyone.attempt(move |polity| polity.identity.revoke(&asked)).await?;
    Ok(HttpResponse::Ok().finish())
}

/// The `Authorization` header as text, if there is one.
fn authorization(request: &HttpRequest) -> Result<Option<&str>, OAuthError> {
    let Some(header) = request.headers().get(header::AUTHORIZATION) else { return Ok(None) };
    header.to_str().map(Some).map_err(|_| OAuthError::Refused {
        code: OAuthCode::InvalidClient,
        description: "the Authorization header is not text".into(),
    })
}

impl Anyone {
    /// Runs what proves its client itself, on a thread that may write, and counts a failed proof against the address.
    async fn attempt<T: Send + 'static>(
        self,
        work: impl FnOnce(&crate::areas::Polity) -> Result<T, OAuthError> + Send + 'static,
    ) -> Result<T, OAuthError> {
        let gate = self.gate();
        let polity = gate.clone();
        let outcome = gate.writers.write(move || Ok(work(&polity.polity))).await?;
        outcome.map_err(|error| match error {
            OAuthError::Refused { code: OAuthCode::InvalidClient, description } => {
                let failure = Error::new(Code::Unauthenticated, description.clone());
                match self.failed(failure) {
                    throttled if throttled.code() == Code::Throttled => OAuthError::Failed(throttled),
                    _ => OAuthError::Refused { code: OAuthCode::InvalidClient, description },
                }
            }
            other => other,
        })
    }
}
