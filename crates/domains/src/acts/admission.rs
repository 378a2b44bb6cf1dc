//! Admission: whose account somebody means who comes back from a provider, and whether it is theirs.

use polity_accounts::{Account, EmailAddress, within};
use polity_directory::Terms;
use polity_identity::AtBrowser;
use polity_identity::within::{Newcomer, account_of, person};
use polity_kernel::{AccountId, Code, Conn, Method, OrganizationId, Result, Tx};
use polity_signin::within::{NewLink, identity_used, link_identity, linked_identity};
use polity_signin::{Proven, ProviderSubject};

use crate::admission::{AdmissionRule, Confirmation};
use crate::connection::arrival::Arrival;
use crate::connection::external::ExternalIdentity;
use crate::domain::Domain;
use crate::rules::vouching::Claimed;
use crate::store;

/// Whose account it is, or that somebody has to confirm it.
pub(crate) enum Found {
    /// Theirs, by this rule.
    Theirs(Proven, AdmissionRule),
    /// An account with this address, whose person has shown to be there.
    Unconfirmed(EmailAddress),
}

/// The account of somebody who has come back from a provider: the one that the identity is linked to, else that of the address that the
/// provider may vouch for. It is linked from now on.
///
/// # Errors
/// `Conflict`, `LimitReached` and `Unauthenticated` of linking; `Throttled` where the organization has made too many accounts.
pub(crate) fn account(
    tx: &mut Tx<'_>,
    at_browser: &AtBrowser,
    arrival: &Arrival,
    confirmation: Option<Confirmation>,
) -> Result<Found> {
    let at = subject(arrival);
    if let Some(linked) = linked_identity(tx, &at)? {
        identity_used(tx, &linked)?;
        return Ok(Found::Theirs(proven(tx, arrival, linked.account), AdmissionRule::Linked));
    }
    let domain = claim_of(tx, &arrival.identity)?;
    let domain_of = domain.as_ref().map(|domain| domain.organization);
    let connection_of = arrival.owner();
    let vouched = Claimed { identity: &arrival.identity, connection_of, domain_of }.vouched();
    let present = match &vouched {
        Some(email) => within::hold_by_email(tx, email)?,
        None => None,
    };
    let (account, rule) = match (present, vouched) {
        (Some(present), Some(email)) if needs_confirming(&present) => {
            let is_confirmed = confirmation.is_some_and(|confirmation| confirmation.account == present.id);
            let rule = match domain {
                _ if is_confirmed => AdmissionRule::Confirmed,
                Some(domain) if enforces(&domain, arrival) && !present.platform_administrator => {
                    AdmissionRule::Enforced
                }
                _ => return Ok(Found::Unconfirmed(email)),
            };
            (present.id, rule)
        }
        (present, vouched) => {
            let rule = match (&present, &vouched) {
                (_, None) => AdmissionRule::WithoutAddress,
                (Some(_), _) => AdmissionRule::TakenOver,
                (None, _) => AdmissionRule::NewAddress,
            };
            (newcomer(tx, at_browser, arrival, vouched)?, rule)
        }
    };
    let email = arrival.identity.email.as_deref();
    link_identity(tx, &NewLink { account, organization: connection_of, at: &at, email })?;
    Ok(Found::Theirs(proven(tx, arrival, account), rule))
}

/// Makes a member of the person where the domain of their address says so. False where nothing was to be done.
///
/// # Errors
/// `LimitReached` where the license allows no more members.
pub(crate) fn join(
    tx: &mut Tx<'_>,
    terms: &Terms,
    organization: OrganizationId,
    account: AccountId,
) -> Result<bool> {
    let Some(account) = within::account(tx, account)? else { return Ok(false) };
    let Some(email) = account.verified_email() else { return Ok(false) };
    let claim = claim(tx, email.domain())?;
    let lets_in = claim.is_some_and(|claim| claim.organization == organization && claim.jit_provisioning);
    if !lets_in {
        return Ok(false);
    }
    match polity_directory::within::come_in(tx, terms, &person(account.id), organization) {
        Err(error) if matches!(error.code(), Code::JoinRefused | Code::OrganizationInactive) => Ok(false),
        joined => joined,
    }
}

/// What the provider calls them.
fn subject(arrival: &Arrival) -> ProviderSubject {
    ProviderSubject {
        connection: arrival.connection,
        issuer: arrival.identity.issuer.clone(),
        subject: arrival.identity.subject.clone(),
    }
}

fn proven(tx: &Tx<'_>, arrival: &Arrival, account: AccountId) -> Proven {
    Proven { connection: Some(arrival.connection), ..Proven::by(account, Method::Federated, tx.now()) }
}

/// The proven claim of the domain that the address is under.
fn claim_of(conn: &mut Conn, identity: &ExternalIdentity) -> Result<Option<Domain>> {
    let email = identity.email.as_deref().and_then(|email| email.parse::<EmailAddress>().ok());
    match email {
        Some(email) => claim(conn, email.domain()),
        None => Ok(None),
    }
}

/// The proven claim of a domain.
pub(crate) fn claim(conn: &mut Conn, domain: &str) -> Result<Option<Domain>> {
    let Some(organization) = store::reservations::owner(conn, domain)? else { return Ok(None) };
    let claim = store::domains::named(conn, organization, &domain.parse()?)?;
    Ok(claim.filter(Domain::is_verified))
}

/// Whether the account is somebody's who has shown to be there and to own the address; and a platform administrator's in any case.
fn needs_confirming(account: &Account) -> bool {
    account.owns_address() || account.platform_administrator
}

/// Whether everybody under the domain signs in by connections of the organization that this one is of.
fn enforces(domain: &Domain, arrival: &Arrival) -> bool {
    arrival.owner() == Some(domain.organization)
        && domain.sso_enforcement.is_some_and(|enforced| enforced.as_str() == arrival.kind.as_str())
}

/// The account of somebody who has none, or takes over one that nobody has proven.
fn newcomer(
    tx: &mut Tx<'_>,
    at_browser: &AtBrowser,
    arrival: &Arrival,
    email: Option<EmailAddress>,
) -> Result<AccountId> {
    if let Some(organization) = arrival.owner() {
        within::count_made(tx, organization)?;
    }
    let told = &arrival.identity;
    let parts = [told.first_name.as_deref(), told.last_name.as_deref()];
    let joined = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let name = told.display_name.clone().or(Some(joined).filter(|name| !name.is_empty()));
    account_of(tx, at_browser, Newcomer { email, name })
}
