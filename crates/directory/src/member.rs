//! Members: accounts in an organization.

pub(crate) mod likeness;
pub(crate) mod person;
pub(crate) mod query;

use polity_accounts::EmployeeId;
use polity_kernel::{AccountId, Level, OrganizationId, Timestamp, id};

use crate::role::names::RoleRef;

id!(MemberId, "One account's membership of one organization; lists of members are ordered by it.");

/// An account in an organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The membership's id, ordered by time of joining.
    pub id: MemberId,
    /// Where.
    pub organization: OrganizationId,
    /// Who.
    pub account: AccountId,
    /// How far above the others.
    pub level: Level,
    /// Since when.
    pub joined_at: Timestamp,
    /// Until when; absent: without end. From then on the person is no member.
    pub expires_at: Option<Timestamp>,
    /// Raised by each change.
    pub version: i64,
    /// When it last changed; when it began, for one that never did.
    pub updated_at: Timestamp,
    /// When the person took it up: by accepting, joining, or naming the organization in a request of their own. Absent for one that
    /// others made: it counts for the organization, and for the person in name alone (docs/decisions/0020).
    pub accepted_at: Option<Timestamp>,
}

impl Member {
    /// Whether the organization has an owner in this member for good: one who has taken that up, and whose membership has no end.
    pub(crate) fn is_lasting_owner(&self) -> bool {
        self.level == Level::Owner && self.expires_at.is_none() && self.accepted_at.is_some()
    }
}

/// Who is to be a member, and as what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMember {
    /// Who.
    pub account: AccountId,
    /// The role they are to carry. A level's is had by those above it too.
    pub role: Option<RoleRef>,
    /// The employee they are to be linked to.
    pub employee: Option<EmployeeId>,
}

impl From<AccountId> for NewMember {
    fn from(account: AccountId) -> Self {
        Self { account, role: None, employee: None }
    }
}

/// A change of a membership. `None` leaves a thing as it is, `Some(None)` clears it.
#[derive(Clone, Copy, Debug, Default)]
pub struct MemberPatch {
    /// Another level, at most the caller's own.
    pub level: Option<Level>,
    /// An end, or none.
    pub expires_at: Option<Option<Timestamp>>,
}
