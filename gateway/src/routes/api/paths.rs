//! What stands in the paths of the family beside the organization, which [`super::scoped::Scoped`] reads.

use polity_directory::{AssignmentId, InvitationId, RoleId};
use polity_domains::{ConnectionId, DomainId};
use polity_kernel::{AccountId, Actor, Error, Result};
use polity_legal::LegalDocumentId;
use polity_projects::AppId;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::ask::segments::id;

/// What the organization of a path is called there.
pub(super) const ORGANIZATION: &str = "organization_id";

/// An organization.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "only read by the documentation")]
pub(super) struct OrganizationPath {
    /// The organization's id, key or alias, or `@current`.
    organization_id: String,
}

/// A member.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct MemberPath {
    /// The organization's id, key or alias, or `@current`.
    #[serde(rename = "organization_id")]
    #[expect(dead_code, reason = "only read by the documentation")]
    organization_id: String,
    /// The account's id, or `@me`.
    user_uuid: String,
}

/// A role.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct RolePath {
    /// The organization's id, key or alias, or `@current`.
    #[expect(dead_code, reason = "only read by the documentation")]
    organization_id: String,
    /// The role's id.
    #[param(format = Uuid)]
    id: String,
}

/// An invitation.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct InvitePath {
    /// The organization's id, key or alias, or `@current`.
    #[expect(dead_code, reason = "only read by the documentation")]
    organization_id: String,
    /// The invitation's id.
    #[param(format = Uuid)]
    id: String,
}

/// Where an invitation is taken up.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct SignupPath {
    /// The invitation's id.
    #[param(format = Uuid)]
    invite_id: String,
}

/// An integration.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct IntegrationPath {
    /// The organization's id, key or alias, or `@current`.
    #[expect(dead_code, reason = "only read by the documentation")]
    organization_id: String,
    /// The integration's id.
    #[param(format = Uuid)]
    id: String,
}

/// An e-mail domain.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct DomainPath {
    /// The organization's id, key or alias, or `@current`.
    #[expect(dead_code, reason = "only read by the documentation")]
    organization_id: String,
    /// The domain's id.
    #[param(format = Uuid)]
    id: String,
}

/// A connection.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct ConnectionPath {
    /// The organization's id, key or alias, or `@current`.
    #[expect(dead_code, reason = "only read by the documentation")]
    organization_id: String,
    /// The connection's id.
    #[param(format = Uuid)]
    id: String,
}

/// Those who carry a role.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct RoleMembershipsPath {
    /// The organization's id, key or alias, or `@current`.
    #[expect(dead_code, reason = "only read by the documentation")]
    organization_id: String,
    /// The role's id.
    #[param(format = Uuid)]
    role_id: String,
}

/// One who carries a role.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct RoleMembershipPath {
    /// The organization's id, key or alias, or `@current`.
    #[expect(dead_code, reason = "only read by the documentation")]
    organization_id: String,
    /// The role's id.
    #[param(format = Uuid)]
    role_id: String,
    /// The role membership's id.
    #[param(format = Uuid)]
    id: String,
}

/// A legal document.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct LegalDocumentPath {
    /// The organization's id, key or alias, or `@current`.
    #[expect(dead_code, reason = "only read by the documentation")]
    organization_id: String,
    /// The document's id.
    #[param(format = Uuid)]
    id: String,
}

/// A download.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct DownloadPath {
    /// What gives the file, for 60 seconds.
    pub(super) token: String,
}

impl MemberPath {
    /// The account that is meant.
    pub(super) fn account(&self, actor: &Actor) -> Result<AccountId> {
        if self.user_uuid == "@me" { actor.person() } else { id(&self.user_uuid, "member") }
    }
}

impl RolePath {
    /// The role.
    pub(super) fn role(&self) -> Result<RoleId> {
        role(&self.id)
    }
}

impl LegalDocumentPath {
    /// The document.
    pub(super) fn document(&self) -> Result<LegalDocumentId> {
        id(&self.id, "legal document")
    }
}

impl InvitePath {
    /// The invitation, where it can be one.
    pub(super) fn invitation(&self) -> Result<InvitationId> {
        id(&self.id, "invitation")
    }
}

impl SignupPath {
    /// The invitation, where it can be one.
    pub(super) fn invitation(&self) -> Result<InvitationId> {
        id(&self.invite_id, "invitation")
    }
}

impl IntegrationPath {
    /// The app.
    pub(super) fn app(&self) -> Result<AppId> {
        id(&self.id, "integration")
    }
}

impl DomainPath {
    /// The domain, where it can be one.
    pub(super) fn domain(&self) -> Result<DomainId> {
        id(&self.id, "domain")
    }
}

impl ConnectionPath {
    /// The connection, where it can be one.
    pub(super) fn connection(&self) -> Result<ConnectionId> {
        id(&self.id, "connection")
    }
}

impl RoleMembershipsPath {
    /// The role, where it can be one.
    pub(super) fn role(&self) -> Result<RoleId> {
        role(&self.role_id)
    }
}

impl RoleMembershipPath {
    /// The role and the assignment.
    pub(super) fn place(&self) -> Result<(RoleId, AssignmentId)> {
        Ok((role(&self.role_id)?, id(&self.id, "role membership")?))
    }
}

/// A role, but none that comes with a level: here levels are no roles.
fn role(text: &str) -> Result<RoleId> {
    let role: RoleId = id(text, "role")?;
    if role.is_of_level() { Err(Error::not_found("role")) } else { Ok(role) }
}
