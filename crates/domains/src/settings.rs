//! How domains are proven.

use std::time::Duration;

use polity_kernel::{Error, FieldKind, Result};

/// How domains are proven.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The label in front of the domain at which the record is looked up.
    pub challenge_prefix: String,
    /// How long after a look-up the next one is due.
    pub recheck: Duration,
}

/// The least time between two look-ups of a record.
const LEAST: Duration = Duration::from_secs(300);

impl Default for Settings {
    fn default() -> Self {
        Self { challenge_prefix: "_polity-challenge".to_owned(), recheck: Duration::from_secs(86_400) }
    }
}

impl Settings {
    /// # Errors
    /// `Invalid` in `challenge_prefix` for what is no label of a name (RFC 1035 §2.3.4), in `recheck` for less than five minutes.
    pub fn check(&self) -> Result<()> {
        let is_label = (1..=63).contains(&self.challenge_prefix.len())
            && self.challenge_prefix.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-'));
        if !is_label {
            let why = "must be 1 to 63 lower-case letters, digits, hyphens and underscores";
            return Err(Error::field("challenge_prefix", FieldKind::Malformed.told(why)));
        }
        if self.recheck < LEAST {
            return Err(Error::field("recheck", FieldKind::OutOfRange.told("must be at least five minutes")));
        }
        Ok(())
    }
}
