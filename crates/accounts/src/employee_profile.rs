//! What is known of an employee beyond name, address and place.

use chrono::{Datelike as _, NaiveDate};
use polity_kernel::text::{multiline, printable, trimmed};
use polity_kernel::{Error, FieldKind, Result};
use serde::{Deserialize, Serialize};
use validator::Validate;

/// What is known of an employee beyond name, address and place; all of it may be absent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[serde(default)]
pub struct EmployeeProfile {
    /// What the employee is counted as; at most 200 characters, as every text without another bound.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[validate(length(max = polity_kernel::text::NAME), custom(function = "printable"))]
    pub employee_number: Option<String>,
    /// The first name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[validate(length(max = polity_kernel::text::NAME), custom(function = "printable"))]
    pub first_name: Option<String>,
    /// The last name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[validate(length(max = polity_kernel::text::NAME), custom(function = "printable"))]
    pub last_name: Option<String>,
    /// In the employee's own words; at most 2000 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[validate(
        length(max = polity_kernel::text::DESCRIPTION),
        custom(function = "multiline")
    )]
    pub bio: Option<String>,
    /// Where a picture is; at most 2000 characters, shown as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[validate(
        length(max = polity_kernel::text::WEB_ADDRESS),
        custom(function = "printable")
    )]
    pub profile_image: Option<String>,
    /// The day of birth.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birth_date: Option<NaiveDate>,
    /// In any words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[validate(length(max = polity_kernel::text::NAME), custom(function = "printable"))]
    pub gender: Option<String>,
    /// The time zone, in any words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[validate(length(max = polity_kernel::text::NAME), custom(function = "printable"))]
    pub timezone: Option<String>,
    /// The place of work.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[validate(length(max = polity_kernel::text::NAME), custom(function = "printable"))]
    pub location: Option<String>,
    /// The first day at work.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub join_date: Option<NaiveDate>,
    /// What the employee does there; gives no rights.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[validate(length(max = polity_kernel::text::NAME), custom(function = "printable"))]
    pub company_role: Option<String>,
}

/// A change of a profile. `None` leaves a thing as it is, `Some(None)` clears it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProfilePatch {
    /// What the employee is counted as.
    pub employee_number: Option<Option<String>>,
    /// The first name.
    pub first_name: Option<Option<String>>,
    /// The last name.
    pub last_name: Option<Option<String>>,
    /// In the employee's own words.
    pub bio: Option<Option<String>>,
    /// Where a picture is.
    pub profile_image: Option<Option<String>>,
    /// The day of birth.
    pub birth_date: Option<Option<NaiveDate>>,
    /// In any words.
    pub gender: Option<Option<String>>,
    /// The time zone.
    pub timezone: Option<Option<String>>,
    /// The place of work.
    pub location: Option<Option<String>>,
    /// The first day at work.
    pub join_date: Option<Option<NaiveDate>>,
    /// What the employee does there.
    pub company_role: Option<Option<String>>,
}

/// A day in the one form it is taken in, `YYYY-MM-DD` (RFC 3339 §5.6, full-date) of the years 1 to 9999; otherwise a fault of this
/// field. Parsers of dates take several forms, and years before and behind these. Blank is none, as in the other fields.
pub fn day(field: &str, text: Option<String>) -> Result<Option<NaiveDate>> {
    let Some(text) = text.filter(|text| !text.trim().is_empty()) else { return Ok(None) };
    let day: Option<NaiveDate> = text.parse().ok();
    let day = day.filter(|day| is_of_a_year(*day) && day.to_string() == text);
    day.map(Some).ok_or_else(|| Error::field(field, FieldKind::Malformed.told("must be a day as YYYY-MM-DD")))
}

/// Whether the year has four digits, and is one: there was none before 1.
fn is_of_a_year(day: NaiveDate) -> bool {
    (1..=9999).contains(&day.year())
}

impl From<EmployeeProfile> for ProfilePatch {
    /// What is given is set, the rest stays.
    fn from(given: EmployeeProfile) -> Self {
        Self {
            employee_number: given.employee_number.map(Some),
            first_name: given.first_name.map(Some),
            last_name: given.last_name.map(Some),
            bio: given.bio.map(Some),
            profile_image: given.profile_image.map(Some),
            birth_date: given.birth_date.map(Some),
            gender: given.gender.map(Some),
            timezone: given.timezone.map(Some),
            location: given.location.map(Some),
            join_date: given.join_date.map(Some),
            company_role: given.company_role.map(Some),
        }
    }
}

impl EmployeeProfile {
    /// The same without space around its texts, if they are acceptable.
    pub(crate) fn checked(self) -> Result<Self> {
        let profile = Self {
            employee_number: trimmed(self.employee_number),
            first_name: trimmed(self.first_name),
            last_name: trimmed(self.last_name),
            bio: trimmed(self.bio),
            profile_image: trimmed(self.profile_image),
            gender: trimmed(self.gender),
            timezone: trimmed(self.timezone),
            location: trimmed(self.location),
            company_role: trimmed(self.company_role),
            ..self
        };
        profile.validate()?;
        for (field, day) in [("birth_date", profile.birth_date), ("join_date", profile.join_date)] {
            if !day.is_none_or(is_of_a_year) {
                return Err(Error::field(
                    field,
                    FieldKind::OutOfRange.told("must be of a year from 1 to 9999"),
                ));
            }
        }
        Ok(profile)
    }

    /// The profile as the patch makes it, with the same rules as a new one.
    pub(crate) fn patched(self, patch: ProfilePatch) -> Result<Self> {
        let patched = Self {
            employee_number: patch.employee_number.unwrap_or(self.employee_number),
            first_name: patch.first_name.unwrap_or(self.first_name),
            last_name: patch.last_name.unwrap_or(self.last_name),
            bio: patch.bio.unwrap_or(self.bio),
            profile_image: patch.profile_image.unwrap_or(self.profile_image),
            birth_date: patch.birth_date.unwrap_or(self.birth_date),
            gender: patch.gender.unwrap_or(self.gender),
            timezone: patch.timezone.unwrap_or(self.timezone),
            location: patch.location.unwrap_or(self.location),
            join_date: patch.join_date.unwrap_or(self.join_date),
            company_role: patch.company_role.unwrap_or(self.company_role),
        };
        patched.checked()
    }
}
