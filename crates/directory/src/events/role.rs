//! What events say of roles and of who carries them.

use polity_kernel::{Permission, SubjectId, Timestamp, record};
use uuid::Uuid;

use crate::{AssignmentId, RoleId, RoleKey, Stage};

record! {
    /// A named set of permissions.
    pub(crate) struct Role of role: crate::Role {
        /// Its id.
        id: RoleId,
        /// What it is called in addresses and assignments.
        key: String = role.key.to_string(),
        /// The name people read.
        name: String,
        /// The product or area it belongs to.
        namespace: String,
        /// What it is for.
        description: Option<String>,
        /// How far along it is.
        stage: Stage,
        /// What it gives, in order.
        permissions: Vec<Permission> = role.permissions.iter().cloned().collect(),
        /// Whether it is polity's own and cannot be changed.
        built_in: bool,
        /// When it was made.
        created_at: Option<Timestamp>,
        /// Who made it.
        created_by: Option<SubjectId>,
    }
}

record! {
    /// One role carried by one account or group.
    pub(crate) struct RoleAssignment of given: crate::RoleAssignment {
        /// Its id.
        id: AssignmentId,
        /// Which role, by its key.
        role: String = given.role.to_string(),
        /// Who carries it.
        assignee: Assignee = Assignee::from(&given.assignee),
        /// Until when; absent: without end.
        expires_at: Option<Timestamp>,
    }
}

record! {
    /// A role that one account or group carries no more.
    pub(crate) struct RoleRevoked {
        /// Which role, by its key.
        role: String,
        /// Who carried it.
        assignee: Assignee,
    }
}

record! {
    /// A member, or everybody in a group.
    pub(crate) struct Assignee of assignee: crate::Assignee {
        /// `account` or `group`.
        kind: String = assignee.kind().to_owned(),
        /// Its id.
        id: Uuid = assignee.uuid(),
    }
}

impl RoleRevoked {
    pub(crate) fn of(role: &RoleKey, assignee: crate::Assignee) -> Self {
        Self { role: role.to_string(), assignee: Assignee::from(&assignee) }
    }
}
