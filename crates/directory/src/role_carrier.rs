//! Roles and who carries them, as callers see it who know roles by id and give them to people only.

use polity_accounts::Account;
use polity_kernel::Timestamp;

use crate::member_query::MemberInFull;
use crate::role::{AssignmentId, Role, RoleId};

/// A role with the people it has to do with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleInFull {
    /// The role.
    pub role: Role,
    /// Who made it; absent for a built-in role, and where it was no person or nobody knows any more.
    pub maker: Option<Account>,
    /// Whether it is given to whoever becomes a member.
    pub is_default: bool,
    /// Those who carry it, in order of giving; nobody where the actor may not list them.
    pub carriers: Vec<RoleCarrier>,
}

/// A member who carries a role that was given to them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleCarrier {
    /// The assignment.
    pub id: AssignmentId,
    /// Which role.
    pub role: RoleId,
    /// Who.
    pub member: MemberInFull,
    /// Since when.
    pub given_at: Timestamp,
}
