//! The roles of one person in an organization.

use std::collections::HashMap;

use actix_web::HttpResponse;
use polity_directory::{Assignee, AssignmentRef, NewAssignment, RoleKey};
use polity_kernel::Result;

use super::Fault;
use super::fault::Failures;
use super::paths::{OrgPath, UserPath, UserRolePath};
use super::roles::shown;
use super::wire::{Assigned, Role, UserRoles};
use crate::areas::Polity;
use crate::ask::{Json, Path};
use crate::gate::caller::Caller;

/// The caller's own roles with what they give.
#[utoipa::path(get, path = "/directory/orgs/{organizationId}/user/roles", tag = "directory", params(OrgPath),
    security(("bearer" = [])), responses((status = 200, body = UserRoles), Failures))]
pub(super) async fn own(caller: Caller, path: Path<OrgPath>) -> Result<Json<UserRoles>, Fault> {
    let organization = path.organization()?;
    let shown = caller
        .read(move |polity, actor| {
            let access = polity.enter(actor, &organization)?;
            let account = actor.person()?;
            let carried = polity.directory.roles_of(&access, account)?;
            let roles = definitions(polity, &access)?;
            Ok(UserRoles {
                user_id: polity.identity.subjects_of(actor.client(), &[account])?.concat(),
                org_id: polity.directory.key(&access)?.as_str().to_owned(),
                roles: carried
                    .iter()
                    .filter_map(|one| roles.get(&one.role).cloned())
                    .map(Role::from)
                    .collect(),
            })
        })
        .await?;
    Ok(Json(shown))
}

/// What a person carries directly, the level's role first. Permission for others: `org.user.permissions.list`.
#[utoipa::path(get, path = "/directory/orgs/{organizationId}/users/{userId}/roles", tag = "directory", params(UserPath),
    security(("bearer" = [])), responses((status = 200, body = [Assigned]), Failures))]
pub(super) async fn list(caller: Caller, path: Path<UserPath>) -> Result<Json<Vec<Assigned>>, Fault> {
    let organization = path.organization()?;
    let carried = caller
        .read(move |polity, actor| {
            let access = polity.enter(actor, &organization)?;
            let carried = polity.directory.roles_of(&access, path.account(polity, actor)?)?;
            shown(polity, actor, &access, &carried)
        })
        .await?;
    Ok(Json(carried))
}

/// Gives a person exactly these roles. Permissions: `org.user.roles.update`, and what the new ones give.
#[utoipa::path(post, path = "/directory/orgs/{organizationId}/users/{userId}/roles", tag = "directory", params(UserPath),
    request_body = [String], security(("bearer" = [])), responses((status = 200, body = [Assigned]), Failures))]
pub(super) async fn replace(
    caller: Caller,
    path: Path<UserPath>,
    body: Json<Vec<String>>,
) -> Result<Json<Vec<Assigned>>, Fault> {
    let organization = path.organization()?;
    let keys: Vec<RoleKey> = body.0.iter().map(|key| key.parse()).collect::<Result<_>>()?;
    let carried = caller
        .write(move |polity, actor| {
            let access = polity.enter(actor, &organization)?;
            let carried = polity.directory.set_roles(&access, path.account(polity, actor)?, &keys)?;
            shown(polity, actor, &access, &carried)
        })
        .await?;
    Ok(Json(carried))
}

/// Gives a person one more role. Permissions: `org.user.roles.update`, and what the role gives.
#[utoipa::path(post, path = "/directory/orgs/{organizationId}/users/{userId}/roles/{roleId}", tag = "directory",
    params(UserRolePath), security(("bearer" = [])), responses((status = 200, description = "Carried"), Failures))]
pub(super) async fn grant(caller: Caller, path: Path<UserRolePath>) -> Result<HttpResponse, Fault> {
    let (organization, role) = (path.organization()?, path.role()?);
    caller
        .write(move |polity, actor| {
            let access = polity.enter(actor, &organization)?;
            let assignee = Assignee::Account(path.account(polity, actor)?);
            polity.directory.grant(&access, NewAssignment::of(role, assignee))
        })
        .await?;
    Ok(HttpResponse::Ok().finish())
}

/// Takes a role from a person. Permission: `org.user.roles.update`.
#[utoipa::path(delete, path = "/directory/orgs/{organizationId}/users/{userId}/roles/{roleId}", tag = "directory",
    params(UserRolePath), security(("bearer" = [])), responses((status = 200, description = "Not carried"), Failures))]
pub(super) async fn revoke(caller: Caller, path: Path<UserRolePath>) -> Result<HttpResponse, Fault> {
    let (organization, role) = (path.organization()?, path.role()?);
    caller
        .write(move |polity, actor| {
            let access = polity.enter(actor, &organization)?;
            let assignee = Assignee::Account(path.account(polity, actor)?);
            polity.directory.revoke(&access, &role.into(), AssignmentRef::To(assignee))
        })
        .await?;
    Ok(HttpResponse::Ok().finish())
}

/// The organization's roles by their keys.
fn definitions(
    polity: &Polity,
    access: &polity_kernel::Access,
) -> Result<HashMap<RoleKey, polity_directory::Role>> {
    let roles = polity.directory.roles(access)?;
    Ok(roles.into_iter().map(|role| (role.key.clone(), role)).collect())
}
