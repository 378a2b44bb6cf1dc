//! What is set for a domain: who may join by it, how people under it sign in, and who may sign in otherwise.

use std::time::Duration;

use polity_accounts::EmailAddress;
use polity_directory::within;
use polity_kernel::{
    Access, AccountId, Code, Conn, Error, FieldKind, Level, OrganizationId, Result, Subject, Timestamp, Tx,
};

use crate::domain::{Domain, DomainPatch, DomainRefusal, Enforcement, MOST_BREAK_GLASS_OWNERS};
use crate::entitlements::{AUTOMATIC_PROVISIONING, SCIM};
use crate::events::{DOMAIN_CHANGED, DOMAIN_ENFORCEMENT_FORCED};
use crate::store;

/// For how long a try-out counts.
const TESTED: Duration = Duration::from_secs(30 * 86_400);

/// How many owners are looked through for one who is named.
const MOST_OWNERS: i64 = 1_000;

/// Changes what is set for a domain. Whoever calls has asked for the permission and holds the epoch alone.
pub(crate) fn change(
    tx: &mut Tx<'_>,
    access: &Access,
    before: &Domain,
    patch: &DomainPatch,
) -> Result<Domain> {
    let now = tx.now();
    may_set(access, before, patch, now)?;
    let mut after = before.clone();
    after.jit_provisioning = patch.jit_provisioning.unwrap_or(before.jit_provisioning);
    after.sso_enforcement = patch.sso_enforcement.unwrap_or(before.sso_enforcement);
    if after.sso_enforcement != before.sso_enforcement {
        access.require_recent()?;
    }
    let forced = requires_force(tx, before, &after)?;
    if forced && !patch.force {
        return Err(DomainRefusal::ConnectionNotTested.at(Some("sso_enforcement")));
    }
    if forced {
        access.require_level(Level::Owner)?;
    }
    if let Some(named) = &patch.break_glass_owners {
        after.break_glass_owners = owners(tx, before.organization, named)?;
    }
    if after.sso_enforcement.is_some() && after.break_glass_owners.is_empty() {
        after.break_glass_owners = vec![usual_owner(tx, access)?];
    }
    if after == *before {
        return Ok(after);
    }
    let after = after.changed(now);
    store::domains::update(tx, &after)?;
    tx.record(DOMAIN_CHANGED.changed(access, after.id, before, &after))?;
    if forced {
        tx.record(DOMAIN_ENFORCEMENT_FORCED.made(access, after.id, &after))?;
    }
    Ok(after)
}

/// Asks that the claim is proven where that matters, and that the organization is entitled to what is asked for, in this order.
fn may_set(access: &Access, before: &Domain, patch: &DomainPatch, now: Timestamp) -> Result<()> {
    if !before.is_verified() {
        let asked = [
            ("jit_provisioning", patch.jit_provisioning.is_some()),
            ("sso_enforcement", patch.sso_enforcement.is_some()),
        ];
        if let Some((field, _)) = asked.into_iter().find(|(_, asked)| *asked) {
            return Err(DomainRefusal::VerificationRequired.at(Some(field)));
        }
    }
    let entitlements = access.entitlements(now);
    if patch.jit_provisioning == Some(true) && !entitlements.includes(AUTOMATIC_PROVISIONING) {
        return Err(DomainRefusal::FeatureNotAvailable.at(Some("jit_provisioning")));
    }
    // accounts are not provisioned by SCIM yet, so that nobody is told they are
    if patch.scim == Some(true) || (patch.scim.is_some() && !entitlements.includes(SCIM)) {
        return Err(DomainRefusal::FeatureNotAvailable.at(Some("scim")));
    }
    Ok(())
}

/// Whether the change enforces a connection that nobody has tested.
fn requires_force(tx: &mut Tx<'_>, before: &Domain, after: &Domain) -> Result<bool> {
    match after.sso_enforcement {
        Some(wanted) if before.sso_enforcement != Some(wanted) => {
            let now = tx.now();
            Ok(!is_connection_tested(tx, after, wanted, now)?)
        }
        _ => Ok(false),
    }
}

/// Whether somebody with an address of the domain has lately tried such a connection out. The service has none of its own.
fn is_connection_tested(
    conn: &mut Conn,
    domain: &Domain,
    wanted: Enforcement,
    now: Timestamp,
) -> Result<bool> {
    let connection = store::connections::serving(conn, domain.organization, domain.id)?;
    let tested = connection
        .filter(|connection| connection.kind().as_str() == wanted.as_str())
        .and_then(|connection| connection.tested);
    Ok(tested.is_some_and(|tested| {
        let address = tested.address.and_then(|address| address.parse::<EmailAddress>().ok());
        now < tested.at.after(TESTED)
            && address.is_some_and(|address| address.domain() == domain.name.as_str())
    }))
}

/// Those who are named, each once, if all of them own the organization.
fn owners(tx: &mut Tx<'_>, organization: OrganizationId, named: &[AccountId]) -> Result<Vec<AccountId>> {
    if named.len() > MOST_BREAK_GLASS_OWNERS {
        return Err(Error::field("break_glass_owners", FieldKind::TooMany(MOST_BREAK_GLASS_OWNERS)));
    }
    let now = tx.now();
    let owning = within::owners(tx, organization, now, MOST_OWNERS)?;
    let mut kept = Vec::new();
    for (place, account) in named.iter().enumerate() {
        if !owning.contains(account) {
            let field = format!("break_glass_owners[{place}]");
            return Err(Error::field(field, FieldKind::NotFound.told("no such owner of the organization")));
        }
        if !kept.contains(account) {
            kept.push(*account);
        }
    }
    Ok(kept)
}

/// Whoever asks, if they own the organization, else its first owner.
fn usual_owner(tx: &mut Tx<'_>, access: &Access) -> Result<AccountId> {
    let now = tx.now();
    let owning = within::owners(tx, access.organization(), now, MOST_OWNERS)?;
    if let Subject::Person(account) = access.actor().subject()
        && owning.contains(&account)
    {
        return Ok(account);
    }
    owning.first().copied().ok_or_else(|| {
        Error::new(
            Code::Conflict,
            "the organization has no owner who could sign in when its connection fails",
        )
    })
}
