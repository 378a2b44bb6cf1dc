//! `/api/v1/organization/profile`: what an organization says of itself.

use actix_web::HttpResponse;
use polity_kernel::Result;

use super::Fault;
use super::fault::Failures;
use super::paths::OrganizationPath;
use super::wire::{OrganizationProfile, OrganizationProfileBody, OrganizationProfileChange};
use crate::ask::Json;
use crate::ask::current::{CurrentHeader, Here};
use crate::gate::caller::Caller;

/// The profile of the current organization; 404 while it has none. For everybody who belongs to it.
#[utoipa::path(get, path = "/api/v1/organization/profile", tag = "api_v1", params(CurrentHeader),
    security(("bearer" = [])), responses((status = 200, body = OrganizationProfile), Failures))]
pub(super) async fn read_current(caller: Caller, here: Here) -> Result<Json<OrganizationProfile>, Fault> {
    read(caller, here).await
}

/// The profile of an organization; 404 while it has none. For everybody who belongs to it.
#[utoipa::path(get, path = "/api/v1/organization/{organization}/profile", tag = "api_v1", params(OrganizationPath),
    security(("bearer" = [])), responses((status = 200, body = OrganizationProfile), Failures))]
pub(super) async fn read(caller: Caller, here: Here) -> Result<Json<OrganizationProfile>, Fault> {
    let found = caller.read(move |polity, actor| polity.directory.profile(&here.enter(polity, actor)?));
    Ok(Json(OrganizationProfile::from(&found.await?)))
}

/// Makes or replaces the profile of the current organization: what is not sent is cleared. Permission: `org.directory.update`.
#[utoipa::path(post, path = "/api/v1/organization/profile", tag = "api_v1", params(CurrentHeader),
    request_body = OrganizationProfileBody, security(("bearer" = [])),
    responses((status = 201, body = OrganizationProfile), Failures))]
pub(super) async fn replace_current(
    caller: Caller,
    here: Here,
    body: Json<OrganizationProfileBody>,
) -> Result<HttpResponse, Fault> {
    replace(caller, here, body).await
}

/// Makes or replaces the profile of an organization: what is not sent is cleared. Permission: `org.directory.update`.
#[utoipa::path(post, path = "/api/v1/organization/{organization}/profile", tag = "api_v1", params(OrganizationPath),
    request_body = OrganizationProfileBody, security(("bearer" = [])),
    responses((status = 201, body = OrganizationProfile), Failures))]
pub(super) async fn replace(
    caller: Caller,
    here: Here,
    body: Json<OrganizationProfileBody>,
) -> Result<HttpResponse, Fault> {
    let kept = changed(caller, here, body.0.into()).await?;
    Ok(HttpResponse::Created().json(kept))
}

/// Changes the profile of the current organization, or makes it: what is not sent stays. Permission: `org.directory.update`.
#[utoipa::path(patch, path = "/api/v1/organization/profile", tag = "api_v1", params(CurrentHeader),
    request_body = OrganizationProfileChange, security(("bearer" = [])),
    responses((status = 200, body = OrganizationProfile), Failures))]
pub(super) async fn update_current(
    caller: Caller,
    here: Here,
    body: Json<OrganizationProfileChange>,
) -> Result<Json<OrganizationProfile>, Fault> {
    update(caller, here, body).await
}

/// Changes the profile of an organization, or makes it: what is not sent stays. Permission: `org.directory.update`.
#[utoipa::path(patch, path = "/api/v1/organization/{organization}/profile", tag = "api_v1", params(OrganizationPath),
    request_body = OrganizationProfileChange, security(("bearer" = [])),
    responses((status = 200, body = OrganizationProfile), Failures))]
pub(super) async fn update(
    caller: Caller,
    here: Here,
    body: Json<OrganizationProfileChange>,
) -> Result<Json<OrganizationProfile>, Fault> {
    changed(caller, here, body.0).await.map(Json)
}

/// The profile as the change makes it.
async fn changed(
    caller: Caller,
    here: Here,
    change: OrganizationProfileChange,
) -> Result<OrganizationProfile, Fault> {
    let patch = change.into();
    let kept = caller
        .write(move |polity, actor| polity.directory.change_profile(&here.enter(polity, actor)?, patch));
    Ok(OrganizationProfile::from(&kept.await?))
}
