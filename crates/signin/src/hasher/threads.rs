//! The threads that hash, and who waits for them.
//!
//! Invariant: whoever waits is in one of two lines, the known and the strangers, served in turn, so that strangers cannot keep out who is
//! known; in the strangers' line a network has few places, so that one network cannot keep out the others.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use argon2::Block;
use polity_kernel::{Code, Error, Result};

use super::waiting::Waiting;

/// Places in each line: few, since each of them holds a thread of its caller's.
const PLACES: usize = 8;

/// Places of one network among the strangers'.
const EACH: usize = 3;

/// How long a thread waits for work before it gives its memory back and ends.
const PATIENCE: Duration = Duration::from_secs(10);

type Task = Box<dyn FnOnce(&mut Vec<Block>) + Send>;

/// As many threads as processors, started when needed.
pub(super) struct Threads(Arc<Shared>);

struct Shared {
    lines: Mutex<Lines>,
    changed: Condvar,
    most: usize,
}

#[derive(Default)]
struct Lines {
    known: VecDeque<Task>,
    strangers: VecDeque<Stranger>,
    /// Whether the line of those who are known was served last.
    known_last: bool,
    threads: usize,
    idle: usize,
    /// Threads that are at work.
    busy: usize,
    closed: bool,
}

struct Stranger {
    network: Option<IpAddr>,
    task: Task,
}

impl Threads {
    pub(super) fn new() -> Self {
        let most = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        Self(Arc::new(Shared { lines: Mutex::default(), changed: Condvar::new(), most }))
    }

    /// Runs the work on one of the threads, in memory that is what the work before left of it.
    ///
    /// # Errors
    /// Those of the work; `Throttled` when there is no place to wait.
    pub(super) fn run<T: Send + 'static>(
        &self,
        waiting: Waiting,
        work: impl FnOnce(&mut Vec<Block>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (reply, answer) = sync_channel(1);
        // the caller waits below, unless the work panics
        self.submit(waiting, Box::new(move |memory| drop(reply.send(work(memory)))))?;
        answer.recv().map_err(|_| Error::internal("hashing ended in a panic"))?
    }

    fn submit(&self, waiting: Waiting, task: Task) -> Result<()> {
        let mut lines = self.0.lock();
        lines.add(waiting, task, self.0.most)?;
        if lines.idle > 0 || lines.threads >= self.0.most {
            self.0.changed.notify_one();
            return Ok(());
        }
        let shared = Arc::clone(&self.0);
        match thread::Builder::new().name("polity-hash".to_owned()).spawn(move || shared.serve()) {
            Ok(_) => lines.threads += 1,
            // the threads there are will come to it
            Err(error) if lines.threads > 0 => tracing::warn!(%error, "no further thread for passwords"),
            Err(error) => {
                lines.known.clear();
                lines.strangers.clear();
                return Err(Error::unavailable("thread", "no thread for the password").because(error));
            }
        }
        Ok(())
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        self.0.lock().closed = true;
        self.0.changed.notify_all();
    }
}

impl Lines {
    /// Takes a place. There are as many more as there are processors with nothing to do: who takes one of those waits for nobody.
    fn add(&mut self, waiting: Waiting, task: Task, most: usize) -> Result<()> {
        let free = most.saturating_sub(self.busy);
        match waiting {
            Waiting::Known if self.known.len() < PLACES + free => self.known.push_back(task),
            Waiting::Stranger(network)
                if self.strangers.len() < PLACES + free
                    && self.strangers.iter().filter(|stranger| stranger.network == network).count()
                        < EACH + free =>
            {
                self.strangers.push_back(Stranger { network, task });
            }
            _ => return Err(Error::new(Code::Throttled, "too many passwords at once; try again")),
        }
        Ok(())
    }

    fn next(&mut self) -> Option<Task> {
        let known_first = !self.known_last || self.strangers.is_empty();
        let known = if known_first { self.known.pop_front() } else { None };
        self.known_last = known.is_some();
        known.or_else(|| self.strangers.pop_front().map(|stranger| stranger.task))
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Lines> {
        // tasks run outside the lock, so a panic cannot leave the lines half-changed
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn serve(&self) {
        let mut memory = Vec::new();
        let mut lines = self.lock();
        loop {
            if let Some(task) = lines.next() {
                lines.busy += 1;
                drop(lines);
                if catch_unwind(AssertUnwindSafe(|| task(&mut memory))).is_err() {
                    tracing::error!("hashing a password panicked");
                }
                lines = self.lock();
                lines.busy -= 1;
                continue;
            }
            if lines.closed {
                break;
            }
            lines.idle += 1;
            let (woken, waited) =
                self.changed.wait_timeout(lines, PATIENCE).unwrap_or_else(PoisonError::into_inner);
            lines = woken;
            lines.idle -= 1;
            if waited.timed_out() && lines.known.is_empty() && lines.strangers.is_empty() {
                break;
            }
        }
        lines.threads -= 1;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    fn from(text: &str) -> Waiting {
        Waiting::Stranger(Some(text.parse().unwrap()))
    }

    /// Threads that are all at work until the sender is dropped.
    fn busy() -> (Threads, std::sync::mpsc::Sender<()>) {
        let threads = Threads::new();
        let (release, held) = channel::<()>();
        let held = Arc::new(Mutex::new(held));
        let (started, running) = channel();
        for _ in 0..threads.0.most {
            let (held, started) = (Arc::clone(&held), started.clone());
            let hold = move |_: &mut Vec<Block>| {
                started.send(()).unwrap();
                drop(held.lock().map(|held| held.recv()));
            };
            threads.submit(Waiting::Known, Box::new(hold)).unwrap();
            running.recv().unwrap();
        }
        (threads, release)
    }

    #[test]
    fn a_network_has_few_places_and_strangers_leave_those_of_the_known_free() {
        let (threads, release) = busy();
        let (done, order) = channel();
        let wait = |who: &'static str, waiting: Waiting| {
            let done = done.clone();
            threads.submit(waiting, Box::new(move |_| done.send(who).unwrap())).is_ok()
        };
        let flood: Vec<bool> = (0..64).map(|_| wait("flood", from("192.0.2.1"))).collect();
        assert_eq!(flood.iter().filter(|placed| **placed).count(), EACH);
        assert!(wait("other", from("192.0.2.2")), "another network has places");
        let crowd: Vec<bool> = (0..64).map(|n| wait("crowd", from(&format!("198.51.100.{n}")))).collect();
        assert_eq!(crowd.iter().filter(|placed| **placed).count(), PLACES - EACH - 1);
        assert!(wait("known", Waiting::Known), "the known have a line of their own");
        drop((release, done));
        let order: Vec<&str> = order.iter().collect();
        let known = order.iter().position(|who| *who == "known").unwrap();
        assert!(known <= threads.0.most + 1 && order.len() == PLACES + 1, "{order:?}");
    }

    #[test]
    fn memory_is_used_again_and_a_panic_ends_nothing() {
        let threads = Threads::new();
        let lengths = (0..20).map(|_| {
            threads.run(Waiting::Known, |memory: &mut Vec<Block>| {
                memory.resize(64, Block::new());
                Ok(memory.as_ptr().addr())
            })
        });
        let mut places: Vec<usize> = lengths.map(Result::unwrap).collect();
        places.sort_unstable();
        places.dedup();
        assert!(places.len() <= threads.0.most, "one place in memory for each thread: {places:?}");
        let panicked = threads.run(Waiting::Known, |_| -> Result<()> { panic!("no luck") });
        assert_eq!(panicked.unwrap_err().code(), Code::Internal);
        assert_eq!(threads.run(Waiting::Known, |_| Ok(7)).unwrap(), 7);
    }
}
