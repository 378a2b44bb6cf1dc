//! What stands in the paths of the family.

use polity_directory::{InvitationId, OrganizationRef, RoleKey};
use polity_kernel::{AccountId, Actor, Error, Result};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::areas::Polity;

/// An organization.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct OrgPath {
    /// The organization's key, id or alias.
    #[serde(rename = "organizationId")]
    organization: String,
}

/// A person in an organization.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct SubjectPath {
    /// The organization's key, id or alias.
    #[serde(rename = "organizationId")]
    organization: String,
    /// The person's account id, or the pairwise subject that the calling client knows them by.
    #[serde(rename = "subjectId")]
    subject: String,
}

/// A person in an organization, as the routes on roles name them.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct UserPath {
    /// The organization's key, id or alias.
    #[serde(rename = "organizationId")]
    organization: String,
    /// The person's account id, or the pairwise subject that the calling client knows them by.
    #[serde(rename = "userId")]
    subject: String,
}

/// A role of a person.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct UserRolePath {
    /// The organization's key, id or alias.
    #[serde(rename = "organizationId")]
    organization: String,
    /// The person's account id, or the pairwise subject that the calling client knows them by.
    #[serde(rename = "userId")]
    subject: String,
    /// The role's id.
    #[serde(rename = "roleId")]
    role: String,
}

/// A role of an organization.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct RolePath {
    /// The organization's key, id or alias.
    #[serde(rename = "organizationId")]
    organization: String,
    /// The role's id.
    #[serde(rename = "roleId")]
    role: String,
}

/// An account type of an organization.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct TypePath {
    /// The organization's key, id or alias.
    #[serde(rename = "organizationId")]
    organization: String,
    /// The account type's code.
    pub(super) code: String,
}

/// An account type held by a person.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct HoldingPath {
    /// The organization's key, id or alias.
    #[serde(rename = "organizationId")]
    organization: String,
    /// The person's account id, or the pairwise subject that the calling client knows them by.
    #[serde(rename = "subjectId")]
    subject: String,
    /// The account type's code.
    pub(super) code: String,
}

/// An invitation of an organization.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct InvitePath {
    /// The organization's key, id or alias.
    #[serde(rename = "organizationId")]
    organization: String,
    /// The invitation's id.
    #[serde(rename = "inviteId")]
    invitation: String,
}

/// Every path above names an organization.
macro_rules! names_organization {
    ($($path:ident)+) => {
        $(impl $path {
            /// The organization.
            pub(super) fn organization(&self) -> Result<OrganizationRef> {
                self.organization.parse()
            }
        })+
    };
}

names_organization!(OrgPath SubjectPath UserPath UserRolePath RolePath TypePath HoldingPath InvitePath);

/// Some name a person.
macro_rules! names_subject {
    ($($path:ident)+) => {
        $(impl $path {
            /// The person, as the calling client knows them (OpenID Connect Core 1.0 §8.1).
            pub(super) fn account(&self, polity: &Polity, actor: &Actor) -> Result<AccountId> {
                resolve(polity, actor, &self.subject)
            }
        })+
    };
}

names_subject!(SubjectPath UserPath UserRolePath HoldingPath);

impl RolePath {
    /// The role. What cannot be the name of a role names none.
    pub(super) fn role(&self) -> Result<RoleKey> {
        role(&self.role)
    }
}

impl UserRolePath {
    /// The role. What cannot be the name of a role names none.
    pub(super) fn role(&self) -> Result<RoleKey> {
        role(&self.role)
    }
}

impl InvitePath {
    /// The invitation.
    pub(super) fn invitation(&self) -> Result<InvitationId> {
        self.invitation.parse().map_err(|_| Error::not_found("invitation"))
    }
}

/// The person a caller means by a subject.
pub(super) fn resolve(polity: &Polity, actor: &Actor, subject: &str) -> Result<AccountId> {
    polity.identity.resolve(actor.client(), subject)?.ok_or_else(|| Error::not_found("subject"))
}

fn role(text: &str) -> Result<RoleKey> {
    text.parse().map_err(|_| Error::not_found("role"))
}
