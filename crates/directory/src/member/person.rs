//! People: accounts as those see them who share an organization with them.

use polity_accounts::{EmailAddress, EmployeeId};
use polity_kernel::{AccountId, OrganizationId};
use serde::Serialize;

use crate::role::RoleKey;

/// What an account is asked for by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountRef {
    /// Its id.
    Id(AccountId),
    /// Its address.
    Email(EmailAddress),
}

/// One role that an account carries itself in one organization, by its level or given to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Membership {
    /// Where.
    pub organization: OrganizationId,
    /// As what.
    pub role: RoleKey,
    /// The employee the account is linked to there, in whatever status.
    pub employee: Option<EmployeeId>,
    /// Whether its person has taken the membership up.
    pub accepted: bool,
}
