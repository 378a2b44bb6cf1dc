//! A write under way: the connection inside its transaction, with the transaction's time and ids.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::time::Duration;

use uuid::Uuid;

use super::Conn;
use crate::{Bounds, IdSource, Timestamp};

/// A write under way. Everything done through it commits together or not at all.
///
/// It derefs to [`Conn`], so store functions take it as it is.
pub struct Tx<'c> {
    conn: &'c mut Conn,
    now: Timestamp,
    ids: &'c IdSource,
    bounds: Bounds,
    made: u64,
}

impl<'c> Tx<'c> {
    pub(crate) fn new(conn: &'c mut Conn, now: Timestamp, ids: &'c IdSource, bounds: Bounds) -> Self {
        Self { conn, now, ids, bounds, made: 0 }
    }

    /// How much may be made.
    pub fn bounds(&self) -> Bounds {
        self.bounds
    }

    /// The instant of this transaction: the same for everything in it. Of one that had to wait for its organization, the instant
    /// when it need not any more.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// A new time-ordered id of whichever kind is asked for; ids of one transaction keep the order they were made in.
    pub fn new_id<T: From<Uuid>>(&mut self) -> T {
        T::from(self.new_uuid())
    }

    /// A new id that cannot be guessed (UUIDv4), for invitations.
    pub fn new_secret_id<T: From<Uuid>>(&mut self) -> T {
        T::from(self.ids.secret())
    }

    /// Where ids and keys come from.
    pub fn ids(&self) -> &IdSource {
        self.ids
    }

    /// Moves the instant of this transaction forward, before anything is written in it.
    pub(crate) fn catch_up(&mut self, now: Timestamp) {
        self.now = self.now.max(now);
    }

    pub(crate) fn new_uuid(&mut self) -> Uuid {
        let id = self.ids.ordered(self.now.after(Duration::from_micros(self.made)));
        self.made += 1;
        id
    }
}

impl Deref for Tx<'_> {
    type Target = Conn;

    fn deref(&self) -> &Conn {
        self.conn
    }
}

impl DerefMut for Tx<'_> {
    fn deref_mut(&mut self) -> &mut Conn {
        self.conn
    }
}

impl fmt::Debug for Tx<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tx").field("now", &self.now).finish_non_exhaustive()
    }
}
