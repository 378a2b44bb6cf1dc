//! Saying one thing at most once a second: what a stranger can cause a thousand times must not fill the log.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long the same thing is not said again.
const PAUSE: Duration = Duration::from_secs(1);

/// How many different things are remembered; beyond it those said first are forgotten.
const MOST: usize = 32;

/// What was said lately.
pub(super) struct Seldom(Mutex<Vec<Said>>);

struct Said {
    what: &'static str,
    at: Instant,
    unsaid: u64,
}

impl Seldom {
    pub(super) const fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }

    /// How often this was left out since it was said last; absent when that is less than a second ago.
    pub(super) fn due(&self, what: &'static str, now: Instant) -> Option<u64> {
        let mut said = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = said.iter().position(|said| said.what == what);
        let mut last = match place {
            Some(place) => said.remove(place),
            None => Said { what, at: now, unsaid: 0 },
        };
        let due = place.is_none() || now.duration_since(last.at) >= PAUSE;
        let unsaid = last.unsaid;
        (last.at, last.unsaid) = if due { (now, 0) } else { (last.at, unsaid + 1) };
        if said.len() == MOST {
            said.remove(0);
        }
        said.push(last);
        due.then_some(unsaid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_is_said_once_a_second_and_counted_meanwhile() {
        let (seldom, start) = (Seldom::new(), Instant::now());
        let at = |milliseconds| start + Duration::from_millis(milliseconds);
        assert_eq!(seldom.due("away", at(0)), Some(0));
        assert_eq!(seldom.due("away", at(1)), None);
        assert_eq!(seldom.due("busy", at(2)), Some(0), "something else is not held back");
        assert_eq!(seldom.due("away", at(999)), None);
        assert_eq!(seldom.due("away", at(1_000)), Some(2));
        assert_eq!(seldom.due("away", at(1_001)), None);
    }

    #[test]
    fn few_things_are_remembered() {
        let (seldom, now) = (Seldom::new(), Instant::now());
        for number in 0..MOST {
            assert_eq!(seldom.due(number.to_string().leak(), now), Some(0));
        }
        assert_eq!(seldom.due("0", now), None, "the last place is not too many");
        assert_eq!(seldom.due("new", now), Some(0));
        assert_eq!(seldom.due("1", now), Some(0), "forgotten");
        assert_eq!(seldom.0.lock().unwrap().len(), MOST);
    }
}
