//! Rows of an import: what an outside source says of groups and of who is in them.

use polity_accounts::EmailAddress;
use polity_kernel::text::{parsed_at, trimmed};
use polity_kernel::{Error, FieldKind, Result, Timestamp};

use crate::{GroupFields, GroupPatch, GroupProfile, GroupStatus, MemberKind, NewGroup};

/// What a source says of one group, known by its external id.
#[derive(Clone, Debug, Default)]
pub struct GroupRow {
    /// What the source knows it by; 1 to 255 characters.
    pub external_id: String,
    /// The name people read; 1 to 200 characters.
    pub name: String,
    /// What sort of group it is; absent: `TEAM`, or as it is.
    pub kind: Option<String>,
    /// What it shows of itself; what is absent in it: nothing, or as it is.
    pub profile: GroupProfile,
    /// How it stands; absent: active, or as it is.
    pub status: Option<GroupStatus>,
    /// The external id of the group it is nested in; absent: in none but those it is in already.
    pub parent: Option<String>,
}

/// What a source says of one place in a group.
#[derive(Clone, Debug)]
pub struct MembershipRow {
    /// The group's external id.
    pub group: String,
    /// What the member is.
    pub member_kind: MemberKind,
    /// The e-mail address of an employee of the organization or of any account, or the external id of a group.
    pub member: String,
    /// As what; absent: `MEMBER`, or as it is.
    pub kind: Option<String>,
    /// Until when; absent: without end, or as it is.
    pub expires_at: Option<Timestamp>,
}

impl GroupRow {
    /// The most rows of one call.
    pub const MOST: usize = 16_000;

    /// The group to make where there is none yet.
    pub(crate) fn group(&self) -> Result<NewGroup> {
        let new = NewGroup::try_from(GroupFields {
            name: self.name.clone(),
            kind: self.kind.clone(),
            profile: self.profile.clone(),
            external_id: Some(self.external_id.clone()),
            status: self.status,
        })?;
        if new.external_id().is_none() {
            return Err(Error::field("external_id", FieldKind::Required.told("is missing")));
        }
        Ok(new)
    }

    /// The change to make of one that is there.
    pub(crate) fn patch(&self) -> GroupPatch {
        GroupPatch {
            name: Some(self.name.clone()),
            kind: trimmed(self.kind.clone()),
            profile: self.profile.clone().trimmed().into(),
            status: self.status,
            ..GroupPatch::default()
        }
    }
}

impl MembershipRow {
    /// The most rows of one call.
    pub const MOST: usize = GroupRow::MOST;

    /// The address that names an employee or an account.
    pub(crate) fn email(&self) -> Result<EmailAddress> {
        parsed_at("member", &self.member)
    }
}
