//! `/api/organizations/{organization_id}/roles`: roles.

pub(super) mod memberships;

use actix_web::{HttpResponse, Responder};
use polity_directory::{NewRole, Role as Known, RoleInFull, RolePatch};
use polity_kernel::{Access, Error, Page, Paged, Result};

use super::Fault;
use super::body::Body;
use super::fault::Failures;
use super::lists::{Leaf, LeafQuery};
use super::paths::{OrganizationPath, RolePath};
use super::scoped::Scoped;
use super::wire::{Role, RoleBody, RoleChange, RolePage, RoleQuery, role_fault};
use crate::areas::Polity;
use crate::ask::{Json, Path, Query};

/// The organization's own roles in order of making; with `built_in=true` those that every organization has, without the ones that
/// come with a level. Scope: `organization:read`.
#[utoipa::path(get, path = "/api/organizations/{organization_id}/roles", tag = "api",
    params(OrganizationPath, RoleQuery, LeafQuery), responses((status = 200, body = RolePage), Failures))]
pub(super) async fn list(
    caller: Scoped<Access>,
    query: Query<RoleQuery>,
    leaf: Leaf,
) -> Result<impl Responder, Fault> {
    let built_in = query.built_in;
    let enter = move |polity: &Polity, access| {
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
            Ok(Paged { items: with_ways(polity, full)?, next: None })
        },
    )
    .await
}

/// Makes a role that gives nothing yet. Scope: `organization:write`.
#[utoipa::path(post, path = "/api/organizations/{organization_id}/roles", tag = "api",
    params(OrganizationPath), request_body = RoleBody, responses((status = 201, body = Role), Failures))]
pub(super) async fn make(caller: Scoped<Access>, body: Body<RoleBody>) -> Result<HttpResponse, Fault> {
    let made = caller.write(move |polity, access| {
        let role = polity.directory.create_role(access, NewRole::named(&body.0.name)?)?;
        shown(polity, access, role)
    });
    Ok(HttpResponse::Created().json(made.await.map_err(role_fault)?))
}

/// One role. Scope: `organization:read`.
#[utoipa::path(get, path = "/api/organizations/{organization_id}/roles/{id}", tag = "api", params(RolePath),
    responses((status = 200, body = Role), Failures))]
pub(super) async fn read(caller: Scoped<Access>, path: Path<RolePath>) -> Result<Json<Role>, Fault> {
    let found = caller.read(move |polity, access| {
        let role = polity.directory.role(access, &path.role()?.into())?;
        shown(polity, access, role)
    });
    Ok(Json(found.await?))
}

/// Gives a role another name. Scope: `organization:write`.
#[utoipa::path(put, path = "/api/organizations/{organization_id}/roles/{id}", tag = "api", params(RolePath),
    request_body = RoleBody, responses((status = 200, body = Role), Failures))]
pub(super) async fn replace(
    caller: Scoped<Access>,
    path: Path<RolePath>,
    body: Body<RoleBody>,
) -> Result<Json<Role>, Fault> {
    update(caller, path, Body(body.0.into())).await
}

/// Gives a role another name, where one is sent. Scope: `organization:write`.
#[utoipa::path(patch, path = "/api/organizations/{organization_id}/roles/{id}", tag = "api", params(RolePath),
    request_body = RoleChange, responses((status = 200, body = Role), Failures))]
pub(super) async fn update(
    caller: Scoped<Access>,
    path: Path<RolePath>,
    body: Body<RoleChange>,
) -> Result<Json<Role>, Fault> {
    let changed = caller.write(move |polity, access| {
        let patch = body.0.name.as_deref().map(RolePatch::renamed).transpose()?.unwrap_or_default();
        let role = polity.directory.update_role(access, &path.role()?.into(), patch)?;
        shown(polity, access, role)
    });
    Ok(Json(changed.await.map_err(role_fault)?))
}

/// Deletes a role and takes it from everybody. Scope: `organization:write`.
#[utoipa::path(delete, path = "/api/organizations/{organization_id}/roles/{id}", tag = "api", params(RolePath),
    responses((status = 204, description = "It is gone."), Failures))]
pub(super) async fn remove(caller: Scoped<Access>, path: Path<RolePath>) -> Result<HttpResponse, Fault> {
    let removed =
        caller.write(move |polity, access| polity.directory.remove_role(access, &path.role()?.into()));
    removed.await.map_err(role_fault)?;
    Ok(HttpResponse::NoContent().finish())
}

/// The role with its people.
fn shown(polity: &Polity, access: &Access, role: Known) -> Result<Role> {
    let full = polity.directory.roles_in_full(access, vec![role])?;
    with_ways(polity, full)?.pop().ok_or_else(|| Error::internal("a role was lost on its way"))
}

/// The roles, and what their people sign in with.
fn with_ways(polity: &Polity, roles: Vec<RoleInFull>) -> Result<Vec<Role>> {
    let carriers = roles.iter().flat_map(|role| &role.carriers);
    let accounts: Vec<_> = carriers.map(|carrier| carrier.member.account.id).collect();
    let ways = polity.signin.ways_in(&accounts)?;
    Ok(roles.into_iter().map(|role| Role::new(role, &ways)).collect())
}

/// A part of all roles, which are few enough to stand in memory.
fn part(roles: &[Known], page: Page) -> Vec<Known> {
    let number = |count: i64| usize::try_from(count).unwrap_or(usize::MAX);
    roles.iter().skip(number(page.skip())).take(number(page.limit)).cloned().collect()
}
