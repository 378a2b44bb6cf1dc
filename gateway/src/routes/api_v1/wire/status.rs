//! How things stand and where they come from, alike in all objects of the family.

use polity_kernel::{SubjectId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How something stands; only what is active counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum Status {
    /// It counts.
    Active,
    /// Not at present.
    Inactive,
    /// Not yet.
    Pending,
    /// Not any more; kept on record.
    Deleted,
}

/// How something stands, and since when.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StatusInfo {
    /// How it stands.
    current: Status,
    /// When that last changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    changed_at: Option<Timestamp>,
    /// Who changed it: an account, a program or a key.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>)]
    changed_by: Option<SubjectId>,
}

/// Where something comes from.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreationInfo {
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// Who made it: an account, a program or a key.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>)]
    created_by: Option<SubjectId>,
}

impl Status {
    /// Whether it counts.
    pub(crate) fn is_active(self) -> bool {
        self == Self::Active
    }
}

impl StatusInfo {
    /// How something stands, since when and by whom.
    pub(crate) fn new(
        current: impl Into<Status>,
        changed_at: Option<Timestamp>,
        changed_by: Option<SubjectId>,
    ) -> Self {
        Self { current: current.into(), changed_at, changed_by }
    }

    /// Whether it counts.
    pub(crate) fn is_active(&self) -> bool {
        self.current.is_active()
    }
}

impl CreationInfo {
    /// When something was made and by whom.
    pub(crate) fn new(created_at: Timestamp, created_by: Option<SubjectId>) -> Self {
        Self { created_at, created_by }
    }
}
