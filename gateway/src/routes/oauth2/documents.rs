//! Documents for relying parties: public keys and metadata.

use actix_web::HttpResponse;
use actix_web::http::header;
use polity_kernel::Result;
use serde::Serialize;

use super::fault::Fault;
use crate::areas::Polity;
use crate::gate::caller::Anyone;

/// The public keys of all tokens that may still be valid (RFC 7517).
#[utoipa::path(get, path = "/oauth2/jwks.json", tag = "oauth2",
    responses((status = 200, description = "A JWK set", body = Object)))]
pub(super) async fn keys(anyone: Anyone) -> Result<HttpResponse, Fault> {
    document(anyone, |polity| polity.identity.jwks()).await
}

/// Metadata of this issuer (OpenID Connect Discovery).
#[utoipa::path(get, path = "/.well-known/openid-configuration", tag = "oauth2",
    responses((status = 200, description = "Metadata", body = Object)))]
pub(super) async fn openid(anyone: Anyone) -> Result<HttpResponse, Fault> {
    document(anyone, |polity| Ok(polity.identity.metadata())).await
}

/// Metadata of this issuer (RFC 8414).
#[utoipa::path(get, path = "/.well-known/oauth-authorization-server", tag = "oauth2",
    responses((status = 200, description = "Metadata", body = Object)))]
pub(super) async fn oauth(anyone: Anyone) -> Result<HttpResponse, Fault> {
    document(anyone, |polity| Ok(polity.identity.metadata())).await
}

/// A document that relying parties may keep for five minutes: a new signing key is published twice as long before it is used.
async fn document<T: Serialize + Send + 'static>(
    anyone: Anyone,
    read: impl FnOnce(&Polity) -> Result<T> + Send + 'static,
) -> Result<HttpResponse, Fault> {
    let document = anyone.read(read).await?;
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "public, max-age=300")).json(document))
}
