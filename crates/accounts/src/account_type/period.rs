//! Periods in date-math text, such as `NOW/DAY+3DAYS`: when an assignment made now will expire.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, TimeDelta, Utc};
use polity_kernel::{Error, FieldKind, Result, Timestamp};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Date math: `NOW`, an optional rounding down such as `/DAY`, then up to four steps such as `+3DAYS` or `-1HOUR`.
///
/// Units are YEAR, MONTH, DAY, HOUR and MINUTE, singular or plural; a step counts 1 to 9999 of them. All in UTC.
#[derive(Clone, PartialEq, Eq)]
pub struct Period {
    rounding: Option<Unit>,
    steps: Vec<Step>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct Step {
    back: bool,
    count: u32,
    unit: Unit,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Unit {
    Year,
    Month,
    Day,
    Hour,
    Minute,
}

/// The most steps one period has.
const STEPS: usize = 4;

/// The last instant that RFC 3339 can write; what lies beyond is as good as never.
const END: Timestamp = Timestamp::from_seconds(253_402_300_799);

impl Period {
    /// The instant the period that begins now leads to; at most the end of the year 9999.
    pub fn from(&self, now: Timestamp) -> Timestamp {
        self.reach(now).map_or(END, |end| Timestamp::from_micros(end.timestamp_micros()).min(END))
    }

    fn reach(&self, now: Timestamp) -> Option<DateTime<Utc>> {
        let mut at = DateTime::from_timestamp_micros(now.micros())?;
        if let Some(unit) = self.rounding {
            at = unit.floor(at)?;
        }
        self.steps.iter().try_fold(at, |at, step| step.from(at))
    }
}

impl Step {
    fn from(self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let (back, count) = (self.back, self.count);
        let months = |count| {
            let months = Months::new(count);
            if back { at.checked_sub_months(months) } else { at.checked_add_months(months) }
        };
        let shifted = |delta: TimeDelta| {
            if back { at.checked_sub_signed(delta) } else { at.checked_add_signed(delta) }
        };
        match self.unit {
            Unit::Year => months(count.checked_mul(12)?),
            Unit::Month => months(count),
            Unit::Day => {
                let days = Days::new(count.into());
                if back { at.checked_sub_days(days) } else { at.checked_add_days(days) }
            }
            Unit::Hour => shifted(TimeDelta::try_hours(count.into())?),
            Unit::Minute => shifted(TimeDelta::try_minutes(count.into())?),
        }
    }
}

impl Unit {
    const ALL: [(&'static str, Self); 5] = [
        ("YEAR", Self::Year),
        ("MONTH", Self::Month),
        ("DAY", Self::Day),
        ("HOUR", Self::Hour),
        ("MINUTE", Self::Minute),
    ];

    /// Takes a unit off the front of the text, singular or plural.
    fn take(text: &str) -> Option<(Self, &str)> {
        let (unit, rest) =
            Self::ALL.iter().find_map(|(name, unit)| Some((*unit, text.strip_prefix(name)?)))?;
        Some((unit, rest.strip_prefix('S').unwrap_or(rest)))
    }

    fn name(self) -> &'static str {
        match self {
            Self::Year => "YEAR",
            Self::Month => "MONTH",
            Self::Day => "DAY",
            Self::Hour => "HOUR",
            Self::Minute => "MINUTE",
        }
    }

    /// The beginning of the unit that the instant lies in.
    fn floor(self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let width = match self {
            Self::Year => return midnight(at.year(), 1),
            Self::Month => return midnight(at.year(), at.month()),
            Self::Day => 86_400,
            Self::Hour => 3_600,
            Self::Minute => 60,
        };
        DateTime::from_timestamp(at.timestamp().div_euclid(width) * width, 0)
    }
}

fn midnight(year: i32, month: u32) -> Option<DateTime<Utc>> {
    Some(NaiveDate::from_ymd_opt(year, month, 1)?.and_hms_opt(0, 0, 0)?.and_utc())
}

impl FromStr for Period {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        parse(text.trim()).ok_or_else(|| {
            Error::field(
                "period",
                FieldKind::Malformed
                    .told("must be date math such as NOW+1YEAR or NOW/DAY+3DAYS, with at most four steps"),
            )
        })
    }
}

fn parse(text: &str) -> Option<Period> {
    let mut rest = text.strip_prefix("NOW")?;
    let mut rounding = None;
    if let Some(rounded) = rest.strip_prefix('/') {
        let (unit, behind) = Unit::take(rounded)?;
        (rounding, rest) = (Some(unit), behind);
    }
    let mut steps = Vec::new();
    while !rest.is_empty() {
        let (step, behind) = step(rest)?;
        steps.push(step);
        rest = behind;
    }
    (steps.len() <= STEPS).then_some(Period { rounding, steps })
}

fn step(text: &str) -> Option<(Step, &str)> {
    let back = text.starts_with('-');
    let text = text.strip_prefix(['+', '-'])?;
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let (count, text) = text.split_at_checked(digits)?;
    let count = count.parse().ok().filter(|count| (1..=9_999).contains(count))?;
    let (unit, rest) = Unit::take(text)?;
    Some((Step { back, count, unit }, rest))
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NOW")?;
        if let Some(unit) = self.rounding {
            write!(f, "/{}", unit.name())?;
        }
        self.steps.iter().try_for_each(|step| {
            let sign = if step.back { '-' } else { '+' };
            let plural = if step.count == 1 { "" } else { "S" };
            write!(f, "{sign}{}{}{plural}", step.count, step.unit.name())
        })
    }
}

impl fmt::Debug for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl Serialize for Period {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        parse(&text).ok_or_else(|| serde::de::Error::custom("not date math"))
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("NOW", "2026-01-31T12:34:56.5Z")]
    #[case("NOW/DAY", "2026-01-31T00:00:00Z")]
    #[case("NOW/YEAR", "2026-01-01T00:00:00Z")]
    #[case("NOW/MONTHS", "2026-01-01T00:00:00Z")]
    #[case("NOW/HOUR+1HOUR", "2026-01-31T13:00:00Z")]
    #[case("NOW/MINUTE+90MINUTES", "2026-01-31T14:04:00Z")]
    #[case("NOW/DAY+3DAYS", "2026-02-03T00:00:00Z")]
    #[case("NOW+1MONTH", "2026-02-28T12:34:56.5Z")]
    #[case("NOW+1YEAR-1DAY", "2027-01-30T12:34:56.5Z")]
    #[case("NOW-1MONTH", "2025-12-31T12:34:56.5Z")]
    #[case("NOW+9999YEARS", "9999-12-31T23:59:59Z")]
    fn date_math_leads_to_an_instant(#[case] text: &str, #[case] end: &str) {
        let now = Timestamp::parse("2026-01-31T12:34:56.5Z").unwrap();
        let period: Period = text.parse().unwrap();
        assert_eq!(period.from(now), Timestamp::parse(end).unwrap());
        assert_eq!(period.to_string().parse::<Period>().unwrap(), period, "what is written reads the same");
    }

    #[rstest]
    #[case("")]
    #[case("now")]
    #[case("3DAYS")]
    #[case("NOW+")]
    #[case("NOW+DAY")]
    #[case("NOW+3")]
    #[case("NOW+0DAYS")]
    #[case("NOW+3WEEKS")]
    #[case("NOW+10000DAYS")]
    #[case("NOW/DAY/HOUR")]
    #[case("NOW+1DAY/DAY")]
    #[case("NOW +1DAY")]
    #[case("NOW+1DAYSS")]
    #[case("NOW+1DAY+1DAY+1DAY+1DAY+1DAY")]
    #[case("NOW+٣DAYS")]
    #[case("NOW+99999999999999999999DAYS")]
    fn anything_else_is_refused(#[case] text: &str) {
        assert!(text.parse::<Period>().is_err(), "{text:?}");
    }
}
