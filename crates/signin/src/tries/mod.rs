//! Tries at the passwords of addresses, whether or not there is an account: so that nobody learns it from being stopped.
//!
//! Invariants: a try that is refused leaves no trace; what is within its window is never forgotten, however many addresses are tried; one
//! network's guesses keep no other network out, nor a device that has logged in before.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use polity_accounts::EmailAddress;
use polity_kernel::{Code, Error, Result, RetryAfter, Uptime};

use crate::device::DeviceId;

/// How many wrong passwords of an address a network, or a device, may try within [`WINDOW`].
const MOST: u32 = 10;

/// How many all networks together may, before [`SLOWLY`] is between any two of them.
const MOST_OF_ALL: u32 = 100;

/// For how long wrong passwords count, from the first of them.
const WINDOW: Duration = Duration::from_secs(900);

/// How far apart tries at an address are that many networks guess at.
const SLOWLY: Duration = Duration::from_secs(10);

/// How many are told apart at once; beyond it, newcomers share [`SHARED`] places, so that memory is bounded and nobody is forgotten.
const WATCHED: usize = 50_000;
const SHARED: u64 = 256;

/// How often what is over is looked for when there are too many.
const SWEEP: Duration = Duration::from_secs(5);

/// Whoever tries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Guesser {
    /// Anybody from this network.
    Network(Option<IpAddr>),
    /// A device that has logged in to the address before.
    Device(DeviceId),
}

/// Whose tries are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Count {
    /// Those of one guesser at the address with this hash.
    One(u64, Guesser),
    /// Those of all networks at it.
    All(u64),
    /// Those of whoever came when there were too many to be told apart.
    Shared(u64),
}

/// Counts tries. Each process counts for itself.
#[derive(Default)]
pub(crate) struct Tries {
    counted: Mutex<Counted>,
    hasher: RandomState,
}

#[derive(Default)]
struct Counted {
    tried: HashMap<Count, Tried>,
    swept: Uptime,
}

#[derive(Clone, Copy)]
struct Tried {
    times: u32,
    since: Uptime,
    last: Uptime,
}

/// A try that was let through, to be taken back when it turns out to be none.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Try {
    own: Count,
    all: Option<Count>,
}

impl Tries {
    /// Counts a try before it is judged, so that many at once are no way around the limit.
    ///
    /// # Errors
    /// `Throttled` when there were too many of late.
    pub(crate) fn begin(&self, email: &EmailAddress, guesser: Guesser, now: Uptime) -> Result<Try> {
        let email = self.hasher.hash_one(email);
        let mut counted = self.lock();
        let own = counted.place(Count::One(email, guesser), &self.hasher, now);
        counted.check(own, now, |tried| {
            let wait = WINDOW.saturating_sub(now.since(tried.since));
            (tried.times >= MOST).then_some(wait)
        })?;
        let all = match guesser {
            Guesser::Network(_) => Some(counted.place(Count::All(email), &self.hasher, now)),
            Guesser::Device(_) => None,
        };
        if let Some(all) = all {
            counted.check(all, now, |tried| {
                let wait = SLOWLY.saturating_sub(now.since(tried.last));
                (tried.times >= MOST_OF_ALL && !wait.is_zero()).then_some(wait)
            })?;
        }
        for count in [Some(own), all].into_iter().flatten() {
            counted.add(count, now);
        }
        Ok(Try { own, all })
    }

    /// Takes a try back that was not judged.
    pub(crate) fn take_back(&self, tried: Try) {
        let mut counted = self.lock();
        for count in [Some(tried.own), tried.all].into_iter().flatten() {
            if let Some(found) = counted.tried.get_mut(&count) {
                found.times = found.times.saturating_sub(1);
                if found.times == 0 {
                    counted.tried.remove(&count);
                }
            }
        }
    }

    /// Forgets the tries of a guesser who has shown to be the address's person; those of others still count.
    pub(crate) fn succeeded(&self, tried: Try) {
        self.take_back(tried);
        if matches!(tried.own, Count::One(..)) {
            self.lock().tried.remove(&tried.own);
        }
    }

    /// Forgets all tries at an address whose person has shown to be theirs otherwise.
    pub(crate) fn forget(&self, email: &EmailAddress) {
        let email = self.hasher.hash_one(email);
        self.lock().tried.retain(|count, _| match count {
            Count::One(of, _) | Count::All(of) => *of != email,
            Count::Shared(_) => true,
        });
    }

    fn lock(&self) -> MutexGuard<'_, Counted> {
        self.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counted {
    /// Where this is counted: by itself, unless there are too many.
    fn place(&mut self, count: Count, hasher: &RandomState, now: Uptime) -> Count {
        if self.tried.len() < WATCHED || self.tried.contains_key(&count) {
            return count;
        }
        if now.since(self.swept) >= SWEEP {
            self.swept = now;
            self.tried.retain(|_, tried| tried.counts(now));
        }
        if self.tried.len() < WATCHED { count } else { Count::Shared(hasher.hash_one(count) % SHARED) }
    }

    fn check(&self, count: Count, now: Uptime, wait: impl Fn(&Tried) -> Option<Duration>) -> Result<()> {
        match self.tried.get(&count).filter(|tried| tried.counts(now)).and_then(wait) {
            None => Ok(()),
            Some(wait) => {
                let seconds = wait.as_millis().div_ceil(1_000).max(1);
                let seconds = u64::try_from(seconds).unwrap_or(u64::MAX);
                let words = format!("too many wrong passwords; try again in {seconds} seconds");
                Err(Error::new(Code::Throttled, words).because(RetryAfter(seconds)))
            }
        }
    }

    fn add(&mut self, count: Count, now: Uptime) {
        let fresh = Tried { times: 0, since: now, last: now };
        let tried = self.tried.entry(count).or_insert(fresh);
        if !tried.counts(now) {
            *tried = fresh;
        }
        tried.times += 1;
        tried.last = now;
    }
}

impl Tried {
    /// Whether this is within its window.
    fn counts(&self, now: Uptime) -> bool {
        now.since(self.since) < WINDOW
    }
}

#[cfg(test)]
mod tests;
