//! The tables of this area, one file per noun; the only place that knows SQL.

pub(crate) mod accounts;
pub(crate) mod assignments;
pub(crate) mod climb;
pub(crate) mod employees;
pub(crate) mod heights;
pub(crate) mod identities;
pub(crate) mod in_use;
pub(crate) mod lines;
pub(crate) mod logins;
pub(crate) mod names;
pub(crate) mod types;
pub(crate) mod walk;

use diesel::connection::{Connection, TransactionManager};
use polity_kernel::{Conn, Result, Tx};

/// Runs a part of the transaction that may fail without the rest: what it wrote is undone then.
pub(crate) fn attempt<T>(tx: &mut Tx<'_>, part: impl FnOnce(&mut Tx<'_>) -> Result<T>) -> Result<T> {
    type Manager = <Conn as Connection>::TransactionManager;
    Manager::begin_transaction(&mut **tx)?;
    let result = part(tx);
    match result {
        Ok(_) => Manager::commit_transaction(&mut **tx)?,
        Err(_) => Manager::rollback_transaction(&mut **tx)?,
    }
    result
}

/// The most rows in one statement that puts rows in: far below what either engine binds.
const ROWS: usize = 500;
