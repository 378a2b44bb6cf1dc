//! Who has to sign in elsewhere: everybody under an enforced domain who belongs to its organization, but for owners who break the glass.

use polity_accounts::{Account, within};
use polity_directory::{DomainEnforcement, Terms};
use polity_identity::within::person;
use polity_kernel::event::Origin;
use polity_kernel::{Code, Conn, Error, Feature, Method, OrganizationId, Result, Timestamp, Tx};

use crate::events::SESSION_BROKE_GLASS;
use crate::jobs::TellBrokenGlass;
use crate::session::{Proven, Session};

/// Having everybody under a domain sign in by a connection, as the area of e-mail domains names it.
const SSO_ENFORCEMENT: Feature = Feature::named("sso_enforcement");

/// How many owners are told.
const MOST_OWNERS: i64 = 100;

/// How somebody stands who has proven themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Nothing binds them, or they have signed in as they are bound to.
    Free,
    /// An owner who may sign in otherwise all the same.
    BreaksGlass(DomainEnforcement),
}

/// Asks that somebody who is bound to sign in elsewhere has done so.
///
/// # Errors
/// `SsoEnforced`.
pub(crate) fn judge(conn: &mut Conn, terms: &Terms, proven: &Proven, now: Timestamp) -> Result<Standing> {
    if proven.methods.contain(Method::Federated) {
        return Ok(Standing::Free);
    }
    let Some(account) = within::account(conn, proven.account)? else { return Ok(Standing::Free) };
    let Some(bound) = bound(conn, terms, &account, now)? else { return Ok(Standing::Free) };
    let is_named = bound.break_glass_owners.contains(&account.id);
    if is_named && proven.methods.has_two_factors() && owns(conn, &bound, &account, now)? {
        return Ok(Standing::BreaksGlass(bound));
    }
    Err(enforced())
}

/// Tells of an owner who has signed in past the connection: an event, and a letter to every owner.
pub(crate) fn tell(tx: &mut Tx<'_>, bound: &DomainEnforcement, session: &Session) -> Result<()> {
    let now = tx.now();
    let organization = bound.organization;
    for to in polity_directory::within::owners(tx, organization, now, MOST_OWNERS)? {
        tx.promise(&TellBrokenGlass { organization, account: session.account, to, at: now })?;
    }
    let who = person(session.account);
    tx.record(SESSION_BROKE_GLASS.done(Origin::within(organization, &who), session.id))
}

/// What binds an account, if anything does.
pub(crate) fn bound(
    conn: &mut Conn,
    terms: &Terms,
    account: &Account,
    now: Timestamp,
) -> Result<Option<DomainEnforcement>> {
    let Some(email) = &account.email else { return Ok(None) };
    let Some(found) = terms.domains.enforcement(conn, email.domain())? else { return Ok(None) };
    let organization = found.organization;
    if !is_entitled(conn, terms, organization, now)? {
        return Ok(None);
    }
    let belongs = polity_directory::within::is_member(conn, organization, account.id, now)?
        || polity_directory::within::is_invited(conn, organization, email, now)?;
    Ok(belongs.then_some(found))
}

/// Whether the organization's license lets it bind anybody.
pub(crate) fn is_entitled(
    conn: &mut Conn,
    terms: &Terms,
    organization: OrganizationId,
    now: Timestamp,
) -> Result<bool> {
    Ok((terms.entitling)(conn, organization)?.at(now).includes(SSO_ENFORCEMENT))
}

/// What is told of who must sign in elsewhere.
pub(crate) fn enforced() -> Error {
    Error::new(Code::SsoEnforced, "your organization has its people sign in by its own provider")
}

fn owns(conn: &mut Conn, bound: &DomainEnforcement, account: &Account, now: Timestamp) -> Result<bool> {
    Ok(polity_directory::within::owners(conn, bound.organization, now, MOST_OWNERS)?.contains(&account.id))
}
