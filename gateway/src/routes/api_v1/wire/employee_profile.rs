//! Profiles of employees as this family shows them.

use polity_accounts::{ProfilePatch, day};
use polity_kernel::Result;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::sent;

/// What is known of an employee beyond name and address.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EmployeeProfile {
    /// What the employee is counted as.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "name")]
    employee_number: Option<String>,
    /// The first name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "name")]
    first_name: Option<String>,
    /// The last name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "name")]
    last_name: Option<String>,
    /// In the employee's own words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "description")]
    bio: Option<String>,
    /// Where a picture is; shown as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "page")]
    profile_image: Option<String>,
    /// The day of birth.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date)]
    birth_date: Option<String>,
    /// In any words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "name")]
    gender: Option<String>,
    /// The time zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "name")]
    timezone: Option<String>,
    /// The place of work.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "name")]
    location: Option<String>,
    /// The first day at work.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date)]
    join_date: Option<String>,
    /// What the employee does there; gives no rights.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "name")]
    company_role: Option<String>,
}

/// What is to be different about an employee's profile: what is absent stays, `null` clears.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EmployeeProfileChange {
    /// What the employee is counted as.
    #[serde(default, deserialize_with = "sent")]
    #[schema(value_type = Option<String>, format = "name")]
    employee_number: Option<Option<String>>,
    /// The first name.
    #[serde(default, deserialize_with = "sent")]
    #[schema(value_type = Option<String>, format = "name")]
    first_name: Option<Option<String>>,
    /// The last name.
    #[serde(default, deserialize_with = "sent")]
    #[schema(value_type = Option<String>, format = "name")]
    last_name: Option<Option<String>>,
    /// In the employee's own words.
    #[serde(default, deserialize_with = "sent")]
    #[schema(value_type = Option<String>, format = "description")]
    bio: Option<Option<String>>,
    /// Where a picture is; shown as it is.
    #[serde(default, deserialize_with = "sent")]
    #[schema(value_type = Option<String>, format = "page")]
    profile_image: Option<Option<String>>,
    /// The day of birth.
    #[serde(default, deserialize_with = "sent")]
    #[schema(value_type = Option<String>, format = Date)]
    birth_date: Option<Option<String>>,
    /// In any words.
    #[serde(default, deserialize_with = "sent")]
    #[schema(value_type = Option<String>, format = "name")]
    gender: Option<Option<String>>,
    /// The time zone.
    #[serde(default, deserialize_with = "sent")]
    #[schema(value_type = Option<String>, format = "name")]
    timezone: Option<Option<String>>,
    /// The place of work.
    #[serde(default, deserialize_with = "sent")]
    #[schema(value_type = Option<String>, format = "name")]
    location: Option<Option<String>>,
    /// The first day at work.
    #[serde(default, deserialize_with = "sent")]
    #[schema(value_type = Option<String>, format = Date)]
    join_date: Option<Option<String>>,
    /// What the employee does there; gives no rights.
    #[serde(default, deserialize_with = "sent")]
    #[schema(value_type = Option<String>, format = "name")]
    company_role: Option<Option<String>>,
}

impl From<polity_accounts::EmployeeProfile> for EmployeeProfile {
    fn from(of: polity_accounts::EmployeeProfile) -> Self {
        Self {
            employee_number: of.employee_number,
            first_name: of.first_name,
            last_name: of.last_name,
            bio: of.bio,
            profile_image: of.profile_image,
            birth_date: of.birth_date.map(|day| day.to_string()),
            gender: of.gender,
            timezone: of.timezone,
            location: of.location,
            join_date: of.join_date.map(|day| day.to_string()),
            company_role: of.company_role,
        }
    }
}

impl EmployeeProfile {
    /// The profile to keep.
    pub(crate) fn parsed(self) -> Result<polity_accounts::EmployeeProfile> {
        Ok(polity_accounts::EmployeeProfile {
            employee_number: self.employee_number,
            first_name: self.first_name,
            last_name: self.last_name,
            bio: self.bio,
            profile_image: self.profile_image,
            birth_date: day("birthDate", self.birth_date)?,
            gender: self.gender,
            timezone: self.timezone,
            location: self.location,
            join_date: day("joinDate", self.join_date)?,
            company_role: self.company_role,
        })
    }
}

impl EmployeeProfileChange {
    /// The change.
    pub(crate) fn parsed(self) -> Result<ProfilePatch> {
        Ok(ProfilePatch {
            employee_number: self.employee_number,
            first_name: self.first_name,
            last_name: self.last_name,
            bio: self.bio,
            profile_image: self.profile_image,
            birth_date: self.birth_date.map(|text| day("birthDate", text)).transpose()?,
            gender: self.gender,
            timezone: self.timezone,
            location: self.location,
            join_date: self.join_date.map(|text| day("joinDate", text)).transpose()?,
            company_role: self.company_role,
        })
    }
}
