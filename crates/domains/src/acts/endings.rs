//! What ends with a connection, and with the domain that it served.

use polity_kernel::{Result, Tx};
use polity_signin::within::{end_sessions_by, unlink_by};

use crate::ConnectionId;
use crate::domain::Domain;
use crate::store;

/// How many sessions or links go in one statement.
const BATCH: usize = 1_000;

/// Takes a domain that is given back from the connection that served it; whoever that connection let in is let in no longer.
pub(crate) fn forsake(tx: &mut Tx<'_>, claim: &Domain) -> Result<()> {
    match store::connections::withdraw(tx, claim.organization, claim.id)? {
        Some(connection) => end_sessions(tx, connection),
        None => Ok(()),
    }
}

/// Ends every session that a connection vouched for, and every link that it made: for one that is no more.
pub(crate) fn disconnect(tx: &mut Tx<'_>, connection: ConnectionId) -> Result<()> {
    end_sessions(tx, connection)?;
    let limit = i64::try_from(BATCH).unwrap_or(i64::MAX);
    while unlink_by(tx, connection, limit)? > 0 {}
    Ok(())
}

fn end_sessions(tx: &mut Tx<'_>, connection: ConnectionId) -> Result<()> {
    while end_sessions_by(tx, connection, BATCH)? > 0 {}
    Ok(())
}
