//! Changes of what an account has beside a password: whose they are, told by letter, and the end of all.

use std::time::Duration;

use polity_identity::within::person;
use polity_kernel::event::Origin;
use polity_kernel::{AccountId, Actor, Code, Error, Limits, Result, Tally, Tx};

use crate::events::{ACCOUNT_PASSKEY_REMOVED, ACCOUNT_TOTP_REMOVED};
use crate::jobs::TellFactorChange;
use crate::{FactorChange, Passkey, store};

/// The account of the person who calls, by a credential that narrows nothing.
///
/// # Errors
/// `PersonRequired` for a program; `Forbidden` for a credential that narrows something.
pub(crate) fn own(actor: &Actor) -> Result<AccountId> {
    let account = actor.person()?;
    if *actor.limits() != Limits::default() {
        return Err(Error::new(Code::Forbidden, "this credential is for less than its person may do"));
    }
    Ok(account)
}

/// Has the account's person told of a change, as often in a day as an address is sent letters that others cause. They are counted apart from
/// those, so that nobody can use up the letters that would tell of a change.
pub(crate) fn tell(tx: &mut Tx<'_>, account: AccountId, change: FactorChange) -> Result<()> {
    let (of, most) = (account.to_string(), tx.bounds().letters_to_address_per_day);
    let tally = Tally { deed: "letters.of_factors", of: &of, most, window: Duration::from_hours(24) };
    if tally.take(tx)?.is_some() {
        return Ok(());
    }
    let at = tx.now();
    tx.promise(&TellFactorChange { account, change, at })
}

/// Ends every second factor and passkey of an account that is another person's from now on, or over. Nobody is told by letter: whose they were
/// is not known.
pub fn end(tx: &mut Tx<'_>, account: AccountId) -> Result<()> {
    let person = person(account);
    if store::totps::remove(tx, account)? {
        tx.record(ACCOUNT_TOTP_REMOVED.done(Origin::platform(&person), account))?;
    }
    store::recovery_codes::remove(tx, account)?;
    for row in store::passkeys::of_account(tx, account)? {
        store::passkeys::remove(tx, &row)?;
        let passkey = Passkey::from(&row);
        tx.record(ACCOUNT_PASSKEY_REMOVED.over(Origin::platform(&person), account, &passkey))?;
    }
    Ok(())
}
