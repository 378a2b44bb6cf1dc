//! Ways into an account that nobody has shown to be theirs, ended.

use polity_accounts::{Account, within};
use polity_kernel::event::Origin;
use polity_kernel::{AccountId, Actor, Limits, Page, PermissionSet, Result, Subject, Tx, epoch};

use crate::events::API_KEY_REVOKED;
use crate::owner::NO_ORGANIZATION;
use crate::store;

/// Ends whatever let anybody in to an account before its address was proven: it may have been somebody else who made it, or gave it
/// this address, and waits for its owner to move in. What they took up for it is put back, for the owner to decide on. What an
/// [`Authenticator`](crate::Authenticator) stands for is left to the caller.
pub fn end_other_ways(tx: &mut Tx<'_>, account: &Account) -> Result<()> {
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
            tx.record(API_KEY_REVOKED.over(Origin::within(NO_ORGANIZATION, &person), key.id, key))?;
        }
        let ids: Vec<_> = keys.iter().map(|key| key.id).collect();
        store::keys::delete(tx, NO_ORGANIZATION, &ids)?;
    }
}

/// The person themselves: what they do without being signed in is theirs.
pub fn person(account: AccountId) -> Actor {
    Actor::new(Subject::Person(account), Limits::default(), PermissionSet::none())
}
