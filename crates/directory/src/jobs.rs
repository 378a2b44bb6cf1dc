//! What is promised about organizations, to be done after the transaction: letters, and what takes long or touches another organization.

use polity_kernel::job::Work;
use polity_kernel::{AccountId, OrganizationId};
use serde::{Deserialize, Serialize};

use crate::invitation::InvitationId;

/// What a deleted organization left behind is removed, batch by batch.
#[derive(Debug, Serialize, Deserialize)]
pub struct Purge {
    /// The organization that is gone.
    pub organization: OrganizationId,
}

/// An invitation to set an organization up is taken back that was followed by one elsewhere.
#[derive(Debug, Serialize, Deserialize)]
pub struct RetractDelegation {
    /// Where the earlier one is.
    pub organization: OrganizationId,
    /// The earlier one.
    pub invitation: InvitationId,
}

/// A letter to somebody who is invited.
#[derive(Debug, Serialize, Deserialize)]
pub struct MailInvitation {
    /// Where to.
    pub organization: OrganizationId,
    /// The invitation.
    pub invitation: InvitationId,
    /// Which of its letters this is, counted from 1: an earlier one is not sent any more.
    pub number: i64,
}

/// A letter to one of those who run an organization: nobody could take an invitation up.
#[derive(Debug, Serialize, Deserialize)]
pub struct TellInvitationOver {
    /// The organization.
    pub organization: OrganizationId,
    /// The invitation that is over.
    pub invitation: InvitationId,
    /// Who is told.
    pub to: AccountId,
}

/// A letter to one of those who run an organization about a new member.
#[derive(Debug, Serialize, Deserialize)]
pub struct TellJoined {
    /// The organization.
    pub organization: OrganizationId,
    /// Who has joined.
    pub joined: AccountId,
    /// Who is told.
    pub to: AccountId,
}

impl Work for Purge {
    const KIND: &'static str = "directory.purge";
}

impl Work for RetractDelegation {
    const KIND: &'static str = "directory.retract";
}

impl Work for MailInvitation {
    const KIND: &'static str = "mail.invitation";
}

impl Work for TellInvitationOver {
    const KIND: &'static str = "mail.invitation_over";
}

impl Work for TellJoined {
    const KIND: &'static str = "mail.joined";
}
