//! A store per test, copied from one that was migrated once per test program.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;
use diesel::{Connection, RunQueryDsl};
use polity_kernel::db::{DatabaseUrl, Options, migrate};
use polity_kernel::{Conn, Db, IdSource, Result, Timestamp};
use tempfile::TempDir;

use crate::statements;

/// Which store a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// The embedded one.
    Sqlite,
    /// The server, whose address is in `POLITY_TEST_POSTGRES_URL`; `cargo xtask test` starts one.
    Postgres,
}

/// A migrated, empty store, removed when dropped.
#[derive(Debug)]
pub struct Store {
    db: Option<Db>,
    engine: Engine,
    remains: Remains,
}

/// One table by its name, or one row as a text.
#[derive(diesel::QueryableByName)]
struct Table {
    #[diesel(sql_type = diesel::sql_types::Text)]
    name: String,
}

/// How many rows there are.
#[derive(diesel::QueryableByName)]
struct Counted {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    rows: i64,
}

/// SQLite's own judgement of its file: `ok`, or what is wrong with it.
///
/// # Errors
/// When the file cannot be read at all.
pub fn integrity(conn: &mut Conn) -> Result<String> {
    #[derive(diesel::QueryableByName)]
    struct Judgement {
        #[diesel(sql_type = diesel::sql_types::Text)]
        integrity_check: String,
    }
    let told: Vec<Judgement> = diesel::sql_query("PRAGMA integrity_check").load(conn)?;
    Ok(told.into_iter().map(|one| one.integrity_check).collect::<Vec<_>>().join("; "))
}

/// What must go when the store goes.
#[derive(Debug)]
enum Remains {
    Folder(TempDir),
    Database(String),
}

impl Store {
    /// A fresh store.
    pub fn new(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => {
                let folder = TempDir::new().expect("a temporary folder");
                let path = folder.path().join("polity.db");
                fs::copy(sqlite_template(), &path).expect("a copy of the template");
                Self::open(engine, &DatabaseUrl::Sqlite(path), Remains::Folder(folder))
            }
            Engine::Postgres => {
                let name = format!("polity_{}", IdSource::random().secret().simple());
                let template = postgres_template();
                admin(&format!("CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY"));
                Self::open(engine, &DatabaseUrl::Postgres(address(&name)), Remains::Database(name))
            }
        }
    }

    fn open(engine: Engine, url: &DatabaseUrl, remains: Remains) -> Self {
        statements::count();
        let db = Db::open(url, &Options::default()).expect("the fresh store opens");
        Self { db: Some(db), engine, remains }
    }

    /// The open store.
    pub fn db(&self) -> &Db {
        self.db.as_ref().expect("open until dropped")
    }

    /// Which engine this is.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// Where the store is, for a second program that opens it too.
    pub fn url(&self) -> &DatabaseUrl {
        self.db().url()
    }

    /// How many rows each table has.
    pub fn rows(&self) -> BTreeMap<String, i64> {
        let tables = match self.engine {
            Engine::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'table'",
            Engine::Postgres => {
                "SELECT table_name::text AS name FROM information_schema.tables WHERE table_schema = 'public'"
            }
        };
        let counted = self.db().read(|conn| {
            let tables: Vec<Table> = diesel::sql_query(tables).load(conn)?;
            let mut counted = BTreeMap::new();
            for Table { name } in tables {
                let rows: Counted =
                    diesel::sql_query(format!("SELECT count(*) AS rows FROM {name}")).get_result(conn)?;
                counted.insert(name, rows.rows);
            }
            Ok(counted)
        });
        counted.expect("the tables can be counted")
    }

    /// The rows of each table as text, in order.
    pub fn contents(&self) -> BTreeMap<String, Vec<String>> {
        let contents = self.db().read(|conn| {
            let mut contents = BTreeMap::new();
            for name in self.rows().into_keys() {
                let row = match self.engine {
                    Engine::Postgres => "t::text".to_owned(),
                    Engine::Sqlite => {
                        let columns = format!("SELECT name FROM pragma_table_info('{name}')");
                        let columns: Vec<Table> = diesel::sql_query(columns).load(conn)?;
                        let quoted = columns.iter().map(|column| format!("quote({})", column.name));
                        quoted.collect::<Vec<_>>().join(" || ',' || ")
                    }
                };
                let query = format!("SELECT {row} AS name FROM {name} t ORDER BY 1");
                let rows: Vec<Table> = diesel::sql_query(query).load(conn)?;
                contents.insert(name, rows.into_iter().map(|row| row.name).collect());
            }
            Ok(contents)
        });
        contents.expect("the tables can be read")
    }

    /// Everything it keeps: SQLite's files, PostgreSQL's rows as text.
    pub fn dump(&self) -> Vec<u8> {
        match self.folder() {
            Some(folder) => files(folder),
            None => self.rows().keys().flat_map(|table| self.text_of(table)).collect(),
        }
    }

    /// Lets nobody write any more.
    pub(crate) fn close(&self) {
        match (self.url(), &self.remains) {
            (DatabaseUrl::Sqlite(path), _) => {
                fs::rename(path, path.with_extension("away")).expect("the file moves");
            }
            (_, Remains::Database(name)) => {
                admin(&format!("ALTER DATABASE {name} SET default_transaction_read_only = on"));
                admin(&format!(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
                ));
            }
            _ => {}
        }
    }

    fn text_of(&self, table: &str) -> Vec<u8> {
        let rows = format!(
            "SELECT convert_to(coalesce(string_agg(t::text, $1), ''), 'UTF8') AS bytes FROM {table} t"
        );
        bytes(self.db(), &rows, "\n")
    }

    /// The folder of a SQLite store.
    pub fn folder(&self) -> Option<&Path> {
        match &self.remains {
            Remains::Folder(folder) => Some(folder.path()),
            Remains::Database(_) => None,
        }
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        drop(self.db.take());
        if let Remains::Database(name) = &self.remains {
            admin(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

/// The migrated SQLite file of this test program. Test programs run many processes, so it is made under a file lock.
fn sqlite_template() -> PathBuf {
    let path = std::env::temp_dir().join(format!("polity-template-{}.db", program()));
    once(&path, || {
        let draft = path.with_extension("draft");
        drop(fs::remove_file(&draft));
        let url = DatabaseUrl::Sqlite(draft.clone());
        let db = Db::open(&url, &Options::default()).expect("the template opens");
        migrate(&db).expect("the template migrates");
        drop(db);
        settle(&draft);
        fs::rename(&draft, &path).expect("the template moves into place");
    });
    path
}

/// Folds the write-ahead log into the file, so that the file alone is the store.
fn settle(path: &Path) {
    let mut conn =
        diesel::SqliteConnection::establish(path.to_str().expect("a UTF-8 path")).expect("the draft opens");
    conn.batch_execute("PRAGMA busy_timeout = 10000; PRAGMA wal_checkpoint(TRUNCATE)").expect("a checkpoint");
}

/// The migrated PostgreSQL database of this test program.
fn postgres_template() -> String {
    let name = format!("polity_template_{}", program());
    let marker = std::env::temp_dir().join(format!("{name}-{}", cluster()));
    once(&marker, || {
        admin(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        admin(&format!("CREATE DATABASE {name}"));
        let db = Db::open(&DatabaseUrl::Postgres(address(&name)), &Options::default())
            .expect("the template opens");
        migrate(&db).expect("the template migrates");
        drop(db);
        // a database with open sessions cannot be copied; the closed ones may take a moment to be gone
        admin(&format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"));
        File::create(&marker).expect("the marker is written");
    });
    name
}

/// Runs `make` unless `result` is there already, with no other process doing the same.
fn once(result: &Path, make: impl FnOnce()) {
    let lock = File::create(result.with_extension("lock")).expect("a lock file");
    lock.lock().expect("the lock");
    if !result.exists() {
        make();
    }
}

/// This test program as it was built: a rebuilt one gets a template of its own.
fn program() -> String {
    let exe = std::env::current_exe().expect("the test program");
    let built = fs::metadata(&exe).and_then(|meta| meta.modified()).expect("the test program's date");
    hash(&(exe, built))
}

/// This cluster: a new one on the same port has no templates yet.
fn cluster() -> String {
    #[derive(diesel::QueryableByName)]
    struct Started {
        #[diesel(sql_type = polity_kernel::sql::Instant)]
        at: Timestamp,
    }
    let started: Started = diesel::sql_query("SELECT pg_postmaster_start_time() AS at")
        .get_result(&mut server())
        .expect("the cluster tells when it started");
    hash(&(postgres_url(), started.at.micros()))
}

fn hash(value: &impl Hash) -> String {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

fn admin(sql: &str) {
    server().batch_execute(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
}

fn server() -> PgConnection {
    PgConnection::establish(&postgres_url()).expect("the test cluster answers")
}

fn postgres_url() -> String {
    std::env::var("POLITY_TEST_POSTGRES_URL").unwrap_or_else(|_| {
        panic!("no PostgreSQL to test on: run `cargo xtask test`, or set POLITY_TEST_POSTGRES_URL")
    })
}

/// The server's address with another database in its path.
fn address(database: &str) -> String {
    let url = postgres_url();
    let (server, parameters) =
        url.split_once('?').map_or((url.as_str(), String::new()), |(s, p)| (s, format!("?{p}")));
    let (server, _) = server.rsplit_once('/').expect("postgres://…/database");
    format!("{server}/{database}{parameters}")
}

/// What the files of a folder hold, one after the other.
fn files(folder: &Path) -> Vec<u8> {
    let files = fs::read_dir(folder).expect("the folder can be listed");
    files.flat_map(|file| fs::read(file.expect("an entry").path()).expect("a file")).collect()
}

/// Runs statements as they stand.
pub(crate) fn execute(conn: &mut Conn, statements: &str) -> Result<()> {
    Ok(conn.batch_execute(statements)?)
}

pub(crate) fn bytes(db: &Db, query: &str, parameter: &str) -> Vec<u8> {
    #[derive(diesel::QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::Binary)]
        bytes: Vec<u8>,
    }
    let row: Row = db
        .read(|conn| {
            let query = diesel::sql_query(query).bind::<diesel::sql_types::Text, _>(parameter);
            Ok(query.get_result(conn)?)
        })
        .expect("the query finds a row");
    row.bytes
}
