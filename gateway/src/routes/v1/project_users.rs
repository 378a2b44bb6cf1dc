//! `/v1/organizations/projects/{project}/users`: who has a role in a project.

use actix_web::HttpResponse;
use polity_kernel::Result;

use super::Fault;
use super::fault::Failures;
use super::paths::{ProjectPath, ProjectUserPath};
use super::wire::{ProjectRoleBody, ProjectUser, ProjectUserList};
use crate::answer::{Listing, Slice};
use crate::ask::current::{CurrentHeader, Here};
use crate::ask::{Json, Path, Query};
use crate::gate::caller::Caller;

/// Who has a role in a project of the current organization. Permission: `projects.get`, or a role in it.
#[utoipa::path(get, path = "/v1/organizations/projects/{project}/users", tag = "v1",
    params(CurrentHeader, ProjectPath, Slice), responses((status = 200, body = ProjectUserList), Failures))]
pub(super) async fn list(
    caller: Caller,
    here: Here,
    path: Path<ProjectPath>,
    slice: Query<Slice>,
) -> Result<Listing<ProjectUser>, Fault> {
    let project = path.project()?;
    let listing = caller.list(
        &slice,
        move |polity, actor| here.enter(polity, actor),
        move |polity, access, page| {
            Ok(polity.projects.project_members(access, project, page)?.map(ProjectUser::from))
        },
    );
    Ok(listing.await?.inside(ProjectUserList::ITEMS))
}

/// Gives somebody a role in a project of the current organization, in place of the one they had; who is no member becomes one.
/// Permission: `projects.update`, or the role `admin` in it; for who is no member also `org.directory.members.create`.
#[utoipa::path(put, path = "/v1/organizations/projects/{project}/users/{user}", tag = "v1",
    params(CurrentHeader, ProjectUserPath), request_body = ProjectRoleBody,
    responses((status = 200, body = ProjectUser), Failures))]
pub(super) async fn give(
    caller: Caller,
    here: Here,
    path: Path<ProjectUserPath>,
    body: Json<ProjectRoleBody>,
) -> Result<Json<ProjectUser>, Fault> {
    let ((project, account), role) = (path.place()?, body.0.role.into());
    let given = caller
        .write(move |polity, actor| {
            polity.projects.give_project_role(&here.enter(polity, actor)?, project, account, role)
        })
        .await?;
    Ok(Json(given.into()))
}

/// Takes somebody's role in a project of the current organization away. Permission: `projects.update`, or the role `admin` in it.
#[utoipa::path(delete, path = "/v1/organizations/projects/{project}/users/{user}", tag = "v1",
    params(CurrentHeader, ProjectUserPath),
    responses((status = 204, description = "They have none."), Failures))]
pub(super) async fn take(
    caller: Caller,
    here: Here,
    path: Path<ProjectUserPath>,
) -> Result<HttpResponse, Fault> {
    let (project, account) = path.place()?;
    caller
        .write(move |polity, actor| {
            polity.projects.take_project_role(&here.enter(polity, actor)?, project, account)
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}
