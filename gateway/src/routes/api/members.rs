//! `/api/organizations/{organization_id}/members`: who belongs to an organization.

use actix_web::{HttpResponse, Responder};
use polity_directory::MemberPatch;
use polity_directory::permissions::{
    ORG_DIRECTORY_MEMBERS_CREATE, ORG_MEMBERS_GET, ORG_MEMBERS_LIST, ORG_MEMBERS_UPDATE,
};
use polity_kernel::{Actor, Code, Error, Level, Subject};

use super::Fault;
use super::body::Body;
use super::door::Door;
use super::fault::Failures;
use super::leaf::{Leaf, LeafQuery};
use super::paths::{MemberPath, OrganizationPath};
use super::scope::Scope;
use super::search::SearchQuery;
use super::wire::{MemberBody, MemberKeys, MemberPage, OrganizationMember};
use crate::ask::{Json, Path, Query};
use crate::gate::caller::Caller;

/// The members, or those of them that are searched for. Scope: `organization_member:read`.
#[utoipa::path(get, path = "/api/organizations/{organization_id}/members", tag = "api",
    params(OrganizationPath, SearchQuery, LeafQuery), responses((status = 200, body = MemberPage), Failures))]
pub(super) async fn list(
    caller: Caller,
    door: Door,
    query: Query<SearchQuery>,
    leaf: Leaf,
) -> Result<impl Responder, Fault> {
    let query = query.query()?;
    let enter = move |polity: &_, actor: &Actor| {
        let access = door.pass(polity, actor)?;
        Scope::MemberRead.asked(&access, &ORG_MEMBERS_LIST)?;
        let found = polity.directory.search_members(&access, query)?;
        Ok((access, found))
    };
    let count = |_: &_, (_, found): &(_, polity_directory::FoundMembers)| Ok(found.count());
    leaf.sent(caller, enter, count, |polity, (access, found), page| {
        Ok(polity.directory.members(access, found.query(), page)?.map(OrganizationMember::from))
    })
    .await
}

/// Sets a member's level. Scope: `organization_member:write`.
#[utoipa::path(put, path = "/api/organizations/{organization_id}/members/{user_uuid}", tag = "api",
    params(MemberPath), request_body = MemberBody, responses((status = 200, body = OrganizationMember), Failures))]
pub(super) async fn change(
    caller: Caller,
    door: Door,
    path: Path<MemberPath>,
    body: Body,
) -> Result<Json<OrganizationMember>, Fault> {
    update(caller, door, path, body).await
}

/// Sets a member's level, at most the caller's own and never the caller's own. Scope: `organization_member:write`.
#[utoipa::path(patch, path = "/api/organizations/{organization_id}/members/{user_uuid}", tag = "api",
    params(MemberPath), request_body = MemberBody, responses((status = 200, body = OrganizationMember), Failures))]
pub(super) async fn update(
    caller: Caller,
    door: Door,
    path: Path<MemberPath>,
    body: Body,
) -> Result<Json<OrganizationMember>, Fault> {
    let level = body.choice("level", Level::of)?;
    let changed = caller.write(move |polity, actor| {
        let access = door.pass(polity, actor)?;
        Scope::MemberWrite.asked(&access, &ORG_MEMBERS_UPDATE)?;
        let account = path.account(actor)?;
        let Some(level) = level else { return polity.directory.member(&access, account) };
        if actor.subject() == Subject::Person(account) {
            return Err(Error::new(Code::Forbidden, "nobody sets their own level"));
        }
        let patch = MemberPatch { level: Some(level), expires_at: None };
        polity.directory.change_member(&access, account, patch)
    });
    Ok(Json(changed.await?.into()))
}

/// Removes a member; everybody may remove themselves. Scope: `organization_member:write`.
#[utoipa::path(delete, path = "/api/organizations/{organization_id}/members/{user_uuid}", tag = "api",
    params(MemberPath), responses((status = 204, description = "No member any more."), Failures))]
pub(super) async fn remove(
    caller: Caller,
    door: Door,
    path: Path<MemberPath>,
) -> Result<HttpResponse, Fault> {
    let removed = caller.write(move |polity, actor| {
        let account = path.account(actor)?;
        let access = door.pass_to_end(polity, actor, account)?;
        Scope::MemberWrite.asked(&access, &ORG_DIRECTORY_MEMBERS_CREATE)?;
        match polity.directory.remove_member(&access, account)? {
            true => Ok(()),
            false => Err(Error::not_found("member")),
        }
    });
    removed.await?;
    Ok(HttpResponse::NoContent().finish())
}

/// A member's personal API keys that work in the organization. Scope: `organization_member:read`.
#[utoipa::path(get, path = "/api/organizations/{organization_id}/members/{user_uuid}/scoped_api_keys", tag = "api",
    params(MemberPath), responses((status = 200, body = MemberKeys), Failures))]
pub(super) async fn keys(
    caller: Caller,
    door: Door,
    path: Path<MemberPath>,
) -> Result<Json<MemberKeys>, Fault> {
    let found = caller.read(move |polity, actor| {
        let access = door.pass(polity, actor)?;
        Scope::MemberRead.asked(&access, &ORG_MEMBERS_GET)?;
        let account = path.account(actor)?;
        polity.directory.member(&access, account)?;
        polity.identity.keys_reaching(&access, account)
    });
    Ok(Json(found.await?.into()))
}
