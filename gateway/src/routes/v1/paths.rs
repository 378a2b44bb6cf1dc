//! What stands in the paths of the family.

use polity_directory::ProjectId;
use polity_kernel::{AccountId, Result};
use polity_projects::SecretKeyRef;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::ask::segments::id;

/// An organization. [`crate::ask::current::Here`] reads it.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "only read by the documentation")]
pub(super) struct OrganizationPath {
    /// The organization's name (`metadata.name`), id or key.
    organization: String,
}

/// A project of the current organization.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct ProjectPath {
    /// The project's id.
    #[param(format = Uuid)]
    project: String,
}

/// Somebody in a project of the current organization.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct ProjectUserPath {
    /// The project's id.
    #[param(format = Uuid)]
    project: String,
    /// The account's id.
    #[param(format = Uuid)]
    user: String,
}

/// A secret key of a project.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct SecretKeyPath {
    /// The key itself, or its id.
    #[param(format = Uuid)]
    key: String,
}

impl ProjectPath {
    /// The project.
    pub(super) fn project(&self) -> Result<ProjectId> {
        id(&self.project, "project")
    }
}

impl ProjectUserPath {
    /// The project and the account.
    pub(super) fn place(&self) -> Result<(ProjectId, AccountId)> {
        Ok((id(&self.project, "project")?, id(&self.user, "user")?))
    }
}

impl SecretKeyPath {
    /// The key.
    pub(super) fn key(&self) -> Result<SecretKeyRef> {
        id(&self.key, "secret key")
    }
}
