//! What areas further right in the chain may do inside their own transaction; nothing here asks for permission.

use polity_kernel::{AccountId, Actor, Result, SessionId, Tx};

use crate::acts::sessions;
use crate::session::ConnectionId;
use crate::store;

/// Ends the sessions of a person, but for this one: a factor of theirs was changed.
pub fn end_sessions(
    tx: &mut Tx<'_>,
    actor: &Actor,
    account: AccountId,
    kept: Option<SessionId>,
) -> Result<()> {
    sessions::end_all_but(tx, actor, account, kept).map(drop)
}

/// Ends up to `limit` of the sessions that a connection vouched for, and says how many went.
pub fn end_sessions_by(tx: &mut Tx<'_>, connection: ConnectionId, limit: usize) -> Result<usize> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let ids = store::sessions::ids_by(tx, connection, limit)?;
    sessions::end(tx, &ids)
}
