//! The family's shapes: what requests bring and what answers show.

mod account;
mod app;
mod employee;
mod employee_profile;
mod group;
mod key;
mod membership;
mod organization;
mod profile;
mod role;
mod status;

pub(super) use account::{Account, AccountBody, AccountChange, GrantBody};
pub(super) use app::{App, AppBody, AppQuery, SecretBody};
pub(super) use employee::{
    Employee, EmployeeBody, EmployeeChange, EmployeeQuery, LineQuery, Manager, ManagerBody, ReportsQuery,
    ReportsTo,
};
pub(super) use employee_profile::{EmployeeProfile, EmployeeProfileChange};
pub(super) use group::{Group, GroupBody, GroupChange, GroupProfile, GroupProfileChange, GroupQuery};
pub(super) use key::{KeyBody, OrganizationKey};
pub(super) use membership::{EntityGroup, MemberQuery, Membership, PlacementBody};
pub(super) use organization::{Organization, OrganizationBody, OrganizationChange, Surroundings};
pub(super) use profile::{OrganizationProfile, OrganizationProfileBody, OrganizationProfileChange};
pub(super) use role::{role_of, role_word};
pub(super) use status::{CreationInfo, Status, StatusInfo};

use std::str::FromStr;

use polity_kernel::{Error, Result};
use serde::{Deserialize, Deserializer};

/// Tells a field that is null from one that is absent (contract `api_v1`, decision 3): `Some(None)` clears.
pub(super) fn sent<'de, T, D>(field: D) -> Result<Option<Option<T>>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    Option::deserialize(field).map(Some)
}

/// A field that may be absent but not null.
pub(super) fn present<'de, T, D>(field: D) -> Result<Option<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    T::deserialize(field).map(Some)
}

/// A text that says something.
pub(super) fn filled(field: &'static str, text: String) -> Result<String> {
    if text.trim().is_empty() { Err(Error::field(field, "must not be blank")) } else { Ok(text) }
}

/// An id in a body: one that is not well-formed is a 400.
pub(super) fn id<T: FromStr>(field: &'static str, text: &str) -> Result<T> {
    text.parse().map_err(|_| Error::field(field, "is not an id"))
}
