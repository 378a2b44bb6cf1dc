//! `/api/v1/group/{group}/profile`: what a group shows of itself.

use actix_web::HttpResponse;
use polity_kernel::Result;

use super::Fault;
use super::fault::Failures;
use super::paths::GroupProfilePath;
use super::wire::{GroupProfile, GroupProfileChange};
use crate::ask::current::{CurrentHeader, Here};
use crate::ask::{Json, Path};
use crate::gate::caller::Caller;

/// The profile of a group; 404 while there is none. Permission: `org.groups.get`.
#[utoipa::path(get, path = "/api/v1/group/{group}/profile", tag = "api_v1", params(GroupProfilePath, CurrentHeader),
    security(("bearer" = [])), responses((status = 200, body = GroupProfile), Failures))]
pub(super) async fn read(
    caller: Caller,
    here: Here,
    path: Path<GroupProfilePath>,
) -> Result<Json<GroupProfile>, Fault> {
    let group = path.group()?;
    let found = caller.read(move |polity, actor| polity.groups.profile(&here.enter(polity, actor)?, group));
    Ok(Json(found.await?.into()))
}

/// Makes or replaces the profile of a group: what is not sent is cleared. Permission: `org.groups.update`.
#[utoipa::path(post, path = "/api/v1/group/{group}/profile", tag = "api_v1", params(GroupProfilePath, CurrentHeader),
    request_body = GroupProfile, security(("bearer" = [])),
    responses((status = 201, body = GroupProfile), Failures))]
pub(super) async fn replace(
    caller: Caller,
    here: Here,
    path: Path<GroupProfilePath>,
    body: Json<GroupProfile>,
) -> Result<HttpResponse, Fault> {
    let (group, profile) = (path.group()?, body.0.parsed()?);
    let kept = caller
        .write(move |polity, actor| polity.groups.set_profile(&here.enter(polity, actor)?, group, profile));
    Ok(HttpResponse::Created().json(GroupProfile::from(kept.await?)))
}

/// Changes the profile of a group, or makes it: what is not sent stays. Permission: `org.groups.update`.
#[utoipa::path(patch, path = "/api/v1/group/{group}/profile", tag = "api_v1",
    params(GroupProfilePath, CurrentHeader), request_body = GroupProfileChange, security(("bearer" = [])),
    responses((status = 200, body = GroupProfile), Failures))]
pub(super) async fn update(
    caller: Caller,
    here: Here,
    path: Path<GroupProfilePath>,
    body: Json<GroupProfileChange>,
) -> Result<Json<GroupProfile>, Fault> {
    let (group, patch) = (path.group()?, body.0.parsed()?);
    let kept = caller
        .write(move |polity, actor| polity.groups.patch_profile(&here.enter(polity, actor)?, group, patch));
    Ok(Json(kept.await?.into()))
}
