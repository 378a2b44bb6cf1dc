//! `/v1/organizations/projects` and its twin `/v1/organizations/accounts`: the projects of the current organization.

use actix_web::HttpResponse;
use polity_kernel::{Page, Paged, Result};

use super::Fault;
use super::fault::Failures;
use super::paths::ProjectPath;
use super::wire::{AccountAnswer, AccountList, AccountSpec, Envelope, ProjectBody, ProjectChange};
use crate::answer::{Listing, Slice};
use crate::ask::current::{CurrentHeader, Here};
use crate::ask::{Json, Path, Query};
use crate::gate::caller::Caller;

/// The most projects in one piece of a list: each may have as much as 400 KiB of parameters.
pub(super) const PIECE: i64 = 50;

/// The projects of the current organization that the caller sees. Permission: `projects.list`, or a role in each.
#[utoipa::path(get, path = "/v1/organizations/projects", tag = "v1", params(CurrentHeader, Slice),
    responses((status = 200, body = AccountList), Failures))]
pub(super) async fn list(
    caller: Caller,
    here: Here,
    slice: Query<Slice>,
) -> Result<Listing<Envelope<AccountSpec>>, Fault> {
    let listing = caller.list(
        &slice,
        move |polity, actor| here.enter(polity, actor),
        |polity, access, page| {
            let page = Page { limit: page.limit.min(PIECE), ..page };
            shown(polity.projects.projects(access, page)?)
        },
    );
    Ok(listing.await?.inside(AccountList::ITEMS))
}

/// The projects of the current organization, as `/v1/organizations/projects` has them. Permission: `projects.list`, or a role in
/// each.
#[utoipa::path(get, path = "/v1/organizations/accounts", tag = "v1", params(CurrentHeader, Slice),
    responses((status = 200, body = AccountList), Failures))]
pub(super) async fn list_accounts(
    caller: Caller,
    here: Here,
    slice: Query<Slice>,
) -> Result<Listing<Envelope<AccountSpec>>, Fault> {
    list(caller, here, slice).await
}

/// Opens a further project in the current organization; the caller becomes its admin. Permission: `projects.create`.
#[utoipa::path(post, path = "/v1/organizations/projects", tag = "v1", params(CurrentHeader),
    request_body = ProjectBody, responses((status = 201, body = AccountAnswer), Failures))]
pub(super) async fn open(caller: Caller, here: Here, body: Json<ProjectBody>) -> Result<HttpResponse, Fault> {
    let new = body.0.parsed()?;
    let opened = caller
        .write(move |polity, actor| polity.projects.open_project(&here.enter(polity, actor)?, new))
        .await?;
    Ok(HttpResponse::Created().json(AccountAnswer { account: Envelope::of_project(opened)? }))
}

/// One project of the current organization. Permission: `projects.get`, or a role in it.
#[utoipa::path(get, path = "/v1/organizations/projects/{project}", tag = "v1", params(CurrentHeader, ProjectPath),
    responses((status = 200, body = AccountAnswer), Failures))]
pub(super) async fn read(
    caller: Caller,
    here: Here,
    path: Path<ProjectPath>,
) -> Result<Json<AccountAnswer>, Fault> {
    let project = path.project()?;
    let found = caller
        .read(move |polity, actor| polity.projects.project(&here.enter(polity, actor)?, project))
        .await?;
    Ok(Json(AccountAnswer { account: Envelope::of_project(found)? }))
}

/// Changes a project of the current organization. Permission: `projects.update`, or the role `admin` in it.
#[utoipa::path(patch, path = "/v1/organizations/projects/{project}", tag = "v1", params(CurrentHeader, ProjectPath),
    request_body = ProjectChange, responses((status = 200, body = AccountAnswer), Failures))]
pub(super) async fn update(
    caller: Caller,
    here: Here,
    path: Path<ProjectPath>,
    body: Json<ProjectChange>,
) -> Result<Json<AccountAnswer>, Fault> {
    let (project, patch) = (path.project()?, body.0.parsed()?);
    let changed = caller
        .write(move |polity, actor| {
            polity.projects.change_project(&here.enter(polity, actor)?, project, patch)
        })
        .await?;
    Ok(Json(AccountAnswer { account: Envelope::of_project(changed)? }))
}

/// Closes a project of the current organization for good. Permission: `projects.delete`, or the role `admin` in it.
#[utoipa::path(delete, path = "/v1/organizations/projects/{project}", tag = "v1", params(CurrentHeader, ProjectPath),
    responses((status = 204, description = "It is gone."), Failures))]
pub(super) async fn close(
    caller: Caller,
    here: Here,
    path: Path<ProjectPath>,
) -> Result<HttpResponse, Fault> {
    let project = path.project()?;
    caller
        .write(move |polity, actor| polity.projects.close_project(&here.enter(polity, actor)?, project))
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Has the caller work in a project of the current organization. Permission: `projects.get`, or a role in it.
#[utoipa::path(put, path = "/v1/organizations/projects/{project}/active", tag = "v1",
    params(CurrentHeader, ProjectPath),
    responses((status = 204, description = "The caller works in it now."), Failures))]
pub(super) async fn activate(
    caller: Caller,
    here: Here,
    path: Path<ProjectPath>,
) -> Result<HttpResponse, Fault> {
    let project = path.project()?;
    caller
        .write(move |polity, actor| polity.projects.activate_project(&here.enter(polity, actor)?, project))
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// A page of projects as they are shown.
pub(super) fn shown(page: Paged<polity_projects::Project>) -> Result<Paged<Envelope<AccountSpec>>> {
    let items = page.items.into_iter().map(Envelope::of_project).collect::<Result<_>>()?;
    Ok(Paged { items, next: page.next })
}
