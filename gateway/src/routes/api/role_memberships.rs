//! `/api/organizations/{organization_id}/roles/{role_id}/role_memberships`: who carries a role.

use actix_web::{HttpResponse, Responder};
use polity_directory::permissions::{ORG_ROLES_LIST, ORG_USER_ROLES_UPDATE};
use polity_directory::{Assignee, Assignees, AssignmentRef, NewAssignment, RoleAssignment, RoleId};
use polity_kernel::{Access, AccountId, Actor, Code, Error, Paged, Result};

use super::Fault;
use super::body::Body;
use super::door::Door;
use super::fault::Failures;
use super::leaf::{Leaf, LeafQuery};
use super::paths::{RoleMembershipPath, RoleMembershipsPath};
use super::scope::Scope;
use super::wire::{RoleMembership, RoleMembershipBody, RoleMembershipPage};
use crate::areas::Polity;
use crate::ask::{Json, Path};
use crate::gate::caller::Caller;

/// The members that a role was given to, in order of giving; without groups, and without those whose account is disabled. Scope: `organization:read`.
#[utoipa::path(get, path = "/api/organizations/{organization_id}/roles/{role_id}/role_memberships", tag = "api",
    params(RoleMembershipsPath, LeafQuery), responses((status = 200, body = RoleMembershipPage), Failures))]
pub(super) async fn list(
    caller: Caller,
    door: Door,
    path: Path<RoleMembershipsPath>,
    leaf: Leaf,
) -> Result<impl Responder, Fault> {
    let enter = move |polity: &_, actor: &Actor| {
        let access = door.pass(polity, actor)?;
        Scope::OrganizationRead.asked(&access, &ORG_ROLES_LIST)?;
        Ok((access, path.role()?))
    };
    leaf.sent(
        caller,
        enter,
        |polity, (access, role)| {
            polity.directory.assignment_count(access, &(*role).into(), Assignees::People)
        },
        |polity, (access, role), page| {
            let found = polity.directory.assignments(access, &(*role).into(), Assignees::People, page)?;
            Ok(Paged { items: shown(polity, access, *role, found.items)?, next: found.next })
        },
    )
    .await
}

/// Gives a role to a member. Scope: `organization:write`.
#[utoipa::path(post, path = "/api/organizations/{organization_id}/roles/{role_id}/role_memberships", tag = "api",
    params(RoleMembershipsPath), request_body = RoleMembershipBody,
    responses((status = 201, body = RoleMembership), Failures))]
pub(super) async fn give(
    caller: Caller,
    door: Door,
    path: Path<RoleMembershipsPath>,
    body: Body,
) -> Result<HttpResponse, Fault> {
    let account: AccountId = body.required("user_uuid", Body::id)?;
    let given = caller.write(move |polity, actor| {
        let access = door.pass(polity, actor)?;
        Scope::OrganizationWrite.asked(&access, &ORG_USER_ROLES_UPDATE)?;
        let role = path.role()?;
        let new = NewAssignment { only_new: true, ..NewAssignment::of(role, Assignee::Account(account)) };
        let given = polity.directory.grant(&access, new).map_err(refused)?;
        one(polity, &access, role, given)
    });
    Ok(HttpResponse::Created().json(given.await?))
}

/// One member who carries a role. Scope: `organization:read`.
#[utoipa::path(get, path = "/api/organizations/{organization_id}/roles/{role_id}/role_memberships/{id}", tag = "api",
    params(RoleMembershipPath), responses((status = 200, body = RoleMembership), Failures))]
pub(super) async fn read(
    caller: Caller,
    door: Door,
    path: Path<RoleMembershipPath>,
) -> Result<Json<RoleMembership>, Fault> {
    let found = caller.read(move |polity, actor| {
        let access = door.pass(polity, actor)?;
        Scope::OrganizationRead.asked(&access, &ORG_ROLES_LIST)?;
        let (role, id) = path.place()?;
        let found = polity.directory.assignment(&access, &role.into(), id)?;
        one(polity, &access, role, found)
    });
    Ok(Json(found.await?))
}

/// Takes a role from a member. Scope: `organization:write`.
#[utoipa::path(delete, path = "/api/organizations/{organization_id}/roles/{role_id}/role_memberships/{id}", tag = "api",
    params(RoleMembershipPath), responses((status = 204, description = "They have it no more."), Failures))]
pub(super) async fn take(
    caller: Caller,
    door: Door,
    path: Path<RoleMembershipPath>,
) -> Result<HttpResponse, Fault> {
    let taken = caller.write(move |polity, actor| {
        let access = door.pass(polity, actor)?;
        Scope::OrganizationWrite.asked(&access, &ORG_USER_ROLES_UPDATE)?;
        let (role, id) = path.place()?;
        polity.directory.revoke(&access, &role.into(), AssignmentRef::Id(id))
    });
    taken.await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The assignments with the people who carry the role by them.
fn shown(
    polity: &Polity,
    access: &Access,
    role: RoleId,
    assignments: Vec<RoleAssignment>,
) -> Result<Vec<RoleMembership>> {
    let carriers = polity.directory.carriers(access, assignments)?;
    Ok(carriers.into_iter().map(|carrier| RoleMembership::new(role, carrier)).collect())
}

fn one(polity: &Polity, access: &Access, role: RoleId, assignment: RoleAssignment) -> Result<RoleMembership> {
    let shown = shown(polity, access, role, vec![assignment])?;
    shown.into_iter().next().ok_or_else(|| Error::not_found("role membership"))
}

/// What cannot be given is nobody's field's fault (contract api, facts 24).
fn refused(error: Error) -> Error {
    match error.code() {
        Code::NotFound | Code::Conflict => Error::field("__all__", error.message().to_owned()).because(error),
        _ => error,
    }
}
