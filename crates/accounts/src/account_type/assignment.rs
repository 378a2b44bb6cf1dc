//! Assignments: who holds which account type, since when and until when.

use std::collections::BTreeSet;

use polity_kernel::{AccountId, Permission, Timestamp, id, words};

use crate::{AccountType, GrantedRole, TypeCode};

id!(AssignmentId, "One account type held by one account.");

words! {
    /// How an assignment stands.
    pub enum AssignmentStatus {
        /// It gives what its type says.
        Active = "active",
        /// Taken away, kept on record.
        Disabled = "disabled",
        /// Its period is over.
        Expired = "expired",
        /// Waiting for something; gives nothing yet.
        Pending = "pending",
        /// Taken away for good, kept on record.
        Deleted = "deleted",
    }
}

/// One account type held by one account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// Its id.
    pub id: AssignmentId,
    /// Who holds it.
    pub account: AccountId,
    /// Which type.
    pub code: TypeCode,
    /// How it stands at the moment it was read: an active one whose period is over is expired.
    pub status: AssignmentStatus,
    /// When it was first made.
    pub created_at: Timestamp,
    /// Since when it gives what its type says.
    pub effective_at: Timestamp,
    /// Until when; absent: without end.
    pub expires_at: Option<Timestamp>,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Raised by each change.
    pub version: i64,
}

/// What an account holds by an active assignment of a usable type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holding {
    /// By which type.
    pub code: TypeCode,
    /// What the type itself gives.
    pub permissions: BTreeSet<Permission>,
    /// The roles it gives, with their permissions.
    pub roles: Vec<GrantedRole>,
    /// Until when; whoever remembers a holding must forget it then.
    pub expires_at: Option<Timestamp>,
}

impl AssignmentStatus {
    /// Whether the account has the type, or is about to: it cannot be assigned again.
    pub(crate) const fn stands(self) -> bool {
        matches!(self, Self::Active | Self::Pending)
    }
}

impl Assignment {
    /// A new assignment that begins now.
    pub(crate) fn begun(id: AssignmentId, account: AccountId, of: &AccountType, now: Timestamp) -> Self {
        Self {
            id,
            account,
            code: of.code.clone(),
            status: AssignmentStatus::Active,
            created_at: now,
            effective_at: now,
            expires_at: of.specifications.expiry_from(now),
            updated_at: now,
            version: 1,
        }
    }

    /// The assignment with its period begun anew.
    pub(crate) fn begun_anew(self, of: &AccountType, now: Timestamp) -> Self {
        Self {
            status: AssignmentStatus::Active,
            effective_at: now,
            expires_at: of.specifications.expiry_from(now),
            updated_at: now,
            version: self.version + 1,
            ..self
        }
    }

    /// The assignment in another status, its period as it was.
    pub(crate) fn turned(self, status: AssignmentStatus, now: Timestamp) -> Self {
        Self { status, updated_at: now, version: self.version + 1, ..self }
    }

    /// The assignment as it stands at this instant.
    pub(crate) fn judged_at(self, now: Timestamp) -> Self {
        let over = self.status.stands() && self.expires_at.is_some_and(|end| end <= now);
        if over { Self { status: AssignmentStatus::Expired, ..self } } else { self }
    }
}
