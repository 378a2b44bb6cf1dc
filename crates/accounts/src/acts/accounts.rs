//! Accounts: changed, and told of another address.

use polity_kernel::event::Origin;
use polity_kernel::{AccountId, Actor, Result, Stamp, Tx, epoch};

use crate::acts::letters;
use crate::events::{ACCOUNT_ADDRESS_ASKED, ACCOUNT_UPDATED, AddressAsked};
use crate::jobs::{AccountDisabled, ConfirmAddress, TellOldAddress};
use crate::rules::account_change::{AddressChange, unknown};
use crate::{Account, AccountPatch, AccountStatus, EmailAddress, store};

/// Changes the account if `judge` lets it, which sees how it was and how it would be, and says when another address takes effect.
pub(crate) fn revise(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: AccountId,
    patch: &AccountPatch,
    judge: impl FnOnce(&mut Tx<'_>, &Account, &Account) -> Result<AddressChange>,
) -> Result<Account> {
    let before = store::accounts::hold(tx, id)?.ok_or_else(unknown)?;
    let stamp = Stamp::of(tx, actor);
    let wanted = before.patched(patch, stamp)?;
    if wanted == before {
        return Ok(before);
    }
    let when = judge(tx, &before, &wanted)?;
    if wanted.differs_in_rights(&before) {
        actor.require_recent(tx.now())?;
    }
    let Some(email) = wanted.email.clone().filter(|email| before.email.as_ref() != Some(email)) else {
        change(tx, actor, &before, &wanted)?;
        return Ok(wanted);
    };
    let rival = store::accounts::find_by_email(tx, &email)?;
    // one that waits is confirmed by whoever has the mailbox, which an account that owns nothing does not stand against
    if rival.is_some_and(|rival| when == AddressChange::AtOnce || rival.owns_address()) {
        return Err(store::accounts::taken());
    }
    tell_old(tx, &before, &email, when)?;
    let after = match when {
        AddressChange::AtOnce => wanted,
        AddressChange::WhenConfirmed => {
            ask(tx, actor, &before, &email)?;
            before.patched(&AccountPatch { email: None, email_verified: None, ..patch.clone() }, stamp)?
        }
    };
    if after != before {
        change(tx, actor, &before, &after)?;
    }
    Ok(after)
}

pub(crate) fn change(tx: &mut Tx<'_>, actor: &Actor, before: &Account, after: &Account) -> Result<()> {
    store::accounts::update(tx, after)?;
    if after.differs_in_rights(before) {
        epoch::raise(tx, after.id.uuid())?;
    }
    if after.status == AccountStatus::Disabled && before.status != after.status {
        tx.promise(&AccountDisabled { account: after.id })?;
    }
    tx.record(ACCOUNT_UPDATED.changed(Origin::platform(actor), after.id, before, after))
}

/// Asks for the letter by which the new address is confirmed.
fn ask(tx: &mut Tx<'_>, actor: &Actor, account: &Account, email: &EmailAddress) -> Result<()> {
    // the address may be a stranger's
    letters::letter_caused(tx, actor, email, false)?;
    let request: uuid::Uuid = tx.new_secret_id();
    tx.promise(&ConfirmAddress { account: account.id, email: email.clone(), request })?;
    let asked = AddressAsked { email: email.to_string() };
    tx.record(ACCOUNT_ADDRESS_ASKED.made(Origin::platform(actor), account.id, asked))
}

/// Asks for the letter that tells the old address of the new one.
fn tell_old(tx: &mut Tx<'_>, account: &Account, email: &EmailAddress, when: AddressChange) -> Result<()> {
    let Some(old) = &account.email else { return Ok(()) };
    if when == AddressChange::WhenConfirmed && !letters::letter_told(tx, old)? {
        return Ok(());
    }
    let taken = when == AddressChange::AtOnce;
    tx.promise(&TellOldAddress { account: account.id, to: old.clone(), email: email.clone(), taken })
}
