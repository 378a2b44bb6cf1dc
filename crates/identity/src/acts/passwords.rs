//! Ways into an account: used up, and ended.

use polity_accounts::within::AddressChange;
use polity_accounts::{Account, AccountPatch, AccountStatus, within};
use polity_kernel::{AccountId, Actor, Event, Limits, Page, PermissionSet, Result, Subject, Tx, epoch};

use crate::acts::proofs;
use crate::acts::proofs::Live;
use crate::owner::NO_ORGANIZATION;
use crate::store;

/// Uses a link up, upon which its address is proven, and says whether that is news. What the account's credentials were verified for
/// is void from now on.
pub(crate) fn use_up(tx: &mut Tx<'_>, live: &Live) -> Result<(Account, bool)> {
    let now = tx.now();
    epoch::raise(tx, live.account.id.uuid())?;
    if !store::proofs::take(tx, &live.row.digest, now)? {
        return Err(proofs::none());
    }
    within::prove(tx, live.account.id)?;
    let patch = AccountPatch { email_verified: Some(true), ..AccountPatch::default() };
    let mut is_news = false;
    let account = within::update(tx, &person(live.account.id), (live.account.id, &patch), |_, _, _| {
        is_news = true;
        Ok(AddressChange::AtOnce)
    })?;
    // both may have changed since the link was looked up
    if account.status != AccountStatus::Active || !account.has_email(&live.row.email) {
        return Err(proofs::none());
    }
    Ok((account, is_news))
}

/// Ends whatever let anybody in to an account before its address was proven: it may have been somebody else who made it, or gave it
/// this address, and waits for its owner to move in. What they took up for it is put back, for the owner to decide on.
pub(crate) fn end_other_ways(tx: &mut Tx<'_>, account: &Account) -> Result<()> {
    let person = person(account.id);
    within::unlink_all(tx, &person, account.id)?;
    polity_directory::within::put_back(tx, account.id)?;
    loop {
        let keys = store::keys::page(tx, NO_ORGANIZATION, Some(account.id), Page::first(Page::MAX))?.items;
        if keys.is_empty() {
            return Ok(());
        }
        for key in &keys {
            epoch::end(tx, key.id.uuid())?;
            let what = ("revoked", "api_key", key.id.to_string());
            tx.record(Event::in_organization(NO_ORGANIZATION, &person, what).before(key))?;
        }
        let ids: Vec<_> = keys.iter().map(|key| key.id).collect();
        store::keys::delete(tx, NO_ORGANIZATION, &ids)?;
    }
}

/// The person themselves: what they do without being signed in is theirs.
pub(crate) fn person(account: AccountId) -> Actor {
    Actor::new(Subject::Person(account), Limits::default(), PermissionSet::none())
}
