//! Assignments: who carries which role, and until when.

use polity_groups::GroupId;
use polity_kernel::{AccountId, Result, Timestamp, id};

use crate::role::RoleKey;
use crate::role::names::RoleRef;

id!(AssignmentId, "One role carried by one account or group.");

/// Who carries a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Assignee {
    /// A member.
    Account(AccountId),
    /// Everybody in a group, also through nested groups.
    Group(GroupId),
}

/// One role carried by one account or group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleAssignment {
    /// Its id; for a role that comes with a level, the membership's.
    pub id: AssignmentId,
    /// Which role.
    pub role: RoleKey,
    /// Who carries it.
    pub assignee: Assignee,
    /// Until when; absent: without end.
    pub expires_at: Option<Timestamp>,
    /// Since when.
    pub given_at: Timestamp,
}

/// Which assignment of a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AssignmentRef {
    /// The one with this id, to a person.
    Id(AssignmentId),
    /// The one to this account or group.
    To(Assignee),
}

/// Whose assignments of a role are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assignees {
    /// Those of members and groups.
    All,
    /// Only those of members whose account is in use.
    People,
}

/// Who is to carry a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAssignment {
    /// Which role. `owner`, `admin` and `member` set a member's level.
    pub role: RoleRef,
    /// Who.
    pub assignee: Assignee,
    /// Until when; absent: without end. A level has no end of its own.
    pub expires_at: Option<Timestamp>,
    /// Whether it is refused where it gives nothing to anybody: to one who carries the role already, and to one whose account is not in
    /// use.
    pub only_new: bool,
}

impl NewAssignment {
    /// To carry a role without end.
    pub fn of(role: impl Into<RoleRef>, assignee: Assignee) -> Self {
        Self { role: role.into(), assignee, expires_at: None, only_new: false }
    }
}

impl RoleAssignment {
    /// Who carries it, if it is a person.
    pub const fn account(&self) -> Option<AccountId> {
        match self.assignee {
            Assignee::Account(account) => Some(account),
            Assignee::Group(_) => None,
        }
    }
}

impl Assignee {
    /// The kind in the store.
    pub(crate) const fn kind(self) -> &'static str {
        match self {
            Self::Account(_) => "account",
            Self::Group(_) => "group",
        }
    }

    pub(crate) const fn uuid(self) -> uuid::Uuid {
        match self {
            Self::Account(account) => account.uuid(),
            Self::Group(group) => group.uuid(),
        }
    }
}
