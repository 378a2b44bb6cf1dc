//! Claims of e-mail domains, and their proof.

use crate::entitlements::DOMAINS;
use polity_kernel::{Access, Actor, Code, Conn, Entitlements, Error, OrganizationId, Result, Timestamp, Tx};

use crate::organization::domain::DomainName;
use crate::organization::names::NameTaken;
use crate::organization::{NewOrganization, Organization, PrimaryDomain};
use crate::store;

/// Asks that the organization may have one more domain.
pub(crate) fn require_room_for_domain(
    conn: &mut Conn,
    entitlements: &Entitlements,
    id: OrganizationId,
) -> Result<()> {
    entitlements.require_room(DOMAINS, || store::domains::count(conn, id))
}

/// Claims a domain as the primary one, which another may claim too as long as neither has proven it.
pub(crate) fn claim(
    tx: &mut Tx<'_>,
    id: OrganizationId,
    domain: &DomainName,
    verified_at: Option<Timestamp>,
) -> Result<PrimaryDomain> {
    if store::domains::owner(tx, domain.as_str())?.is_some_and(|owner| owner != id) {
        return Err(NameTaken::Domain.into());
    }
    store::domains::insert_primary(tx, id, domain)?;
    if verified_at.is_some() {
        prove(tx, id, domain, verified_at)?;
    }
    Ok(PrimaryDomain { name: domain.clone(), verified: verified_at.is_some() })
}

/// Writes down that the primary domain is proven, and since when, or is not any more.
///
/// # Errors
/// `Conflict` when another organization has proven it.
fn prove(
    tx: &mut Tx<'_>,
    id: OrganizationId,
    domain: &DomainName,
    verified_at: Option<Timestamp>,
) -> Result<()> {
    if verified_at.is_none() {
        store::domains::release(tx, domain, id)?;
    } else if !store::domains::reserve(tx, domain, id)? {
        return Err(NameTaken::Domain.into());
    }
    store::domains::set_verified(tx, id, verified_at)
}

/// A platform administrator's own word verifies a domain; nobody else's does.
pub(crate) fn verification(actor: &Actor, word: Option<bool>, now: Timestamp) -> Result<Option<Timestamp>> {
    match word {
        None | Some(false) => Ok(None),
        Some(true) if actor.is_platform_administrator() => Ok(Some(now)),
        Some(true) => {
            Err(Error::new(Code::Forbidden, "only a platform administrator's word verifies a domain"))
        }
    }
}

/// Another domain is a new claim, to be verified again; the same one keeps its verification.
pub(crate) fn changed_domain(
    tx: &mut Tx<'_>,
    access: &Access,
    before: &Organization,
    wanted: &NewOrganization,
) -> Result<Option<PrimaryDomain>> {
    let verified_at = verification(access.actor(), wanted.domain_verified, tx.now())?;
    if wanted.domain.as_ref() == before.domain.as_ref().map(|domain| &domain.name) {
        return settle_verification(tx, access, before, wanted.domain_verified, verified_at);
    }
    if before.domain.is_none() && wanted.domain.is_some() {
        let now = tx.now();
        require_room_for_domain(tx, access.entitlements(now), before.id)?;
    }
    store::domains::release_primary(tx, before.id)?;
    wanted.domain.as_ref().map(|domain| claim(tx, before.id, domain, verified_at)).transpose()
}

fn settle_verification(
    tx: &mut Tx<'_>,
    access: &Access,
    before: &Organization,
    word: Option<bool>,
    verified_at: Option<Timestamp>,
) -> Result<Option<PrimaryDomain>> {
    let Some(domain) = &before.domain else { return Ok(None) };
    let Some(verified) = word.filter(|word| *word != domain.verified) else {
        return Ok(Some(domain.clone()));
    };
    if !access.actor().is_platform_administrator() {
        return Err(Error::new(Code::Forbidden, "only a platform administrator's word verifies a domain"));
    }
    prove(tx, before.id, &domain.name, verified_at)?;
    Ok(Some(PrimaryDomain { name: domain.name.clone(), verified }))
}
