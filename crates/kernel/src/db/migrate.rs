//! Brings a store to the present shape; two nodes that start together do it once.

use diesel::connection::SimpleConnection;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::connector::{self, Role};
use super::{Conn, Db, transaction};
use crate::error::{Code, Error, Result};

const SQLITE: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

/// Applies what is missing, in one transaction, and returns the names of what it applied.
pub fn migrate(db: &Db) -> Result<Vec<String>> {
    exclusively(db, |conn| match conn {
        Conn::Postgres(conn) => names(conn.run_pending_migrations(POSTGRES)),
        Conn::Sqlite(conn) => names(conn.run_pending_migrations(SQLITE)),
    })
}

/// Undoes every migration, the latest first, and returns their names. All content is lost; for development and tests.
pub fn revert_all(db: &Db) -> Result<Vec<String>> {
    exclusively(db, |conn| match conn {
        Conn::Postgres(conn) => names(conn.revert_all_migrations(POSTGRES)),
        Conn::Sqlite(conn) => names(conn.revert_all_migrations(SQLITE)),
    })
}

/// The names of migrations that are not applied yet; empty means the store is current.
pub fn pending(db: &Db) -> Result<Vec<String>> {
    let mut conn = connector::connect(db.url(), Role::Writer).map_err(cannot_connect)?;
    match &mut conn {
        Conn::Postgres(conn) => conn
            .pending_migrations(POSTGRES)
            .map(|found| found.iter().map(|migration| migration.name().to_string()).collect())
            .map_err(Error::internal),
        Conn::Sqlite(conn) => conn
            .pending_migrations(SQLITE)
            .map(|found| found.iter().map(|migration| migration.name().to_string()).collect())
            .map_err(Error::internal),
    }
}

/// Holds the lock row for the length of the transaction: a second node waits here and then finds nothing to do.
fn exclusively<T>(db: &Db, f: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
    let mut conn = connector::connect(db.url(), Role::Writer).map_err(cannot_connect)?;
    conn.batch_execute(
        "CREATE TABLE IF NOT EXISTS migration_lock (id integer NOT NULL PRIMARY KEY);
         INSERT INTO migration_lock (id) VALUES (1) ON CONFLICT DO NOTHING;",
    )?;
    if let Conn::Postgres(conn) = &mut conn {
        // large tables take longer than a request may
        conn.batch_execute("SET statement_timeout = 0; SET lock_timeout = 0;")?;
    }
    transaction(&mut conn, |conn| {
        conn.batch_execute("UPDATE migration_lock SET id = 1")?;
        f(conn)
    })
}

fn names(
    applied: diesel::migration::Result<Vec<diesel::migration::MigrationVersion<'_>>>,
) -> Result<Vec<String>> {
    applied.map(|versions| versions.iter().map(ToString::to_string).collect()).map_err(Error::internal)
}

fn cannot_connect(error: connector::ConnectFailure) -> Error {
    Error::new(Code::Unavailable, "the database cannot be reached").because(error)
}
