//! A mirror of epochs in memory, true for as long as nobody has committed anything to the SQLite file.
//!
//! `PRAGMA data_version` on a connection kept for it tells whether any other connection, of this process or another, has
//! committed since it was last asked. It costs a few microseconds, waits for nobody, and so replaces reading the epochs themselves while nothing is
//! written.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sqlite::Sqlite;
use uuid::Uuid;

use super::connector::{self, Role};
use super::{Conn, DatabaseUrl};
use crate::error::{Error, Result};

/// Scopes that are mirrored at most; beyond it the mirror starts anew.
const MOST: usize = 200_000;

/// A scope's epoch, or that it does not count (any more).
pub(super) type Known = (Uuid, Option<i64>);

/// Which state of the file the mirror shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Version(i64);

pub(super) struct Mirror(Mutex<State>);

struct State {
    sentinel: SqliteConnection,
    version: Version,
    epochs: HashMap<Uuid, Option<i64>>,
}

impl Mirror {
    pub(super) fn open(url: &DatabaseUrl) -> Result<Self> {
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
