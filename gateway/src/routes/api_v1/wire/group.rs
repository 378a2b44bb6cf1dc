//! Groups as this family shows them.

use polity_groups::{GroupFields, GroupFilter, GroupId, GroupPatch, GroupStatus};
use polity_kernel::{OrganizationId, Result};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::facts::profile;
use super::{CreationInfo, Status, StatusInfo, filled, present};

/// A named set of employees, accounts and other groups.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Group {
    /// The group's id.
    #[schema(value_type = Uuid)]
    id: GroupId,
    /// The organization's id.
    #[schema(value_type = Uuid)]
    organization: OrganizationId,
    /// The name people read; several groups may have it.
    name: String,
    /// What sort of group: `TEAM`, `DEPARTMENT`, `LOCATION`, `CUSTOM` or any other word.
    #[serde(rename = "type")]
    kind: String,
    /// Whether the status is `ACTIVE`.
    active: bool,
    /// How the group stands; one that is not active passes nothing on.
    status: StatusInfo,
    /// Who made the group, and when.
    created: CreationInfo,
    /// What else is known.
    #[schema(required)]
    profile: Option<GroupProfile>,
}

profile! {
    /// What is known of a group beyond its name.
    GroupProfile of polity_groups::GroupProfile;

    /// What is to be different about a group's profile: what is absent stays, `null` clears.
    GroupProfileChange of polity_groups::GroupProfilePatch;

    /// A picture or a sign for it.
    icon: "picture",
    /// What it is for.
    description: "description",
}

/// Which groups are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct GroupQuery {
    /// Only those that stand like this: `ACTIVE`, `INACTIVE`, `PENDING` or `DELETED`; another word finds none.
    #[param(pattern = r"^[^\x00]*$")]
    status: Option<String>,
    /// Only those of this sort, in any case.
    #[serde(rename = "type")]
    #[param(pattern = r"^[^\x00-\x1F\x7F-\x9F]*$")]
    kind: Option<String>,
}

/// A group to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GroupBody {
    /// The name people read.
    #[schema(format = "given-name")]
    name: String,
    /// What sort of group: `TEAM`, `DEPARTMENT`, `LOCATION`, `CUSTOM` or any other word.
    #[serde(rename = "type")]
    #[schema(format = "given-kind")]
    kind: String,
    /// How the group stands; `ACTIVE` when absent.
    status: Option<Status>,
}

/// What is to be different about a group: what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GroupChange {
    /// The name people read.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, format = "given-name")]
    name: Option<String>,
    /// What sort of group.
    #[serde(rename = "type", default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, format = "given-kind")]
    kind: Option<String>,
    /// How the group stands.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Status, required = false)]
    status: Option<Status>,
}

impl Group {
    /// The group.
    pub(crate) fn new(group: polity_groups::Group, organization: OrganizationId) -> Self {
        let status = StatusInfo::new(group.status, group.status_changed_at, group.status_changed_by);
        Self {
            id: group.id,
            organization,
            name: group.name,
            kind: group.kind,
            active: status.is_active(),
            status,
            created: CreationInfo::new(group.created_at, group.created_by),
            profile: group.profile.map(GroupProfile::from),
        }
    }
}

impl GroupQuery {
    /// What the groups must be; absent when none can be it.
    pub(crate) fn parsed(self) -> Option<GroupFilter> {
        let status = self.status.map(|word| word.to_lowercase().parse()).transpose().ok()?;
        Some(GroupFilter { status, kind: self.kind })
    }
}

impl GroupBody {
    /// What the new group is to be.
    pub(crate) fn parsed(self) -> Result<GroupFields> {
        Ok(GroupFields {
            name: filled("name", self.name)?,
            kind: Some(filled("type", self.kind)?),
            status: self.status.map(GroupStatus::from),
            ..GroupFields::default()
        })
    }
}

impl GroupChange {
    /// The change.
    pub(crate) fn parsed(self) -> Result<GroupPatch> {
        Ok(GroupPatch {
            name: self.name.map(|name| filled("name", name)).transpose()?,
            kind: self.kind.map(|kind| filled("type", kind)).transpose()?,
            status: self.status.map(GroupStatus::from),
            ..GroupPatch::default()
        })
    }
}

same_words!(GroupStatus = Status { Active Inactive Pending Deleted });
