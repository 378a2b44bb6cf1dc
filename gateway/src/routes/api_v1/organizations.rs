//! `/api/v1/organization`: organizations themselves, and the look-ups by what they are linked to.

use actix_web::HttpResponse;
use polity_directory::permissions::ORG_DIRECTORY_GET;
use polity_directory::{NewOrganization, OrganizationFilter};
use polity_identity::Owner;
use polity_identity::permissions::ORG_KEYS_LIST;
use polity_kernel::{Access, Actor, Code, Error, Page, Paged, Result};
use polity_projects::AppLookup;

use super::Fault;
use super::fault::Failures;
use super::paths::{AliasPath, AppSecretPath, AppTypePath, AppValuePath, ExternalPath, OrganizationPath};
use super::wire::{Organization, OrganizationBody, OrganizationChange, SecretBody, Surroundings};
use crate::answer::{Listing, Slice};
use crate::areas::Polity;
use crate::ask::current::{CurrentHeader, Here};
use crate::ask::{Json, Path, Query};
use crate::gate::caller::Caller;

/// The organizations that the caller belongs to; all of them for a platform administrator.
#[utoipa::path(get, path = "/api/v1/organization", tag = "api_v1", params(Slice), security(("bearer" = [])),
    responses((status = 200, body = [Organization]), Failures))]
pub(super) async fn list(caller: Caller, slice: Query<Slice>) -> Result<Listing<Organization>, Fault> {
    found(caller, &slice, |polity, actor, page| {
        polity.directory.organizations(actor, OrganizationFilter::Seen, page)
    })
    .await
}

/// Makes an organization; the caller becomes its owner, or whom `ownerEmail` names. Permission: `org.directory.create`.
#[utoipa::path(post, path = "/api/v1/organization", tag = "api_v1", request_body = OrganizationBody,
    security(("bearer" = [])), responses((status = 201, body = Organization), Failures))]
pub(super) async fn create(caller: Caller, body: Json<OrganizationBody>) -> Result<HttpResponse, Fault> {
    let (fields, owner) = body.0.parsed()?;
    let new = NewOrganization::try_from(fields)?;
    let made = caller
        .write(move |polity, actor| {
            let new = match owner {
                Some(owner) => new.owned_by(owner),
                None => new,
            };
            shown_alone(polity, actor, polity.directory.found(actor, new)?)
        })
        .await?;
    Ok(HttpResponse::Created().json(made))
}

/// Changes the current organization. Permission: `org.directory.update`.
#[utoipa::path(patch, path = "/api/v1/organization", tag = "api_v1", params(CurrentHeader),
    request_body = OrganizationChange, security(("bearer" = [])),
    responses((status = 200, body = Organization), Failures))]
pub(super) async fn update_current(
    caller: Caller,
    here: Here,
    body: Json<OrganizationChange>,
) -> Result<Json<Organization>, Fault> {
    update(caller, here, body).await
}

/// Changes an organization. Permission: `org.directory.update`.
#[utoipa::path(patch, path = "/api/v1/organization/{organization}", tag = "api_v1", params(OrganizationPath),
    request_body = OrganizationChange, security(("bearer" = [])),
    responses((status = 200, body = Organization), Failures))]
pub(super) async fn update(
    caller: Caller,
    here: Here,
    body: Json<OrganizationChange>,
) -> Result<Json<Organization>, Fault> {
    let patch = body.0.parsed()?;
    let changed = caller
        .write(move |polity, actor| {
            let changed = polity.directory.update(&here.enter(polity, actor)?, patch)?;
            shown_alone(polity, actor, changed)
        })
        .await?;
    Ok(Json(changed))
}

/// One organization, for whoever belongs to it. Permission: `org.directory.get`.
#[utoipa::path(get, path = "/api/v1/organization/{organization}", tag = "api_v1", params(OrganizationPath),
    security(("bearer" = [])), responses((status = 200, body = Organization), Failures))]
pub(super) async fn read(caller: Caller, here: Here) -> Result<Json<Organization>, Fault> {
    let found = caller
        .read(move |polity, actor| {
            let access = here.enter(polity, actor)?;
            shown_inside(polity, &access, polity.directory.organization(&access)?)
        })
        .await?;
    Ok(Json(found))
}

/// The organization of an alias. Permission: `org.directory.get`.
#[utoipa::path(get, path = "/api/v1/organization/alias/{alias}", tag = "api_v1", params(AliasPath),
    security(("bearer" = [])), responses((status = 200, body = Organization), Failures))]
pub(super) async fn by_alias(caller: Caller, path: Path<AliasPath>) -> Result<Json<Organization>, Fault> {
    let alias = path.alias()?;
    let found = caller
        .read(move |polity, actor| {
            let access = polity.enter(actor, &alias.as_str().parse()?)?;
            let found = polity.directory.organization(&access)?;
            // an id or a key is no alias
            if found.alias != alias {
                return Err(Error::not_found("organization"));
            }
            shown_inside(polity, &access, found)
        })
        .await?;
    Ok(Json(found))
}

/// The organizations that have an app of a type, among those the caller belongs to.
#[utoipa::path(get, path = "/api/v1/organization/by-app/{type}", tag = "api_v1", params(AppTypePath, Slice),
    security(("bearer" = [])), responses((status = 200, body = [Organization]), Failures))]
pub(super) async fn by_app(
    caller: Caller,
    path: Path<AppTypePath>,
    slice: Query<Slice>,
) -> Result<Listing<Organization>, Fault> {
    let path = path.into_inner();
    found(caller, &slice, move |polity, actor, page| {
        polity.projects.organizations_by_app(actor, AppLookup::Kind(&path.kind), page)
    })
    .await
}

/// The organizations with an app that an outside system calls so, among those the caller belongs to.
#[utoipa::path(get, path = "/api/v1/organization/by-app-id/{type}/{externalId}", tag = "api_v1",
    params(ExternalPath, Slice), security(("bearer" = [])),
    responses((status = 200, body = [Organization]), Failures))]
pub(super) async fn by_app_id(
    caller: Caller,
    path: Path<ExternalPath>,
    slice: Query<Slice>,
) -> Result<Listing<Organization>, Fault> {
    let path = path.into_inner();
    found(caller, &slice, move |polity, actor, page| {
        let lookup = AppLookup::ExternalId { kind: &path.kind, id: &path.external_id };
        polity.projects.organizations_by_app(actor, lookup, page)
    })
    .await
}

/// The organizations with an app that has this value among its data, among those the caller belongs to.
#[utoipa::path(get, path = "/api/v1/organization/by-app-data/{type}/{key}/{value}", tag = "api_v1",
    params(AppValuePath, Slice), security(("bearer" = [])),
    responses((status = 200, body = [Organization]), Failures))]
pub(super) async fn by_app_data(
    caller: Caller,
    path: Path<AppValuePath>,
    slice: Query<Slice>,
) -> Result<Listing<Organization>, Fault> {
    let path = path.into_inner();
    found(caller, &slice, move |polity, actor, page| {
        let lookup = AppLookup::Value { kind: &path.kind, key: &path.key, value: &path.value };
        polity.projects.organizations_by_app(actor, lookup, page)
    })
    .await
}

/// The organizations with an app that has this secret, among those the caller belongs to. The secret stays out of the address.
#[utoipa::path(post, path = "/api/v1/organization/by-app-secret/{type}/{key}", tag = "api_v1",
    params(AppSecretPath, Slice), request_body = SecretBody, security(("bearer" = [])),
    responses((status = 200, body = [Organization]), Failures))]
pub(super) async fn by_app_secret(
    caller: Caller,
    path: Path<AppSecretPath>,
    slice: Query<Slice>,
    body: Json<SecretBody>,
) -> Result<Listing<Organization>, Fault> {
    let (path, secret) = (path.into_inner(), body.0.parsed()?);
    found(caller, &slice, move |polity, actor, page| {
        let lookup = AppLookup::Secret { kind: &path.kind, key: &path.key, secret: secret.reveal() };
        polity.projects.organizations_by_app(actor, lookup, page)
    })
    .await
}

/// A list of organizations, each as the caller may see it.
async fn found(
    caller: Caller,
    slice: &Slice,
    look: impl Fn(&Polity, &Actor, Page) -> Result<Paged<polity_directory::Organization>> + Send + Sync + 'static,
) -> Result<Listing<Organization>, Fault> {
    let listing = caller.list(
        slice,
        |_, actor| Ok(actor.clone()),
        move |polity, actor, page| {
            let found = look(polity, actor, page)?;
            let items =
                found.items.into_iter().map(|one| shown_alone(polity, actor, one)).collect::<Result<_>>()?;
            Ok(Paged { items, next: found.next })
        },
    );
    Ok(listing.await?)
}

/// An organization as the actor may see it, who takes no membership up by that.
fn shown_alone(
    polity: &Polity,
    actor: &Actor,
    organization: polity_directory::Organization,
) -> Result<Organization> {
    match polity.directory.look_in(actor, &organization.id.into()) {
        Ok(access) => shown_inside(polity, &access, organization),
        // whoever founds it for somebody else need not belong to it, nor does whoever was expelled a moment ago
        Err(error) if error.code() == Code::NotFound => {
            let around = Surroundings::of(&organization);
            Ok(Organization::new(organization, around))
        }
        Err(error) => Err(error),
    }
}

/// An organization with what stands around it, as far as whoever was let in may see it: what was changed is shown even to who
/// may not read it, since a refusal would say that nothing was changed.
fn shown_inside(
    polity: &Polity,
    access: &Access,
    organization: polity_directory::Organization,
) -> Result<Organization> {
    let (granted, all) = (access.permissions(), Page::first(Page::MAX));
    let mut around = Surroundings::of(&organization);
    if granted.contains(&ORG_DIRECTORY_GET) {
        around.owners = polity.directory.owners(access)?;
        around.apps = polity.projects.apps(access, all)?.items;
    }
    if granted.contains(&ORG_KEYS_LIST) {
        around.keys = Some(polity.identity.keys(&Owner::from(access), all)?.items);
    }
    Ok(Organization::new(organization, around))
}
