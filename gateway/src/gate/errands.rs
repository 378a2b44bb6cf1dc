//! Threads that wait for somebody else's server: an issuer's, the object store's, an organization's.
//!
//! Whoever waits here waits for no thread that others need. There are so many in all and so many for each network that asks; who would be one
//! too many of either waits in line, and where the line is full, is told so at once.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use polity_kernel::{Error, Result};
use tokio::sync::oneshot;
use tracing::Span;

use crate::gate::offload::{guarded, stopping};
use crate::gate::pace::network;

/// Errands under way at once, in all and for each network.
const MOST: usize = 32;
const EACH: usize = 8;

/// Errands that may wait, in all and for each network.
const LINE: usize = 512;
const PART: usize = 64;

/// How long a thread waits for an errand before it ends.
const PATIENCE: Duration = Duration::from_secs(10);

/// The threads. Cheap to clone.
#[derive(Clone, Default)]
pub struct Errands(Arc<Shared>);

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    line: VecDeque<Errand>,
    under_way: HashMap<Option<IpAddr>, usize>,
    threads: usize,
    idle: usize,
    closed: bool,
}

struct Errand {
    network: Option<IpAddr>,
    task: Box<dyn FnOnce() + Send>,
}

impl Errands {
    /// Runs the work on one of the threads, for whoever is at this address.
    ///
    /// # Errors
    /// Those of the work; `Internal` when it panics; `Unavailable` when too many wait already, or the service is stopping.
    pub async fn run<T: Send + 'static>(
        &self,
        address: Option<IpAddr>,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (reply, answer) = oneshot::channel();
        let span = Span::current();
        // a caller that has gone away needs no answer
        let task = Box::new(move || drop(reply.send(span.in_scope(|| guarded(work)))));
        self.submit(Errand { network: address.map(network), task })?;
        answer.await.unwrap_or_else(|_| Err(stopping()))
    }

    /// Takes no further errands and waits until those accepted are done.
    pub fn drain(&self) {
        let mut state = self.0.lock();
        state.closed = true;
        self.0.changed.notify_all();
        while state.threads > 0 {
            state = self.0.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn submit(&self, errand: Errand) -> Result<()> {
        let mut state = self.0.lock();
        if state.closed {
            return Err(stopping());
        }
        let of_network = state.line.iter().filter(|waiting| waiting.network == errand.network).count();
        if state.line.len() >= LINE || of_network >= PART {
            return Err(Error::unavailable("errand", "too many wait for another server; try again"));
        }
        state.line.push_back(errand);
        if state.idle > 0 || state.threads >= MOST {
            self.0.changed.notify_one();
            return Ok(());
        }
        let shared = Arc::clone(&self.0);
        match thread::Builder::new().name("polity-errand".to_owned()).spawn(move || shared.serve()) {
            Ok(_) => state.threads += 1,
            // the threads there are will come to it
            Err(error) if state.threads > 0 => tracing::warn!(%error, "no further thread for errands"),
            Err(error) => {
                state.line.clear();
                return Err(Error::unavailable("thread", "no thread for the errand").because(error));
            }
        }
        Ok(())
    }
}

impl State {
    /// The first errand of a network that has not as many under way as it may.
    fn next(&mut self) -> Option<Errand> {
        let may = |errand: &Errand| self.under_way.get(&errand.network).is_none_or(|count| *count < EACH);
        let place = self.line.iter().position(may)?;
        let errand = self.line.remove(place)?;
        *self.under_way.entry(errand.network).or_insert(0) += 1;
        Some(errand)
    }

    fn done(&mut self, network: Option<IpAddr>) {
        if let Some(count) = self.under_way.get_mut(&network) {
            *count -= 1;
            if *count == 0 {
                self.under_way.remove(&network);
            }
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        // errands run outside the lock, so a panic cannot leave the state half-changed
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn serve(&self) {
        let mut state = self.lock();
        loop {
            if let Some(Errand { network, task }) = state.next() {
                drop(state);
                task();
                state = self.lock();
                state.done(network);
                continue;
            }
            if state.closed && state.line.is_empty() {
                break;
            }
            state.idle += 1;
            let (woken, waited) =
                self.changed.wait_timeout(state, PATIENCE).unwrap_or_else(PoisonError::into_inner);
            state = woken;
            state.idle -= 1;
            if waited.timed_out() && state.line.is_empty() {
                break;
            }
        }
        state.threads -= 1;
        self.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use polity_kernel::Code;

    use super::*;

    fn address(n: u8) -> Option<IpAddr> {
        Some([192, 0, 2, n].into())
    }

    #[test]
    fn a_network_has_its_share_and_others_go_past_it() {
        let errands = Errands::default();
        let (release, held) = channel::<()>();
        let held = Arc::new(Mutex::new(held));
        let (began, beginnings) = channel();
        for _ in 0..EACH + 3 {
            let (held, began) = (Arc::clone(&held), began.clone());
            let task = move || {
                began.send("slow").unwrap();
                drop(held.lock().map(|held| held.recv()));
            };
            errands.submit(Errand { network: address(1), task: Box::new(task) }).unwrap();
        }
        (0..EACH).for_each(|_| assert_eq!(beginnings.recv().unwrap(), "slow"));
        let other = began.clone();
        errands
            .submit(Errand { network: address(2), task: Box::new(move || other.send("other").unwrap()) })
            .unwrap();
        assert_eq!(
            beginnings.recv().unwrap(),
            "other",
            "the three that are too many of their network still wait"
        );
        drop((release, began));
        assert_eq!(beginnings.iter().collect::<Vec<_>>(), ["slow"; 3]);
        errands.drain();
        assert!(errands.0.lock().under_way.is_empty());
    }

    #[test]
    fn a_line_that_is_full_says_so() {
        let errands = Errands::default();
        let (release, held) = channel::<()>();
        let held = Arc::new(Mutex::new(held));
        let submit = |network: u8| {
            let held = Arc::clone(&held);
            let task = Box::new(move || drop(held.lock().map(|held| held.recv())));
            errands.submit(Errand { network: address(network), task })
        };
        let taken = (0..1_000).take_while(|_| submit(1).is_ok()).count();
        assert!((PART..=PART + EACH).contains(&taken), "{taken}");
        submit(2).unwrap();
        drop(release);
        errands.drain();
        assert_eq!(submit(3).unwrap_err().code(), Code::Unavailable);
    }

    #[actix_web::test]
    async fn a_panic_is_an_internal_error_and_the_thread_lives_on() {
        let errands = Errands::default();
        let error = errands.run(None, || -> Result<()> { panic!("no luck") }).await.unwrap_err();
        assert_eq!(error.code(), Code::Internal);
        assert_eq!(errands.run(None, || Ok(7)).await.unwrap(), 7);
    }
}
