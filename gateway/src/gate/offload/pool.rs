//! Threads that may block: started when needed, ended when idle, each taking what is due next.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use polity_kernel::{Error, Result};

use super::turns::{Begun, Bounds, Turn, Turns};

/// How long a thread waits for work before it ends.
const PATIENCE: Duration = Duration::from_secs(10);

/// Work that says how long it took.
pub(super) type Task = Box<dyn FnOnce() -> Duration + Send>;

/// The threads. Cheap to clone.
#[derive(Clone)]
pub(super) struct Pool(Arc<Shared>);

struct Shared {
    state: Mutex<State>,
    /// Told when there is work, when the pool closes, and when a thread ends.
    changed: Condvar,
    name: &'static str,
    most: usize,
}

struct State {
    turns: Turns<Task>,
    threads: usize,
    idle: usize,
    closed: bool,
}

impl Pool {
    /// At most this many threads, none of them started yet.
    pub(super) fn new(name: &'static str, most: usize, bounds: Bounds) -> Self {
        let state = State { turns: Turns::new(bounds), threads: 0, idle: 0, closed: false };
        Self(Arc::new(Shared { state: Mutex::new(state), changed: Condvar::new(), name, most: most.max(1) }))
    }

    /// Threads at present and work that waits for one.
    pub(super) fn load(&self) -> (usize, usize) {
        let state = self.0.lock();
        (state.threads, state.turns.waiting())
    }

    /// Takes no further work and waits until what was accepted is done.
    pub(super) fn drain(&self) {
        let mut state = self.0.lock();
        state.closed = true;
        self.0.changed.notify_all();
        while state.threads > 0 {
            state = self.0.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Has a task done when it is its turn.
    ///
    /// # Errors
    /// Those of [`Turns::add`]; `Unavailable` when the pool is closed or there is no thread.
    pub(super) fn submit(&self, turn: Turn, task: Task) -> Result<()> {
        let mut state = self.0.lock();
        if state.closed {
            return Err(stopping());
        }
        state.turns.add(turn, task)?;
        if state.idle < state.turns.waiting() && state.threads < self.0.most {
            self.start(&mut state)
        } else {
            self.0.changed.notify_one();
            Ok(())
        }
    }

    fn start(&self, state: &mut State) -> Result<()> {
        let shared = Arc::clone(&self.0);
        match thread::Builder::new().name(shared.name.to_owned()).spawn(move || shared.serve()) {
            Ok(_) => {
                state.threads += 1;
                Ok(())
            }
            // the threads there are will come to it
            Err(error) if state.threads > 0 => {
                tracing::warn!(%error, "no further thread for {}", self.0.name);
                self.0.changed.notify_one();
                Ok(())
            }
            Err(error) => {
                state.turns.clear();
                Err(Error::unavailable("thread", "no thread for the work").because(error))
            }
        }
    }
}

/// What is told of work that comes when the service is ending.
pub(crate) fn stopping() -> Error {
    Error::unavailable("service", "the service is stopping")
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        // tasks run outside the lock, so a panic cannot leave the state half-changed
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn serve(&self) {
        let mut state = self.lock();
        loop {
            if let Some(Begun { work, ticket }) = state.turns.begin() {
                if state.idle > 0 && state.turns.waiting() > 0 {
                    // what ended before may have let more than one begin
                    self.changed.notify_one();
                }
                drop(state);
                let took = work();
                state = self.lock();
                state.turns.end(&ticket, took);
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
            if waited.timed_out() && state.turns.waiting() == 0 {
                break;
            }
        }
        state.threads -= 1;
        self.changed.notify_all();
    }
}
