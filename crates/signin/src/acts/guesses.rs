//! Guesses at second factors, counted in rows: by account, since whoever is asked for one has shown the first.

use std::time::Duration;

use polity_kernel::{AccountId, Result, Tally, Tx};

/// How many wrong codes an account has within how long: whoever goes on waits longer each time, and the longest wait is told. With a million
/// codes, of which three are good at a time, who guesses 20 a day is right one day in some 17,000.
const LIMITS: [Limit; 3] = [
    Limit { deed: "factors.guessed_daily", most: 20, window: Duration::from_hours(24) },
    Limit { deed: "factors.guessed_hourly", most: 10, window: Duration::from_hours(1) },
    Limit { deed: "factors.guessed", most: 5, window: Duration::from_mins(5) },
];

struct Limit {
    deed: &'static str,
    most: u32,
    window: Duration,
}

impl Limit {
    fn tally<'t>(&self, of: &'t str) -> Tally<'t> {
        Tally { deed: self.deed, of, most: self.most, window: self.window }
    }
}

/// Counts a guess before it is judged, so that many at once are no way around the limits.
///
/// # Errors
/// `Throttled` when there were too many wrong ones of late.
pub(crate) fn count(tx: &mut Tx<'_>, account: AccountId) -> Result<()> {
    let of = account.to_string();
    LIMITS.iter().try_for_each(|limit| limit.tally(&of).count(tx, "too many wrong codes; try again"))
}

/// Takes back the guess of this transaction, which was right.
pub(crate) fn take_back(tx: &mut Tx<'_>, account: AccountId) -> Result<()> {
    let of = account.to_string();
    LIMITS.iter().try_for_each(|limit| limit.tally(&of).take_back(tx))
}
