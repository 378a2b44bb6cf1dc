//! A mirror of epochs in memory, true for as long as nobody has committed anything to the SQLite file.
//!
//! `PRAGMA data_version` on a connection kept for it tells whether any other connection, of this process or another, has
//! committed since it was last asked. It costs a few microseconds, waits for nobody, and so replaces reading the epochs themselves while nothing
//! is written. Threads spread over several such connections, so that they do not wait for each other either.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError, RwLock, RwLockReadGuard};

use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sqlite::Sqlite;
use uuid::Uuid;

use super::connector::{self, Role};
use super::{Conn, DatabaseUrl};
use crate::error::{Error, Result};

/// Scopes that are mirrored at most; beyond it the mirror starts anew.
const MOST: usize = 100_000;

/// Sentinels side by side: more than there are workers and readers on a machine of few cores.
const SENTINELS: usize = 8;

/// A scope's epoch, or that it does not count (any more).
pub(crate) type Known = (Uuid, Option<i64>);

/// Which state of the file the mirror shows, counted from the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Version(u64);

/// The mirror of one store.
///
/// Invariant: whoever notices a commit forgets everything. So what is there was read after the last commit that *this* thread's sentinel
/// could not have noticed yet, whichever thread read it.
pub(super) struct Mirror {
    url: DatabaseUrl,
    sentinels: [OnceLock<Mutex<Sentinel>>; SENTINELS],
    shown: RwLock<Shown>,
}

/// A connection that does nothing but tell whether others have committed.
struct Sentinel {
    conn: SqliteConnection,
    /// What it said last; its numbers mean nothing to other connections.
    said: Option<i64>,
}

struct Shown {
    version: Version,
    epochs: HashMap<Uuid, Option<i64>>,
}

thread_local! {
    /// Which of the sentinels this thread asks.
    static PLACE: usize = {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        NEXT.fetch_add(1, Ordering::Relaxed) % SENTINELS
    };
}

impl Mirror {
    pub(super) fn new(url: &DatabaseUrl) -> Self {
        Self {
            url: url.clone(),
            sentinels: [const { OnceLock::new() }; SENTINELS],
            shown: RwLock::new(Shown { version: Version(0), epochs: HashMap::new() }),
        }
    }

    /// The version now. If anybody has committed since this thread's sentinel was last asked, all is forgotten.
    pub(super) fn look(&self) -> Result<Version> {
        let mut sentinel = lock(self.sentinel()?);
        let says = DataVersion.get_result(&mut sentinel.conn)?;
        if sentinel.said.replace(says) != Some(says) {
            let mut shown = self.shown.write().unwrap_or_else(PoisonError::into_inner);
            shown.version = Version(shown.version.0 + 1);
            shown.epochs.clear();
        }
        Ok(self.read().version)
    }

    /// The epochs of these scopes, if the mirror shows that version and all of them.
    pub(super) fn find(&self, at: Version, scopes: &[Uuid]) -> Option<Vec<Known>> {
        let shown = self.read();
        if shown.version != at {
            return None;
        }
        scopes.iter().map(|scope| shown.epochs.get(scope).map(|epoch| (*scope, *epoch))).collect()
    }

    /// Shows epochs that were read after the version was: they are as new as it, or newer.
    pub(super) fn keep(&self, at: Version, read: &[Known]) {
        let mut shown = self.shown.write().unwrap_or_else(PoisonError::into_inner);
        if shown.version != at {
            return;
        }
        if shown.epochs.len() + read.len() > MOST {
            shown.epochs.clear();
        }
        shown.epochs.extend(read.iter().copied());
    }

    fn read(&self) -> RwLockReadGuard<'_, Shown> {
        // each change leaves it whole
        self.shown.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// This thread's sentinel, opened when first asked.
    fn sentinel(&self) -> Result<&Mutex<Sentinel>> {
        let place = PLACE.with(|place| *place);
        let place = self.sentinels.get(place).ok_or_else(|| Error::internal("no such sentinel"))?;
        if let Some(sentinel) = place.get() {
            return Ok(sentinel);
        }
        let Conn::Sqlite(conn) = connector::connect(&self.url, Role::Reader).map_err(Error::internal)? else {
            return Err(Error::internal("only SQLite has a data version"));
        };
        Ok(place.get_or_init(|| Mutex::new(Sentinel { conn, said: None })))
    }
}

fn lock(sentinel: &Mutex<Sentinel>) -> MutexGuard<'_, Sentinel> {
    sentinel.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A query of its own kind, so that it stays prepared.
#[derive(Debug, Clone, Copy, QueryId)]
struct DataVersion;

impl Query for DataVersion {
    type SqlType = diesel::sql_types::BigInt;
}

impl<C> RunQueryDsl<C> for DataVersion {}

impl QueryFragment<Sqlite> for DataVersion {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("PRAGMA data_version");
        Ok(())
    }
}
