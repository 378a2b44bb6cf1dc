//! What a look-up of a record means for a claim that was proven by it.

use std::time::Duration;

use polity_kernel::Timestamp;

use crate::domain::{Domain, DomainId};

/// How long the record of a proven domain may be missing.
pub const GRACE: Duration = Duration::from_secs(7 * 86_400);

/// What a look-up came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// A record says what it must.
    Found,
    /// No record does.
    Missing,
    /// No name server answered.
    None,
}

/// What becomes of the claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    /// It is as it was, but for what is noted of look-ups.
    Same,
    /// Its record has come to be missing.
    Failing,
    /// Its record is there again before it was too late.
    Recovered,
    /// Its record has been missing for too long.
    Lapsed,
    /// It had lapsed, and its record is there again: it is proven if nobody else has proven it meanwhile.
    Back,
}

/// What becomes of a claim by this answer at this instant. Time in which no name server answered does not count as missing.
pub(crate) fn judged(claim: &Domain, answer: Answer, now: Timestamp) -> (Domain, Turn) {
    let mut after = Domain { last_checked_at: Some(now), ..claim.clone() };
    if !claim.is_verified() {
        return (after, if answer == Answer::Found { Turn::Back } else { Turn::Same });
    }
    let turn = match (answer, claim.missing_since) {
        (Answer::Found, None) | (Answer::None, None) => Turn::Same,
        (Answer::Found, Some(_)) => {
            after.missing_since = None;
            Turn::Recovered
        }
        (Answer::None, Some(since)) => {
            after.missing_since =
                Some(since.after(between(claim.last_checked_at.unwrap_or(since), now)).min(now));
            Turn::Same
        }
        (Answer::Missing, None) => {
            after.missing_since = Some(now);
            Turn::Failing
        }
        (Answer::Missing, Some(since)) if between(since, now) < GRACE => Turn::Same,
        (Answer::Missing, Some(_)) => {
            (after.verified_at, after.lapsed_at) = (None, Some(now));
            Turn::Lapsed
        }
    };
    (after, turn)
}

/// When a record that is looked up now is looked up next: up to a sixteenth earlier than this, each domain by its own part, so that what is
/// due together drifts apart.
pub(crate) fn next(id: DomainId, now: Timestamp, recheck: Duration) -> Timestamp {
    let [.., last] = id.uuid().into_bytes();
    now.after(recheck - recheck / 16 * u32::from(last) / 256)
}

fn between(from: Timestamp, to: Timestamp) -> Duration {
    Duration::from_micros(to.micros().saturating_sub(from.micros()).max(0).unsigned_abs())
}
