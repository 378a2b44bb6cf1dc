//! `/directory/orgs`: organizations themselves.

use actix_web::HttpResponse;
use polity_directory::NewOrganization;
use polity_kernel::{Error, Page};

use super::Fault;
use super::fault::Failures;
use super::paths::OrgPath;
use super::wire::{Available, Org, OrgBody, OrgPage, Part, Wanted};
use crate::caller::Caller;
use crate::extract::{Json, Path, Query};

/// Every organization, for platform administrators.
#[utoipa::path(get, path = "/directory/admin/orgs", tag = "directory", params(Part), security(("bearer" = [])),
    responses((status = 200, body = OrgPage), Failures))]
pub(super) async fn all(caller: Caller, part: Query<Part>) -> Result<Json<OrgPage>, Fault> {
    let (limit, skip) = part.bounds();
    let found =
        caller.read(move |polity, actor| polity.directory.all(actor, Page::offset(limit, skip))).await?;
    let docs: Vec<Org> = found.items.into_iter().map(Org::from).collect();
    Ok(Json(OrgPage { count: docs.len(), docs, limit, skip }))
}

/// Makes an organization; the caller becomes its owner. Permission: `org.directory.create`.
#[utoipa::path(post, path = "/directory/orgs", tag = "directory", request_body = OrgBody, security(("bearer" = [])),
    responses((status = 200, body = Org), Failures))]
pub(super) async fn create(caller: Caller, body: Json<OrgBody>) -> Result<Json<Org>, Fault> {
    let new = NewOrganization::try_from(body.0.fields()?)?;
    let made = caller.write(move |polity, actor| polity.directory.found(actor, new)).await?;
    Ok(Json(made.into()))
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
    let found = caller.read(|polity, actor| polity.directory.suggestions(actor)).await?;
    Ok(Json(found.into_iter().map(Org::from).collect()))
}

/// One organization. Permission: `org.directory.get`.
#[utoipa::path(get, path = "/directory/orgs/{organizationId}", tag = "directory", params(OrgPath), security(("bearer" = [])),
    responses((status = 200, body = Org), Failures))]
pub(super) async fn read(caller: Caller, path: Path<OrgPath>) -> Result<Json<Org>, Fault> {
    let organization = path.organization()?;
    let found = caller
        .read(move |polity, actor| polity.directory.organization(&polity.enter(actor, &organization)?))
        .await?;
    Ok(Json(found.into()))
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
                let other = || Error::field("id", "is not the one in the path");
                let named = polity.directory.locate(&id.parse().map_err(|_| other())?)?;
                named.filter(|named| *named == access.organization()).ok_or_else(other)?;
            }
            polity.directory.update(&access, body.replacement())
        })
        .await?;
    Ok(Json(changed.into()))
}

/// Deletes an organization: it is gone at once, and its rows soon after. Permission: `org.directory.delete`.
#[utoipa::path(delete, path = "/directory/orgs/{organizationId}", tag = "directory", params(OrgPath), security(("bearer" = [])),
    responses((status = 200, description = "Deleted"), Failures))]
pub(super) async fn remove(caller: Caller, path: Path<OrgPath>) -> Result<HttpResponse, Fault> {
    let organization = path.organization()?;
    caller.write(move |polity, actor| polity.directory.remove(&polity.enter(actor, &organization)?)).await?;
    Ok(HttpResponse::Ok().finish())
}
