//! Brings a store to the present shape; two nodes that start together do it once.

use diesel::connection::SimpleConnection;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::conn::Conn;
use super::connector::{self, Role};
use super::transaction::transaction;
use super::{Db, respell};
use crate::error::{Error, Result};

const SQLITE: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

/// Applies what is missing, in one transaction, and returns the names of what it applied.
pub fn migrate(db: &Db) -> Result<Vec<String>> {
    exclusively(db, |conn| {
        let applied = match conn {
            Conn::Postgres(conn) => names(conn.run_pending_migrations(POSTGRES))?,
            Conn::Sqlite(sqlite) => {
                let applied = names(sqlite.run_pending_migrations(SQLITE))?;
                sqlite.batch_execute(EXPECTED_SIZES)?;
                applied
            }
        };
        if applied.iter().any(|name| name.starts_with(respell::MIGRATION)) {
            respell::respell(conn)?;
        }
        Ok(applied)
    })
}

/// Tells SQLite's planner how large things become, since it is asked before it could measure. Without figures it takes a
/// scan of a whole organization for cheaper than a search in an index of two columns; the factors say that the first
/// column of an index narrows much and each further one more.
const EXPECTED_SIZES: &str = r#"
    ANALYZE sqlite_schema;
    DELETE FROM sqlite_stat1;
    INSERT INTO sqlite_stat1 (tbl, idx, stat)
    SELECT t.name, CASE i.origin WHEN 'pk' THEN t.name ELSE i.name END, '1000000 ' || (
        SELECT group_concat(CASE
            WHEN i."unique" AND c.seqno = (SELECT max(seqno) FROM pragma_index_info(i.name)) THEN 1
            WHEN c.first = 'organization_id' THEN CASE c.seqno WHEN 0 THEN 10000 WHEN 1 THEN 100 ELSE 10 END
            ELSE CASE c.seqno WHEN 0 THEN 10 ELSE 2 END
        END, ' ')
        FROM (
            SELECT seqno, (SELECT name FROM pragma_index_info(i.name) WHERE seqno = 0) AS first
            FROM pragma_index_info(i.name) ORDER BY seqno
        ) c
    )
    FROM sqlite_schema t JOIN pragma_index_list(t.name) i
    WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%';
    ANALYZE sqlite_schema;
"#;

/// Undoes every migration, the latest first, and returns their names. All content is lost; for development and tests.
pub fn revert_all(db: &Db) -> Result<Vec<String>> {
    exclusively(db, |conn| match conn {
        Conn::Postgres(conn) => names(conn.revert_all_migrations(POSTGRES)),
        Conn::Sqlite(conn) => names(conn.revert_all_migrations(SQLITE)),
    })
}

/// Whether no migration was ever applied: such a store is nobody's yet.
pub fn is_empty(db: &Db) -> Result<bool> {
    let mut conn = connector::connect(db.url(), Role::Writer).map_err(cannot_connect)?;
    let applied = match &mut conn {
        Conn::Postgres(conn) => conn.applied_migrations().map(|found| found.len()),
        Conn::Sqlite(conn) => conn.applied_migrations().map(|found| found.len()),
    };
    Ok(applied.map_err(Error::internal)? == 0)
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
    Error::unavailable("database", "the database cannot be reached").because(error)
}
