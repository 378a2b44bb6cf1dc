//! `/api/organizations/{organization_id}/roles`: roles.

use actix_web::{HttpResponse, Responder};
use polity_directory::permissions::{
    ORG_ROLES_CREATE, ORG_ROLES_DELETE, ORG_ROLES_GET, ORG_ROLES_LIST, ORG_ROLES_UPDATE,
};
use polity_directory::{NewRole, Role as Known, RoleConflict, RolePatch};
use polity_kernel::{Access, Actor, Code, Error, Page, Paged, Result};

use super::Fault;
use super::body::Body;
use super::door::Door;
use super::fault::Failures;
use super::leaf::{Leaf, LeafQuery};
use super::paths::{OrganizationPath, RolePath};
use super::scope::Scope;
use super::search::RoleQuery;
use super::wire::{Role, RoleBody, RolePage};
use crate::areas::Polity;
use crate::ask::{Json, Path, Query};
use crate::gate::caller::Caller;
use crate::gate::status;

/// The longest name (contract api, facts 23).
const LONGEST: usize = polity_kernel::text::NAME as usize;

/// The organization's own roles in order of making; with `built_in=true` those that every organization has, without the ones that
/// come with a level. Scope: `organization:read`.
#[utoipa::path(get, path = "/api/organizations/{organization_id}/roles", tag = "api",
    params(OrganizationPath, RoleQuery, LeafQuery), responses((status = 200, body = RolePage), Failures))]
pub(super) async fn list(
    caller: Caller,
    door: Door,
    query: Query<RoleQuery>,
    leaf: Leaf,
) -> Result<impl Responder, Fault> {
    let built_in = query.built_in;
    let enter = move |polity: &_, actor: &Actor| {
        let access = door.pass(polity, actor)?;
        Scope::OrganizationRead.asked(&access, &ORG_ROLES_LIST)?;
        let mut roles = polity.directory.roles(&access)?;
        roles.retain(|role| role.built_in == built_in && !role.is_of_level());
        Ok((access, roles))
    };
    leaf.sent(
        caller,
        enter,
        |_, (_, roles)| Ok(u64::try_from(roles.len()).unwrap_or(u64::MAX)),
        |polity, (access, roles), page| {
            let full = polity.directory.roles_in_full(access, part(roles, page))?;
            Ok(Paged { items: full.into_iter().map(Role::from).collect(), next: None })
        },
    )
    .await
}

/// Makes a role that gives nothing yet. Scope: `organization:write`.
#[utoipa::path(post, path = "/api/organizations/{organization_id}/roles", tag = "api",
    params(OrganizationPath), request_body = RoleBody, responses((status = 201, body = Role), Failures))]
pub(super) async fn make(caller: Caller, door: Door, body: Body) -> Result<HttpResponse, Fault> {
    let name = body.required("name", |body, field| body.text(field, LONGEST))?;
    let made = caller.write(move |polity, actor| {
        let access = door.pass(polity, actor)?;
        Scope::OrganizationWrite.asked(&access, &ORG_ROLES_CREATE)?;
        let role = polity.directory.create_role(&access, NewRole::named(&name)?)?;
        shown(polity, &access, role)
    });
    Ok(HttpResponse::Created().json(made.await.map_err(faulted)?))
}

/// One role. Scope: `organization:read`.
#[utoipa::path(get, path = "/api/organizations/{organization_id}/roles/{id}", tag = "api", params(RolePath),
    responses((status = 200, body = Role), Failures))]
pub(super) async fn read(caller: Caller, door: Door, path: Path<RolePath>) -> Result<Json<Role>, Fault> {
    let found = caller.read(move |polity, actor| {
        let access = door.pass(polity, actor)?;
        Scope::OrganizationRead.asked(&access, &ORG_ROLES_GET)?;
        let role = polity.directory.role(&access, &path.role()?.into())?;
        shown(polity, &access, role)
    });
    Ok(Json(found.await?))
}

/// Gives a role another name. Scope: `organization:write`.
#[utoipa::path(put, path = "/api/organizations/{organization_id}/roles/{id}", tag = "api", params(RolePath),
    request_body = RoleBody, responses((status = 200, body = Role), Failures))]
pub(super) async fn replace(
    caller: Caller,
    door: Door,
    path: Path<RolePath>,
    body: Body,
) -> Result<Json<Role>, Fault> {
    body.required("name", |body, field| body.text(field, LONGEST))?;
    update(caller, door, path, body).await
}

/// Gives a role another name, where one is sent. Scope: `organization:write`.
#[utoipa::path(patch, path = "/api/organizations/{organization_id}/roles/{id}", tag = "api", params(RolePath),
    request_body = RoleBody, responses((status = 200, body = Role), Failures))]
pub(super) async fn update(
    caller: Caller,
    door: Door,
    path: Path<RolePath>,
    body: Body,
) -> Result<Json<Role>, Fault> {
    let name = body.text("name", LONGEST)?;
    let changed = caller.write(move |polity, actor| {
        let access = door.pass(polity, actor)?;
        Scope::OrganizationWrite.asked(&access, &ORG_ROLES_UPDATE)?;
        let patch = name.as_deref().map(RolePatch::renamed).transpose()?.unwrap_or_default();
        let role = polity.directory.update_role(&access, &path.role()?.into(), patch)?;
        shown(polity, &access, role)
    });
    Ok(Json(changed.await.map_err(faulted)?))
}

/// Deletes a role and takes it from everybody. Scope: `organization:write`.
#[utoipa::path(delete, path = "/api/organizations/{organization_id}/roles/{id}", tag = "api", params(RolePath),
    responses((status = 204, description = "It is gone."), Failures))]
pub(super) async fn remove(caller: Caller, door: Door, path: Path<RolePath>) -> Result<HttpResponse, Fault> {
    let removed = caller.write(move |polity, actor| {
        let access = door.pass(polity, actor)?;
        Scope::OrganizationWrite.asked(&access, &ORG_ROLES_DELETE)?;
        polity.directory.remove_role(&access, &path.role()?.into())
    });
    removed.await.map_err(faulted)?;
    Ok(HttpResponse::NoContent().finish())
}

/// The role with its people.
fn shown(polity: &Polity, access: &Access, role: Known) -> Result<Role> {
    let full = polity.directory.roles_in_full(access, vec![role])?.pop();
    full.map(Role::from).ok_or_else(|| Error::internal("a role was lost on its way"))
}

/// A part of all roles, which are few enough to stand in memory.
fn part(roles: &[Known], page: Page) -> Vec<Known> {
    let number = |count: i64| usize::try_from(count).unwrap_or(usize::MAX);
    roles.iter().skip(number(page.skip())).take(number(page.limit)).cloned().collect()
}

/// A name that is taken is the field's fault, and a built-in role nobody's to change (contract api, facts 23).
fn faulted(error: Error) -> Fault {
    match status::cause::<RoleConflict>(&error).copied() {
        Some(RoleConflict::KeyTaken | RoleConflict::NameTaken) => Fault::unique(error, "name"),
        Some(RoleConflict::BuiltIn) => {
            Error::new(Code::Forbidden, error.message().to_owned()).because(error).into()
        }
        Some(RoleConflict::TooMany) | None => error.into(),
    }
}
