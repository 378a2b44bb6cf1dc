//! `/api/v1/organization/{organization}/apps`: an organization's links to outside systems.

use actix_web::HttpResponse;
use polity_kernel::Result;
use polity_projects::AppId;

use super::Fault;
use super::fault::Failures;
use super::paths::{AppPath, OrganizationPath};
use super::wire::{App, AppBody, AppQuery};
use crate::answer::{Listing, Slice};
use crate::ask::current::Here;
use crate::ask::{Json, Path, Query};
use crate::gate::caller::Caller;

/// The apps of an organization, without their secrets; at most 100. For everybody who belongs to it.
#[utoipa::path(get, path = "/api/v1/organization/{organization}/apps", tag = "api_v1", params(OrganizationPath, Slice),
    security(("bearer" = [])), responses((status = 200, body = [App]), Failures))]
pub(super) async fn list(caller: Caller, here: Here, slice: Query<Slice>) -> Result<Listing<App>, Fault> {
    let found = caller.list(
        &slice,
        move |polity, actor| here.enter(polity, actor),
        |polity, access, page| Ok(polity.projects.apps(access, page)?.map(App::from)),
    );
    Ok(found.await?)
}

/// Links an organization to an outside system. Permission: `org.directory.update`.
#[utoipa::path(post, path = "/api/v1/organization/{organization}/apps", tag = "api_v1", params(OrganizationPath),
    request_body = AppBody, security(("bearer" = [])), responses((status = 201, body = App), Failures))]
pub(super) async fn connect(caller: Caller, here: Here, body: Json<AppBody>) -> Result<HttpResponse, Fault> {
    let new = body.0.parsed()?;
    let made =
        caller.write(move |polity, actor| polity.projects.connect(&here.enter(polity, actor)?, new)).await?;
    Ok(HttpResponse::Created().json(App::from(made)))
}

/// Takes the link to an outside system away. Permission: `org.directory.update`.
#[utoipa::path(delete, path = "/api/v1/organization/{organization}/apps/{app}", tag = "api_v1",
    params(OrganizationPath, AppPath), security(("bearer" = [])), responses((status = 200, body = App), Failures))]
pub(super) async fn disconnect(caller: Caller, here: Here, path: Path<AppPath>) -> Result<Json<App>, Fault> {
    disconnected(caller, here, path.app()?).await
}

/// Takes the link to an outside system away, named in the query. Permission: `org.directory.update`.
#[utoipa::path(delete, path = "/api/v1/organization/{organization}/apps", tag = "api_v1",
    params(OrganizationPath, AppQuery), security(("bearer" = [])), responses((status = 200, body = App), Failures))]
pub(super) async fn disconnect_named(
    caller: Caller,
    here: Here,
    query: Query<AppQuery>,
) -> Result<Json<App>, Fault> {
    disconnected(caller, here, query.app()?).await
}

async fn disconnected(caller: Caller, here: Here, app: AppId) -> Result<Json<App>, Fault> {
    let removed =
        caller.write(move |polity, actor| polity.projects.disconnect(&here.enter(polity, actor)?, app));
    Ok(Json(removed.await?.into()))
}
