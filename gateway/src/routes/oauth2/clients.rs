//! Registration of clients (RFC 7591) and what becomes of them later (RFC 7592).
//!
//! Whoever registers proves it with their own credential, and so does whoever manages the client later: there are no registration
//! access tokens. The client belongs to the organization of the token's `org` claim or the `X-Organization` header; with
//! neither, to the platform, which needs a platform administrator.

use actix_web::HttpResponse;
use polity_identity::Owner;
use polity_kernel::{Actor, Result, ServiceAccountId};
use serde::Deserialize;

use super::fault::{Body, Fault};
use super::wire::{ClientMetadata, RegisteredClient};
use crate::areas::Polity;
use crate::ask::{Json, Path};
use crate::gate::caller::{Caller, OrganizationHeader};

/// Which client.
#[derive(Deserialize)]
pub(super) struct ClientPath {
    client_id: ServiceAccountId,
}

/// Registers a client. Needs `projects.credentials.create`.
#[utoipa::path(post, path = "/oauth2/register", tag = "oauth2", security(("bearer" = [])),
    params(("X-Organization" = Option<String>, Header, description = "Id, key or alias of the client's organization")),
    request_body = ClientMetadata,
    responses(
        (status = 201, description = "Registered", body = RegisteredClient),
        (status = 400, description = "Refused", body = Body),
        (status = 401, description = "No or bad credential", body = Body),
        (status = 403, description = "Not allowed", body = Body),
        (status = 404, description = "Unknown organization", body = Body),
        (status = 413, description = "The body is too large", body = Body),
        (status = 415, description = "The body is not JSON", body = Body),
        (status = 429, description = "Too many failures from this address", body = Body),
        (status = 503, description = "The store cannot be reached", body = Body),
    ))]
pub(super) async fn register(
    caller: Caller,
    header: OrganizationHeader,
    Json(metadata): Json<ClientMetadata>,
) -> Result<HttpResponse, Fault> {
    // a sector's document may have to be asked for
    let registered = caller
        .errand(move |polity, actor| {
            let owner = owner(polity, actor, header)?;
            let new = metadata.register(is_platform(&owner))?;
            let (client, secret) = polity.identity.register(&owner, new)?;
            Ok(RegisteredClient::new(client, secret.as_ref(), &polity.identity.metadata().issuer))
        })
        .await?;
    Ok(HttpResponse::Created().json(registered))
}

/// One client. Needs `projects.credentials.get`.
#[utoipa::path(get, path = "/oauth2/register/{client_id}", tag = "oauth2", security(("bearer" = [])),
    params(
        ("client_id" = uuid::Uuid, Path),
        ("X-Organization" = Option<String>, Header, description = "Id, key or alias of the client's organization"),
    ),
    responses(
        (status = 200, body = RegisteredClient),
        (status = 401, description = "No or bad credential", body = Body),
        (status = 403, description = "Not allowed", body = Body),
        (status = 404, description = "Unknown client or organization", body = Body),
        (status = 429, description = "Too many failures from this address", body = Body),
        (status = 503, description = "The store cannot be reached", body = Body),
    ))]
pub(super) async fn read(
    caller: Caller,
    header: OrganizationHeader,
    path: Path<ClientPath>,
) -> Result<Json<RegisteredClient>, Fault> {
    let found = caller.read(move |polity, actor| {
        let client = polity.identity.client(&owner(polity, actor, header.clone())?, path.client_id)?;
        Ok(RegisteredClient::new(client, None, &polity.identity.metadata().issuer))
    });
    Ok(Json(found.await?))
}

/// Replaces what a client is. Needs `projects.credentials.update`.
#[utoipa::path(put, path = "/oauth2/register/{client_id}", tag = "oauth2", security(("bearer" = [])),
    params(
        ("client_id" = uuid::Uuid, Path),
        ("X-Organization" = Option<String>, Header, description = "Id, key or alias of the client's organization"),
    ),
    request_body = ClientMetadata,
    responses(
        (status = 200, body = RegisteredClient),
        (status = 400, description = "Refused", body = Body),
        (status = 401, description = "No or bad credential", body = Body),
        (status = 403, description = "Not allowed", body = Body),
        (status = 404, description = "Unknown client or organization", body = Body),
        (status = 409, description = "Changed by somebody else at the same time", body = Body),
        (status = 413, description = "The body is too large", body = Body),
        (status = 415, description = "The body is not JSON", body = Body),
        (status = 429, description = "Too many failures from this address", body = Body),
        (status = 503, description = "The store cannot be reached", body = Body),
    ))]
pub(super) async fn replace(
    caller: Caller,
    header: OrganizationHeader,
    path: Path<ClientPath>,
    Json(metadata): Json<ClientMetadata>,
) -> Result<Json<RegisteredClient>, Fault> {
    let replaced = caller.errand(move |polity, actor| {
        let owner = owner(polity, actor, header)?;
        let present = polity.identity.client(&owner, path.client_id)?;
        let patch = metadata.replace(&present, is_platform(&owner))?;
        let client = polity.identity.update(&owner, present.id, Some(present.version), patch)?;
        Ok(RegisteredClient::new(client, None, &polity.identity.metadata().issuer))
    });
    Ok(Json(replaced.await?))
}

/// Removes a client; its tokens are refused from now on. Needs `projects.credentials.delete`.
#[utoipa::path(delete, path = "/oauth2/register/{client_id}", tag = "oauth2", security(("bearer" = [])),
    params(
        ("client_id" = uuid::Uuid, Path),
        ("X-Organization" = Option<String>, Header, description = "Id, key or alias of the client's organization"),
    ),
    responses(
        (status = 204, description = "Removed"),
        (status = 401, description = "No or bad credential", body = Body),
        (status = 403, description = "Not allowed", body = Body),
        (status = 404, description = "Unknown client or organization", body = Body),
        (status = 429, description = "Too many failures from this address", body = Body),
        (status = 503, description = "The store cannot be reached", body = Body),
    ))]
pub(super) async fn remove(
    caller: Caller,
    header: OrganizationHeader,
    path: Path<ClientPath>,
) -> Result<HttpResponse, Fault> {
    caller
        .write(move |polity, actor| polity.identity.remove(&owner(polity, actor, header)?, path.client_id))
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Whose clients the caller means.
fn owner(polity: &Polity, actor: &Actor, header: OrganizationHeader) -> Result<Owner> {
    match header.current(actor)? {
        Some(organization) => Ok(Owner::Organization(polity.enter(actor, &organization)?)),
        None => Ok(Owner::Actor(actor.clone())),
    }
}

fn is_platform(owner: &Owner) -> bool {
    matches!(owner, Owner::Actor(_))
}
