//! `/directory/orgs`: organizations themselves.

use actix_web::HttpResponse;
use polity_directory::{Deletion, NewOrganization, Organization, OrganizationFilter};
use polity_kernel::{AccountId, Actor, Error, Page, Result};

use super::Fault;
use super::fault::Failures;
use super::paths::OrgPath;
use super::wire::{Available, Org, OrgBody, OrgPage, Part, Wanted};
use crate::areas::Polity;
use crate::ask::{Json, Path, Query};
use crate::gate::caller::Caller;

/// Every organization, for platform administrators.
#[utoipa::path(get, path = "/directory/admin/orgs", tag = "directory", params(Part), security(("bearer" = [])),
    responses((status = 200, body = OrgPage), Failures))]
pub(super) async fn all(caller: Caller, part: Query<Part>) -> Result<Json<OrgPage>, Fault> {
    let (limit, skip) = part.bounds()?;
    let docs = caller
        .read(move |polity, actor| {
            let found =
                polity.directory.organizations(actor, OrganizationFilter::All, Page::offset(limit, skip))?;
            shown(polity, actor, found.items)
        })
        .await?;
    Ok(Json(OrgPage { count: docs.len(), docs, limit, skip }))
}

/// Makes an organization; the caller becomes its owner. Permission: `org.directory.create`.
#[utoipa::path(post, path = "/directory/orgs", tag = "directory", request_body = OrgBody, security(("bearer" = [])),
    responses((status = 200, body = Org), Failures))]
pub(super) async fn create(caller: Caller, body: Json<OrgBody>) -> Result<Json<Org>, Fault> {
    let body = body.0;
    let made = caller
        .write(move |polity, actor| {
            let owner = owner(polity, actor, &body)?;
            let made = polity.directory.found(actor, NewOrganization::try_from(body.fields(owner))?)?;
            shown_alone(polity, actor, made)
        })
        .await?;
    Ok(Json(made))
}

/// Whether names are free. Permission: `org.directory.list`.
#[utoipa::path(get, path = "/directory/orgs/domains", tag = "directory", params(Wanted), security(("bearer" = [])),
    responses((status = 200, body = Available), Failures))]
pub(super) async fn available(caller: Caller, wanted: Query<Wanted>) -> Result<Json<Available>, Fault> {
    let wanted = wanted.parsed()?;
    let available = caller.read(move |polity, actor| polity.directory.available(actor, &wanted)).await?;
    Ok(Json(Available { available }))
}

/// Organizations the caller can join, at most 10. Permission: `org.directory.list`.
#[utoipa::path(get, path = "/directory/orgs/suggest", tag = "directory", security(("bearer" = [])),
    responses((status = 200, body = [Org]), Failures))]
pub(super) async fn suggest(caller: Caller) -> Result<Json<Vec<Org>>, Fault> {
    let found = caller
        .read(|polity, actor| {
            let found = polity.directory.suggestions(actor)?;
            shown(polity, actor, found)
        })
        .await?;
    Ok(Json(found))
}

/// One organization. Permission: `org.directory.get`.
#[utoipa::path(get, path = "/directory/orgs/{organizationId}", tag = "directory", params(OrgPath), security(("bearer" = [])),
    responses((status = 200, body = Org), Failures))]
pub(super) async fn read(caller: Caller, path: Path<OrgPath>) -> Result<Json<Org>, Fault> {
    let organization = path.organization()?;
    let found = caller
        .read(move |polity, actor| {
            let found = polity.directory.organization(&polity.enter(actor, &organization)?)?;
            shown_alone(polity, actor, found)
        })
        .await?;
    Ok(Json(found))
}

/// Replaces an organization: what is not sent is cleared. Permission: `org.directory.update`.
#[utoipa::path(put, path = "/directory/orgs/{organizationId}", tag = "directory", params(OrgPath), security(("bearer" = [])),
    request_body = OrgBody, responses((status = 200, body = Org), Failures))]
pub(super) async fn replace(
    caller: Caller,
    path: Path<OrgPath>,
    body: Json<OrgBody>,
) -> Result<Json<Org>, Fault> {
    let (organization, body) = (path.organization()?, body.0);
    let changed = caller
        .write(move |polity, actor| {
            let access = polity.enter(actor, &organization)?;
            if let Some(id) = &body.id {
                let other = OrgBody::is_another;
                let named = polity.directory.locate(&id.parse().map_err(|_| other())?)?;
                named.filter(|named| *named == access.organization()).ok_or_else(other)?;
            }
            // an owner stays who it is: replacing an organization gives it to nobody; but nonsense is still refused
            owner(polity, actor, &body)?;
            let changed = polity.directory.update(&access, body.replacement())?;
            shown_alone(polity, actor, changed)
        })
        .await?;
    Ok(Json(changed))
}

/// Deletes an organization: it is gone at once, and its rows soon after. Permission: `org.directory.delete`.
#[utoipa::path(delete, path = "/directory/orgs/{organizationId}", tag = "directory", params(OrgPath), security(("bearer" = [])),
    responses((status = 200, description = "Deleted"), Failures))]
pub(super) async fn remove(caller: Caller, path: Path<OrgPath>) -> Result<HttpResponse, Fault> {
    let organization = path.organization()?;
    caller
        .write(move |polity, actor| {
            polity.directory.remove(&polity.enter(actor, &organization)?, Deletion::Permitted)
        })
        .await?;
    Ok(HttpResponse::Ok().finish())
}

/// The person a body names as the owner.
fn owner(polity: &Polity, actor: &Actor, body: &OrgBody) -> Result<Option<AccountId>> {
    body.owner()
        .map(|id| polity.identity.resolve(actor.client(), id)?.ok_or_else(OrgBody::is_no_owner))
        .transpose()
}

/// Organizations, their owners named as the caller knows them.
fn shown(polity: &Polity, actor: &Actor, organizations: Vec<Organization>) -> Result<Vec<Org>> {
    let owners: Vec<AccountId> = organizations.iter().filter_map(|organization| organization.owner).collect();
    let mut subjects = polity.identity.subjects_of(actor.client(), &owners)?.into_iter();
    let show = |organization: Organization| {
        let owner = organization.owner.and_then(|_| subjects.next());
        Org::new(organization, owner)
    };
    Ok(organizations.into_iter().map(show).collect())
}

fn shown_alone(polity: &Polity, actor: &Actor, organization: Organization) -> Result<Org> {
    shown(polity, actor, vec![organization])?.pop().ok_or_else(|| Error::internal("nothing to show"))
}
