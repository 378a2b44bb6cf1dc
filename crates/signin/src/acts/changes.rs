//! What goes with each change of what somebody signs in with.

use polity_kernel::{AccountId, Actor, Result, Tx, epoch};

use crate::acts::sessions;

/// Begins a change of what its person signs in with: holds all else of the account still, asks a session for a recent proof, and ends the others,
/// since whoever has one of them may be why something is changed.
///
/// # Errors
/// `ReauthenticationRequired`.
pub(crate) fn begin(tx: &mut Tx<'_>, actor: &Actor, account: AccountId) -> Result<()> {
    let now = tx.now();
    actor.require_recent(now)?;
    epoch::raise(tx, account.uuid())?;
    let own = actor.authentication().and_then(|shown| shown.session);
    sessions::end_all_but(tx, actor, account, own).map(drop)
}
