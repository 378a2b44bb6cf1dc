//! A group: a named set of employees, accounts and other groups.

use polity_kernel::text::{canonical, printable, trimmed, verbatim};
use polity_kernel::{Code, Error, Result, Stamp, SubjectId, Timestamp, check_together, id, words};
use validator::Validate;

use crate::{GroupProfile, GroupProfilePatch};

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

/// A named set of employees, accounts and other groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its id.
    pub id: GroupId,
    /// The name people read; several groups may have it.
    pub name: String,
    /// What sort of group it is: `TEAM`, `DEPARTMENT` or any other word, compared without case.
    pub kind: String,
    /// What it shows of itself; absent until something is said of it.
    pub profile: Option<GroupProfile>,
    /// What an outside system knows it by: no other group of the organization has it.
    pub external_id: Option<String>,
    /// How it stands.
    pub status: GroupStatus,
    /// When its status last changed; absent while it stands as it was made.
    pub status_changed_at: Option<Timestamp>,
    /// Who changed its status last; absent for polity itself.
    pub status_changed_by: Option<SubjectId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Who made it; absent for polity itself.
    pub created_by: Option<SubjectId>,
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
    /// What it shows of itself; it has no profile where that is nothing.
    pub profile: GroupProfile,
    /// What an outside system knows it by; at most 255 characters.
    pub external_id: Option<String>,
    /// How it stands; active when absent.
    pub status: Option<GroupStatus>,
}

/// A group to make, every field of it acceptable.
#[derive(Clone, Debug, Validate)]
pub struct NewGroup {
    #[validate(
        length(min = 1, max = polity_kernel::text::NAME),
        custom(function = "printable")
    )]
    name: String,
    #[validate(length(max = polity_kernel::text::KIND), custom(function = "printable"))]
    kind: String,
    profile: GroupProfile,
    #[validate(length(max = polity_kernel::text::EXTERNAL_ID), custom(function = "printable"))]
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
    /// What it shows of itself.
    pub profile: GroupProfilePatch,
    /// What an outside system knows it by.
    pub external_id: Option<Option<String>>,
    /// How it stands.
    pub status: Option<GroupStatus>,
    /// The version this change was made for; at another one it is `Conflict`.
    pub version: Option<i64>,
}

/// Which groups are wanted; all that is given must hold.
#[derive(Clone, Debug, Default)]
pub struct GroupFilter {
    /// Only those that stand so.
    pub status: Option<GroupStatus>,
    /// Only those of this sort, compared without case.
    pub kind: Option<String>,
}

impl NewGroup {
    /// What an outside system knows it by.
    pub fn external_id(&self) -> Option<&str> {
        self.external_id.as_deref()
    }

    /// The same with what the group shows where this says nothing of it, but for the description: for sources that know of nothing else.
    pub(crate) fn with_profile_of(&self, group: &Group) -> Self {
        let given = GroupProfilePatch {
            description: Some(self.profile.description.clone()),
            ..GroupProfilePatch::from(self.profile.clone())
        };
        Self { profile: group.profile.clone().unwrap_or_default().patched(given), ..self.clone() }
    }

    /// What the group shows of itself where it showed this before: nothing said makes no profile, and keeps one that is there.
    fn profile(&self, before: Option<&GroupProfile>) -> Option<GroupProfile> {
        let says_nothing = before.is_none() && self.profile == GroupProfile::default();
        (!says_nothing).then(|| self.profile.clone())
    }

    /// The group as it begins.
    pub(crate) fn found(&self, id: GroupId, stamp: Stamp) -> Group {
        Group {
            id,
            name: self.name.clone(),
            kind: self.kind.clone(),
            profile: self.profile(None),
            external_id: self.external_id.clone(),
            status: self.status,
            status_changed_at: None,
            status_changed_by: None,
            created_at: stamp.at,
            created_by: stamp.by,
            updated_at: stamp.at,
            version: 1,
        }
    }
}

impl TryFrom<GroupFields> for NewGroup {
    type Error = Error;

    fn try_from(fields: GroupFields) -> Result<Self> {
        let new = Self {
            name: canonical(&fields.name),
            kind: trimmed(fields.kind).unwrap_or_else(|| "TEAM".to_owned()),
            profile: fields.profile.trimmed(),
            external_id: verbatim(fields.external_id),
            status: fields.status.unwrap_or(GroupStatus::Active),
        };
        check_together([new.validate(), new.profile.validate()])?;
        Ok(new)
    }
}

impl Group {
    /// The group as the patch makes it, with the same rules as a new one.
    pub(crate) fn patched(&self, patch: &GroupPatch, stamp: Stamp) -> Result<Self> {
        if patch.version.is_some_and(|version| version != self.version) {
            return Err(Error::new(Code::Conflict, "the group has changed since it was read"));
        }
        let known = self.profile.clone().unwrap_or_default();
        let new = NewGroup::try_from(GroupFields {
            name: patch.name.clone().unwrap_or_else(|| self.name.clone()),
            kind: Some(patch.kind.clone().unwrap_or_else(|| self.kind.clone())),
            profile: known.patched(patch.profile.clone()),
            external_id: patch.external_id.clone().unwrap_or_else(|| self.external_id.clone()),
            status: Some(patch.status.unwrap_or(self.status)),
        })?;
        Ok(self.as_given(&new, stamp))
    }

    /// The same group with these fields; a later version only if they differ.
    pub(crate) fn as_given(&self, new: &NewGroup, stamp: Stamp) -> Self {
        let given = Self {
            name: new.name.clone(),
            kind: new.kind.clone(),
            profile: new.profile(self.profile.as_ref()),
            external_id: new.external_id.clone(),
            status: new.status,
            ..self.clone()
        };
        self.turned(given, stamp)
    }

    /// The same group showing this of itself; a later version only if it differs.
    pub(crate) fn showing(&self, profile: GroupProfile, stamp: Stamp) -> Self {
        self.turned(Self { profile: Some(profile), ..self.clone() }, stamp)
    }

    /// The group as it is to be, stamped if that is not how it is.
    fn turned(&self, mut wanted: Self, stamp: Stamp) -> Self {
        if wanted.status != self.status {
            (wanted.status_changed_at, wanted.status_changed_by) = (Some(stamp.at), stamp.by);
        }
        if wanted != *self {
            (wanted.updated_at, wanted.version) = (stamp.at, self.version + 1);
        }
        wanted
    }
}
