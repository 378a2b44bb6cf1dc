//! Makes connections for the pool and sets each session up.

use std::fmt;

use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::pg::PgConnection;
use diesel::sqlite::SqliteConnection;
use diesel::{Connection, ConnectionError};

use super::{Conn, DatabaseUrl};

/// What a connection is for. Only SQLite makes a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Reader,
    Writer,
}

/// Chooses the engine by the address's scheme and keeps the driver's own words when it fails.
#[derive(Debug)]
pub(super) struct Connector {
    url: DatabaseUrl,
    bulk: bool,
}

/// A connection of the pool that knows whether it still works.
pub(super) struct Pooled {
    conn: Conn,
    broken: bool,
}

/// Why no connection could be made.
#[derive(Debug)]
pub(super) enum ConnectFailure {
    Establish(ConnectionError),
    SetUp(diesel::result::Error),
}

impl Connector {
    pub(super) fn new(url: DatabaseUrl, bulk: bool) -> Self {
        Self { url, bulk }
    }
}

impl Pooled {
    pub(super) fn conn(&mut self) -> &mut Conn {
        &mut self.conn
    }

    /// The pool drops this connection instead of lending it again.
    pub(super) fn break_off(&mut self) {
        self.broken = true;
    }
}

impl r2d2::ManageConnection for Connector {
    type Connection = Pooled;
    type Error = ConnectFailure;

    fn connect(&self) -> Result<Pooled, ConnectFailure> {
        let mut conn = connect(&self.url, Role::Reader)?;
        if let (Conn::Postgres(conn), true) = (&mut conn, self.bulk) {
            conn.batch_execute("SET plan_cache_mode = force_custom_plan")?;
        }
        Ok(Pooled { conn, broken: false })
    }

    /// Never asked: a ping per checkout costs a fifth of the throughput on PostgreSQL; a broken read is repeated instead.
    fn is_valid(&self, _: &mut Pooled) -> Result<(), ConnectFailure> {
        Ok(())
    }

    fn has_broken(&self, pooled: &mut Pooled) -> bool {
        pooled.broken
            || match &mut pooled.conn {
                Conn::Postgres(conn) => AnsiTransactionManager::is_broken_transaction_manager(conn),
                Conn::Sqlite(conn) => AnsiTransactionManager::is_broken_transaction_manager(conn),
            }
    }
}

/// A new connection, set up.
pub(super) fn connect(url: &DatabaseUrl, role: Role) -> Result<Conn, ConnectFailure> {
    match url {
        DatabaseUrl::Sqlite(path) => {
            let path = path.to_str().ok_or_else(|| {
                ConnectFailure::Establish(ConnectionError::BadConnection("the path is not UTF-8".to_owned()))
            })?;
            let mut conn = SqliteConnection::establish(path)?;
            conn.batch_execute(SQLITE_SESSION)?;
            conn.batch_execute(match role {
                Role::Reader => "PRAGMA query_only = ON",
                Role::Writer => SQLITE_WRITER,
            })?;
            Ok(Conn::Sqlite(conn))
        }
        DatabaseUrl::Postgres(url) => {
            let mut conn = PgConnection::establish(url)?;
            conn.batch_execute(POSTGRES_SESSION)?;
            Ok(Conn::Postgres(conn))
        }
    }
}

/// WAL lets readers go on beside the writer; FULL makes a commit outlive a power cut. The busy time-out is for other
/// processes (an import beside the service): inside this one the writer thread already queues, and waits in short steps of its own.
const SQLITE_SESSION: &str = "
    PRAGMA busy_timeout = 10000;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON;
    PRAGMA temp_store = MEMORY;
    PRAGMA cache_size = -8192;
    PRAGMA mmap_size = 2147418112;
    PRAGMA journal_size_limit = 67108864;
";

/// Bulk writes touch pages all over the indexes: the more of them meet in the cache and in the log, the fewer are written twice.
/// Memory is taken only when it is needed.
const SQLITE_WRITER: &str = "
    PRAGMA cache_size = -65536;
    PRAGMA wal_autocheckpoint = 8192;
";

/// What the writer of a bulk load works with, at most: enough for the indexes of a million rows, which are met in no order.
pub(super) const SQLITE_BULK: &str = "
    PRAGMA cache_size = -524288;
    PRAGMA wal_autocheckpoint = 65536;
";

const POSTGRES_SESSION: &str = "
    SET application_name = 'polity';
    SET TIME ZONE 'UTC';
    SET lock_timeout = '10s';
    SET statement_timeout = '60s';
    SET idle_in_transaction_session_timeout = '60s';
";

impl From<ConnectionError> for ConnectFailure {
    fn from(error: ConnectionError) -> Self {
        Self::Establish(error)
    }
}

impl From<diesel::result::Error> for ConnectFailure {
    fn from(error: diesel::result::Error) -> Self {
        Self::SetUp(error)
    }
}

impl fmt::Display for ConnectFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Establish(error) => error.fmt(f),
            Self::SetUp(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ConnectFailure {}
