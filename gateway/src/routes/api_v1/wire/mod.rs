//! The family's shapes: what requests bring and what answers show.

mod account;
mod app;
mod employee;
mod employee_profile;
mod facts;
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
pub(super) use role::{role_of, role_word, unknown_role};
pub(super) use status::{CreationInfo, Status, StatusInfo};

pub(super) use crate::ask::fields::{filled, id, present, sent};
