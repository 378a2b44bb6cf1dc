//! Whether a store takes writes, for whoever routes requests by it.

use diesel::prelude::*;
use diesel::sql_types::Text;

use super::read_only::{READ_ONLY, closed, look};
use crate::db::{DatabaseUrl, Db};
use crate::error::Result;

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
