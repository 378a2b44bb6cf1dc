//! How often something may be done: so many times a minute and so many an hour, counted apart for each who does it.

use std::net::IpAddr;
use std::num::NonZeroU32;

use governor::clock::Clock as _;
use governor::{DefaultKeyedRateLimiter, Quota};
use polity_kernel::{Code, Error, Result};
use uuid::Uuid;

use crate::gate::status::RetryAfter;

/// How many of those who do something are told apart at once, so that memory is bounded.
const MOST: usize = 100_000;

/// Among how many accounts the others are divided when there are more.
const SHARED: u128 = 256;

/// How often something may be done; 0 is as often as one likes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Times a minute, which may also come all at once.
    pub per_minute: u32,
    /// Times an hour, which may also come all at once.
    pub per_hour: u32,
}

impl Pace {
    /// API keys of an organization together, where the settings say nothing else.
    pub const KEYS: Self = Self { per_minute: 480, per_hour: 4_800 };
    /// Whoever needs no credential, by address.
    pub const STRANGERS: Self = Self { per_minute: 5, per_hour: 30 };
    /// Steps of signing in elsewhere, by address.
    pub const SIGN_INS: Self = Self { per_minute: 120, per_hour: 3_000 };
}

/// Who does what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Doer {
    what: &'static str,
    who: u128,
}

/// Counts what is done, for a while.
pub struct Pacer {
    minute: Option<DefaultKeyedRateLimiter<Doer>>,
    hour: Option<DefaultKeyedRateLimiter<Doer>>,
}

impl Pacer {
    /// Nothing done yet.
    pub fn new(pace: Pace) -> Self {
        let limiter = |times: u32, quota: fn(NonZeroU32) -> Quota| {
            NonZeroU32::new(times).map(|times| DefaultKeyedRateLimiter::dashmap(quota(times)))
        };
        Self {
            minute: limiter(pace.per_minute, Quota::per_minute),
            hour: limiter(pace.per_hour, Quota::per_hour),
        }
    }

    /// Counts that something is done by whom this id names.
    ///
    /// # Errors
    /// `Throttled` when it was done too often.
    pub fn done(&self, what: &'static str, by: Uuid) -> Result<()> {
        self.counted(Doer { what, who: by.as_u128() })
    }

    /// Counts that something is done from this address. Only a socket without a peer has none.
    ///
    /// # Errors
    /// `Throttled` when it was done too often.
    pub fn done_from(&self, what: &'static str, address: Option<IpAddr>) -> Result<()> {
        address.map_or(Ok(()), |address| self.done(what, stranger(address)))
    }

    fn counted(&self, doer: Doer) -> Result<()> {
        for limiter in [&self.minute, &self.hour].into_iter().flatten() {
            let doer = if limiter.len() < MOST { doer } else { Doer { who: doer.who % SHARED, ..doer } };
            if let Err(until) = limiter.check_key(&doer) {
                let wait = until.wait_time_from(limiter.clock().now()).as_secs() + 1;
                let words = format!("Request was throttled. Expected available in {wait} seconds.");
                return Err(Error::new(Code::Throttled, words).because(RetryAfter(wait)));
            }
        }
        Ok(())
    }

    /// Forgets those who have done nothing for long.
    pub fn forget_old(&self) {
        for limiter in [&self.minute, &self.hour].into_iter().flatten() {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }
}

/// What stands for whoever is at this address where ids of people do: its network.
pub(crate) fn stranger(address: IpAddr) -> Uuid {
    Uuid::from_u128(match network(address) {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().to_bits(),
        IpAddr::V6(v6) => v6.to_bits(),
    })
}

/// One subscriber has a whole /64 of IPv6, so its last 64 bits do not tell anybody apart.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => IpAddr::V4(v4),
            None => IpAddr::V6((v6.to_bits() >> 64 << 64).into()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEED: &str = "test";

    fn often(pacer: &Pacer, by: u128) -> usize {
        (0..100).take_while(|_| pacer.done(DEED, Uuid::from_u128(by)).is_ok()).count()
    }

    #[test]
    fn the_smaller_of_the_two_counts_and_each_doer_alone() {
        let pacer = Pacer::new(Pace { per_minute: 3, per_hour: 50 });
        assert_eq!((often(&pacer, 1), often(&pacer, 1), often(&pacer, 2)), (3, 0, 3));
        assert!(pacer.done("other", Uuid::from_u128(1)).is_ok(), "another deed");
        assert_eq!(often(&Pacer::new(Pace { per_minute: 0, per_hour: 4 }), 1), 4);
        assert_eq!(often(&Pacer::new(Pace { per_minute: 0, per_hour: 0 }), 1), 100);
    }

    #[test]
    fn who_must_wait_is_told_how_long() {
        let pacer = Pacer::new(Pace { per_minute: 1, per_hour: 0 });
        assert_eq!(often(&pacer, 1), 1);
        let error = pacer.done(DEED, Uuid::from_u128(1)).unwrap_err();
        assert_eq!(error.code(), Code::Throttled);
        let RetryAfter(wait) = std::error::Error::source(&error).unwrap().downcast_ref().unwrap();
        assert!((55..=61).contains(wait), "{wait}");
        assert_eq!(error.message(), format!("Request was throttled. Expected available in {wait} seconds."));
    }

    #[test]
    fn a_network_counts_as_one_and_a_socket_without_peer_not_at_all() {
        let pacer = Pacer::new(Pace { per_minute: 1, per_hour: 1 });
        let from = |address: &str| pacer.done_from(DEED, Some(address.parse().unwrap())).is_ok();
        assert_eq!((from("2001:db8::1"), from("2001:db8::2"), from("2001:db8:0:1::1")), (true, false, true));
        assert_eq!((from("192.0.2.1"), from("::ffff:192.0.2.1"), from("192.0.2.2")), (true, false, true));
        assert!((0..9).all(|_| pacer.done_from(DEED, None).is_ok()));
    }

    #[test]
    fn memory_is_bounded_however_many_there_are() {
        let pacer = Pacer::new(Pace { per_minute: 1, per_hour: 0 });
        let all = u128::try_from(MOST).unwrap() + 10_000;
        let passed = (0..all).filter(|by| pacer.done(DEED, Uuid::from_u128(by << 64 | by)).is_ok()).count();
        assert!(pacer.minute.as_ref().unwrap().len() <= MOST + 256);
        assert!((MOST..=MOST + 256).contains(&passed), "{passed}");
    }
}
