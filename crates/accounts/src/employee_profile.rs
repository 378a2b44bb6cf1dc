//! What is known of an employee beyond name, address and place.

use chrono::{Datelike as _, NaiveDate};
use polity_kernel::text::{multiline, printable};
use polity_kernel::{Error, FieldKind, Result, facts};
use serde::Deserialize;
use validator::ValidationError;

facts! {
    /// What is known of an employee beyond name, address and place; all of it may be absent.
    #[derive(Deserialize)]
    pub struct EmployeeProfile changed by ProfilePatch {
        /// What the employee is counted as; at most 200 characters, as every text without another bound.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[validate(length(max = polity_kernel::text::NAME), custom(function = "printable"))]
        employee_number: String,
        /// The first name.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[validate(length(max = polity_kernel::text::NAME), custom(function = "printable"))]
        first_name: String,
        /// The last name.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[validate(length(max = polity_kernel::text::NAME), custom(function = "printable"))]
        last_name: String,
        /// In the employee's own words; at most 2000 characters.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[validate(length(max = polity_kernel::text::DESCRIPTION), custom(function = "multiline"))]
        bio: String,
        /// Where a picture is; at most 2000 characters, shown as it is.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[validate(length(max = polity_kernel::text::WEB_ADDRESS), custom(function = "printable"))]
        profile_image: String,
        /// The day of birth.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[validate(custom(function = "of_a_year"))]
        birth_date: NaiveDate,
        /// In any words.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[validate(length(max = polity_kernel::text::NAME), custom(function = "printable"))]
        gender: String,
        /// The time zone, in any words.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[validate(length(max = polity_kernel::text::NAME), custom(function = "printable"))]
        timezone: String,
        /// The place of work.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[validate(length(max = polity_kernel::text::NAME), custom(function = "printable"))]
        location: String,
        /// The first day at work.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[validate(custom(function = "of_a_year"))]
        join_date: NaiveDate,
        /// What the employee does there; gives no rights.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[validate(length(max = polity_kernel::text::NAME), custom(function = "printable"))]
        company_role: String,
    }
}

/// A day in the one form it is taken in, `YYYY-MM-DD` (RFC 3339 §5.6, full-date) of the years 1 to 9999; otherwise a fault of this
/// field. Parsers of dates take several forms, and years before and behind these. Blank is none, as in the other fields.
pub fn day(field: &str, text: Option<String>) -> Result<Option<NaiveDate>> {
    let Some(text) = text.filter(|text| !text.trim().is_empty()) else { return Ok(None) };
    let day: Option<NaiveDate> = text.parse().ok();
    let day = day.filter(|day| of_a_year(day).is_ok() && day.to_string() == text);
    day.map(Some).ok_or_else(|| Error::field(field, FieldKind::Malformed.told("must be a day as YYYY-MM-DD")))
}

/// A day whose year has four digits, and is one: there was none before 1.
fn of_a_year(day: &NaiveDate) -> std::result::Result<(), ValidationError> {
    let refused = || FieldKind::OutOfRange.told("must be of a year from 1 to 9999").into();
    if (1..=9999).contains(&day.year()) { Ok(()) } else { Err(refused()) }
}
