//! Whether a store takes writes, for whoever routes requests by it.

use std::fs::OpenOptions;

use diesel::prelude::*;
use diesel::sql_types::Text;

use super::{DatabaseUrl, Db};
use crate::error::{Code, Error, Result};

/// What a PostgreSQL session begins its transactions with.
#[derive(diesel::QueryableByName)]
struct Setting {
    #[diesel(sql_type = Text)]
    value: String,
}

impl Db {
    /// Looks whether the store would take a write, without making one: a standby does not, nor does a file that may only be read.
    ///
    /// # Errors
    /// `Unavailable` when it would not, or cannot be reached.
    pub fn require_writable(&self) -> Result<()> {
        match self.url() {
            url @ DatabaseUrl::Sqlite(_) => look(url).map_err(|error| closed().because(error)),
            DatabaseUrl::Postgres(_) => self.read(|conn| {
                let setting: Setting = diesel::sql_query(READ_ONLY).get_result(conn)?;
                if setting.value == "off" { Ok(()) } else { Err(closed()) }
            }),
        }
    }
}

/// Why the system lets nobody write to the file of a SQLite store. Of PostgreSQL only a session can tell.
pub(super) fn look(url: &DatabaseUrl) -> std::io::Result<()> {
    match url {
        DatabaseUrl::Sqlite(path) => OpenOptions::new().write(true).open(path).map(drop),
        DatabaseUrl::Postgres(_) => Ok(()),
    }
}

/// `on` during recovery, and where the role, the database or the server says so.
const READ_ONLY: &str = "SELECT current_setting('transaction_read_only') AS value";

pub(super) fn closed() -> Error {
    Error::new(Code::Unavailable, "the store takes no writes now")
}
