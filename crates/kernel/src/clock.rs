//! Time: instants of microsecond precision, and the clock they come from.

pub(crate) mod stamp;

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An instant in UTC, in whole microseconds since 1970, which both engines store exactly.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    diesel::expression::AsExpression,
    diesel::deserialize::FromSqlRow,
)]
#[diesel(sql_type = crate::sql::Instant)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From microseconds since 1970.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since 1970.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Whole milliseconds since 1970; 0 before it.
    pub fn millis(self) -> u64 {
        u64::try_from(self.0 / 1_000).unwrap_or(0)
    }

    /// Whole seconds since 1970, as JWT's NumericDate has it (RFC 7519 §2).
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// From whole seconds since 1970; saturates.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1_000_000))
    }

    /// Later by `duration`; saturates at the end of time.
    #[must_use]
    pub fn after(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(micros_of(duration)))
    }

    /// Earlier by `duration`; saturates.
    #[must_use]
    pub fn before(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(micros_of(duration)))
    }

    /// The midnight (UTC) this day began with.
    #[must_use]
    pub const fn start_of_day(self) -> Self {
        const DAY: i64 = 86_400_000_000;
        Self(self.0.div_euclid(DAY) * DAY)
    }

    /// RFC 3339 in UTC with `Z`; a fraction only when there is one.
    pub fn rfc3339(self) -> String {
        DateTime::<Utc>::from_timestamp_micros(self.0)
            .unwrap_or_default()
            .to_rfc3339_opts(SecondsFormat::AutoSi, true)
    }

    /// Reads RFC 3339 with any offset; digits below a microsecond are cut.
    pub fn parse(text: &str) -> Option<Self> {
        DateTime::parse_from_rfc3339(text).ok().map(|time| Self(time.timestamp_micros()))
    }
}

fn micros_of(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rfc3339())
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rfc3339())
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.rfc3339())
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not an RFC 3339 date-time"))
    }
}

/// How long the process has run: what the age of anything remembered is judged by, since nobody can set it back as they can a clock. It
/// means nothing to another process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uptime(Duration);

impl Uptime {
    /// How long ago `earlier` was; zero when it is yet to come.
    pub fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }

    /// Whole microseconds.
    pub fn micros(self) -> u64 {
        u64::try_from(self.0.as_micros()).unwrap_or(u64::MAX)
    }
}

/// Tells the time: the machine's, or a test's that stands still until it is moved.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    Machine,
    Fixed(Arc<Hands>),
}

/// What a clock of a test shows, in microseconds.
#[derive(Debug)]
struct Hands {
    now: AtomicI64,
    uptime: AtomicI64,
}

impl Clock {
    /// The machine's clock.
    pub fn machine() -> Self {
        Self(Source::Machine)
    }

    /// A clock that stands at `now` until [`Clock::advance`].
    pub fn fixed(now: Timestamp) -> Self {
        Self(Source::Fixed(Arc::new(Hands { now: AtomicI64::new(now.micros()), uptime: AtomicI64::new(0) })))
    }

    /// The present instant.
    #[expect(clippy::disallowed_methods, reason = "the one place where the machine's clock is read")]
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Source::Machine => Timestamp(Utc::now().timestamp_micros()),
            Source::Fixed(hands) => Timestamp(hands.now.load(Ordering::SeqCst)),
        }
    }

    /// How long the process has run. Begins somewhere: only differences mean anything.
    pub fn uptime(&self) -> Uptime {
        static BEGUN: LazyLock<Instant> = LazyLock::new(Instant::now);
        match &self.0 {
            Source::Machine => Uptime(BEGUN.elapsed()),
            Source::Fixed(hands) => {
                let micros = u64::try_from(hands.uptime.load(Ordering::SeqCst)).unwrap_or(0);
                Uptime(Duration::from_micros(micros))
            }
        }
    }

    /// Moves a fixed clock forward; the machine's clock stays what it is.
    pub fn advance(&self, duration: Duration) {
        if let Source::Fixed(hands) = &self.0 {
            hands.now.fetch_add(micros_of(duration), Ordering::SeqCst);
            hands.uptime.fetch_add(micros_of(duration), Ordering::SeqCst);
        }
    }

    /// Puts a fixed clock back, as an operator or a time server may put back a machine's: the process has run no shorter for it.
    pub fn put_back(&self, duration: Duration) {
        if let Source::Fixed(hands) = &self.0 {
            hands.now.fetch_sub(micros_of(duration), Ordering::SeqCst);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_survives_its_text() {
        let instant = Timestamp::from_micros(1_700_000_000_123_456);
        assert_eq!(instant.rfc3339(), "2023-11-14T22:13:20.123456Z");
        assert_eq!(Timestamp::parse(&instant.rfc3339()), Some(instant));
    }

    #[test]
    fn whole_seconds_have_no_fraction() {
        assert_eq!(Timestamp::from_seconds(0).rfc3339(), "1970-01-01T00:00:00Z");
    }

    #[test]
    fn a_day_begins_at_midnight() {
        let noon = Timestamp::parse("2026-02-03T12:00:00Z").unwrap();
        assert_eq!(noon.start_of_day().rfc3339(), "2026-02-03T00:00:00Z");
    }

    #[test]
    fn a_clock_put_back_leaves_ages_what_they_are() {
        let clock = Clock::fixed(Timestamp::from_seconds(1_000_000));
        let begun = clock.uptime();
        clock.advance(Duration::from_secs(60));
        clock.put_back(Duration::from_secs(3_600));
        assert_eq!(clock.now(), Timestamp::from_seconds(1_000_060 - 3_600));
        assert_eq!(clock.uptime().since(begun), Duration::from_secs(60));
        assert!(Clock::machine().uptime() <= Clock::machine().uptime());
    }
}
