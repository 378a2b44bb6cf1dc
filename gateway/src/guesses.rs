//! A limit on failed authentications per address.

use std::net::IpAddr;
use std::num::NonZeroU32;

use governor::clock::Clock as _;
use governor::{DefaultKeyedRateLimiter, Quota};
use polity_kernel::{Code, Error};

use crate::pace::network;
use crate::status::RetryAfter;

/// How many failures an address has at once, and how many more each minute.
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

/// Counts failed authentications by address.
///
/// A credential that is good always passes: behind a proxy everybody shares one address, and nobody may lock the others out.
/// Guessing is hopeless in any case (256 bits); the limit keeps it from being free.
pub struct Guesses(DefaultKeyedRateLimiter<IpAddr>);

impl Guesses {
    /// No failures yet.
    pub fn new(patience: Patience) -> Self {
        let quota = Quota::per_minute(patience.per_minute).allow_burst(patience.burst);
        Self(DefaultKeyedRateLimiter::dashmap(quota))
    }

    /// Counts a failure and returns what to answer: the failure itself, or `Throttled` when there were too many.
    pub fn failed(&self, address: Option<IpAddr>, failure: Error) -> Error {
        // only a socket without a peer has no address, and that is nobody's who guesses
        let Some(address) = address else { return failure };
        match self.0.check_key(&network(address)) {
            Ok(()) => failure,
            Err(until) => {
                let wait = until.wait_time_from(self.0.clock().now()).as_secs() + 1;
                Error::new(Code::Throttled, "too many failed attempts from this address")
                    .because(RetryAfter(wait))
            }
        }
    }

    /// Forgets addresses that have failed nothing for long.
    pub fn forget_old(&self) {
        self.0.retain_recent();
        self.0.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(guesses: &Guesses, address: &str) -> Code {
        let failure = Error::new(Code::Unauthenticated, "no");
        guesses.failed(Some(address.parse().unwrap()), failure).code()
    }

    #[test]
    fn too_many_failures_of_one_address_are_throttled_and_of_another_are_not() {
        let two = NonZeroU32::new(2).unwrap();
        let guesses = Guesses::new(Patience { burst: two, per_minute: NonZeroU32::MIN });
        let codes: Vec<Code> = (0..3).map(|_| answer(&guesses, "192.0.2.1")).collect();
        assert_eq!(codes, [Code::Unauthenticated, Code::Unauthenticated, Code::Throttled]);
        assert_eq!(answer(&guesses, "192.0.2.2"), Code::Unauthenticated);
    }

    #[test]
    fn addresses_of_one_ipv6_network_count_together() {
        let guesses = Guesses::new(Patience { burst: NonZeroU32::MIN, per_minute: NonZeroU32::MIN });
        assert_eq!(answer(&guesses, "2001:db8::1"), Code::Unauthenticated);
        assert_eq!(answer(&guesses, "2001:db8::ffff:1"), Code::Throttled);
        assert_eq!(answer(&guesses, "2001:db8:0:1::1"), Code::Unauthenticated);
        assert_eq!(answer(&guesses, "::ffff:192.0.2.1"), Code::Unauthenticated);
        assert_eq!(answer(&guesses, "192.0.2.1"), Code::Throttled);
    }
}
