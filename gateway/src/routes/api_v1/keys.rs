//! `/api/v1/organization/keys`: the API keys of an organization.

use actix_web::HttpResponse;
use polity_identity::Owner;
use polity_kernel::Result;

use super::Fault;
use super::fault::Failures;
use super::paths::{KeyPath, OrganizationPath};
use super::wire::{KeyBody, OrganizationKey};
use crate::answer::{Listing, Slice};
use crate::ask::current::{CurrentHeader, Here};
use crate::ask::{Json, Path, Query};
use crate::gate::caller::Caller;

/// The keys of the current organization, without their secrets. Permission: `org.keys.list`.
#[utoipa::path(get, path = "/api/v1/organization/keys", tag = "api_v1", params(CurrentHeader, Slice),
    security(("bearer" = [])), responses((status = 200, body = [OrganizationKey]), Failures))]
pub(super) async fn list_current(
    caller: Caller,
    here: Here,
    slice: Query<Slice>,
) -> Result<Listing<OrganizationKey>, Fault> {
    list(caller, here, slice).await
}

/// The keys of an organization, without their secrets. Permission: `org.keys.list`.
#[utoipa::path(get, path = "/api/v1/organization/{organization}/keys", tag = "api_v1", params(OrganizationPath, Slice),
    security(("bearer" = [])), responses((status = 200, body = [OrganizationKey]), Failures))]
pub(super) async fn list(
    caller: Caller,
    here: Here,
    slice: Query<Slice>,
) -> Result<Listing<OrganizationKey>, Fault> {
    let found = caller.list(
        &slice,
        move |polity, actor| here.enter(polity, actor),
        |polity, access, page| {
            Ok(polity.identity.keys(&Owner::from(access), page)?.map(OrganizationKey::from))
        },
    );
    Ok(found.await?)
}

/// Makes a key of the current organization; its secret is shown this once. Permissions: `org.keys.create`, and what the key
/// gives.
#[utoipa::path(post, path = "/api/v1/organization/keys", tag = "api_v1", params(CurrentHeader), request_body = KeyBody,
    security(("bearer" = [])), responses((status = 201, body = OrganizationKey), Failures))]
pub(super) async fn create_current(
    caller: Caller,
    here: Here,
    body: Json<KeyBody>,
) -> Result<HttpResponse, Fault> {
    create(caller, here, body).await
}

/// Makes a key of an organization; its secret is shown this once. Permissions: `org.keys.create`, and what the key gives.
#[utoipa::path(post, path = "/api/v1/organization/{organization}/keys", tag = "api_v1", params(OrganizationPath),
    request_body = KeyBody, security(("bearer" = [])), responses((status = 201, body = OrganizationKey), Failures))]
pub(super) async fn create(caller: Caller, here: Here, body: Json<KeyBody>) -> Result<HttpResponse, Fault> {
    let new = body.0.parsed()?;
    let made = caller
        .write(move |polity, actor| {
            let owner = Owner::from(&here.enter(polity, actor)?);
            let (key, secret) = polity.identity.create(&owner, new).map_err(KeyBody::about_the_limit)?;
            Ok(OrganizationKey::made(key, &secret))
        })
        .await?;
    Ok(HttpResponse::Created().json(made))
}

/// Removes a key of the current organization; it is refused from now on. Permission: `org.keys.delete`.
#[utoipa::path(delete, path = "/api/v1/organization/keys/{key}", tag = "api_v1", params(CurrentHeader, KeyPath),
    security(("bearer" = [])), responses((status = 200, body = OrganizationKey), Failures))]
pub(super) async fn remove_current(
    caller: Caller,
    here: Here,
    path: Path<KeyPath>,
) -> Result<Json<OrganizationKey>, Fault> {
    remove(caller, here, path).await
}

/// Removes a key of an organization; it is refused from now on. Permission: `org.keys.delete`.
#[utoipa::path(delete, path = "/api/v1/organization/{organization}/keys/{key}", tag = "api_v1",
    params(OrganizationPath, KeyPath), security(("bearer" = [])),
    responses((status = 200, body = OrganizationKey), Failures))]
pub(super) async fn remove(
    caller: Caller,
    here: Here,
    path: Path<KeyPath>,
) -> Result<Json<OrganizationKey>, Fault> {
    let key = path.key()?;
    let removed = caller.write(move |polity, actor| {
        let owner = Owner::from(&here.enter(polity, actor)?);
        polity.identity.revoke_key(&owner, key)
    });
    Ok(Json(removed.await?.into()))
}
