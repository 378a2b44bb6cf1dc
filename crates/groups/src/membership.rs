//! Memberships: who and what is in a group.

use polity_accounts::EmployeeId;
use polity_kernel::text::{printable, trimmed};
use polity_kernel::{AccountId, Error, Result, Stamp, SubjectId, Timestamp, words};
use uuid::Uuid;
use validator::Validate;

use crate::GroupId;

words! {
    /// What can be in a group.
    pub enum MemberKind {
        /// A person, by what they sign in with.
        Account = "account",
        /// A person, by their place in the organization's staff.
        Employee = "employee",
        /// Another group of the organization.
        Group = "group",
    }
}

/// Something that is, or is to be, in a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Member {
    /// A person, by what they sign in with.
    Account(AccountId),
    /// A person, by their place in the organization's staff; once their account is linked it is in what they are in.
    Employee(EmployeeId),
    /// Another group of the organization.
    Group(GroupId),
}

impl Member {
    /// The account, where it is one.
    pub(crate) const fn account(self) -> Option<AccountId> {
        match self {
            Self::Account(account) => Some(account),
            Self::Employee(_) | Self::Group(_) => None,
        }
    }
}

/// One member's place in one group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// In which group.
    pub group: GroupId,
    /// Who or what is in it.
    pub member: Member,
    /// As what: `MEMBER`, `MAINTAINER` or any other word, compared without case.
    pub kind: String,
    /// Until when; absent: without end.
    pub expires_at: Option<Timestamp>,
    /// Since when.
    pub created_at: Timestamp,
    /// Who put it there; absent for polity itself.
    pub created_by: Option<SubjectId>,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Raised by each change.
    pub version: i64,
}

/// What somebody says about a new membership; [`NewMembership::try_from`] says whether it will do.
#[derive(Clone, Debug)]
pub struct MembershipFields {
    /// Who or what is to be in the group.
    pub member: Member,
    /// As what, at most 64 characters; `MEMBER` when absent.
    pub kind: Option<String>,
    /// Until when; absent: without end.
    pub expires_at: Option<Timestamp>,
}

/// A membership to make, every field of it acceptable.
#[derive(Clone, Debug, PartialEq, Eq, Validate)]
pub struct NewMembership {
    pub(crate) member: Member,
    #[validate(length(max = polity_kernel::text::KIND), custom(function = "printable"))]
    pub(crate) kind: String,
    pub(crate) expires_at: Option<Timestamp>,
}

/// Which members are wanted; all that is given must hold.
#[derive(Clone, Debug, Default)]
pub struct MemberFilter {
    /// Only what is of this kind.
    pub member_kind: Option<MemberKind>,
    /// Only what has this id.
    pub member_id: Option<Uuid>,
    /// Only who is in as this, compared without case.
    pub kind: Option<String>,
}

/// What replacing the members of a group, or the groups of a member, did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Who came in.
    pub added: Vec<Membership>,
    /// Who went out, as they were in.
    pub removed: Vec<Membership>,
    /// Who is in as something else, until another time, or again after having expired.
    pub changed: Vec<Membership>,
}

impl Member {
    /// What it is.
    pub const fn kind(self) -> MemberKind {
        match self {
            Self::Account(_) => MemberKind::Account,
            Self::Employee(_) => MemberKind::Employee,
            Self::Group(_) => MemberKind::Group,
        }
    }

    /// Its bare id.
    pub const fn uuid(self) -> Uuid {
        match self {
            Self::Account(account) => account.uuid(),
            Self::Employee(employee) => employee.uuid(),
            Self::Group(group) => group.uuid(),
        }
    }

    pub(crate) const fn of(kind: MemberKind, id: Uuid) -> Self {
        match kind {
            MemberKind::Account => Self::Account(AccountId::new(id)),
            MemberKind::Employee => Self::Employee(EmployeeId::new(id)),
            MemberKind::Group => Self::Group(GroupId::new(id)),
        }
    }
}

impl Changes {
    /// Whether nothing was different.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.changed.is_empty()
    }

    /// Takes note of how a place was and is now.
    pub(crate) fn note(&mut self, before: Option<&Membership>, after: Membership) {
        match before {
            Some(before) if *before == after => {}
            Some(_) => self.changed.push(after),
            None => self.added.push(after),
        }
    }
}

impl NewMembership {
    /// The membership as it begins.
    pub(crate) fn begin(&self, group: GroupId, stamp: Stamp) -> Membership {
        Membership {
            group,
            member: self.member,
            kind: self.kind.clone(),
            expires_at: self.expires_at,
            created_at: stamp.at,
            created_by: stamp.by,
            updated_at: stamp.at,
            version: 1,
        }
    }
}

impl TryFrom<MembershipFields> for NewMembership {
    type Error = Error;

    fn try_from(fields: MembershipFields) -> Result<Self> {
        let new = Self {
            member: fields.member,
            kind: trimmed(fields.kind).unwrap_or_else(|| "MEMBER".to_owned()),
            expires_at: fields.expires_at,
        };
        new.validate()?;
        Ok(new)
    }
}

impl Membership {
    /// Whether it counts at this instant.
    pub(crate) fn is_live(&self, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|end| end > now)
    }

    /// The same place with the new kind and end; a later version only if they differ.
    pub(crate) fn as_given(&self, new: &NewMembership, now: Timestamp) -> Self {
        let kept = Self { kind: new.kind.clone(), expires_at: new.expires_at, ..self.clone() };
        if kept == *self { kept } else { Self { updated_at: now, version: self.version + 1, ..kept } }
    }
}
