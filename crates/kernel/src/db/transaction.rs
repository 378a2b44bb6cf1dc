//! A transaction on either engine.

use diesel::connection::{AnsiTransactionManager, TransactionManager};

use super::conn::Conn;
use crate::error::Result;

/// A transaction on a connection of its own. On SQLite it takes the write lock at once: one that only upgrades to it
/// later fails whenever another process has written in between.
pub(crate) fn transaction<T>(conn: &mut Conn, f: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
    begin(conn)?;
    match f(conn) {
        Ok(value) => {
            <Conn as diesel::Connection>::TransactionManager::commit_transaction(conn)?;
            Ok(value)
        }
        Err(error) => {
            // the first error says more than a failing rollback would
            drop(<Conn as diesel::Connection>::TransactionManager::rollback_transaction(conn));
            Err(error)
        }
    }
}

pub(crate) fn begin(conn: &mut Conn) -> Result<()> {
    match conn {
        Conn::Postgres(conn) => {
            AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN ISOLATION LEVEL READ COMMITTED")?;
        }
        Conn::Sqlite(conn) => AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN IMMEDIATE")?,
    }
    Ok(())
}
