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
