//! Where blocking work runs: reads on the small pool beside each worker, writes on threads that may wait for the disk.
//!
//! Reads are short, so few threads serve them fastest (two per worker; the server is built so in `boot`). A write waits until it is
//! durable, and the store puts all that wait into one commit, so writes get many threads; they are started when needed and
//! end when idle.

use std::any::Any;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use actix_web::web;
use polity_kernel::db::waiting_since;
use polity_kernel::{Code, Error, Result};
use tokio::sync::oneshot;
use tracing::Span;

/// Writes that may wait for a thread before further ones are refused.
const QUEUE: usize = 1_024;

/// How long a thread waits for work before it ends.
const PATIENCE: Duration = Duration::from_secs(10);

/// Runs a read on the pool beside this worker.
///
/// # Errors
/// Those of the read; `Internal` when it panics.
pub async fn read<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    web::block(carried(work)).await.unwrap_or_else(|_| Err(stopping()))
}

/// The threads that write. Cheap to clone.
#[derive(Clone)]
pub struct Writers(Arc<Shared>);

struct Shared {
    state: Mutex<State>,
    /// Told when there is work, when the pool closes, and when a thread ends.
    changed: Condvar,
    most: usize,
}

#[derive(Default)]
struct State {
    queue: VecDeque<Task>,
    threads: usize,
    idle: usize,
    closed: bool,
}

type Task = Box<dyn FnOnce() + Send>;

impl Writers {
    /// A pool of at most this many threads, none of them started yet.
    pub fn new(most: usize) -> Self {
        Self(Arc::new(Shared { state: Mutex::default(), changed: Condvar::new(), most: most.max(1) }))
    }

    /// Runs a write on one of the threads.
    ///
    /// # Errors
    /// Those of the write; `Internal` when it panics; `Unavailable` when too many wait already, or the service is stopping.
    pub async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (reply, answer) = oneshot::channel();
        let arrived = Instant::now();
        let work = carried(move || waiting_since(arrived, work));
        // a caller that has gone away needs no answer
        self.submit(Box::new(move || drop(reply.send(work()))))?;
        answer.await.unwrap_or_else(|_| Err(stopping()))
    }

    /// Threads at present and writes that wait for one.
    pub fn load(&self) -> (usize, usize) {
        let state = self.0.lock();
        (state.threads, state.queue.len())
    }

    /// Takes no further writes and waits until those accepted are done.
    pub fn drain(&self) {
        let mut state = self.0.lock();
        state.closed = true;
        self.0.changed.notify_all();
        while state.threads > 0 {
            state = self.0.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn submit(&self, task: Task) -> Result<()> {
        let mut state = self.0.lock();
        if state.closed {
            return Err(stopping());
        }
        if state.queue.len() >= QUEUE {
            return Err(Error::new(Code::Unavailable, "too many writes at once; try again"));
        }
        state.queue.push_back(task);
        if state.idle < state.queue.len() && state.threads < self.0.most {
            self.start(&mut state)
        } else {
            self.0.changed.notify_one();
            Ok(())
        }
    }

    fn start(&self, state: &mut State) -> Result<()> {
        let shared = Arc::clone(&self.0);
        match thread::Builder::new().name("polity-write".to_owned()).spawn(move || shared.serve()) {
            Ok(_) => {
                state.threads += 1;
                Ok(())
            }
            // the threads there are will come to it
            Err(error) if state.threads > 0 => {
                tracing::warn!(%error, "no further thread for writes");
                Ok(())
            }
            Err(error) => {
                state.queue.clear();
                Err(Error::new(Code::Unavailable, "no thread for the write").because(error))
            }
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        // tasks run outside the lock, so a panic cannot leave the state half-changed
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn serve(&self) {
        let mut state = self.lock();
        loop {
            if let Some(task) = state.queue.pop_front() {
                drop(state);
                task();
                state = self.lock();
                continue;
            }
            if state.closed {
                break;
            }
            state.idle += 1;
            let (woken, waited) =
                self.changed.wait_timeout(state, PATIENCE).unwrap_or_else(PoisonError::into_inner);
            state = woken;
            state.idle -= 1;
            if waited.timed_out() && state.queue.is_empty() {
                break;
            }
        }
        state.threads -= 1;
        self.changed.notify_all();
    }
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

fn stopping() -> Error {
    Error::new(Code::Unavailable, "the service is stopping")
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

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
        let error = read(|| -> Result<()> { panic!("no luck") }).await.unwrap_err();
        assert!(format!("{error:?}").contains("no luck"));
    }

    #[actix_web::test]
    async fn a_full_queue_refuses() {
        let writers = Writers::new(1);
        let (release, held) = std::sync::mpsc::channel::<()>();
        let (started, running) = std::sync::mpsc::channel();
        writers
            .submit(Box::new(move || {
                started.send(()).unwrap();
                held.recv().unwrap();
            }))
            .unwrap();
        running.recv().unwrap();
        for _ in 0..QUEUE {
            writers.submit(Box::new(|| ())).unwrap();
        }
        assert_eq!(writers.submit(Box::new(|| ())).unwrap_err().code(), Code::Unavailable);
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
            };
            writers.submit(Box::new(count)).unwrap();
        }
        writers.drain();
        assert_eq!(done.load(Ordering::SeqCst), 50);
        assert!(writers.submit(Box::new(|| ())).is_err());
    }
}
