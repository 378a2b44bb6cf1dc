//! How a store says that it takes no writes.

use std::fs::OpenOptions;

use crate::db::url::DatabaseUrl;
use crate::error::Error;

/// Why the system lets nobody write to the file of a SQLite store. Of PostgreSQL only a session can tell.
pub(in crate::db) fn look(url: &DatabaseUrl) -> std::io::Result<()> {
    match url {
        DatabaseUrl::Sqlite(path) => OpenOptions::new().write(true).open(path).map(drop),
        DatabaseUrl::Postgres(_) => Ok(()),
    }
}

/// `on` during recovery, and where the role, the database or the server says so.
pub(in crate::db) const READ_ONLY: &str = "SELECT current_setting('transaction_read_only') AS value";

pub(in crate::db) fn closed() -> Error {
    Error::unavailable("writes", "the store takes no writes now")
}
