//! OAuth 2.0 and OpenID Connect: tokens, keys, metadata, and registration of clients.

mod clients;
mod documents;
mod endpoint;
mod fault;
mod wire;

use utoipa::OpenApi as _;

use crate::family::{Family, Schemes};
use crate::table::{Place, Routes, at};

/// OAuth 2.0 and OpenID Connect.
pub const FAMILY: Family = Family {
    name: "oauth2",
    prefix: "",
    schemes: Schemes::Bearer,
    render: fault::render,
    routes: Routes::no_scope_because("its area asks a credential that is limited itself", routes),
    slashed: false,
    operators: false,
    document: Document::openapi,
};

fn routes() -> Vec<Place> {
    vec![
        at("/oauth2/token").post(endpoint::token),
        at("/oauth2/introspect").post(endpoint::introspect),
        at("/oauth2/revoke").post(endpoint::revoke),
        at("/oauth2/jwks.json").get(documents::keys),
        at("/.well-known/openid-configuration").get(documents::openid),
        at("/.well-known/oauth-authorization-server").get(documents::oauth),
        at("/oauth2/register").post(clients::register),
        at("/oauth2/register/{client_id}").get(clients::read).put(clients::replace).delete(clients::remove),
    ]
}

#[derive(utoipa::OpenApi)]
#[openapi(
    paths(
        endpoint::token, endpoint::introspect, endpoint::revoke,
        documents::keys, documents::openid, documents::oauth,
        clients::register, clients::read, clients::replace, clients::remove,
    ),
    tags((name = "oauth2", description = "OAuth 2.0 (RFC 6749, 7009, 7591, 7592, 7662, 8414, 9068) and OpenID Connect discovery."))
)]
struct Document;
