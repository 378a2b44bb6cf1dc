//! Letters that an organization sends: those to strangers count apart.

use polity_accounts::EmailAddress;
use polity_kernel::{Access, Result, Tx};

use crate::store;

/// Counts a letter that the actor has the organization send to an address.
///
/// # Errors
/// `Throttled` as of [`polity_accounts::within::letter_caused`].
pub(crate) fn caused(tx: &mut Tx<'_>, access: &Access, to: &EmailAddress) -> Result<()> {
    let is_known = is_member(tx, access, to)?;
    polity_accounts::within::letter_caused(tx, access.actor(), to, is_known)
}

fn is_member(tx: &mut Tx<'_>, access: &Access, to: &EmailAddress) -> Result<bool> {
    let (organization, now) = (access.organization(), tx.now());
    let Some(account) = polity_accounts::within::account_by_email(tx, to)? else { return Ok(false) };
    Ok(store::members::find(tx, organization, account.id, now)?.is_some())
}
