//! Identities at providers: linked to accounts, and unlinked.

use polity_accounts::within::prove;
use polity_identity::within::person;
use polity_kernel::event::Origin;
use polity_kernel::{AccountId, Actor, Code, Error, OrganizationId, Result, Tx, epoch};

use crate::events::{IDENTITY_LINKED, IDENTITY_UNLINKED};
use crate::jobs::TellLinked;
use crate::linked_identity::{LinkedIdentity, LinkedIdentityId, MOST_IDENTITIES, ProviderSubject};
use crate::session::ConnectionId;
use crate::store::linked_identities as store;

/// What is to be linked.
#[derive(Clone, Copy, Debug)]
pub struct NewLink<'l> {
    /// To whom.
    pub account: AccountId,
    /// Whose connection it is; absent for the operator's.
    pub organization: Option<OrganizationId>,
    /// What the provider calls them.
    pub at: &'l ProviderSubject,
    /// The address that the provider tells; cut to 320 characters.
    pub email: Option<&'l str>,
}

/// Links an identity to an account, which is proven by it, and has its person told by letter. The same link again changes nothing.
///
/// # Errors
/// `Conflict` where it opens another account; `LimitReached` where the account has as many as may be.
pub(crate) fn link(tx: &mut Tx<'_>, new: &NewLink<'_>) -> Result<LinkedIdentity> {
    if !new.at.is_sound() {
        return Err(Error::new(Code::Unauthenticated, "the provider's name for you cannot be kept"));
    }
    // held alone, so that no two links are counted past each other
    epoch::hold(tx, new.account.uuid())?.ok_or_else(|| Error::not_found("account"))?;
    if store::of(tx, new.account)?.len() >= MOST_IDENTITIES && store::find(tx, new.at)?.is_none() {
        return Err(Error::new(Code::LimitReached, "too many identities are linked to the account"));
    }
    let identity = LinkedIdentity {
        id: tx.new_id(),
        account: new.account,
        organization: new.organization,
        at: new.at.clone(),
        email: new.email.map(|email| email.chars().take(320).collect()),
        linked_at: tx.now(),
        last_used_at: tx.now(),
    };
    if !store::insert_if_new(tx, &identity)? {
        let present = store::find(tx, new.at)?.filter(|present| present.account == new.account);
        return present.ok_or_else(|| Error::new(Code::Conflict, "this identity belongs to another account"));
    }
    prove(tx, new.account)?;
    tx.promise(&TellLinked { account: new.account, identity: identity.id })?;
    tx.record(IDENTITY_LINKED.made(origin(&identity, &person(new.account)), identity.id, &identity))?;
    Ok(identity)
}

/// Ends one link of the account; whoever was signed in by its connection is so no longer.
///
/// # Errors
/// `NotFound` where the account has none of this id.
pub(crate) fn unlink(tx: &mut Tx<'_>, actor: &Actor, account: AccountId, id: LinkedIdentityId) -> Result<()> {
    epoch::hold(tx, account.uuid())?.ok_or_else(|| Error::not_found("account"))?;
    let linked = store::of(tx, account)?;
    let found = linked.iter().find(|linked| linked.id == id);
    end(tx, actor, found.ok_or_else(|| Error::not_found("identity"))?)
}

/// Ends every link of an account that another person takes over.
pub(crate) fn unlink_all(tx: &mut Tx<'_>, account: AccountId) -> Result<()> {
    let linked = store::of(tx, account)?;
    linked.iter().try_for_each(|identity| end(tx, &person(account), identity))
}

/// Ends up to `limit` links that a connection has made, and says how many went.
pub(crate) fn unlink_by(tx: &mut Tx<'_>, connection: ConnectionId, limit: i64) -> Result<usize> {
    store::delete_by(tx, connection, limit)
}

fn end(tx: &mut Tx<'_>, actor: &Actor, identity: &LinkedIdentity) -> Result<()> {
    store::delete(tx, identity.id)?;
    tx.record(IDENTITY_UNLINKED.over(origin(identity, actor), identity.id, identity))
}

/// Where it is told: to the organization whose connection it is.
fn origin<'a>(identity: &LinkedIdentity, actor: &'a Actor) -> Origin<'a> {
    match identity.organization {
        Some(organization) => Origin::within(organization, actor),
        None => Origin::platform(actor),
    }
}
