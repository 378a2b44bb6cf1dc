//! The store: one connection type over SQLite and PostgreSQL, pools, reads and atomic writes.
//!
//! SQLite: every write goes through one thread that groups what waits into one commit (`writer`). PostgreSQL: a
//! transaction per write from the pool, run again when it loses a race.

mod conn;
mod connector;
mod each;
mod file;
mod live;
mod migrate;
mod mirror;
mod options;
mod purge;
mod respell;
mod transaction;
mod tx;
mod url;
mod writer;

use std::cell::Cell;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use uuid::Uuid;

use crate::error::{Error, Result};
use crate::{IdSource, access::epoch, moment};
use connector::Connector;
use mirror::Mirror;
pub(crate) use mirror::{Known, Version};
use transaction::transaction;
use writer::Writer;

pub use conn::{Conn, MultiBackend};
pub use migrate::{is_empty, migrate, pending, revert_all};
pub use options::Options;
pub use tx::Tx;
pub use url::DatabaseUrl;
pub use writer::waiting::waiting_since;

pub use each::each;
pub use live::live;
pub use purge::purge;

thread_local! {
    /// Microseconds that writes of this thread have run.
    static SPENT: Cell<u64> = const { Cell::new(0) };
}

/// How long the writes of this thread have run so far, wherever they ran: neither waiting for others nor for the disk counts. The
/// difference of two tells what one write costs everybody else.
pub fn spent() -> Duration {
    Duration::from_micros(SPENT.get())
}

/// How often a write that lost a race is run again before the caller is told to come back.
const ATTEMPTS: u32 = 12;

/// How often, and for how long, a write is run again that failed for a reason the driver has no kind for: it may have been the victim of a
/// deadlock, which the server notices after a second, but also of a time-out or a mistake of ours.
const BLIND: u32 = 6;
const BLIND_PATIENCE: Duration = Duration::from_secs(8);

/// The store. Cheap to clone; the last clone closes it.
#[derive(Clone)]
pub struct Db(Arc<Inner>);

struct Inner {
    url: DatabaseUrl,
    pool: r2d2::Pool<Connector>,
    /// SQLite's one writer; absent on PostgreSQL.
    writer: Option<Writer>,
    /// SQLite's epochs in memory; absent on PostgreSQL, which other nodes write to unseen.
    mirror: Option<Mirror>,
}

impl Db {
    /// Opens the store; connections are made when first needed, except that one is tried at once.
    ///
    /// # Errors
    /// `Unavailable` with the driver's own words when the store cannot be reached.
    pub fn open(url: &DatabaseUrl, options: &Options) -> Result<Self> {
        if let DatabaseUrl::Sqlite(path) = url {
            file::make_private(path);
        }
        drop(connector::connect(url, connector::Role::Reader).map_err(unreachable)?);
        let (writer, mirror) = match url {
            DatabaseUrl::Sqlite(_) => (Some(Writer::start(url, options)?), Some(Mirror::new(url))),
            DatabaseUrl::Postgres(_) => (None, None),
        };
        let pool = r2d2::Pool::builder()
            .max_size(options.connections.max(1))
            .min_idle(Some(1))
            .connection_timeout(options.patience)
            .test_on_check_out(false)
            .idle_timeout(None)
            .max_lifetime(None)
            .build_unchecked(Connector::new(url.clone(), options.bulk));
        Ok(Self(Arc::new(Inner { url: url.clone(), pool, writer, mirror })))
    }

    /// Which store this is.
    pub fn url(&self) -> &DatabaseUrl {
        &self.0.url
    }

    /// Reads what is committed. A read that meets a broken connection is run again, until it has a fresh one.
    pub fn read<T>(&self, f: impl Fn(&mut Conn) -> Result<T>) -> Result<T> {
        moment::refuse_if_sealed(self.identity())?;
        let mut broken = 0;
        loop {
            let mut pooled = self.connection()?;
            match f(pooled.conn()) {
                Err(error) if error.is_disconnection() => {
                    pooled.break_off();
                    if broken >= self.0.pool.max_size() {
                        return Err(gone(error));
                    }
                    broken += 1;
                }
                result => return result,
            }
        }
    }

    /// Runs the closure in one transaction and returns once it is on disk; an error rolls everything back.
    pub(crate) fn write<T: Send + 'static>(
        &self,
        f: impl Fn(&mut Conn) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        moment::refuse_if_sealed(self.identity())?;
        moment::forget(self.identity());
        let spent = Arc::new(AtomicU64::new(0));
        let clock = Arc::clone(&spent);
        let timed = move |conn: &mut Conn| {
            let began = Instant::now();
            let result = f(conn);
            let took = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
            clock.fetch_add(took, Ordering::Relaxed);
            result
        };
        let result = match &self.0.writer {
            Some(writer) => writer.write(timed),
            None => self.write_postgres(timed),
        };
        SPENT.set(SPENT.get().saturating_add(spent.load(Ordering::Relaxed)));
        result
    }

    /// The epochs of these scopes as committed at that version of the mirror, or now, and the version they are of.
    pub(crate) fn epochs(
        &self,
        version: Option<Version>,
        scopes: &[Uuid],
    ) -> Result<(Vec<Known>, Option<Version>)> {
        let Some(mirror) = &self.0.mirror else { return Ok((self.read_epochs(scopes)?, None)) };
        let version = match version {
            Some(version) => version,
            None => mirror.look()?,
        };
        if let Some(known) = mirror.find(version, scopes) {
            return Ok((known, Some(version)));
        }
        let read = self.read_epochs(scopes)?;
        mirror.keep(version, &read);
        Ok((read, Some(version)))
    }

    fn read_epochs(&self, scopes: &[Uuid]) -> Result<Vec<Known>> {
        let found = self.read(|conn| epoch::read(conn, scopes))?;
        let epoch = |scope: &Uuid| found.iter().find(|(known, _)| known == scope).map(|(_, epoch)| *epoch);
        Ok(scopes.iter().map(|scope| (*scope, epoch(scope))).collect())
    }

    /// Whether epochs can be known without a query.
    pub(crate) fn has_mirror(&self) -> bool {
        self.0.mirror.is_some()
    }

    /// Tells this open store from others in the process.
    pub(crate) fn identity(&self) -> usize {
        Arc::as_ptr(&self.0).addr()
    }

    fn write_postgres<T>(&self, f: impl Fn(&mut Conn) -> Result<T>) -> Result<T> {
        let begun = Instant::now();
        let (mut lost, mut broken) = (0, 0);
        while lost < ATTEMPTS {
            let mut pooled = self.connection()?;
            let ran = Cell::new(false);
            let written = transaction(pooled.conn(), |conn| f(conn).inspect(|_| ran.set(true)));
            match written {
                Err(error) if error.is_disconnection() => {
                    pooled.break_off();
                    // it may have committed before the line broke: only the caller can know whether to repeat
                    if ran.get() || broken >= self.0.pool.max_size() {
                        return Err(gone(error));
                    }
                    broken += 1;
                }
                Err(error) if error.is_retryable() || is_worth_another(&error, lost, begun) => {
                    pause(lost);
                    lost += 1;
                }
                result => return result,
            }
        }
        Err(Error::unavailable("turn to write", "too many writers at once; try again"))
    }

    fn connection(&self) -> Result<r2d2::PooledConnection<Connector>> {
        self.0.pool.get().map_err(unreachable)
    }
}

/// Whether a write that failed for no reason the driver has a kind for is run again.
fn is_worth_another(error: &Error, lost: u32, begun: Instant) -> bool {
    error.is_of_no_kind() && lost < BLIND && begun.elapsed() < BLIND_PATIENCE
}

/// Waits a random while that doubles with each attempt (2 ms … 250 ms), so that two losers do not meet again.
fn pause(attempt: u32) {
    let ceiling = 2_u64 << attempt.min(7);
    let [random, ..] = IdSource::random().key();
    std::thread::sleep(Duration::from_micros(1_000 * ceiling * (u64::from(random) + 1) / 256));
}

fn unreachable(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::unavailable("database", "the database cannot be reached").because(error)
}

fn gone(error: Error) -> Error {
    Error::unavailable("connection", "the connection to the database broke").because(error)
}

impl fmt::Debug for Db {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Db").field(&self.0.url).finish()
    }
}
