//! Invitations: a promise of membership to whoever proves to own an e-mail address.

use std::time::Duration;

use polity_accounts::EmailAddress;
use polity_kernel::{AccountId, Level, OrganizationId, Timestamp, id, words};
use serde::Serialize;
use validator::Validate;

use crate::role::RoleKey;

id!(InvitationId, "One invitation; random, since knowing it may be enough to be shown it.");

words! {
    /// What became of an invitation.
    pub enum InvitationStatus {
        /// Waits to be accepted; past its end it counts as expired.
        Pending = "pending",
        /// Its time ran out.
        Expired = "expired",
        /// Accepted.
        Claimed = "claimed",
        /// Taken back.
        Revoked = "revoked",
    }
}

/// A promise of membership.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// To where.
    pub organization: OrganizationId,
    /// What that organization is called.
    pub organization_name: String,
    /// The organization's key.
    pub organization_key: String,
    /// Whoever owns this address.
    pub email: EmailAddress,
    /// The level it gives.
    pub level: Level,
    /// The roles it gives.
    pub roles: Vec<RoleKey>,
    /// What became of it, as of now.
    pub status: InvitationStatus,
    /// Who invited; a program has no account.
    pub invited_by: Option<AccountId>,
    /// When.
    pub created_at: Timestamp,
    /// Until when it can be accepted.
    pub expires_at: Timestamp,
}

/// Invitations to send: the same level and roles for every address.
#[derive(Clone, Debug, Validate)]
pub struct NewInvitations {
    /// Whom; 1 to 100, each once.
    #[validate(length(min = 1, max = 100, message = "needs 1 to 100 addresses"))]
    pub emails: Vec<EmailAddress>,
    /// The level they get; at most the inviter's own.
    pub level: Level,
    /// The roles they get; at most 50.
    #[validate(length(max = 50))]
    pub roles: Vec<RoleKey>,
    /// For how many days from the start of today; less than 1 means 28 (contract directory, facts 0.7), at most 365.
    #[validate(range(max = 365))]
    pub days: i64,
}

/// How long invitations last that name no time.
const DEFAULT_DAYS: u64 = 28;

impl NewInvitations {
    /// When invitations made now end: at a midnight, so that all of a day's end together.
    pub(crate) fn expires_at(&self, now: Timestamp) -> Timestamp {
        let days = u64::try_from(self.days).ok().filter(|days| *days >= 1).unwrap_or(DEFAULT_DAYS);
        now.start_of_day().after(Duration::from_secs(days * 86_400))
    }
}
