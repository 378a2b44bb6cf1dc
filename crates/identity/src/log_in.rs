//! Logging in with an address and a password.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use polity_accounts::{Account, EmailAddress};
use polity_kernel::{Code, Error, Result, RetryAfter, Timestamp};

use crate::Secret;

/// Somebody who has logged in.
#[derive(Clone, Debug)]
pub struct LoggedIn {
    /// Who.
    pub account: Account,
    /// An access token with nothing narrowed; void once the password changes.
    pub token: Secret,
    /// How long it works.
    pub expires_in: Duration,
}

/// The cause of an unauthenticated call whose password was right: the address has not been proven yet, and a mail is on its way.
#[derive(Debug)]
pub struct NotVerified;

impl fmt::Display for NotVerified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the address is not proven")
    }
}

impl std::error::Error for NotVerified {}

/// How many wrong passwords an address takes within [`WINDOW`].
const MOST: u32 = 10;

/// For how long wrong passwords count.
const WINDOW: Duration = Duration::from_secs(900);

/// How many addresses are watched at once. Guesses at more forget the others, which takes longer than the window lasts.
const WATCHED: usize = 50_000;

/// Tries at the passwords of addresses, whether or not there is an account: so that nobody learns it from being stopped.
///
/// Each process counts for itself.
#[derive(Default)]
pub(crate) struct Tries(Mutex<HashMap<EmailAddress, Tried>>);

struct Tried {
    times: u32,
    since: Timestamp,
}

impl Tries {
    /// Counts a try before it is judged, so that many at once are no way around the limit.
    ///
    /// # Errors
    /// `Throttled` when there were too many of late.
    pub(crate) fn begin(&self, email: &EmailAddress, now: Timestamp) -> Result<()> {
        let mut all = self.lock();
        if all.len() >= WATCHED && !all.contains_key(email) {
            all.retain(|_, tried| now < tried.since.after(WINDOW));
            if all.len() >= WATCHED {
                all.clear();
            }
        }
        let tried = all.entry(email.clone()).or_insert(Tried { times: 0, since: now });
        if now >= tried.since.after(WINDOW) {
            *tried = Tried { times: 0, since: now };
        }
        if tried.times >= MOST {
            let wait = seconds_between(now, tried.since.after(WINDOW));
            let words = format!("too many wrong passwords; try again in {wait} seconds");
            return Err(Error::new(Code::Throttled, words).because(RetryAfter(wait)));
        }
        tried.times += 1;
        Ok(())
    }

    /// Takes a try back that was not judged.
    pub(crate) fn take_back(&self, email: &EmailAddress) {
        if let Some(tried) = self.lock().get_mut(email) {
            tried.times = tried.times.saturating_sub(1);
        }
    }

    /// Forgets the tries of an address whose person has shown to be theirs.
    pub(crate) fn forget(&self, email: &EmailAddress) {
        self.lock().remove(email);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<EmailAddress, Tried>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How many seconds to wait until then, rounded up.
fn seconds_between(now: Timestamp, then: Timestamp) -> u64 {
    u64::try_from(then.micros().saturating_sub(now.micros())).unwrap_or(0).div_ceil(1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Timestamp = Timestamp::from_seconds(1_768_478_400);

    fn address(n: usize) -> EmailAddress {
        format!("a{n}@b.example").parse().unwrap()
    }

    #[test]
    fn an_address_takes_ten_tries_within_a_quarter_of_an_hour() {
        let tries = Tries::default();
        for _ in 0..10 {
            tries.begin(&address(1), NOON).unwrap();
        }
        assert_eq!(tries.begin(&address(1), NOON).unwrap_err().code(), Code::Throttled);
        tries.begin(&address(2), NOON).unwrap();
        assert!(tries.begin(&address(1), NOON.after(Duration::from_secs(899))).is_err());
        tries.begin(&address(1), NOON.after(WINDOW)).unwrap();
    }

    #[test]
    fn what_was_not_judged_or_was_right_does_not_count() {
        let tries = Tries::default();
        for _ in 0..50 {
            tries.begin(&address(1), NOON).unwrap();
            tries.take_back(&address(1));
        }
        for _ in 0..9 {
            tries.begin(&address(1), NOON).unwrap();
        }
        tries.forget(&address(1));
        for _ in 0..10 {
            tries.begin(&address(1), NOON).unwrap();
        }
    }

    #[test]
    fn the_memory_is_bounded() {
        let tries = Tries::default();
        for n in 0..=WATCHED {
            tries.begin(&address(n), NOON).unwrap();
        }
        assert!(tries.lock().len() <= WATCHED);
    }
}
