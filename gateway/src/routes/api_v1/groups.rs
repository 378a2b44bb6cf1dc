//! `/api/v1/group`: the groups of the current organization, and what is in them.

use actix_web::HttpResponse;
use polity_groups::NewGroup;
use polity_kernel::{Paged, Result};

use super::Fault;
use super::fault::Failures;
use super::paths::{GroupMembersPath, GroupPath};
use super::wire::{Group, GroupBody, GroupChange, GroupQuery, MemberQuery, Membership};
use crate::answer::{Listing, Slice};
use crate::ask::current::{CurrentHeader, Here};
use crate::ask::{Json, Path, Query};
use crate::gate::caller::Caller;

/// The groups of the current organization. Permission: `org.groups.list`.
#[utoipa::path(get, path = "/api/v1/group", tag = "api_v1", params(CurrentHeader, GroupQuery, Slice),
    security(("bearer" = [])), responses((status = 200, body = [Group]), Failures))]
pub(super) async fn list(
    caller: Caller,
    here: Here,
    query: Query<GroupQuery>,
    slice: Query<Slice>,
) -> Result<Listing<Group>, Fault> {
    let filter = query.into_inner().parsed();
    let found = caller.list(
        &slice,
        move |polity, actor| here.enter(polity, actor),
        move |polity, access, page| match &filter {
            Some(filter) => {
                let found = polity.groups.groups(access, filter.clone(), page)?;
                Ok(found.map(|group| Group::new(group, access.organization())))
            }
            None => Ok(Paged { items: Vec::new(), next: None }),
        },
    );
    Ok(found.await?)
}

/// Makes a group. Permission: `org.groups.create`.
#[utoipa::path(post, path = "/api/v1/group", tag = "api_v1", params(CurrentHeader), request_body = GroupBody,
    security(("bearer" = [])), responses((status = 201, body = Group), Failures))]
pub(super) async fn create(caller: Caller, here: Here, body: Json<GroupBody>) -> Result<HttpResponse, Fault> {
    let new = NewGroup::try_from(body.0.parsed()?)?;
    let made = caller.write(move |polity, actor| {
        let access = here.enter(polity, actor)?;
        let made = polity.groups.create(&access, new)?;
        Ok(Group::new(made, access.organization()))
    });
    Ok(HttpResponse::Created().json(made.await?))
}

/// One group. Permission: `org.groups.get`.
#[utoipa::path(get, path = "/api/v1/group/{id}", tag = "api_v1", params(GroupPath, CurrentHeader),
    security(("bearer" = [])), responses((status = 200, body = Group), Failures))]
pub(super) async fn read(caller: Caller, here: Here, path: Path<GroupPath>) -> Result<Json<Group>, Fault> {
    let group = path.group()?;
    let found = caller.read(move |polity, actor| {
        let access = here.enter(polity, actor)?;
        Ok(Group::new(polity.groups.group(&access, group)?, access.organization()))
    });
    Ok(Json(found.await?))
}

/// Changes a group. Permissions: `org.groups.update`, and to make it active what it carries.
#[utoipa::path(patch, path = "/api/v1/group/{id}", tag = "api_v1", params(GroupPath, CurrentHeader),
    request_body = GroupChange, security(("bearer" = [])), responses((status = 200, body = Group), Failures))]
pub(super) async fn update(
    caller: Caller,
    here: Here,
    path: Path<GroupPath>,
    body: Json<GroupChange>,
) -> Result<Json<Group>, Fault> {
    let (group, patch) = (path.group()?, body.0.parsed()?);
    let changed = caller.write(move |polity, actor| {
        let access = here.enter(polity, actor)?;
        let changed = polity.groups.update(&access, group, patch)?;
        Ok(Group::new(changed, access.organization()))
    });
    Ok(Json(changed.await?))
}

/// What is in a group; with `transitive=true` also what is in it through nested groups. Permission: `org.groups.get`.
#[utoipa::path(get, path = "/api/v1/group/{groupId}/members", tag = "api_v1",
    params(GroupMembersPath, CurrentHeader, MemberQuery, Slice), security(("bearer" = [])),
    responses((status = 200, body = [Membership]), Failures))]
pub(super) async fn members(
    caller: Caller,
    here: Here,
    path: Path<GroupMembersPath>,
    query: Query<MemberQuery>,
    slice: Query<Slice>,
) -> Result<Listing<Membership>, Fault> {
    let (group, nested, filter) = (path.group()?, query.transitive, query.into_inner().parsed()?);
    let found = caller.list(
        &slice,
        move |polity, actor| here.enter(polity, actor),
        move |polity, access, page| {
            let found = match nested {
                true => polity.groups.transitive_members(access, group, filter.clone(), page),
                false => polity.groups.members(access, group, filter.clone(), page),
            };
            Ok(found?.map(Membership::new))
        },
    );
    found.await.map_err(Fault::of_query)
}
