//! `/api/v1/entity/{entity}/groups`: the groups that an employee, an account or a group is in.

use actix_web::HttpResponse;
use polity_groups::Member;
use polity_kernel::{Access, Error, Result};
use uuid::Uuid;

use super::Fault;
use super::fault::Failures;
use super::paths::{EntityGroupPath, EntityPath};
use super::wire::{EntityGroup, PlacementBody};
use crate::answer::{Listing, Slice};
use crate::areas::Polity;
use crate::ask::current::{CurrentHeader, Here};
use crate::ask::{Json, Path, Query};
use crate::gate::caller::Caller;

/// The groups that an entity is in itself. Permissions: `org.groups.find`, and `org.members.get` for an account.
#[utoipa::path(get, path = "/api/v1/entity/{entity}/groups", tag = "api_v1", params(EntityPath, CurrentHeader, Slice),
    security(("bearer" = [])), responses((status = 200, body = [EntityGroup]), Failures))]
pub(super) async fn list(
    caller: Caller,
    here: Here,
    path: Path<EntityPath>,
    slice: Query<Slice>,
) -> Result<Listing<EntityGroup>, Fault> {
    let id = path.entity()?;
    let found = caller.list(
        &slice,
        move |polity, actor| {
            let access = here.enter(polity, actor)?;
            Ok((access.clone(), entity(polity, &access, id)?))
        },
        |polity, (access, entity), page| {
            let found = polity.groups.groups_of(access, *entity, page)?;
            Ok(found.map(|(group, place)| EntityGroup::new(group, access.organization(), place)))
        },
    );
    Ok(found.await?)
}

/// Puts an entity into exactly these groups, at most 1000, all or nothing. Permissions: `org.groups.update`, what the groups carry,
/// and `org.members.get` for an account.
#[utoipa::path(post, path = "/api/v1/entity/{entity}/groups", tag = "api_v1", params(EntityPath, CurrentHeader),
    request_body = Vec<PlacementBody>, security(("bearer" = [])),
    responses((status = 200, description = "In these groups and no others"), Failures))]
pub(super) async fn replace(
    caller: Caller,
    here: Here,
    path: Path<EntityPath>,
    body: Json<Vec<PlacementBody>>,
) -> Result<HttpResponse, Fault> {
    let (id, places) = (path.entity()?, PlacementBody::parsed(body.0)?);
    let placed = caller.write(move |polity, actor| {
        let access = here.enter(polity, actor)?;
        polity.groups.set_groups_of(&access, entity(polity, &access, id)?, places).map(drop)
    });
    placed.await?;
    Ok(HttpResponse::Ok().finish())
}

/// Takes an entity out of a group. Permissions: `org.groups.update`, and `org.members.get` for an account.
#[utoipa::path(delete, path = "/api/v1/entity/{entity}/groups/{group}", tag = "api_v1",
    params(EntityGroupPath, CurrentHeader), security(("bearer" = [])),
    responses((status = 200, description = "Not in it"), Failures))]
pub(super) async fn remove(
    caller: Caller,
    here: Here,
    path: Path<EntityGroupPath>,
) -> Result<HttpResponse, Fault> {
    let (id, group) = (path.entity()?, path.group()?);
    let expelled = caller.write(move |polity, actor| {
        let access = here.enter(polity, actor)?;
        polity.groups.remove_member(&access, group, entity(polity, &access, id)?)
    });
    expelled.await?;
    Ok(HttpResponse::Ok().finish())
}

/// What an id names in the organization: an employee, a group, or an account that is a member.
fn entity(polity: &Polity, access: &Access, id: Uuid) -> Result<Member> {
    let entity = polity.groups.entity(access, id)?;
    // groups take any account there is: who is a member only the directory knows
    if let Member::Account(account) = entity
        && polity.directory.shown_roles(access, &[account])?.iter().all(|(_, role)| role.is_none())
    {
        return Err(Error::not_found("entity"));
    }
    Ok(entity)
}
