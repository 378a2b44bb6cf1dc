//! A mirror of epochs in memory, true for as long as nobody has committed anything to the SQLite file.
//!
//! `PRAGMA data_version` on a connection kept for it tells whether any other connection, of this process or another, has
//! committed since it was last asked. It costs a few microseconds, waits for nobody, and so replaces reading the epochs themselves while nothing
//! is written. Threads spread over several mirrors, so that they do not wait for each other either.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sqlite::Sqlite;
use uuid::Uuid;

use super::connector::{self, Role};
use super::{Conn, DatabaseUrl};
use crate::error::{Error, Result};

/// Scopes that are mirrored at most; beyond it the mirror starts anew.
const MOST: usize = 100_000;

/// Mirrors side by side: more than there are workers and readers on a machine of few cores.
const MIRRORS: usize = 8;

/// A scope's epoch, or that it does not count (any more).
pub(super) type Known = (Uuid, Option<i64>);

/// Which state of the file the mirror shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Version(i64);

/// The mirrors of one store, each opened when first looked into.
pub(super) struct Mirrors {
    url: DatabaseUrl,
    all: [OnceLock<Mirror>; MIRRORS],
}

pub(super) struct Mirror(Mutex<State>);

struct State {
    sentinel: SqliteConnection,
    version: Version,
    epochs: HashMap<Uuid, Option<i64>>,
}

thread_local! {
    /// Which of the mirrors this thread looks into.
    static PLACE: usize = {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        NEXT.fetch_add(1, Ordering::Relaxed) % MIRRORS
    };
}

impl Mirrors {
    pub(super) fn new(url: &DatabaseUrl) -> Self {
        Self { url: url.clone(), all: [const { OnceLock::new() }; MIRRORS] }
    }

    /// This thread's mirror.
    pub(super) fn here(&self) -> Result<&Mirror> {
        let place =
            self.all.get(PLACE.with(|place| *place)).ok_or_else(|| Error::internal("no such mirror"))?;
        if let Some(mirror) = place.get() {
            return Ok(mirror);
        }
        let opened = Mirror::open(&self.url)?;
        Ok(place.get_or_init(|| opened))
    }
}

impl Mirror {
    fn open(url: &DatabaseUrl) -> Result<Self> {
        let Conn::Sqlite(mut sentinel) = connector::connect(url, Role::Reader).map_err(Error::internal)?
        else {
            return Err(Error::internal("only SQLite has a data version"));
        };
        let version = version(&mut sentinel)?;
        Ok(Self(Mutex::new(State { sentinel, version, epochs: HashMap::new() })))
    }

    /// The file's version now. Whatever was mirrored of an older one is forgotten.
    pub(super) fn look(&self) -> Result<Version> {
        let mut state = self.lock();
        let version = version(&mut state.sentinel)?;
        if version != state.version {
            state.epochs.clear();
            state.version = version;
        }
        Ok(version)
    }

    /// The epochs of these scopes, if the mirror shows that version and all of them.
    pub(super) fn find(&self, at: Version, scopes: &[Uuid]) -> Option<Vec<Known>> {
        let state = self.lock();
        if state.version != at {
            return None;
        }
        scopes.iter().map(|scope| state.epochs.get(scope).map(|epoch| (*scope, *epoch))).collect()
    }

    /// Mirrors epochs that were read after the version was: they are as new as it, or newer.
    pub(super) fn keep(&self, at: Version, read: &[Known]) {
        let mut state = self.lock();
        if state.version != at {
            return;
        }
        if state.epochs.len() + read.len() > MOST {
            state.epochs.clear();
        }
        state.epochs.extend(read.iter().copied());
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // each change leaves the state whole
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
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

fn version(sentinel: &mut SqliteConnection) -> Result<Version> {
    Ok(Version(DataVersion.get_result(sentinel)?))
}
