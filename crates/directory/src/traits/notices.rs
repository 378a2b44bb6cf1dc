//! What jobs do about invitations after the transaction that promised it.

use polity_kernel::{AccountId, OrganizationId, Result};

use crate::{InvitationId, InvitationMail, JoinedMail, OverMail};

/// For jobs alone: nothing here asks for permission.
pub trait Notifying: Send + Sync {
    /// What the mail of this number says; absent when there is nothing to send (any more). For the job `mail.invitation`.
    fn invitation_mail(
        &self,
        organization: OrganizationId,
        id: InvitationId,
        number: i64,
    ) -> Result<Option<InvitationMail>>;

    /// Notes that the mail of this number was handed over. For the job `mail.invitation`.
    fn mailed(&self, organization: OrganizationId, id: InvitationId, number: i64) -> Result<()>;

    /// What is told of a new member to one of those who run the organization, at most 20 of them; absent when either is not (any more),
    /// or the address is not proven. For the job `mail.joined`.
    fn joined_mail(
        &self,
        organization: OrganizationId,
        joined: AccountId,
        to: AccountId,
    ) -> Result<Option<JoinedMail>>;

    /// What is told to one of those who run the organization of an invitation that ended since whoever sent it could not promise it any
    /// more; absent when they do not run it (any more), or the address is not proven. For the job `mail.invitation_over`.
    fn over_mail(
        &self,
        organization: OrganizationId,
        id: InvitationId,
        to: AccountId,
    ) -> Result<Option<OverMail>>;

    /// Takes back an invitation to set an organization up that was followed by one elsewhere; let be is one that does not wait, or that
    /// has become the person's last one again. For the job `directory.retract`.
    fn retract_delegation(&self, organization: OrganizationId, id: InvitationId) -> Result<()>;
}
