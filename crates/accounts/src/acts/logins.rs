//! When people last signed in, for whoever lets them in and whoever shows it.
//!
//! It is no part of an account: signing in changes none.

use std::time::Duration;

use polity_kernel::{AccountId, Conn, Result, Timestamp, Tx};

use crate::store;

/// A sign-in as fresh as this need not be noted anew.
const LATELY: Duration = Duration::from_secs(60);

/// When these accounts last signed in, to the minute, in no order; one that never did is left out.
pub fn last_logins(conn: &mut Conn, ids: &[AccountId]) -> Result<Vec<(AccountId, Timestamp)>> {
    store::logins::last(conn, ids)
}

/// Whether a sign-in of the last minute is noted, so that [`signed_in`] has nothing to write.
pub fn signed_in_lately(conn: &mut Conn, id: AccountId, now: Timestamp) -> Result<bool> {
    let since = now.before(LATELY);
    Ok(store::logins::last(conn, &[id])?.iter().any(|(_, at)| *at >= since))
}

/// Notes that somebody signs in to the account, unless that is noted of the last minute. Neither a version nor an event comes of it.
pub fn signed_in(tx: &mut Tx<'_>, id: AccountId) -> Result<()> {
    let now = tx.now();
    store::logins::note(tx, id, now, LATELY)
}
