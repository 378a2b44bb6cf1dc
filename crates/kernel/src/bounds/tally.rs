//! Tallies: how often something was done lately, counted exactly also at once and on every node.
//!
//! A tally is one row with the instants that still count. Whoever counts holds it to the end of their transaction, so that two at once come
//! one after the other; a transaction that fails has counted nothing.

use std::time::Duration;

use diesel::prelude::*;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::Timestamp;
use crate::db::{Conn, Tx, each};
use crate::error::{Error, Result};
use crate::id::ScopeId;
use crate::schema::tallies;
use crate::sql::Document;

/// How often a deed may be done, by or to one subject, within a time that slides along.
#[derive(Clone, Copy, Debug)]
pub struct Tally<'t> {
    /// What is done: a name of its own for each tally.
    pub deed: &'static str,
    /// Whose deeds are counted together; kept as a hash only.
    pub of: &'t str,
    /// How often; 0: as often as one likes.
    pub most: u32,
    /// The time, at most a day.
    pub window: Duration,
}

impl Tally<'_> {
    /// Counts one more.
    ///
    /// # Errors
    /// `Throttled` with these words before the time to wait, once there are as many as may be.
    pub fn count(self, tx: &mut Tx<'_>, words: &str) -> Result<()> {
        let now = tx.now();
        self.take(tx)?.map_or(Ok(()), |until| Err(Error::throttled(words, now, until)))
    }

    /// Counts one more if it may be; else says from when on it may.
    pub fn take(self, tx: &mut Tx<'_>) -> Result<Option<Timestamp>> {
        let Some(most) = usize::try_from(self.most).ok().filter(|most| *most > 0) else { return Ok(None) };
        let now = tx.now();
        let (scope, since) = (self.scope(), now.before(self.window));
        let mut counted = hold(tx, scope, now)?;
        counted.retain(|at| *at > since.micros());
        // as many as are too many must have gone out of the window
        let first = counted.len().checked_sub(most).and_then(|place| counted.get(place));
        if let Some(first) = first {
            return Ok(Some(Timestamp::from_micros(*first).after(self.window)));
        }
        counted.push(now.micros());
        counted.sort_unstable();
        keep(tx, scope, &counted, now.after(self.window))?;
        Ok(None)
    }

    /// Takes back what this transaction has counted, else the last that was: it turned out to be none.
    pub fn take_back(self, tx: &mut Tx<'_>) -> Result<()> {
        let now = tx.now();
        let mut counted = hold(tx, self.scope(), now)?;
        match counted.iter().rposition(|at| *at == now.micros()) {
            Some(place) => drop(counted.remove(place)),
            None => drop(counted.pop()),
        }
        if counted.is_empty() {
            return self.forget(tx);
        }
        keep(tx, self.scope(), &counted, now.after(self.window))
    }

    /// Forgets all that was counted.
    pub fn forget(self, tx: &mut Tx<'_>) -> Result<()> {
        let conn: &mut Conn = tx;
        diesel::delete(tallies::table.find(self.scope())).execute(conn)?;
        Ok(())
    }

    /// The row; one deed's tallies are no other's.
    fn scope(self) -> ScopeId {
        let mut hash = Sha256::new();
        hash.update(self.deed.as_bytes());
        hash.update([0]);
        hash.update(self.of.as_bytes());
        let mut bytes = [0; 16];
        for (byte, hashed) in bytes.iter_mut().zip(hash.finalize()) {
            *byte = hashed;
        }
        ScopeId::from(Uuid::from_bytes(bytes))
    }
}

/// Forgets the tallies in which nothing counts any more.
pub fn forget(tx: &mut Tx<'_>) -> Result<usize> {
    let now = tx.now();
    let conn: &mut Conn = tx;
    Ok(diesel::delete(tallies::table.filter(tallies::until.le(now))).execute(conn)?)
}

/// The instants that were counted, their row held alone until the transaction ends.
fn hold(conn: &mut Conn, scope: ScopeId, now: Timestamp) -> Result<Vec<i64>> {
    let empty =
        (tallies::scope.eq(scope), tallies::instants.eq(Document(Vec::<i64>::new())), tallies::until.eq(now));
    let Document(counted): Document<Vec<i64>> = each!(conn, conn => diesel::insert_into(tallies::table)
        .values(empty)
        .on_conflict(tallies::scope)
        .do_update()
        .set(tallies::until.eq(tallies::until))
        .returning(tallies::instants)
        .get_result(conn))?;
    Ok(counted)
}

fn keep(conn: &mut Conn, scope: ScopeId, counted: &[i64], until: Timestamp) -> Result<()> {
    diesel::update(tallies::table.find(scope))
        .set((tallies::instants.eq(Document(counted.to_vec())), tallies::until.eq(until)))
        .execute(conn)?;
    Ok(())
}
