//! What events say of members.

use polity_kernel::{AccountId, Level, OrganizationId, Timestamp, record};

use crate::MemberId;

record! {
    /// An account in an organization.
    pub(crate) struct Member of member: crate::Member {
        /// The membership's id.
        id: MemberId,
        /// Where.
        organization: OrganizationId,
        /// Who.
        account: AccountId,
        /// How far above the others: 1 for a member, 8 for an admin, 15 for an owner.
        level: Level,
        /// Since when.
        joined_at: Timestamp,
        /// Until when; absent: without end.
        expires_at: Option<Timestamp>,
        /// Raised by each change.
        version: i64,
        /// When it last changed.
        updated_at: Timestamp,
        /// When the person took it up; absent while it is others' doing alone.
        accepted_at: Option<Timestamp>,
    }
}
