//! Where blocking work runs: reads on few threads, writes on threads that may wait for the disk, both in turns.
//!
//! Reads are short, so few threads serve them fastest (two per worker; the server is built so in `boot`). A write waits until it is
//! durable, and the store puts all that wait into one commit, so writes get many threads; they are started when needed and
//! end when idle. Both give organizations and persons their turns (`turns`): nobody has all threads.

mod pool;
mod turns;

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use actix_web::web;
use polity_kernel::db::waiting_since;
use polity_kernel::{Error, Result};
use tokio::sync::oneshot;
use tracing::Span;

pub(crate) use pool::stopping;
use pool::{Pool, Task};
pub use turns::Turn;
use turns::{Bounds, SLOW};

/// Writes that may wait for a thread before further ones are refused.
const WRITES: usize = 1_024;

/// Reads that may wait for a thread before further ones are refused.
const READS: usize = 10_000;

/// What a read may take on average and still have any thread: there are few, and others wait as long as it takes.
const QUICK_READ: Duration = Duration::from_millis(12);

/// Slow reads that may wait in one line.
const SLOW_READS: usize = 16;

/// Slow writes that may wait in one line.
const SLOW_WRITES: usize = 256;

/// Runs a read of the service's own on the pool beside this worker.
///
/// # Errors
/// Those of the read; `Internal` when it panics.
pub async fn read<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    web::block(carried(work)).await.unwrap_or_else(|_| Err(stopping()))
}

/// The threads that read for callers. Cheap to clone.
#[derive(Clone)]
pub struct Readers(Pool);

/// The threads that write. Cheap to clone.
#[derive(Clone)]
pub struct Writers(Pool);

/// Where one caller's reads are done: the threads, and whose turn it is.
#[derive(Clone)]
pub struct Desk {
    /// The threads.
    pub readers: Readers,
    /// Whose turn the reads take.
    pub turn: Turn,
}

impl Desk {
    /// Runs a read as [`Readers::read`] does.
    ///
    /// # Errors
    /// As [`Readers::read`].
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.readers.read(self.turn, work).await
    }
}

impl Readers {
    /// A pool of at most this many threads, none of them started yet.
    pub fn new(most: usize) -> Self {
        let bounds = bounds(most, SLOW_READS, READS);
        // reads are answered one by one; writes of one person go into one commit, the more the better
        Self(Pool::new("polity-read", most, Bounds { quick: QUICK_READ, person: bounds.heavy, ..bounds }))
    }

    /// Runs a read on one of the threads when it is its turn. How long it takes decides on its next turns.
    ///
    /// # Errors
    /// Those of the read; `Internal` when it panics; `Throttled` when too many slow ones wait for the same turn; `Unavailable` when too
    /// many wait in all.
    pub async fn read<T: Send + 'static>(
        &self,
        turn: Turn,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let began = |work: Box<dyn FnOnce() + Send>| -> Task {
            Box::new(move || {
                let began = Instant::now();
                work();
                began.elapsed()
            })
        };
        done(&self.0, turn, began, work).await
    }

    /// Takes no further reads and waits until those accepted are done.
    pub fn drain(&self) {
        self.0.drain();
    }
}

impl Writers {
    /// A pool of at most this many threads, none of them started yet.
    pub fn new(most: usize) -> Self {
        Self(Pool::new("polity-write", most, bounds(most, SLOW_WRITES, WRITES)))
    }

    /// Runs a write of the service's own, or a stranger's, on one of the threads.
    ///
    /// # Errors
    /// Those of the write; `Internal` when it panics; `Unavailable` when too many wait already, or the service is stopping.
    pub async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.write_in(Turn::OWN, work).await
    }

    /// Runs a write on one of the threads when it is its turn. How long the store works for it decides on its next turns; to wait
    /// for others or for the disk counts for nothing.
    ///
    /// # Errors
    /// As [`Writers::write`]; `Throttled` when too many slow ones wait for the same turn.
    pub async fn write_in<T: Send + 'static>(
        &self,
        turn: Turn,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let began = |work: Box<dyn FnOnce() + Send>| -> Task {
            Box::new(move || {
                let before = polity_kernel::db::spent();
                work();
                polity_kernel::db::spent().saturating_sub(before)
            })
        };
        let arrived = Instant::now();
        done(&self.0, turn, began, move || waiting_since(arrived, work)).await
    }

    /// Threads at present and writes that wait for one.
    pub fn load(&self) -> (usize, usize) {
        self.0.load()
    }

    /// Takes no further writes and waits until those accepted are done.
    pub fn drain(&self) {
        self.0.drain();
    }
}

/// Slow work gets half of the threads.
fn bounds(threads: usize, line: usize, queue: usize) -> Bounds {
    Bounds { quick: SLOW, heavy: (threads / 2).max(1), person: threads, line, queue }
}

/// Has the work done in its turn, by a task that measures it.
async fn done<T: Send + 'static>(
    pool: &Pool,
    turn: Turn,
    measured: impl FnOnce(Box<dyn FnOnce() + Send>) -> Task,
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    let (reply, answer) = oneshot::channel();
    let work = carried(work);
    // a caller that has gone away needs no answer
    pool.submit(turn, measured(Box::new(move || drop(reply.send(work())))))?;
    answer.await.unwrap_or_else(|_| Err(stopping()))
}

/// The same work, within the caller's span and with a panic turned into an error.
fn carried<T>(work: impl FnOnce() -> Result<T>) -> impl FnOnce() -> Result<T> {
    let span = Span::current();
    move || span.in_scope(|| guarded(work))
}

/// The work's result, or `Internal` when it panics.
pub fn guarded<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|panic| Err(Error::internal(format!("panicked: {}", words(panic.as_ref())))))
}

fn words(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without words")
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::{Arc, Barrier};

    use polity_kernel::Code;

    use super::*;

    fn nothing() -> Task {
        Box::new(|| Duration::ZERO)
    }

    #[actix_web::test]
    async fn writes_run_side_by_side() {
        let writers = Writers::new(4);
        // each waits for the other three: one thread alone would never get past
        let all = Arc::new(Barrier::new(4));
        let write = || {
            let all = Arc::clone(&all);
            writers.write(move || {
                all.wait();
                Ok(())
            })
        };
        let (a, b, c, d) = futures_util::future::join4(write(), write(), write(), write()).await;
        for done in [a, b, c, d] {
            done.unwrap();
        }
        assert_eq!(writers.load(), (4, 0));
    }

    #[actix_web::test]
    async fn a_panic_is_an_internal_error_and_the_thread_lives_on() {
        let writers = Writers::new(1);
        let error = writers.write(|| -> Result<()> { panic!("no luck") }).await.unwrap_err();
        assert_eq!(error.code(), Code::Internal);
        assert_eq!(writers.write(|| Ok(7)).await.unwrap(), 7);
        let readers = Readers::new(1);
        let error = readers.read(Turn::OWN, || -> Result<()> { panic!("no luck") }).await.unwrap_err();
        assert!(format!("{error:?}").contains("no luck"));
        assert_eq!(readers.read(Turn::OWN, || Ok(7)).await.unwrap(), 7);
    }

    #[actix_web::test]
    async fn a_full_queue_refuses() {
        let writers = Writers::new(1);
        let (release, held) = std::sync::mpsc::channel::<()>();
        let (started, running) = std::sync::mpsc::channel();
        let holding = move || {
            started.send(()).unwrap();
            held.recv().unwrap();
            Duration::ZERO
        };
        writers.0.submit(Turn::OWN, Box::new(holding)).unwrap();
        running.recv().unwrap();
        for _ in 0..WRITES {
            writers.0.submit(Turn::OWN, nothing()).unwrap();
        }
        assert_eq!(writers.0.submit(Turn::OWN, nothing()).unwrap_err().code(), Code::Unavailable);
        release.send(()).unwrap();
        writers.drain();
    }

    #[test]
    fn draining_finishes_what_was_accepted_and_takes_no_more() {
        let writers = Writers::new(2);
        let done = Arc::new(AtomicUsize::new(0));
        for _ in 0..50 {
            let done = Arc::clone(&done);
            let count = move || {
                done.fetch_add(1, Ordering::SeqCst);
                Duration::ZERO
            };
            writers.0.submit(Turn::OWN, Box::new(count)).unwrap();
        }
        writers.drain();
        assert_eq!(done.load(Ordering::SeqCst), 50);
        assert!(writers.0.submit(Turn::OWN, nothing()).is_err());
    }

    #[actix_web::test]
    async fn slow_reads_of_one_leave_a_thread_to_another() {
        let readers = Readers::new(2);
        let greedy = Turn { deed: "read", organization: None, person: Some(uuid::Uuid::from_u128(1)) };
        let modest = Turn { person: Some(uuid::Uuid::from_u128(2)), ..greedy };
        let (release, held) = std::sync::mpsc::channel::<()>();
        let held = Arc::new(std::sync::Mutex::new(held));
        let waiting: Vec<_> = (0..2)
            .map(|_| {
                let held = Arc::clone(&held);
                let work = move || {
                    held.lock().unwrap().recv().unwrap();
                    Ok(())
                };
                let readers = readers.clone();
                actix_web::rt::spawn(async move { readers.read(greedy, work).await })
            })
            .collect();
        tokio::task::yield_now().await;
        // were both threads the first one's, this would never end
        assert_eq!(readers.read(modest, || Ok(7)).await.unwrap(), 7);
        waiting.iter().for_each(|_| release.send(()).unwrap());
        for read in waiting {
            read.await.unwrap().unwrap();
        }
    }
}
