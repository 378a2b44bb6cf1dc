//! Claiming a domain and giving it back.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use polity_directory::entitlements::DOMAINS;
use polity_directory::{DomainName, NameTaken, within};
use polity_kernel::event::Origin;
use polity_kernel::{Access, Code, Conn, Error, OrganizationId, Result, Tx};

use crate::acts::endings;
use crate::domain::{Domain, DomainId};
use crate::events::{DOMAIN_CLAIMED, DOMAIN_RELEASED};
use crate::rules::primary;
use crate::store;

/// How many domains an organization claims at most, whatever its license allows.
pub const MOST: u64 = 1_000;

/// Claims a domain, unless the organization does already.
///
/// # Errors
/// `Conflict` when another organization has proven it; `LimitReached`.
pub(crate) fn claim(tx: &mut Tx<'_>, origin: Origin<'_>, name: &DomainName) -> Result<Domain> {
    let organization = origin.organization();
    if let Some(present) = store::domains::named(tx, organization, name)? {
        return Ok(present);
    }
    if store::reservations::owner(tx, name.as_str())?.is_some_and(|owner| owner != organization) {
        return Err(NameTaken::Domain.into());
    }
    if store::domains::count(tx, organization)? >= MOST {
        return Err(Error::new(Code::LimitReached, format!("an organization has at most {MOST} domains")));
    }
    let claim = Domain {
        id: tx.new_id(),
        organization,
        name: name.clone(),
        challenge: URL_SAFE_NO_PAD.encode(tx.ids().key()),
        verified_at: None,
        last_checked_at: None,
        missing_since: None,
        lapsed_at: None,
        jit_provisioning: false,
        sso_enforcement: None,
        break_glass_owners: Vec::new(),
        created_at: tx.now(),
        updated_at: tx.now(),
        version: 1,
    };
    store::domains::insert(tx, &claim)?;
    tx.record(DOMAIN_CLAIMED.made(origin, claim.id, &claim))?;
    Ok(claim)
}

/// Claims a domain that the organization does not claim yet, as its license allows.
///
/// # Errors
/// `Conflict` when it does, or another organization has proven it; `LimitReached`.
pub(crate) fn claim_new(tx: &mut Tx<'_>, access: &Access, name: &DomainName) -> Result<Domain> {
    let (organization, now) = (access.organization(), tx.now());
    if store::domains::named(tx, organization, name)?.is_some() {
        return Err(NameTaken::Domain.into());
    }
    access.entitlements(now).require_room(DOMAINS, || store::domains::count(tx, organization))?;
    let claim = claim(tx, access.into(), name)?;
    show(tx, access.into())?;
    Ok(claim)
}

/// Gives a domain back.
pub(crate) fn release(tx: &mut Tx<'_>, origin: Origin<'_>, claim: &Domain) -> Result<()> {
    store::reservations::release(tx, &claim.name, claim.organization)?;
    store::checks::cancel(tx, claim)?;
    endings::forsake(tx, claim)?;
    store::domains::delete(tx, claim)?;
    tx.record(DOMAIN_RELEASED.over(origin, claim.id, claim))
}

/// Has the organization show the domain that it is to show now. Whoever calls holds the organization's epoch alone and has raised it.
pub(crate) fn show(tx: &mut Tx<'_>, origin: Origin<'_>) -> Result<()> {
    let (organization, now) = (origin.organization(), tx.now());
    let Some(present) = within::organization(tx, organization, now)? else { return Ok(()) };
    let claims = store::domains::all(tx, organization)?;
    within::show_domain(tx, origin, primary::shown(present.domain.as_ref(), &claims))
}

/// The claim.
///
/// # Errors
/// `NotFound`.
pub(crate) fn existing(conn: &mut Conn, organization: OrganizationId, id: DomainId) -> Result<Domain> {
    store::domains::find(conn, organization, id)?.ok_or_else(|| Error::not_found("domain"))
}
