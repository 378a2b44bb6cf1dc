//! What areas further right in the chain may do inside their own transaction; nothing here asks for permission.

use std::collections::BTreeMap;

use polity_kernel::{AccountId, Actor, Conn, Result, SessionId, Tx};

use crate::acts::{linked_identities, sessions};
use crate::linked_identity::{LinkedIdentity, ProviderSubject};
use crate::session::ConnectionId;
use crate::{Factors, store};

pub use crate::acts::factors::end as end_factors;
pub use crate::acts::linked_identities::NewLink;

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

/// What opens an account by a provider's word, if the subject is linked to one.
pub fn linked_identity(conn: &mut Conn, at: &ProviderSubject) -> Result<Option<LinkedIdentity>> {
    if at.is_sound() { store::linked_identities::find(conn, at) } else { Ok(None) }
}

/// Links an identity to an account, which is proven by it, and has its person told by letter. The same link again changes nothing.
///
/// # Errors
/// `Conflict` where it opens another account; `LimitReached` where the account has as many as may be.
pub fn link_identity(tx: &mut Tx<'_>, new: &NewLink<'_>) -> Result<LinkedIdentity> {
    linked_identities::link(tx, new)
}

/// Notes that somebody signs in by a linked identity.
pub fn identity_used(tx: &mut Tx<'_>, identity: &LinkedIdentity) -> Result<()> {
    let now = tx.now();
    store::linked_identities::touch(tx, identity.id, now)
}

/// Ends up to `limit` links that a connection has made, and says how many went.
pub fn unlink_by(tx: &mut Tx<'_>, connection: ConnectionId, limit: i64) -> Result<usize> {
    linked_identities::unlink_by(tx, connection, limit)
}

/// Those of these accounts that an identity at a provider opens, each once, in no order.
pub fn with_identities(conn: &mut Conn, accounts: &[AccountId]) -> Result<Vec<AccountId>> {
    store::linked_identities::linked(conn, accounts)
}

/// What these accounts have beside a password, by one query; who has nothing is left out.
pub fn factors_of(conn: &mut Conn, accounts: &[AccountId]) -> Result<BTreeMap<AccountId, Factors>> {
    store::factors::of_accounts(conn, accounts)
}
