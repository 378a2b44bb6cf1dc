//! The events of projects and apps: their types, and what each says.

use std::collections::BTreeMap;

use polity_directory::{AppStatus, ProjectId};
use polity_kernel::event::Nothing;
use polity_kernel::{AccountId, OrganizationId, SubjectId, Timestamp, catalogue, record};
use serde_json::Value;

use crate::app::AppId;
use crate::project::{ProjectMemberId, ProjectRole};

catalogue! {
    /// A project was opened.
    pub(crate) PROJECT_OPENED = "project.opened": Nothing => Project, rights;
    /// A project's name, description or parameters changed.
    pub(crate) PROJECT_UPDATED = "project.updated": Project => Project;
    /// A project was closed, with all roles in it.
    pub(crate) PROJECT_CLOSED = "project.closed": Project => Nothing, rights;

    /// Somebody was given a role in a project. The id is the project's, as with all that happens to roles in it.
    pub(crate) PROJECT_ROLE_GRANTED = "project_role.granted": Nothing => ProjectMember, rights;
    /// Somebody has another role in a project.
    pub(crate) PROJECT_ROLE_UPDATED = "project_role.updated": ProjectMember => ProjectMember, rights;
    /// Somebody has no role in a project any more.
    pub(crate) PROJECT_ROLE_REVOKED = "project_role.revoked": ProjectMember => Nothing, rights;

    /// A project got another secret key.
    pub(crate) SECRET_KEY_ADDED = "secret_key.added": Nothing => SecretKey;
    /// A secret key of a project became the one to use.
    pub(crate) SECRET_KEY_PREFERRED = "secret_key.preferred": Nothing => SecretKey;
    /// A secret key of a project was taken out of use.
    pub(crate) SECRET_KEY_WITHDRAWN = "secret_key.withdrawn": SecretKey => Nothing;

    /// An app was connected.
    pub(crate) APP_CONNECTED = "app.connected": Nothing => App;
    /// An app's name, status, values or the like changed.
    pub(crate) APP_UPDATED = "app.updated": App => App;
    /// An app was disconnected.
    pub(crate) APP_DISCONNECTED = "app.disconnected": App => Nothing;
}

record! {
    /// A work space of an organization.
    pub(crate) struct Project of project: crate::Project {
        /// Its id, which never changes.
        id: ProjectId,
        /// The number it has for callers whose ids are integers.
        number: i64,
        /// Whose it is.
        organization: OrganizationId,
        /// The name programs read.
        alias: String = project.alias.as_str().to_owned(),
        /// The name people read.
        name: String,
        /// What it is for.
        description: Option<String>,
        /// What programs set for it, secrets masked.
        parameters: Vec<ProjectParameter> = project.parameters.iter().map(ProjectParameter::from).collect(),
        /// Who opened it.
        created_by: Option<SubjectId>,
        /// When it was opened.
        created_at: Timestamp,
        /// When it or its secret keys last changed.
        updated_at: Timestamp,
        /// Raised by each change, of its secret keys too.
        version: i64,
    }
}

record! {
    /// One parameter that programs set.
    pub(crate) struct ProjectParameter of parameter: polity_directory::Parameter {
        /// Its name.
        name: String,
        /// Its value; a mask in the place of a secret.
        value: Value,
        /// Whether the value is secret.
        sensitive: bool,
        /// Whether the value is a credential.
        credential: bool,
    }
}

record! {
    /// An account with a role in a project.
    pub(crate) struct ProjectMember of member: crate::ProjectMember {
        /// Its id.
        id: ProjectMemberId,
        /// Where.
        project: ProjectId,
        /// Who.
        account: AccountId,
        /// What they are there.
        role: ProjectRole,
        /// Who gave them the first role.
        created_by: Option<SubjectId>,
        /// Since when.
        created_at: Timestamp,
        /// Raised by each change.
        version: i64,
    }
}

record! {
    /// A secret key of a project, of whose secret nothing is told.
    pub(crate) struct SecretKey {
        /// Whose it is.
        project: ProjectId,
    }
}

record! {
    /// A link to an outside system.
    pub(crate) struct App of app: crate::App {
        /// Its id.
        id: AppId,
        /// Whose it is.
        organization: OrganizationId,
        /// What sort of system: any word.
        kind: String,
        /// What the outside system calls the organization.
        external_id: Option<String>,
        /// The name people read.
        name: String,
        /// Whether it is the operator's own system.
        internal: bool,
        /// How it stands.
        status: AppStatus,
        /// What the two systems know of each other; no secret.
        values: BTreeMap<String, Value>,
        /// The projects that serve the environments of the outside system.
        environments: Option<Environments> = app.environments.as_ref().map(Environments::from),
        /// Who connected it.
        created_by: Option<SubjectId>,
        /// When it was connected.
        created_at: Timestamp,
        /// When its status last changed.
        status_changed_at: Option<Timestamp>,
        /// Who changed it.
        status_changed_by: Option<SubjectId>,
        /// When it last changed.
        updated_at: Timestamp,
        /// Raised by each change.
        version: i64,
    }
}

record! {
    /// Which projects serve the environments of an outside system, by their numbers.
    pub(crate) struct Environments of environments: crate::Environments {
        /// What its users see.
        production: i64,
        /// What is tried out before that.
        preview: i64,
        /// What is being made.
        development: i64,
    }
}
