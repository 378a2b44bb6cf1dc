//! Invitations as this family shows them.

use std::collections::HashMap;

use polity_accounts::Account;
use polity_directory::{Invitation, InvitationId, InvitationStatus, ProjectId};
use polity_kernel::{AccountId, Level};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Moment, UserBasic};

/// An invitation that waits.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrganizationInvite {
    /// Its id, which is also what its link ends with.
    #[schema(value_type = uuid::Uuid)]
    id: InvitationId,
    /// Whom it invites.
    #[schema(format = "email")]
    target_email: String,
    /// What whoever invites calls them.
    #[schema(format = "first-name")]
    first_name: String,
    /// Whether a mail was asked for that tells of it; of one to set the organization up, whether one has left.
    emailing_attempt_made: bool,
    /// The level it gives: 1 member, 8 administrator, 15 owner.
    #[schema(value_type = i16)]
    level: Level,
    /// Whether its three days are over; it can be sent again.
    is_expired: bool,
    /// Who invited; null for a program.
    created_by: Option<UserBasic>,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    created_at: Moment,
    /// When it last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Moment,
    /// What whoever invites has to say.
    message: Option<String>,
    /// The projects it gives access to; null for none. Those closed since are left out.
    private_project_access: Option<Vec<ProjectPromise>>,
}

/// Access to a project.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProjectPromise {
    /// The project's number.
    id: i64,
    /// `none`, `member` or `admin`.
    level: &'static str,
}

/// Whom to invite.
#[derive(ToSchema)]
#[schema(as = OrganizationInviteBody)]
#[expect(dead_code, reason = "only read by the documentation: fields are read one by one")]
pub(crate) struct InviteBody {
    /// The address.
    #[schema(format = "email")]
    target_email: String,
    /// What they are called.
    #[schema(format = "first-name")]
    first_name: Option<String>,
    /// The level they get, at most the caller's own: 1 member, the default; 8 administrator; 15 owner.
    level: Option<i16>,
    /// What there is to say to them.
    #[schema(format = "message")]
    message: Option<String>,
    /// Projects to give access to: `id` is a project's number, `level` one of `none`, `member`, `admin`.
    private_project_access: Option<Vec<ProjectPromise>>,
    /// Whether a mail is to tell them; true when absent.
    send_email: Option<bool>,
    /// Whether what a waiting invitation of the address promises is kept where it is more; false when absent.
    combine_pending_invites: Option<bool>,
}

/// Whom to have set the organization up.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only read by the documentation: fields are read one by one")]
pub(crate) struct DelegateBody {
    /// The address.
    #[schema(format = "email")]
    target_email: String,
    /// What there is to say to them.
    #[schema(format = "message")]
    message: Option<String>,
    /// How far the caller had come; it is not kept.
    #[schema(max_length = 64)]
    step_at_delegation: Option<String>,
}

/// What a link leads to, before it is taken up.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InviteCheck {
    /// The invitation.
    #[schema(value_type = uuid::Uuid)]
    id: InvitationId,
    /// Whom it invites.
    target_email: String,
    /// What whoever invites calls them.
    first_name: String,
    /// Where to.
    organization_name: String,
}

/// How an invitation is taken up by somebody who is not signed in; whoever is, says nothing.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only read by the documentation: fields are read one by one")]
pub(crate) struct SignupBody {
    /// What they are called.
    #[schema(format = "word")]
    first_name: Option<String>,
    /// What they are going to sign in with.
    #[schema(format = "new-password")]
    password: Option<String>,
    /// What they do there, in their own words.
    #[schema(format = "word")]
    role_at_organization: Option<String>,
}

/// Who has joined.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Joined {
    /// The person.
    #[serde(flatten)]
    user: UserBasic,
    /// The page to go on with.
    redirect_url: String,
}

impl OrganizationInvite {
    /// The invitation, with who made it and the projects' numbers out of these.
    pub(crate) fn of(
        invitation: Invitation,
        inviters: &HashMap<AccountId, Account>,
        numbers: &HashMap<ProjectId, i64>,
    ) -> Self {
        let promises = invitation.projects.iter().filter_map(|access| {
            Some(ProjectPromise { id: *numbers.get(&access.project)?, level: access.level.as_str() })
        });
        let promises: Vec<ProjectPromise> = promises.collect();
        let inviter = invitation.invited_by.and_then(|account| inviters.get(&account));
        Self {
            id: invitation.id,
            target_email: invitation.email.to_string(),
            first_name: invitation.first_name.unwrap_or_default(),
            emailing_attempt_made: match invitation.is_delegation {
                true => invitation.mails_sent > 0,
                false => invitation.mails_asked > 0,
            },
            level: invitation.level,
            is_expired: invitation.status == InvitationStatus::Expired,
            created_by: inviter.cloned().map(UserBasic::from),
            created_at: Moment(invitation.created_at),
            updated_at: Moment(invitation.updated_at),
            message: invitation.message,
            private_project_access: (!promises.is_empty()).then_some(promises),
        }
    }
}

impl From<Invitation> for InviteCheck {
    fn from(invitation: Invitation) -> Self {
        Self {
            id: invitation.id,
            target_email: invitation.email.to_string(),
            first_name: invitation.first_name.unwrap_or_default(),
            organization_name: invitation.organization_name,
        }
    }
}

impl Joined {
    /// Whoever has joined, and where they go on.
    pub(crate) fn of(account: Account, redirect_url: String) -> Self {
        Self { user: account.into(), redirect_url }
    }
}
