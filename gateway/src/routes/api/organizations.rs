//! `/api/organizations`: organizations themselves.

use std::slice;

use actix_web::{HttpResponse, Responder};
use polity_directory::{
    Deletion, NewOrganization, NewProject, OrganizationFields, OrganizationFilter, ProjectFields,
};
use polity_kernel::{Access, Actor, Error, Paged, Result};

use super::Fault;
use super::body::Body;
use super::fault::Failures;
use super::lists::{Leaf, LeafQuery};
use super::paths::OrganizationPath;
use super::scoped::Scoped;
use super::wire::{
    Organization, OrganizationBody, OrganizationChange, OrganizationPage, OrganizationReplacement,
    Standpoint, organization_fault,
};
use crate::areas::Polity;
use crate::ask::Json;

/// How many are made ready at a time: each may have a thousand projects.
const PIECE: i64 = 20;

/// What the first project is called.
const FIRST_PROJECT: &str = "Default project";

/// The caller's organizations, the oldest first. Scope: `organization:read`.
#[utoipa::path(get, path = "/api/organizations", tag = "api", params(LeafQuery),
    responses((status = 200, body = OrganizationPage), Failures))]
pub(super) async fn list(caller: Scoped<Actor>, leaf: Leaf) -> Result<impl Responder, Fault> {
    let count = |polity: &Polity, actor: &Actor| polity.directory.organization_count(actor);
    leaf.in_pieces_of(PIECE)
        .sent(
            caller,
            |_, actor| Ok(actor),
            count,
            |polity, actor, page| {
                let found = polity.directory.organizations(actor, OrganizationFilter::Own, page)?;
                Ok(Paged { items: all_shown(polity, actor, found.items)?, next: found.next })
            },
        )
        .await
}

/// Makes an organization that the caller owns, with a first project, in which they work from then on; whoever owns one already needs a
/// license for several. Scope: `organization:write`.
#[utoipa::path(post, path = "/api/organizations", tag = "api", request_body = OrganizationBody,
    responses((status = 201, body = Organization), Failures))]
pub(super) async fn create(
    caller: Scoped<Actor>,
    body: Body<OrganizationBody>,
) -> Result<HttpResponse, Fault> {
    let OrganizationBody { name, settings } = body.0;
    let new = NewOrganization::try_from(OrganizationFields { name: Some(name), ..Default::default() })?;
    let project = ProjectFields { name: FIRST_PROJECT.to_owned(), ..Default::default() };
    let (project, settings) = (NewProject::try_from(project)?, settings.into());
    let made = caller.write(move |polity, actor| {
        let made = polity.directory.found(actor, new.with_first_project(project, settings))?;
        let access = polity.enter(actor, &made.id.into())?;
        shown(polity, &access, made)
    });
    Ok(HttpResponse::Created().json(made.await.map_err(organization_fault)?))
}

/// One organization, for whoever belongs to it. Scope: `organization:read`.
#[utoipa::path(get, path = "/api/organizations/{organization_id}", tag = "api", params(OrganizationPath),
    responses((status = 200, body = Organization), Failures))]
pub(super) async fn read(caller: Scoped<Access>) -> Result<Json<Organization>, Fault> {
    let found = caller.itself().read(|polity, access| {
        let found = polity.directory.organization(access)?;
        shown(polity, access, found)
    });
    Ok(Json(found.await?))
}

/// Changes an organization, all of it that may be. Scope: `organization:write`.
#[utoipa::path(put, path = "/api/organizations/{organization_id}", tag = "api", params(OrganizationPath),
    request_body = OrganizationReplacement, responses((status = 200, body = Organization), Failures))]
pub(super) async fn replace(
    caller: Scoped<Access>,
    body: Body<OrganizationReplacement>,
) -> Result<Json<Organization>, Fault> {
    update(caller, Body(body.0.into())).await
}

/// Changes an organization; what is absent stays. Scope: `organization:write`.
#[utoipa::path(patch, path = "/api/organizations/{organization_id}", tag = "api", params(OrganizationPath),
    request_body = OrganizationChange, responses((status = 200, body = Organization), Failures))]
pub(super) async fn update(
    caller: Scoped<Access>,
    body: Body<OrganizationChange>,
) -> Result<Json<Organization>, Fault> {
    let patch = body.0.into();
    let changed = caller.itself().write(move |polity, access| {
        let changed = polity.directory.update(access, patch)?;
        shown(polity, access, changed)
    });
    Ok(Json(changed.await.map_err(organization_fault)?))
}

/// Deletes an organization, which only its owners may: gone at once for everybody. Scope: `organization:write`.
#[utoipa::path(delete, path = "/api/organizations/{organization_id}", tag = "api", params(OrganizationPath),
    responses((status = 204, description = "It is gone."), Failures))]
pub(super) async fn remove(caller: Scoped<Access>) -> Result<HttpResponse, Fault> {
    let removed =
        caller.itself().write(move |polity, access| polity.directory.remove(access, Deletion::Owned));
    removed.await?;
    Ok(HttpResponse::NoContent().finish())
}

/// An organization as this caller sees it.
fn shown(
    polity: &Polity,
    access: &Access,
    organization: polity_directory::Organization,
) -> Result<Organization> {
    let seen = standpoints(polity, slice::from_ref(access))?.pop();
    let seen = seen.ok_or_else(|| Error::internal("an organization without a summary"))?;
    Ok(Organization::of(organization, seen))
}

/// These organizations as this caller sees them, who takes no membership up by looking at a list.
fn all_shown(
    polity: &Polity,
    actor: &Actor,
    organizations: Vec<polity_directory::Organization>,
) -> Result<Vec<Organization>> {
    let entered = organizations.iter().map(|one| polity.look_in(actor, &one.id.into()));
    let accesses: Vec<Access> = entered.collect::<Result<_>>()?;
    let seen = standpoints(polity, &accesses)?;
    Ok(organizations.into_iter().zip(seen).map(|(one, seen)| Organization::of(one, seen)).collect())
}

/// How the caller stands in each of these organizations.
fn standpoints(polity: &Polity, accesses: &[Access]) -> Result<Vec<Standpoint>> {
    let summaries = polity.directory.summaries(accesses)?;
    let projects = polity.projects.projects_in_brief(accesses)?;
    let seen = accesses.iter().zip(summaries).zip(projects).map(|((access, summary), projects)| Standpoint {
        entitlements: polity.directory.entitlements(access),
        level: access.level(),
        summary,
        projects,
    });
    Ok(seen.collect())
}
