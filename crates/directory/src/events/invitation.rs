//! What events say of invitations.

use polity_kernel::{AccountId, Level, OrganizationId, SubjectId, Timestamp, record};

use crate::{InvitationId, InvitationStatus, ProjectId, ProjectLevel};

record! {
    /// A promise of membership.
    pub(crate) struct Invitation of invitation: crate::Invitation {
        /// Its id.
        id: InvitationId,
        /// To where.
        organization: OrganizationId,
        /// What that organization is called.
        organization_name: String,
        /// The organization's key.
        organization_key: String,
        /// Whoever owns this address.
        email: String = invitation.email.to_string(),
        /// The level it gives: 1 for a member, 8 for an admin, 15 for an owner.
        level: Level,
        /// The roles it gives, by their keys.
        roles: Vec<String> = invitation.roles.iter().map(ToString::to_string).collect(),
        /// What became of it.
        status: InvitationStatus,
        /// Who invited; a program has no account.
        invited_by: Option<AccountId>,
        /// The program that invited.
        invited_by_program: Option<SubjectId>,
        /// When.
        created_at: Timestamp,
        /// Until when it can be accepted.
        expires_at: Timestamp,
        /// What whoever invites calls the person.
        first_name: Option<String>,
        /// What whoever invites has to say.
        message: Option<String>,
        /// The projects it gives a role in.
        projects: Vec<ProjectAccess> = invitation.projects.iter().map(ProjectAccess::from).collect(),
        /// Whether it asks somebody to set the organization up.
        is_delegation: bool,
        /// How many letters were asked for that tell of it.
        mails_asked: i64,
        /// The number of the last letter that was handed over; 0 while none was.
        mails_sent: i64,
        /// When the last letter that was asked for may leave.
        mail_due_at: Option<Timestamp>,
        /// When it last changed.
        updated_at: Timestamp,
    }
}

record! {
    /// A promise of a role in a project.
    pub(crate) struct ProjectAccess of access: crate::ProjectAccess {
        /// Where.
        project: ProjectId,
        /// What.
        level: ProjectLevel,
    }
}

record! {
    /// The roles that an invitation promises.
    pub(crate) struct PromisedRoles {
        /// Their keys.
        roles: Vec<String>,
    }
}
