//! `/api/organizations/{organization_id}/domains`: e-mail domains, how they are proven, and what is set for the people under them.

use actix_web::{HttpResponse, Responder};
use polity_domains::Domain;
use polity_kernel::{Access, Result};

use super::Fault;
use super::body::Body;
use super::fault::Failures;
use super::lists::{Leaf, LeafQuery};
use super::paths::{DomainPath, OrganizationPath};
use super::scoped::Scoped;
use super::wire::{
    DomainBody, DomainChange, DomainPage, DomainQuery, DomainReplacement, OrganizationDomain, domain_fault,
};
use crate::areas::Polity;
use crate::ask::{Json, Path, Query};

/// The domains that the organization claims, by name, those that are not verified too. Scope: `organization:read`.
#[utoipa::path(get, path = "/api/organizations/{organization_id}/domains", tag = "api",
    params(OrganizationPath, LeafQuery), responses((status = 200, body = DomainPage), Failures))]
pub(super) async fn list(caller: Scoped<Access>, leaf: Leaf) -> Result<impl Responder, Fault> {
    let list = |polity: &Polity, access: &Access| {
        let claimed = polity.domains.domains(access)?;
        let providers = polity.connections.saml_providers(access)?;
        Ok(claimed.into_iter().map(|domain| OrganizationDomain::of(domain, &providers)).collect())
    };
    leaf.part_of(caller, list).await
}

/// Claims a domain, for administrators: it is proven by a TXT record that says `verification_challenge`, at the service's prefix in front of the
/// domain (`_polity-challenge.acme.example`). Scope: `organization:write`.
#[utoipa::path(post, path = "/api/organizations/{organization_id}/domains", tag = "api",
    params(OrganizationPath), request_body = DomainBody,
    responses((status = 201, body = OrganizationDomain), Failures))]
pub(super) async fn claim(caller: Scoped<Access>, body: Body<DomainBody>) -> Result<HttpResponse, Fault> {
    let (name, saml) = body.0.parts()?;
    let claimed = caller.write(move |polity, access| {
        let claimed = polity.connections.claim_domain(access, name, saml)?;
        shown(polity, access, claimed)
    });
    Ok(HttpResponse::Created().json(claimed.await.map_err(domain_fault)?))
}

/// One domain. Scope: `organization:read`.
#[utoipa::path(get, path = "/api/organizations/{organization_id}/domains/{id}", tag = "api", params(DomainPath),
    responses((status = 200, body = OrganizationDomain), Failures))]
pub(super) async fn read(
    caller: Scoped<Access>,
    path: Path<DomainPath>,
) -> Result<Json<OrganizationDomain>, Fault> {
    let found = caller.read(move |polity, access| {
        let found = polity.domains.domain(access, path.domain()?)?;
        shown(polity, access, found)
    });
    Ok(Json(found.await?))
}

/// Changes what is set for a domain, all of it that is sent; the domain itself must be there and stays. Scope: `organization:write`.
#[utoipa::path(put, path = "/api/organizations/{organization_id}/domains/{id}", tag = "api",
    params(DomainPath, DomainQuery), request_body = DomainReplacement,
    responses((status = 200, body = OrganizationDomain), Failures))]
pub(super) async fn replace(
    caller: Scoped<Access>,
    path: Path<DomainPath>,
    query: Query<DomainQuery>,
    body: Body<DomainReplacement>,
) -> Result<Json<OrganizationDomain>, Fault> {
    update(caller, path, query, Body(body.0.try_into()?)).await
}

/// Changes what is set for a domain, for administrators; what is absent stays. Joining and single sign-on are set for verified domains
/// alone, and enforced only by a connection that somebody has tested. Scope: `organization:write`.
#[utoipa::path(patch, path = "/api/organizations/{organization_id}/domains/{id}", tag = "api",
    params(DomainPath, DomainQuery), request_body = DomainChange,
    responses((status = 200, body = OrganizationDomain), Failures))]
pub(super) async fn update(
    caller: Scoped<Access>,
    path: Path<DomainPath>,
    query: Query<DomainQuery>,
    body: Body<DomainChange>,
) -> Result<Json<OrganizationDomain>, Fault> {
    let (patch, saml) = body.0.parts(query.force);
    let changed = caller.write(move |polity, access| {
        let changed = polity.connections.change_domain(access, path.domain()?, patch, saml)?;
        shown(polity, access, changed)
    });
    Ok(Json(changed.await.map_err(domain_fault)?))
}

/// Gives a domain back; people stay. Scope: `organization:write`.
#[utoipa::path(delete, path = "/api/organizations/{organization_id}/domains/{id}", tag = "api", params(DomainPath),
    responses((status = 204, description = "It is gone."), Failures))]
pub(super) async fn release(caller: Scoped<Access>, path: Path<DomainPath>) -> Result<HttpResponse, Fault> {
    let released = caller.write(move |polity, access| polity.domains.release(access, path.domain()?));
    released.await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Looks the TXT record up, and verifies the domain if it is there; if not, the domain stays as it is. Scope: `organization:write`.
#[utoipa::path(post, path = "/api/organizations/{organization_id}/domains/{id}/verify", tag = "api",
    params(DomainPath), responses((status = 200, body = OrganizationDomain), Failures))]
pub(super) async fn verify(
    caller: Scoped<Access>,
    path: Path<DomainPath>,
) -> Result<Json<OrganizationDomain>, Fault> {
    let looked_up = caller.errand(move |polity, access| {
        let looked_up = polity.domains.verify(access, path.domain()?)?;
        shown(polity, access, looked_up)
    });
    Ok(Json(looked_up.await.map_err(domain_fault)?))
}

fn shown(polity: &Polity, access: &Access, domain: Domain) -> Result<OrganizationDomain> {
    let providers = polity.connections.saml_providers(access)?;
    Ok(OrganizationDomain::of(domain, &providers))
}

#[cfg(test)]
mod tests {
    use polity_domains::permissions::{
        ORG_CONNECTIONS_CREATE, ORG_CONNECTIONS_DELETE, ORG_CONNECTIONS_GET, ORG_CONNECTIONS_LIST,
        ORG_CONNECTIONS_UPDATE, ORG_DOMAINS_CREATE, ORG_DOMAINS_DELETE, ORG_DOMAINS_GET, ORG_DOMAINS_LIST,
        ORG_DOMAINS_UPDATE,
    };
    use polity_identity::Scope;

    #[test]
    fn the_scopes_of_organizations_hold_what_the_area_of_domains_asks_for() {
        let (read, write) = (Scope::OrganizationRead.permissions(), Scope::OrganizationWrite.permissions());
        let writing = [&ORG_DOMAINS_CREATE, &ORG_DOMAINS_UPDATE, &ORG_DOMAINS_DELETE];
        assert!(read.lacking([&ORG_DOMAINS_LIST, &ORG_DOMAINS_GET]).is_empty());
        assert!(write.lacking(writing).is_empty());
        assert_eq!(read.lacking(writing).len(), 3);
        let connecting = [&ORG_CONNECTIONS_CREATE, &ORG_CONNECTIONS_UPDATE, &ORG_CONNECTIONS_DELETE];
        assert!(read.lacking([&ORG_CONNECTIONS_LIST, &ORG_CONNECTIONS_GET]).is_empty());
        assert!(write.lacking(connecting).is_empty());
        assert_eq!(read.lacking(connecting).len(), 3);
    }
}
