//! `/api/organizations/{organization_id}/roles/{role_id}/role_memberships`: who carries a role.

use actix_web::{HttpResponse, Responder};
use polity_kernel::Access;

use crate::ask::{Json, Path};
use crate::routes::api::Fault;
use crate::routes::api::body::Body;
use crate::routes::api::fault::Failures;
use crate::routes::api::lists::{Leaf, LeafQuery};
use crate::routes::api::paths::{RoleMembershipPath, RoleMembershipsPath};
use crate::routes::api::scoped::Scoped;
use crate::routes::api::wire::{RoleMembership, RoleMembershipBody, RoleMembershipPage};

/// The members that a role was given to, in order of giving. Scope: `organization:read`.
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
        |polity, (access, role)| polity.directory.role_carrier_count(access, *role),
        |polity, (access, role), page| {
            Ok(polity.directory.role_carriers(access, *role, page)?.map(RoleMembership::from))
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
    let given = caller
        .write(move |polity, access| polity.directory.give_role(access, path.role()?, body.0.user_uuid));
    Ok(HttpResponse::Created().json(RoleMembership::from(given.await?)))
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
        polity.directory.role_carrier(access, role, id)
    });
    Ok(Json(found.await?.into()))
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
        polity.directory.take_role(access, role, id)
    });
    taken.await?;
    Ok(HttpResponse::NoContent().finish())
}
