//! Roles, permissions and assignments as this family shows them.

use polity_directory::{Assignee, Granted, RoleAssignment, RoleFields, RolePatch, Stage, Step};
use polity_groups::GroupId;
use polity_kernel::{Error, FieldKind, Result, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A role.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Role {
    /// What it is called in addresses and assignments.
    id: String,
    /// The name people read.
    name: String,
    /// The product or area it belongs to.
    namespace: String,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    /// How far along it is.
    stage: RoleStage,
    /// What it gives, sorted. The built-in `owner` gives everything and lists nothing.
    permissions: Vec<Scope>,
}

/// A permission by its name.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Scope {
    /// The dotted name.
    #[schema(example = "org.directory.get", format = "permission")]
    pub(crate) scope: String,
}

/// How far along a role is.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum RoleStage {
    /// Being tried.
    Alpha,
    /// Nearly settled.
    Beta,
    /// Settled.
    Ga,
    /// Gives nothing.
    Disabled,
    /// Still works, to be replaced.
    Deprecated,
}

/// A role to make, or what one is to be.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct RoleBody {
    /// What it is to be called; needed to make one. In a PUT the path's id counts, and another here is refused.
    #[schema(format = "role-key")]
    pub(crate) id: Option<String>,
    /// The name people read; the id when absent.
    #[schema(format = "name")]
    name: Option<String>,
    /// The product or area it belongs to.
    #[schema(format = "word")]
    namespace: Option<String>,
    /// What it is for.
    #[schema(format = "description")]
    description: Option<String>,
    /// How far along it is; `ga` when absent.
    stage: Option<RoleStage>,
    /// What it gives; at most 500.
    #[serde(default)]
    permissions: Vec<Scope>,
}

/// A permission that somebody or a whole organization has.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Permission {
    /// The dotted name.
    scope: String,
    /// The chain of grants that gives it, from the person outwards; only when an explanation was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    via: Option<Vec<Link>>,
}

/// One link of the chain that gives a permission.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Link {
    /// `level`, `group`, `account_type` or `role`.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The thing's id in this family: a level's number, a group's UUID, an account type's code, a role's id.
    id: String,
    /// The name people read, where it differs.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
}

/// Whose permissions are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PermissionQuery {
    /// A person; without one, everything the organization's roles give.
    pub(crate) subject: Option<String>,
    /// Whether to add to each permission the chain that gives it.
    #[serde(default)]
    pub(crate) explain: bool,
}

/// A role carried by a person or group.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Assigned {
    /// The assignment's id.
    id: String,
    /// The role.
    role_id: String,
    /// The subject or the group.
    assigned_to: String,
    /// Which of the two.
    assignee_type: AssigneeType,
    /// The organization's key.
    org_id: String,
    /// Until when.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_date: Option<Timestamp>,
}

/// Who can carry a role.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum AssigneeType {
    /// A person.
    User,
    /// A group.
    Group,
}

/// Whom a role is to be given to.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct AssignBody {
    /// The subject or the group.
    pub(crate) assigned_to: String,
    /// Which of the two.
    pub(crate) assignee_type: AssigneeType,
    /// Until when; without end when absent.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(crate) expires_date: Option<Timestamp>,
}

/// Whom a role is to be taken from.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct AssignmentQuery {
    /// The subject or the group.
    pub(crate) assigned_to: String,
    /// Which of the two.
    #[param(inline)]
    pub(crate) assignee_type: AssigneeType,
}

/// A part of a role's assignments.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AssignmentPage {
    /// The assignments.
    pub(crate) docs: Vec<Assigned>,
    /// How many are in this part.
    pub(crate) count: usize,
    /// How many were asked for at most.
    pub(crate) limit: i64,
    /// How many were skipped.
    pub(crate) skip: i64,
}

/// A person's roles with what they give.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UserRoles {
    /// The subject.
    pub(crate) user_id: String,
    /// The organization's key.
    pub(crate) org_id: String,
    /// The roles.
    pub(crate) roles: Vec<Role>,
}

impl From<polity_directory::Role> for Role {
    fn from(role: polity_directory::Role) -> Self {
        Self {
            id: role.key.to_string(),
            permissions: role
                .permissions
                .iter()
                .map(|permission| Scope { scope: permission.to_string() })
                .collect(),
            name: role.name,
            namespace: role.namespace,
            description: role.description,
            stage: role.stage.into(),
        }
    }
}

impl RoleBody {
    /// Refuses another id than the path's.
    pub(crate) fn require_id(&self, id: &str) -> Result<()> {
        match &self.id {
            Some(other) if other.trim() != id => {
                Err(Error::field("id", FieldKind::Mismatch.told("is not the one in the path")))
            }
            _ => Ok(()),
        }
    }

    /// What a new role is to be.
    pub(crate) fn fields(self) -> RoleFields {
        RoleFields {
            key: self.id.unwrap_or_default(),
            name: self.name,
            namespace: self.namespace,
            description: self.description,
            stage: self.stage.map(Stage::from),
            permissions: scopes(self.permissions),
        }
    }

    /// What a role is to be from now on: PUT replaces.
    pub(crate) fn replacement(self) -> RolePatch {
        RolePatch {
            name: Some(self.name),
            namespace: Some(self.namespace),
            description: Some(self.description),
            stage: Some(self.stage.map_or(Stage::Ga, Stage::from)),
            permissions: Some(scopes(self.permissions)),
        }
    }
}

impl Permission {
    /// A permission with no word on where it comes from.
    pub(crate) fn plain(permission: &polity_kernel::Permission) -> Self {
        Self { scope: permission.to_string(), via: None }
    }

    /// A permission with the chain that gives it.
    pub(crate) fn explained(granted: Granted) -> Self {
        let via = granted.via.into_iter().map(Link::from).collect();
        Self { scope: granted.permission.to_string(), via: Some(via) }
    }
}

impl From<Step> for Link {
    fn from(step: Step) -> Self {
        let (kind, id, name) = match step {
            Step::Level(level) => ("level", level.number().to_string(), Some(level.to_string())),
            Step::Group(group, name) => ("group", group.to_string(), Some(name)),
            Step::AccountType(code) => ("account_type", code, None),
            Step::Role(role) => ("role", role, None),
        };
        Self { kind, id, name }
    }
}

impl Assigned {
    /// The assignment, with the person named as the caller knows them.
    pub(crate) fn new(assignment: &RoleAssignment, subject: Option<String>, organization: &str) -> Self {
        let (assigned_to, assignee_type) = match assignment.assignee {
            Assignee::Account(account) => {
                (subject.unwrap_or_else(|| account.to_string()), AssigneeType::User)
            }
            Assignee::Group(group) => (group.to_string(), AssigneeType::Group),
        };
        Self {
            id: assignment.id.to_string(),
            role_id: assignment.role.to_string(),
            assigned_to,
            assignee_type,
            org_id: organization.to_owned(),
            expires_date: assignment.expires_at,
        }
    }
}

/// A group id in a body or query: one that is not well-formed is a 400.
pub(crate) fn group(text: &str) -> Result<GroupId> {
    text.parse().map_err(|_| Error::field("assigned_to", FieldKind::Malformed.told("is not an id")))
}

fn scopes(permissions: Vec<Scope>) -> Vec<String> {
    permissions.into_iter().map(|permission| permission.scope).collect()
}

same_words!(Stage = RoleStage { Alpha Beta Ga Disabled Deprecated });
