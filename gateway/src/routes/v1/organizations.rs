//! `/v1/organizations`: organizations themselves.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use polity_directory::{Deletion, OrganizationFilter, Wanted};
use polity_kernel::{Actor, Evidence, Paged, Result};

use super::Fault;
use super::fault::Failures;
use super::paths::OrganizationPath;
use super::wire::{
    Envelope, FoundingAnswer, FoundingBody, OrganizationAnswer, OrganizationList, OrganizationQuery,
    OrganizationSpec, OrganizationSpecChange, RenameBody, VerifyAnswer, VerifyBody,
};
use crate::answer::{Listing, Slice};
use crate::areas::Polity;
use crate::ask::current::Here;
use crate::ask::{Json, Query};
use crate::gate::caller::Caller;

/// The organizations that the caller belongs to; with `all=true` every one there is, for a platform administrator.
#[utoipa::path(get, path = "/v1/organizations", tag = "v1", params(OrganizationQuery, Slice),
    responses((status = 200, body = OrganizationList), Failures))]
pub(super) async fn list(
    caller: Caller,
    query: Query<OrganizationQuery>,
    slice: Query<Slice>,
) -> Result<Listing<Envelope<OrganizationSpec>>, Fault> {
    let all = query.all;
    let listing = caller.list(
        &slice,
        |_, actor: &Actor| Ok(actor.clone()),
        move |polity, actor, page| {
            let which = if all { OrganizationFilter::Seen } else { OrganizationFilter::Own };
            let found = polity.directory.organizations(actor, which, page)?;
            Ok(Paged { items: shown(polity, found.items)?, next: found.next })
        },
    );
    Ok(listing.await?.inside(OrganizationList::ITEMS))
}

/// Makes an organization that the caller owns and its first project, which they run and work in, all or nothing. Permission:
/// `org.directory.create`.
#[utoipa::path(post, path = "/v1/organizations", tag = "v1", request_body = FoundingBody,
    responses((status = 200, body = FoundingAnswer), Failures))]
pub(super) async fn establish(
    caller: Caller,
    request: HttpRequest,
    body: Json<FoundingBody>,
) -> Result<Json<FoundingAnswer>, Fault> {
    let agent = request.headers().get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    let evidence = Evidence { address: caller.address(), user_agent: agent.map(str::to_owned) };
    let new = body.0.parsed(evidence)?;
    let made = caller.write(move |polity, actor| polity.licensing.establish(actor, new)).await?;
    Ok(Json(FoundingAnswer::new(made)?))
}

/// Whether an organization could be called so. Permission: `org.directory.list`.
#[utoipa::path(put, path = "/v1/organizations/verify", tag = "v1", request_body = VerifyBody,
    responses((status = 200, body = VerifyAnswer), Failures))]
pub(super) async fn verify(caller: Caller, body: Json<VerifyBody>) -> Result<Json<VerifyAnswer>, Fault> {
    let wanted = Wanted { name: Some(body.0.name.unwrap_or_default()), ..Wanted::default() };
    let valid = caller.read(move |polity, actor| polity.directory.available(actor, &wanted)).await?;
    Ok(Json(VerifyAnswer { valid }))
}

/// One organization, for whoever belongs to it. Permission: `org.directory.get`.
#[utoipa::path(get, path = "/v1/organizations/{organization}", tag = "v1", params(OrganizationPath),
    responses((status = 200, body = OrganizationAnswer), Failures))]
pub(super) async fn read(caller: Caller, here: Here) -> Result<Json<OrganizationAnswer>, Fault> {
    let found = caller.read(move |polity, actor| {
        let access = here.enter(polity, actor)?;
        answer(polity, polity.directory.organization(&access)?)
    });
    Ok(found.await?)
}

/// Changes an organization. Permission: `org.directory.update`.
#[utoipa::path(patch, path = "/v1/organizations/{organization}", tag = "v1", params(OrganizationPath),
    request_body = OrganizationSpecChange, responses((status = 200, body = OrganizationAnswer), Failures))]
pub(super) async fn update(
    caller: Caller,
    here: Here,
    body: Json<OrganizationSpecChange>,
) -> Result<Json<OrganizationAnswer>, Fault> {
    let patch = body.0.parsed()?;
    let changed = caller.write(move |polity, actor| {
        let access = here.enter(polity, actor)?;
        answer(polity, polity.directory.update(&access, patch)?)
    });
    Ok(changed.await?)
}

/// Gives an organization another display name. Permission: `org.directory.update`.
#[utoipa::path(patch, path = "/v1/organizations/{organization}/metadata", tag = "v1", params(OrganizationPath),
    request_body = RenameBody, responses((status = 200, description = "It is called so now."), Failures))]
pub(super) async fn rename(
    caller: Caller,
    here: Here,
    body: Json<RenameBody>,
) -> Result<HttpResponse, Fault> {
    let patch = body.0.parsed()?;
    caller.write(move |polity, actor| polity.directory.update(&here.enter(polity, actor)?, patch)).await?;
    Ok(HttpResponse::Ok().finish())
}

/// Deletes an organization: gone at once for everybody, its people stay. Permission: `org.directory.delete`.
#[utoipa::path(delete, path = "/v1/organizations/{organization}", tag = "v1", params(OrganizationPath),
    responses((status = 204, description = "It is gone."), Failures))]
pub(super) async fn remove(caller: Caller, here: Here) -> Result<HttpResponse, Fault> {
    caller
        .write(move |polity, actor| polity.directory.remove(&here.enter(polity, actor)?, Deletion::Permitted))
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Organizations as they are shown.
fn shown(
    polity: &Polity,
    organizations: Vec<polity_directory::Organization>,
) -> Result<Vec<Envelope<OrganizationSpec>>> {
    let ids: Vec<_> = organizations.iter().map(|organization| organization.id).collect();
    let warnings = polity.licensing.warnings(&ids)?;
    let warning = |id| warnings.iter().find(|(of, _)| *of == id).map(|(_, warning)| warning.clone());
    let shown = organizations.into_iter().map(|one| {
        let warning = warning(one.id);
        Envelope::of_organization(one, warning)
    });
    shown.collect()
}

fn answer(polity: &Polity, organization: polity_directory::Organization) -> Result<Json<OrganizationAnswer>> {
    let warning = polity.licensing.warnings(&[organization.id])?.pop().map(|(_, warning)| warning);
    Ok(Json(OrganizationAnswer { organization: Envelope::of_organization(organization, warning)? }))
}
