//! Invitations as this family shows them.

use polity_directory::{Invitation, InvitationListFields, InvitationStatus};
use polity_kernel::{Error, Level, Result, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An invitation.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Invite {
    /// Its id.
    id: String,
    /// The same id.
    invite_id: String,
    /// What it is to; always an organization.
    scope: InviteScope,
    /// The organization.
    entity: Entity,
    /// Who invited; absent when a program did.
    #[serde(skip_serializing_if = "Option::is_none")]
    requesting_user_id: Option<String>,
    /// Whoever owns this address.
    email: String,
    /// When it was sent.
    #[schema(value_type = String, format = DateTime)]
    creation_date: Timestamp,
    /// Until when it can be accepted.
    #[schema(value_type = String, format = DateTime)]
    expires_date: Timestamp,
    /// What became of it.
    status: InviteStatus,
    /// The roles it gives.
    roles: Vec<String>,
}

/// What an invitation is to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum InviteScope {
    /// An organization.
    Organization,
}

/// The organization an invitation is to.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Entity {
    /// Its key; id and alias are understood too.
    pub(crate) id: String,
    /// The name people read.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
}

/// What became of an invitation.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum InviteStatus {
    /// Waits to be accepted.
    Pending,
    /// Its time ran out.
    Expired,
    /// Accepted.
    Claimed,
    /// Taken back.
    Revoked,
}

/// Invitations to send.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct InviteBody {
    /// Whom; 1 to 100 addresses.
    emails: Vec<String>,
    /// The roles they get; at most 50.
    #[serde(default)]
    roles: Vec<String>,
    /// For how many days from the start of today; 1 when absent, 28 when less than 1, at most 365.
    #[serde(rename = "expireDays")]
    expire_days: Option<i64>,
    /// Taken and ignored: an invitation always needs a verified address.
    #[serde(rename = "secure")]
    _secure: Option<bool>,
}

/// Which invitation is accepted.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct Accept {
    /// What it is to.
    #[serde(rename = "scope")]
    _scope: InviteScope,
    /// The organization.
    pub(crate) entity: Entity,
}

impl Invite {
    /// The invitation, with whoever invited named as the caller knows them.
    pub(crate) fn new(invitation: Invitation, inviter: Option<String>) -> Self {
        Self {
            id: invitation.id.to_string(),
            invite_id: invitation.id.to_string(),
            scope: InviteScope::Organization,
            entity: Entity { id: invitation.organization_key, name: Some(invitation.organization_name) },
            requesting_user_id: inviter,
            email: invitation.email.to_string(),
            creation_date: invitation.created_at,
            expires_date: invitation.expires_at,
            status: match invitation.status {
                InvitationStatus::Pending => InviteStatus::Pending,
                InvitationStatus::Expired => InviteStatus::Expired,
                InvitationStatus::Claimed => InviteStatus::Claimed,
                InvitationStatus::Revoked => InviteStatus::Revoked,
            },
            roles: invitation.roles.iter().map(ToString::to_string).collect(),
        }
    }
}

impl InviteBody {
    /// What is to be sent.
    pub(crate) fn fields(self) -> InvitationListFields {
        InvitationListFields {
            emails: self.emails,
            level: Level::Member,
            roles: self.roles,
            days: self.expire_days.unwrap_or(1),
        }
    }
}

impl Accept {
    /// The organization that is meant; what cannot be one is refused as a field.
    pub(crate) fn organization(&self) -> Result<polity_directory::OrganizationRef> {
        self.entity.id.parse().map_err(|_| Error::not_found("invitation"))
    }
}
