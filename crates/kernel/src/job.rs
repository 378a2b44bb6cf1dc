//! Jobs: what leaves the process or takes long, promised in a transaction and done by a worker afterwards.
//!
//! A job is leased, so that two workers never do it at once; a worker that dies loses its lease and another takes over. A
//! failure is retried with growing pauses and set aside as dead after [`MAX_ATTEMPTS`].

pub mod checkpoint;

use std::time::Duration;

use diesel::dsl::not;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use uuid::Uuid;

use crate::db::each;
use crate::error::{Code, Error, Result};
use crate::id::ScopeId;
use crate::schema::jobs;
use crate::sql::{Among, Document, List};
use crate::{Conn, Ctx, Timestamp, Tx};

/// After this many failures a job is dead: kept for the operator, never run again by itself.
pub const MAX_ATTEMPTS: i32 = 12;

/// How long a worker may be silent before its job goes to another.
pub const LEASE: Duration = Duration::from_secs(120);

/// A kind of job. Its fields are what the work needs to know: stored as JSON, so that a new one has a default while old jobs wait. No
/// secrets: jobs are not sealed.
pub trait Work: Serialize + DeserializeOwned {
    /// What the kind is called in the store, as `directory.purge`. It stays the same, since jobs may wait.
    const KIND: &'static str;
}

/// A job that is now this worker's to do.
#[derive(Clone, Debug)]
pub struct Leased {
    id: ScopeId,
    /// Which work.
    pub kind: String,
    /// What the work needs to know.
    pub payload: Value,
    /// Failures so far.
    pub attempts: i32,
}

/// Which jobs a worker takes, so that those that wait for others' servers hold up no others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// All of them.
    All,
    /// Those of these kinds.
    Of(&'static [&'static str]),
    /// Those of any other kind.
    But(&'static [&'static str]),
}

impl Lane {
    /// The kinds that are named, and whether a job must be among them.
    fn filter(self) -> (List, bool) {
        let (kinds, among): (&[&str], bool) = match self {
            Self::All => (&[], false),
            Self::Of(kinds) => (kinds, true),
            Self::But(kinds) => (kinds, false),
        };
        (List::words(kinds.iter().map(ToString::to_string).collect()), among)
    }
}

/// How a run of a job ended well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The work is done.
    Done,
    /// A batch is done; go on with the next one at once.
    Again,
}

impl Tx<'_> {
    /// Promises work, to be done at once: it will be exactly if this transaction commits.
    pub fn promise<W: Work>(&mut self, work: &W) -> Result<()> {
        self.promise_after(Duration::ZERO, work)
    }

    /// The same, but not before this long has passed.
    pub fn promise_after<W: Work>(&mut self, delay: Duration, work: &W) -> Result<()> {
        let payload = serde_json::to_value(work).map_err(Error::internal)?;
        let row = (
            jobs::job_id.eq(ScopeId::from(self.new_uuid())),
            jobs::kind.eq(W::KIND),
            jobs::payload.eq(Document(payload)),
            jobs::run_at.eq(self.now().after(delay)),
            jobs::attempts.eq(0),
            jobs::dead.eq(false),
            jobs::created_at.eq(self.now()),
        );
        let conn: &mut Conn = self;
        diesel::insert_into(jobs::table).values(row).execute(conn)?;
        Ok(())
    }
}

/// Takes the next due job for this worker, if there is one.
pub fn lease(ctx: &Ctx, worker: Uuid) -> Result<Option<Leased>> {
    lease_in(ctx, worker, Lane::All)
}

/// The same for a worker of this lane.
pub fn lease_in(ctx: &Ctx, worker: Uuid, lane: Lane) -> Result<Option<Leased>> {
    let now = ctx.now();
    // a look first: an idle worker must not make the store write
    if ctx.read(move |conn| due(conn, now, lane))?.is_none() {
        return Ok(None);
    }
    ctx.write_platform(move |tx| {
        let Some(id) = due_alone(tx, now, lane)? else { return Ok(None) };
        let conn: &mut Conn = tx;
        diesel::update(jobs::table.find(id))
            .set((jobs::leased_by.eq(ScopeId::from(worker)), jobs::leased_until.eq(now.after(LEASE))))
            .execute(conn)?;
        let row: (String, Document, i32) =
            jobs::table.find(id).select((jobs::kind, jobs::payload, jobs::attempts)).first(conn)?;
        Ok(Some(Leased { id, kind: row.0, payload: row.1.0, attempts: row.2 }))
    })
}

impl Leased {
    /// What the work needs to know.
    ///
    /// # Errors
    /// `Internal` for what is no such work.
    pub fn work<W: Work>(&self) -> Result<W> {
        W::deserialize(&self.payload).map_err(Error::internal)
    }

    /// The job's own id, the same in every run of it.
    pub fn id(&self) -> Uuid {
        self.id.uuid()
    }
}

/// Notes in the job itself how far it has come, for a later run of it to read in its payload. No secrets.
///
/// # Errors
/// `Conflict` when the lease has run out: what the note is about must then not be done, since the job is another's.
pub fn note(ctx: &Ctx, worker: Uuid, job: &Leased, payload: Value) -> Result<()> {
    let id = job.id;
    ctx.write_platform(move |tx| {
        let now = tx.now();
        let conn: &mut Conn = tx;
        let held = jobs::table
            .find(id)
            .filter(jobs::leased_by.eq(ScopeId::from(worker)))
            .filter(jobs::leased_until.gt(now));
        match diesel::update(held).set(jobs::payload.eq(Document(payload.clone()))).execute(conn)? {
            0 => Err(Error::new(Code::Conflict, "the lease of the job has run out")),
            _ => Ok(()),
        }
    })
}

/// Settles a job that ran: done, to go on with, or failed and to be tried again later.
///
/// A worker whose lease has run out settles nothing: the job is another's by then.
pub fn settle(ctx: &Ctx, worker: Uuid, job: &Leased, outcome: Result<Outcome>) -> Result<()> {
    let (id, attempts) = (job.id, job.attempts);
    let failure = match outcome {
        Ok(Outcome::Done) => return ctx.write_platform(move |tx| remove(tx, id, worker)),
        Ok(Outcome::Again) => None,
        Err(error) => Some(format!("{error:?}")),
    };
    ctx.write_platform(move |tx| {
        let failed = i32::from(failure.is_some());
        let pause = if failure.is_some() { pause_after(attempts) } else { Duration::ZERO };
        let run_at = tx.now().after(pause);
        let conn: &mut Conn = tx;
        diesel::update(jobs::table.find(id).filter(jobs::leased_by.eq(ScopeId::from(worker))))
            .set((
                jobs::attempts.eq(attempts + failed),
                jobs::run_at.eq(run_at),
                jobs::dead.eq(attempts + failed >= MAX_ATTEMPTS),
                jobs::failure.eq(failure.clone()),
                jobs::leased_by.eq(None::<ScopeId>),
                jobs::leased_until.eq(None::<Timestamp>),
            ))
            .execute(conn)?;
        Ok(())
    })
}

/// Gives back whatever this worker holds, so that another need not wait for the lease to run out. For a graceful stop.
pub fn release(ctx: &Ctx, worker: Uuid) -> Result<()> {
    ctx.write_platform(move |tx| {
        let conn: &mut Conn = tx;
        diesel::update(jobs::table.filter(jobs::leased_by.eq(ScopeId::from(worker))))
            .set((jobs::leased_by.eq(None::<ScopeId>), jobs::leased_until.eq(None::<Timestamp>)))
            .execute(conn)?;
        Ok(())
    })
}

/// How many jobs wait and how many are dead, for the operator.
pub fn backlog(conn: &mut Conn) -> Result<(i64, i64)> {
    let waiting = jobs::table.filter(jobs::dead.eq(false)).count().get_result(conn)?;
    let dead = jobs::table.filter(jobs::dead.eq(true)).count().get_result(conn)?;
    Ok((waiting, dead))
}

fn remove(conn: &mut Conn, id: ScopeId, worker: Uuid) -> Result<()> {
    diesel::delete(jobs::table.find(id).filter(jobs::leased_by.eq(ScopeId::from(worker)))).execute(conn)?;
    Ok(())
}

/// 1, 2, 4 … seconds, at most an hour.
fn pause_after(attempts: i32) -> Duration {
    Duration::from_secs(1_u64 << u32::try_from(attempts).unwrap_or(0).min(12)).min(Duration::from_secs(3_600))
}

/// The due job that has waited longest.
macro_rules! due {
    ($now:expr, $kinds:expr, $among:expr) => {
        jobs::table
            .filter(BoolExpressionMethods::or(
                Among(jobs::kind, $kinds.clone()).and($among.into_sql::<Bool>()),
                not(Among(jobs::kind, $kinds)).and((!$among).into_sql::<Bool>()),
            ))
            .filter(jobs::dead.eq(false))
            .filter(jobs::run_at.le($now))
            .filter(jobs::leased_until.is_null().or(jobs::leased_until.lt($now)))
            .order((jobs::run_at, jobs::job_id))
            .select(jobs::job_id)
            .limit(1)
    };
}

fn due(conn: &mut Conn, now: Timestamp, lane: Lane) -> Result<Option<ScopeId>> {
    let (kinds, among) = lane.filter();
    Ok(each!(conn, conn => due!(now, kinds, among).first(conn).optional())?)
}

/// The same, locked: on PostgreSQL two workers skip each other's choice instead of waiting for it.
fn due_alone(conn: &mut Conn, now: Timestamp, lane: Lane) -> Result<Option<ScopeId>> {
    let (kinds, among) = lane.filter();
    let id = match conn {
        Conn::Postgres(conn) => due!(now, kinds, among).for_update().skip_locked().first(conn).optional()?,
        Conn::Sqlite(conn) => due!(now, kinds, among).first(conn).optional()?,
    };
    Ok(id)
}
