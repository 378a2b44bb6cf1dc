//! `/api/organizations/{organization_id}/roles/{role_id}/role_memberships`: who carries a role.

use actix_web::{HttpResponse, Responder};
use polity_directory::{Assignee, Assignees, AssignmentRef, NewAssignment, RoleAssignment, RoleId};
use polity_kernel::{Access, Error, Paged, Result};

use crate::areas::Polity;
use crate::ask::{Json, Path};
use crate::routes::api::Fault;
use crate::routes::api::body::Body;
use crate::routes::api::fault::Failures;
use crate::routes::api::lists::{Leaf, LeafQuery};
use crate::routes::api::paths::{RoleMembershipPath, RoleMembershipsPath};
use crate::routes::api::scoped::Scoped;
use crate::routes::api::wire::{RoleMembership, RoleMembershipBody, RoleMembershipPage, not_given};

/// The members that a role was given to, in order of giving; without groups, and without those whose account is disabled. Scope: `organization:read`.
#[utoipa::path(get, path = "/api/organizations/{organization_id}/roles/{role_id}/role_memberships", tag = "api",
    params(RoleMembershipsPath, LeafQuery), responses((status = 200, body = RoleMembershipPage), Failures))]
pub(in crate::routes::api) async fn list(
    caller: Scoped<Access>,
    path: Path<RoleMembershipsPath>,
    leaf: Leaf,
) -> Result<impl Responder, Fault> {
    leaf.sent(
        caller,
        move |_, access| Ok((access, path.role()?)),
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
pub(in crate::routes::api) async fn give(
    caller: Scoped<Access>,
    path: Path<RoleMembershipsPath>,
    body: Body<RoleMembershipBody>,
) -> Result<HttpResponse, Fault> {
    let given = caller.write(move |polity, access| {
        let (role, assignee) = (path.role()?, Assignee::Account(body.0.user_uuid));
        let new = NewAssignment { only_new: true, ..NewAssignment::of(role, assignee) };
        let given = polity.directory.grant(access, new).map_err(not_given)?;
        one(polity, access, role, given)
    });
    Ok(HttpResponse::Created().json(given.await?))
}

/// One member who carries a role. Scope: `organization:read`.
#[utoipa::path(get, path = "/api/organizations/{organization_id}/roles/{role_id}/role_memberships/{id}", tag = "api",
    params(RoleMembershipPath), responses((status = 200, body = RoleMembership), Failures))]
pub(in crate::routes::api) async fn read(
    caller: Scoped<Access>,
    path: Path<RoleMembershipPath>,
) -> Result<Json<RoleMembership>, Fault> {
    let found = caller.read(move |polity, access| {
        let (role, id) = path.place()?;
        let found = polity.directory.assignment(access, &role.into(), id)?;
        one(polity, access, role, found)
    });
    Ok(Json(found.await?))
}

/// Takes a role from a member. Scope: `organization:write`.
#[utoipa::path(delete, path = "/api/organizations/{organization_id}/roles/{role_id}/role_memberships/{id}", tag = "api",
    params(RoleMembershipPath), responses((status = 204, description = "They have it no more."), Failures))]
pub(in crate::routes::api) async fn take(
    caller: Scoped<Access>,
    path: Path<RoleMembershipPath>,
) -> Result<HttpResponse, Fault> {
    let taken = caller.write(move |polity, access| {
        let (role, id) = path.place()?;
        polity.directory.revoke(access, &role.into(), AssignmentRef::Id(id))
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
    let accounts: Vec<_> = carriers.iter().map(|carrier| carrier.member.account.id).collect();
    let ways = polity.signin.ways_in(&accounts)?;
    Ok(carriers.into_iter().map(|carrier| RoleMembership::new(role, carrier, &ways)).collect())
}

fn one(polity: &Polity, access: &Access, role: RoleId, assignment: RoleAssignment) -> Result<RoleMembership> {
    let shown = shown(polity, access, role, vec![assignment])?;
    shown.into_iter().next().ok_or_else(|| Error::not_found("role membership"))
}
