//! A limit on failed authentications per network.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::net::{IpAddr, Ipv4Addr};
use std::num::NonZeroU32;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use polity_kernel::{Code, Error, Result};

use crate::gate::pace::network;
use crate::gate::status::RetryAfter;

/// How many networks are told apart at once; beyond it newcomers share [`SHARED`] places, so that memory is bounded and nobody is forgotten
/// before their time.
const MOST: usize = 100_000;
const SHARED: u64 = 256;

/// How often those who are over it are looked for when there are too many.
const SWEEP: Duration = Duration::from_secs(5);

/// How many failures a network has at once, and how many more each minute.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// Failures in a row before the limit is felt.
    pub burst: NonZeroU32,
    /// Failures a minute after that.
    pub per_minute: NonZeroU32,
}

impl Default for Patience {
    fn default() -> Self {
        const BURST: NonZeroU32 = NonZeroU32::new(60).unwrap();
        const PER_MINUTE: NonZeroU32 = NonZeroU32::new(30).unwrap();
        Self { burst: BURST, per_minute: PER_MINUTE }
    }
}

/// Counts failed authentications by network; what is refused for its network's sake counts for nothing.
///
/// A credential that is good always passes where finding out costs little: behind a proxy everybody shares one address, and nobody may lock
/// the others out. What costs much (hashing a password, asking an issuer) is refused first, by [`Guesses::check`].
pub struct Guesses {
    failures: Mutex<Failures>,
    hasher: RandomState,
    /// How long one failure weighs.
    each: Duration,
    /// How much weighs at most.
    most: Duration,
}

#[derive(Default)]
struct Failures {
    /// When what each network has failed weighs nothing any more.
    until: HashMap<IpAddr, Instant>,
    swept: Option<Instant>,
}

impl Guesses {
    /// No failures yet.
    pub fn new(patience: Patience) -> Self {
        let each = Duration::from_secs(60) / patience.per_minute.get();
        Self {
            failures: Mutex::default(),
            hasher: RandomState::new(),
            each,
            most: each * patience.burst.get(),
        }
    }

    /// Whether whoever is at this address may try what costs much.
    ///
    /// # Errors
    /// `Throttled` when too much has failed from their network of late.
    pub fn check(&self, address: Option<IpAddr>) -> Result<()> {
        // only a socket without a peer has no address, and that is nobody's who guesses
        let Some(address) = address.map(network) else { return Ok(()) };
        let now = Instant::now();
        let mut failures = self.lock();
        let place = self.place(&mut failures, address, now);
        self.judged(&failures, place, now)
    }

    /// Counts a failure and returns what to answer: the failure itself, or `Throttled` when there were too many.
    pub fn failed(&self, address: Option<IpAddr>, failure: Error) -> Error {
        let Some(address) = address.map(network) else { return failure };
        let now = Instant::now();
        let mut failures = self.lock();
        let place = self.place(&mut failures, address, now);
        if let Err(throttled) = self.judged(&failures, place, now) {
            return throttled;
        }
        let until = failures.until.get(&place).copied().filter(|until| *until > now).unwrap_or(now);
        failures.until.insert(place, until + self.each);
        failure
    }

    /// Forgets networks whose failures weigh nothing any more.
    pub fn forget_old(&self) {
        self.lock().forget_old(Instant::now());
    }

    /// Where failures of this network are counted: by itself, unless there are too many.
    fn place(&self, failures: &mut Failures, address: IpAddr, now: Instant) -> IpAddr {
        if failures.until.len() < MOST || failures.until.contains_key(&address) {
            return address;
        }
        if failures.swept.is_none_or(|swept| now.duration_since(swept) >= SWEEP) {
            failures.forget_old(now);
        }
        if failures.until.len() < MOST {
            return address;
        }
        // nobody has an address of 0.0.0.0/8
        let shared = u32::try_from(self.hasher.hash_one(address) % SHARED).unwrap_or(0);
        Ipv4Addr::from(shared).into()
    }

    fn judged(&self, failures: &Failures, place: IpAddr, now: Instant) -> Result<()> {
        let Some(until) = failures.until.get(&place) else { return Ok(()) };
        let weight = until.saturating_duration_since(now) + self.each;
        if weight <= self.most {
            return Ok(());
        }
        let wait = (weight - self.most).as_secs() + 1;
        let words = "too many failed attempts from this address";
        Err(Error::new(Code::Throttled, words).because(RetryAfter(wait)))
    }

    fn lock(&self) -> MutexGuard<'_, Failures> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Failures {
    fn forget_old(&mut self, now: Instant) {
        self.swept = Some(now);
        self.until.retain(|_, until| *until > now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guesses(burst: u32) -> Guesses {
        Guesses::new(Patience { burst: NonZeroU32::new(burst).unwrap(), per_minute: NonZeroU32::MIN })
    }

    fn answer(guesses: &Guesses, address: &str) -> Code {
        let failure = Error::new(Code::Unauthenticated, "no");
        guesses.failed(Some(address.parse().unwrap()), failure).code()
    }

    #[test]
    fn too_many_failures_of_one_address_are_throttled_and_of_another_are_not() {
        let guesses = guesses(2);
        let here = Some("192.0.2.1".parse().unwrap());
        guesses.check(here).unwrap();
        let codes: Vec<Code> = (0..3).map(|_| answer(&guesses, "192.0.2.1")).collect();
        assert_eq!(codes, [Code::Unauthenticated, Code::Unauthenticated, Code::Throttled]);
        assert_eq!(answer(&guesses, "192.0.2.2"), Code::Unauthenticated);
        let refused = guesses.check(here).unwrap_err();
        let RetryAfter(wait) = std::error::Error::source(&refused).unwrap().downcast_ref().unwrap();
        assert!((55..=61).contains(wait), "one failure weighs a minute: {wait}");
    }

    #[test]
    fn what_is_refused_counts_for_nothing() {
        let guesses = guesses(1);
        answer(&guesses, "192.0.2.1");
        let until = |guesses: &Guesses| guesses.lock().until.clone();
        let before = until(&guesses);
        (0..1_000).for_each(|_| assert_eq!(answer(&guesses, "192.0.2.1"), Code::Throttled));
        guesses.check(Some("192.0.2.9".parse().unwrap())).unwrap();
        assert_eq!(until(&guesses), before);
    }

    #[test]
    fn addresses_of_one_ipv6_network_count_together() {
        let guesses = guesses(1);
        assert_eq!(answer(&guesses, "2001:db8::1"), Code::Unauthenticated);
        assert_eq!(answer(&guesses, "2001:db8::ffff:1"), Code::Throttled);
        assert_eq!(answer(&guesses, "2001:db8:0:1::1"), Code::Unauthenticated);
        assert_eq!(answer(&guesses, "::ffff:192.0.2.1"), Code::Unauthenticated);
        assert_eq!(answer(&guesses, "192.0.2.1"), Code::Throttled);
    }

    #[test]
    fn many_networks_make_nobody_forgotten_and_memory_is_bounded() {
        let guesses = guesses(1);
        answer(&guesses, "192.0.2.1");
        for n in 0..u32::try_from(MOST).unwrap() + 5_000 {
            let address = IpAddr::V4((0x0a00_0000 + n).into());
            drop(guesses.failed(Some(address), Error::new(Code::Unauthenticated, "no")));
        }
        assert_eq!(answer(&guesses, "192.0.2.1"), Code::Throttled);
        assert!(guesses.lock().until.len() <= MOST + 256);
    }
}
