//! `/api/organizations/{organization_id}/members`: who belongs to an organization.

use actix_web::{HttpResponse, Responder};
use polity_directory::{MemberInFull, MemberPatch};
use polity_kernel::{Access, Code, Error, Paged, Result, Subject};

use super::Fault;
use super::body::Body;
use super::fault::Failures;
use super::lists::{Leaf, LeafQuery};
use super::paths::{MemberPath, OrganizationPath};
use super::scoped::Scoped;
use super::wire::{MemberBody, MemberKeys, MemberPage, OrganizationMember, SearchQuery};
use crate::areas::Polity;
use crate::ask::{Json, Path, Query};

/// The members, or those of them that are searched for. Scope: `organization_member:read`.
#[utoipa::path(get, path = "/api/organizations/{organization_id}/members", tag = "api",
    params(OrganizationPath, SearchQuery, LeafQuery), responses((status = 200, body = MemberPage), Failures))]
pub(super) async fn list(
    caller: Scoped<Access>,
    query: Query<SearchQuery>,
    leaf: Leaf,
) -> Result<impl Responder, Fault> {
    let query = query.query()?;
    let enter = move |polity: &Polity, access| {
        let found = polity.directory.search_members(&access, query)?;
        Ok((access, found))
    };
    let count = |_: &_, (_, found): &(_, polity_directory::FoundMembers)| Ok(found.count());
    leaf.sent(caller, enter, count, |polity, (access, found), page| {
        let Paged { items, next } = polity.directory.members(access, found.query(), page)?;
        Ok(Paged { items: shown(polity, items)?, next })
    })
    .await
}

/// Sets a member's level. Scope: `organization_member:write`.
#[utoipa::path(put, path = "/api/organizations/{organization_id}/members/{user_uuid}", tag = "api",
    params(MemberPath), request_body = MemberBody, responses((status = 200, body = OrganizationMember), Failures))]
pub(super) async fn change(
    caller: Scoped<Access>,
    path: Path<MemberPath>,
    body: Body<MemberBody>,
) -> Result<Json<OrganizationMember>, Fault> {
    update(caller, path, body).await
}

/// Sets a member's level, at most the caller's own and never the caller's own. Scope: `organization_member:write`.
#[utoipa::path(patch, path = "/api/organizations/{organization_id}/members/{user_uuid}", tag = "api",
    params(MemberPath), request_body = MemberBody, responses((status = 200, body = OrganizationMember), Failures))]
pub(super) async fn update(
    caller: Scoped<Access>,
    path: Path<MemberPath>,
    body: Body<MemberBody>,
) -> Result<Json<OrganizationMember>, Fault> {
    let changed = caller.write(move |polity, access| {
        let account = path.account(access.actor())?;
        if body.0.level.is_some() && access.actor().subject() == Subject::Person(account) {
            return Err(Error::new(Code::Forbidden, "nobody sets their own level"));
        }
        let patch = MemberPatch { level: body.0.level, expires_at: None };
        let member = polity.directory.change_member(access, account, patch)?;
        shown(polity, vec![member])?.pop().ok_or_else(|| Error::not_found("member"))
    });
    Ok(Json(changed.await?))
}

/// Removes a member; everybody may remove themselves. Scope: `organization_member:write`.
#[utoipa::path(delete, path = "/api/organizations/{organization_id}/members/{user_uuid}", tag = "api",
    params(MemberPath), responses((status = 204, description = "No member any more."), Failures))]
pub(super) async fn remove(caller: Scoped<Access>, path: Path<MemberPath>) -> Result<HttpResponse, Fault> {
    let removed = caller.end_membership(
        move |actor| path.account(actor),
        |polity, access, account| match polity.directory.remove_member(access, account)? {
            true => Ok(()),
            false => Err(Error::not_found("member")),
        },
    );
    removed.await?;
    Ok(HttpResponse::NoContent().finish())
}

/// A member's personal API keys that work in the organization. Scope: `organization_member:read`.
#[utoipa::path(get, path = "/api/organizations/{organization_id}/members/{user_uuid}/scoped_api_keys", tag = "api",
    params(MemberPath), responses((status = 200, body = MemberKeys), Failures))]
pub(super) async fn keys(caller: Scoped<Access>, path: Path<MemberPath>) -> Result<Json<MemberKeys>, Fault> {
    let found = caller.read(move |polity, access| {
        let account = path.account(access.actor())?;
        polity.directory.member(access, account)?;
        polity.identity.keys_reaching(access, account)
    });
    Ok(Json(found.await?.into()))
}

/// The members, and what they sign in with.
fn shown(polity: &Polity, members: Vec<MemberInFull>) -> Result<Vec<OrganizationMember>> {
    let accounts: Vec<_> = members.iter().map(|full| full.account.id).collect();
    let ways = polity.signin.ways_in(&accounts)?;
    Ok(members.into_iter().map(|full| OrganizationMember::new(full, &ways)).collect())
}
