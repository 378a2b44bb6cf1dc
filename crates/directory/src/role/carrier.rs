//! Roles and who carries them, with the people in full.

use polity_accounts::Account;

use crate::member::query::MemberInFull;
use crate::role::Role;
use crate::role::assignment::RoleAssignment;

/// A role with the people it has to do with.
#[derive(Clone, Debug, PartialEq)]
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
#[derive(Clone, Debug, PartialEq)]
pub struct RoleCarrier {
    /// The assignment.
    pub assignment: RoleAssignment,
    /// Who.
    pub member: MemberInFull,
}
