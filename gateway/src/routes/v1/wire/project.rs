//! Projects as this family shows them: to programs they are accounts.

use polity_directory::{NewProject, ProjectFields};
use polity_kernel::{AccountId, Result, SubjectId, Timestamp};
use polity_projects::{ProjectMember, ProjectPatch, ProjectRole, SecretKey};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Envelope, Kind, Metadata, OrganizationSpec, Parameter};
use crate::ask::fields::{filled, present, sent};

/// What a project consists of.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AccountSpec {
    /// The default of its secret keys; only for its admins.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Uuid)]
    secret_key: Option<String>,
    /// Its other secret keys; only for its admins.
    #[serde(skip_serializing_if = "Option::is_none")]
    alternate_secret_keys: Option<Vec<String>>,
    /// What programs have set for it.
    parameters: Vec<Parameter>,
}

/// One project.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AccountAnswer {
    /// The project.
    pub(crate) account: Envelope<AccountSpec>,
}

/// Projects.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only read by the documentation: the list is streamed")]
pub(crate) struct AccountList {
    /// The projects, the oldest first.
    accounts: Vec<Envelope<AccountSpec>>,
}

impl AccountList {
    /// What the items stand under.
    pub(crate) const ITEMS: &str = "accounts";
}

/// Projects of several organizations.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "only read by the documentation: the list is streamed")]
pub(crate) struct AllAccounts {
    /// The id of the project the caller works in, when there is one.
    #[schema(required = false, format = Uuid)]
    active_account_id: String,
    /// The organizations, the oldest first.
    organization_accounts: Vec<OrganizationAccounts>,
}

/// An organization and its projects.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "only read by the documentation: the list is streamed")]
pub(crate) struct OrganizationAccounts {
    /// The organization.
    organization: Envelope<OrganizationSpec>,
    /// The projects that the caller sees, the oldest first.
    accounts: Vec<Envelope<AccountSpec>>,
    /// Whether people sign in through a service of the organization's own.
    #[schema(rename = "ssoEnabled")]
    sso_enabled: bool,
}

/// A project to open.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct ProjectBody {
    /// The display name that no other project of the organization has.
    #[schema(format = "given-name")]
    name: String,
    /// What it is for.
    #[schema(format = "description")]
    description: Option<String>,
    /// At most 50.
    #[serde(default)]
    parameters: Vec<Parameter>,
}

/// A change of a project; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct ProjectChange {
    /// The display name that no other project of the organization has; `metadata.name` stays.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, format = "given-name")]
    name: Option<String>,
    /// What it is for; null clears it.
    #[serde(default, deserialize_with = "sent")]
    #[schema(value_type = Option<String>, format = "description")]
    description: Option<Option<String>>,
    /// Parameters in place of all that were; at most 50.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Vec<Parameter>, required = false)]
    parameters: Option<Vec<Parameter>>,
}

/// Somebody with a role in a project.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProjectUser {
    /// The id of the account.
    #[schema(value_type = Uuid)]
    id: AccountId,
    /// What they are there.
    role: UserRole,
    /// Since when they have a role there.
    #[schema(value_type = String, format = DateTime)]
    since: Timestamp,
    /// Who gave them the first one.
    #[serde(rename = "givenBy", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>)]
    given_by: Option<SubjectId>,
}

/// Whoever has a role in a project.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only read by the documentation: the list is streamed")]
pub(crate) struct ProjectUserList {
    /// The people, in order of joining the project.
    users: Vec<ProjectUser>,
}

impl ProjectUserList {
    /// What the items stand under.
    pub(crate) const ITEMS: &str = "users";
}

/// A role to give.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct ProjectRoleBody {
    /// What they are to be.
    pub(crate) role: UserRole,
}

/// What somebody is in a project.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum UserRole {
    /// Reads.
    Viewer,
    /// Works in it.
    User,
    /// Runs it.
    Admin,
}

same_words!(ProjectRole = UserRole { Viewer User Admin });

impl Envelope<AccountSpec> {
    /// The project as the caller may see it.
    pub(crate) fn of_project(project: polity_projects::Project) -> Result<Self> {
        let metadata = Metadata {
            id: project.id.to_string(),
            name: project.alias.as_str().to_owned(),
            display_name: Some(project.name),
            description: project.description,
            version: project.version,
            date_modified: Some(project.updated_at),
            ..Metadata::default()
        };
        let shown = |keys: &[SecretKey]| keys.iter().map(|key| key.secret.exposed()).collect::<Vec<_>>();
        let (secret_key, alternate_secret_keys) = match project.secret_keys.as_deref() {
            Some([default, others @ ..]) => (Some(default.secret.exposed()), Some(shown(others))),
            Some([]) | None => (None, None),
        };
        let parameters = project.parameters.iter().map(Parameter::from).collect();
        Self::new(Kind::Account, metadata, AccountSpec { secret_key, alternate_secret_keys, parameters })
    }
}

impl ProjectBody {
    /// What the new project is to be.
    pub(crate) fn parsed(self) -> Result<NewProject> {
        NewProject::try_from(ProjectFields {
            name: filled("name", self.name)?,
            description: self.description,
            parameters: self.parameters.into_iter().map(Into::into).collect(),
        })
    }
}

impl ProjectChange {
    /// The change.
    pub(crate) fn parsed(self) -> Result<ProjectPatch> {
        Ok(ProjectPatch {
            name: self.name.map(|name| filled("name", name)).transpose()?,
            description: self.description,
            parameters: self.parameters.map(|list| list.into_iter().map(Into::into).collect()),
        })
    }
}

impl From<ProjectMember> for ProjectUser {
    fn from(member: ProjectMember) -> Self {
        Self {
            id: member.account,
            role: member.role.into(),
            since: member.created_at,
            given_by: member.created_by,
        }
    }
}
