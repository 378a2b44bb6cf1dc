//! A group: a named set of accounts and other groups.

use polity_kernel::{Code, Error, Result, Timestamp, id, words};
use serde::Serialize;
use validator::Validate;

use polity_kernel::text::{multiline, printable, trimmed};

id!(GroupId, "One group of an organization.");

words! {
    /// How a group stands.
    pub enum GroupStatus {
        /// It counts.
        Active = "active",
        /// It rests: it passes neither members nor rights on.
        Inactive = "inactive",
        /// Not in use yet; passes nothing on.
        Pending = "pending",
        /// Out of use for good, kept on record; passes nothing on.
        Deleted = "deleted",
    }
}

/// A named set of accounts and other groups.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Group {
    /// Its id.
    pub id: GroupId,
    /// The name people read; several groups may have it.
    pub name: String,
    /// What sort of group it is: `TEAM`, `DEPARTMENT` or any other word, compared without case.
    pub kind: String,
    /// What it is for.
    pub description: Option<String>,
    /// What an outside system knows it by: no other group of the organization has it.
    pub external_id: Option<String>,
    /// How it stands.
    pub status: GroupStatus,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed; who is in it does not count.
    pub updated_at: Timestamp,
    /// Raised by each change.
    pub version: i64,
}

/// What somebody says about a new group; [`NewGroup::try_from`] says whether it will do.
#[derive(Clone, Debug, Default)]
pub struct GroupFields {
    /// The name people read; 1 to 200 characters.
    pub name: String,
    /// What sort of group it is, at most 64 characters; `TEAM` when absent.
    pub kind: Option<String>,
    /// What it is for; at most 2000 characters.
    pub description: Option<String>,
    /// What an outside system knows it by; at most 255 characters.
    pub external_id: Option<String>,
    /// How it stands; active when absent.
    pub status: Option<GroupStatus>,
}

/// A group to make, every field of it acceptable.
#[derive(Clone, Debug, Validate)]
pub struct NewGroup {
    #[validate(
        length(min = 1, max = 200, message = "must be 1 to 200 characters"),
        custom(function = "printable")
    )]
    name: String,
    #[validate(length(max = 64, message = "is longer than 64 characters"), custom(function = "printable"))]
    kind: String,
    #[validate(
        length(max = 2000, message = "is longer than 2000 characters"),
        custom(function = "multiline")
    )]
    description: Option<String>,
    #[validate(length(max = 255, message = "is longer than 255 characters"), custom(function = "printable"))]
    external_id: Option<String>,
    status: GroupStatus,
}

/// A change of a group. `None` leaves a thing as it is, `Some(None)` clears it.
#[derive(Clone, Debug, Default)]
pub struct GroupPatch {
    /// The name people read.
    pub name: Option<String>,
    /// What sort of group it is.
    pub kind: Option<String>,
    /// What it is for.
    pub description: Option<Option<String>>,
    /// What an outside system knows it by.
    pub external_id: Option<Option<String>>,
    /// How it stands.
    pub status: Option<GroupStatus>,
    /// The version this change was made for; at another one it is `Conflict`.
    pub version: Option<i64>,
}

impl NewGroup {
    /// What an outside system knows it by.
    pub fn external_id(&self) -> Option<&str> {
        self.external_id.as_deref()
    }

    /// The group as it begins.
    pub(crate) fn found(&self, id: GroupId, now: Timestamp) -> Group {
        Group {
            id,
            name: self.name.clone(),
            kind: self.kind.clone(),
            description: self.description.clone(),
            external_id: self.external_id.clone(),
            status: self.status,
            created_at: now,
            updated_at: now,
            version: 1,
        }
    }
}

impl TryFrom<GroupFields> for NewGroup {
    type Error = Error;

    fn try_from(fields: GroupFields) -> Result<Self> {
        let new = Self {
            name: fields.name.trim().to_owned(),
            kind: trimmed(fields.kind).unwrap_or_else(|| "TEAM".to_owned()),
            description: trimmed(fields.description),
            external_id: trimmed(fields.external_id),
            status: fields.status.unwrap_or(GroupStatus::Active),
        };
        new.validate()?;
        Ok(new)
    }
}

impl Group {
    /// The group as the patch makes it, with the same rules as a new one.
    pub(crate) fn patched(&self, patch: &GroupPatch, now: Timestamp) -> Result<Self> {
        if patch.version.is_some_and(|version| version != self.version) {
            return Err(Error::new(Code::Conflict, "the group has changed since it was read"));
        }
        let new = NewGroup::try_from(GroupFields {
            name: patch.name.clone().unwrap_or_else(|| self.name.clone()),
            kind: Some(patch.kind.clone().unwrap_or_else(|| self.kind.clone())),
            description: patch.description.clone().unwrap_or_else(|| self.description.clone()),
            external_id: patch.external_id.clone().unwrap_or_else(|| self.external_id.clone()),
            status: Some(patch.status.unwrap_or(self.status)),
        })?;
        Ok(self.as_given(&new, now))
    }

    /// The same group with these fields; a later version only if they differ.
    pub(crate) fn as_given(&self, new: &NewGroup, now: Timestamp) -> Self {
        let kept = Self {
            created_at: self.created_at,
            updated_at: self.updated_at,
            version: self.version,
            ..new.found(self.id, now)
        };
        if kept == *self { kept } else { Self { updated_at: now, version: self.version + 1, ..kept } }
    }
}
