//! The primary e-mail domain of an organization: claimed, exchanged and given back, through the area that has domains.

use polity_kernel::event::Origin;
use polity_kernel::{Access, Actor, Code, Entitlements, Error, Result, Tx};

use crate::domain_claims::DomainClaims;
use crate::entitlements::DOMAINS;
use crate::organization::domain::DomainName;
use crate::organization::{NewOrganization, Organization, PrimaryDomain};

/// Claims a domain for an organization that may have one more, unless it claims it already.
pub(crate) fn claim_another(
    tx: &mut Tx<'_>,
    claims: &dyn DomainClaims,
    origin: Origin<'_>,
    entitlements: &Entitlements,
    wanted: &NewOrganization,
) -> Result<Option<PrimaryDomain>> {
    let Some(domain) = &wanted.domain else { return Ok(None) };
    let present = claims.count(tx, origin.organization())?;
    let claimed = claim(tx, claims, origin, domain, wanted.domain_verified)?;
    if claims.count(tx, origin.organization())? > present {
        entitlements.require_room(DOMAINS, || Ok(present))?;
    }
    Ok(Some(claimed))
}

/// Claims a domain, proven if somebody may say so and does.
fn claim(
    tx: &mut Tx<'_>,
    claims: &dyn DomainClaims,
    origin: Origin<'_>,
    domain: &DomainName,
    word: Option<bool>,
) -> Result<PrimaryDomain> {
    let vouched = verification(origin.actor(), word)?;
    let claimed = claims.claim(tx, origin, domain)?;
    if !vouched {
        return Ok(claimed);
    }
    claims.vouch(tx, origin, domain, true)?;
    Ok(PrimaryDomain { verified: true, ..claimed })
}

/// A platform administrator's own word verifies a domain; nobody else's does.
fn verification(actor: &Actor, word: Option<bool>) -> Result<bool> {
    match word {
        None | Some(false) => Ok(false),
        Some(true) if actor.is_platform_administrator() => Ok(true),
        Some(true) => Err(no_word()),
    }
}

/// Another domain is a new claim in the place of the one before; the same one keeps its verification.
pub(crate) fn changed_domain(
    tx: &mut Tx<'_>,
    claims: &dyn DomainClaims,
    access: &Access,
    before: &Organization,
    wanted: &NewOrganization,
) -> Result<Option<PrimaryDomain>> {
    let origin = Origin::from(access);
    verification(access.actor(), wanted.domain_verified)?;
    let Some(present) = &before.domain else {
        let now = tx.now();
        return claim_another(tx, claims, origin, access.entitlements(now), wanted);
    };
    if wanted.domain.as_ref() == Some(&present.name) {
        return settle_verification(tx, claims, origin, present, wanted.domain_verified).map(Some);
    }
    claims.release(tx, origin, &present.name)?;
    let Some(domain) = &wanted.domain else { return Ok(None) };
    claim(tx, claims, origin, domain, wanted.domain_verified).map(Some)
}

fn settle_verification(
    tx: &mut Tx<'_>,
    claims: &dyn DomainClaims,
    origin: Origin<'_>,
    present: &PrimaryDomain,
    word: Option<bool>,
) -> Result<PrimaryDomain> {
    let Some(verified) = word.filter(|word| *word != present.verified) else {
        return Ok(present.clone());
    };
    if !origin.actor().is_platform_administrator() {
        return Err(no_word());
    }
    claims.vouch(tx, origin, &present.name, verified)?;
    Ok(PrimaryDomain { name: present.name.clone(), verified })
}

fn no_word() -> Error {
    Error::new(Code::Forbidden, "only a platform administrator's word verifies a domain")
}
