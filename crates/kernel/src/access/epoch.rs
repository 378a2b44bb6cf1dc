//! Epochs: one number per organization and per credential subject, raised by whatever changes their rights.
//!
//! Facts that are remembered under an epoch stay true while it stands. A request therefore proves everything it remembers with
//! one read ([`read`]), and a write locks the number for as long as it runs.

use diesel::prelude::*;
use uuid::Uuid;

use crate::db::{Conn, each};
use crate::error::Result;
use crate::id::ScopeId;
use crate::schema::epochs;

/// A scope whose epoch something was computed at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Watched {
    /// Whose epoch: an organization's or a subject's.
    pub scope: Uuid,
    /// The number it had.
    pub epoch: i64,
}

/// Begins to count for a new organization or subject.
pub fn begin(conn: &mut Conn, scope: Uuid) -> Result<()> {
    let row = (epochs::scope.eq(ScopeId::from(scope)), epochs::epoch.eq(0_i64));
    diesel::insert_into(epochs::table).values(row).execute(conn)?;
    Ok(())
}

/// Ends the count: what was remembered under it is void.
pub fn end(conn: &mut Conn, scope: Uuid) -> Result<()> {
    diesel::delete(epochs::table.find(ScopeId::from(scope))).execute(conn)?;
    Ok(())
}

/// Ends the counts of all of these.
pub fn end_several(conn: &mut Conn, scopes: &[Uuid]) -> Result<()> {
    let scopes: Vec<ScopeId> = scopes.iter().map(|scope| ScopeId::from(*scope)).collect();
    diesel::delete(epochs::table.filter(epochs::scope.eq_any(scopes))).execute(conn)?;
    Ok(())
}

/// The epochs of the given scopes, in no order; a scope that does not count (any more) is absent.
pub fn read(conn: &mut Conn, scopes: &[Uuid]) -> Result<Vec<(Uuid, i64)>> {
    let scopes = scopes.iter().map(|scope| ScopeId::from(*scope));
    let rows: Vec<(ScopeId, i64)> = match conn {
        // one array, so that the statement is the same for any number of scopes and stays prepared
        Conn::Postgres(conn) => {
            epochs::table.filter(epochs::scope.eq_any(scopes.collect::<Vec<_>>())).load(conn)?
        }
        // a list would be another statement for each number of scopes; without a network, searching twice costs nothing
        Conn::Sqlite(conn) => {
            let mut rows = Vec::new();
            for scope in scopes {
                rows.extend(epochs::table.find(scope).first::<(ScopeId, i64)>(conn).optional()?);
            }
            rows
        }
    };
    Ok(rows.into_iter().map(|(scope, epoch)| (scope.uuid(), epoch)).collect())
}

/// The epoch, held still until the transaction ends; other holders may share it. Absent: no such scope.
pub fn share(conn: &mut Conn, scope: Uuid) -> Result<Option<i64>> {
    let row = epochs::table.find(ScopeId::from(scope)).select(epochs::epoch);
    let epoch = match conn {
        Conn::Postgres(conn) => row.for_share().first(conn).optional()?,
        // the one writer holds everything still already
        Conn::Sqlite(conn) => row.first(conn).optional()?,
    };
    Ok(epoch)
}

/// Whether all of these still stand, held so until the transaction ends; other holders may share them. They come in the order of
/// their scopes, in which they are locked, by one statement.
pub(crate) fn share_all(conn: &mut Conn, watched: &[Watched]) -> Result<bool> {
    if watched.is_empty() {
        return Ok(true);
    }
    let scopes = watched.iter().map(|watched| ScopeId::from(watched.scope));
    let rows: Vec<(ScopeId, i64)> = match conn {
        Conn::Postgres(conn) => epochs::table
            .filter(epochs::scope.eq_any(scopes.collect::<Vec<_>>()))
            .order(epochs::scope)
            .for_share()
            .load(conn)?,
        // the one writer holds everything still already
        Conn::Sqlite(_) => {
            let scopes: Vec<Uuid> = watched.iter().map(|watched| watched.scope).collect();
            let read = read(conn, &scopes)?;
            read.into_iter().map(|(scope, epoch)| (ScopeId::from(scope), epoch)).collect()
        }
    };
    let present = rows.into_iter().map(|(scope, epoch)| Watched { scope: scope.uuid(), epoch });
    Ok(present.eq(watched.iter().copied()))
}

/// The epoch, held alone until the transaction ends but left as it is. Absent: no such scope.
pub fn hold(conn: &mut Conn, scope: Uuid) -> Result<Option<i64>> {
    let row = epochs::table.find(ScopeId::from(scope)).select(epochs::epoch);
    let epoch = match conn {
        Conn::Postgres(conn) => row.for_update().first(conn).optional()?,
        // the one writer holds everything still already
        Conn::Sqlite(conn) => row.first(conn).optional()?,
    };
    Ok(epoch)
}

/// Raises the epoch, held alone until the transaction ends. Returns the new number. Absent: no such scope.
pub fn raise(conn: &mut Conn, scope: Uuid) -> Result<Option<i64>> {
    let row = epochs::table.find(ScopeId::from(scope));
    let raised = each!(conn, conn => diesel::update(row)
        .set(epochs::epoch.eq(epochs::epoch + 1))
        .returning(epochs::epoch)
        .get_result(conn)
        .optional())?;
    Ok(raised)
}
