//! Passwords: what identity is told of them, and what a mailed link does to an account.

use polity_accounts::within::AddressChange;
use polity_accounts::{Account, AccountPatch, AccountStatus, within};
use polity_identity::Authenticator;
use polity_identity::within::person;
use polity_kernel::{Result, Tx, epoch};

use crate::acts::factors;
use crate::acts::proofs;
use crate::acts::proofs::Live;
use crate::{Purpose, store};

/// Passwords, as identity asks about them: a token that log-in gave is void once the password is another. Second factors and passkeys are
/// taken away with the password. For [`polity_identity::Service::new`].
pub const PASSWORD: Authenticator = Authenticator {
    claim: "password_version",
    is_present: |conn, account, version| {
        Ok(store::passwords::find(conn, account)?.is_some_and(|kept| kept.version == version))
    },
    remove: |tx, account| {
        store::passwords::remove(tx, account)?;
        factors::end(tx, account)
    },
};

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
    let account = within::update(tx, &person(live.account.id), live.account.id, &patch, |_, _, _| {
        is_news = true;
        Ok(AddressChange::AtOnce)
    })?;
    // both may have changed since the link was looked up
    if account.status != AccountStatus::Active || !account.has_email(&live.row.email) {
        return Err(proofs::none());
    }
    // by the link alone somebody else may move in than whoever made the account; to confirm takes the password too
    if is_news && live.row.purpose != Purpose::Confirmation {
        factors::end(tx, account.id)?;
    }
    Ok((account, is_news))
}
