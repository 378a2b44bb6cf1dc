//! Invitations of one address each, told of by mail.

use polity_accounts::Account;
use polity_kernel::{Access, Actor, Page, Paged, Result};

use crate::{Followed, Invitation, InvitationId, NewDelegate, NewInvitee, TakenUp, Taker};

/// Promises to one address each, with what is said to it and roles in projects: the same rows as [`Invitations`](crate::Invitations),
/// valid for three days and told of by mail (contract api, sections 10 to 14 and 24).
///
/// Everybody who belongs to the organization may invite, as far as their credential leaves `org.directory.members.create`, unless the
/// organization is entitled to say otherwise and does ([`Settings::members_can_invite`](crate::Settings::members_can_invite));
/// whoever has that permission always may. Nobody promises a level above their own, nor a role in a project that they do not run. An
/// address has one invitation that waits: another takes its place. It is sent a mail a minute at most; a mail that comes too soon
/// after another leaves later.
///
/// So that nobody floods others with mail through an organization, a message has at most 1000 characters, at most 1000 invitations of
/// an organization wait, expired ones too, and it asks for at most 100 mails an hour; one that another took the place of counts too.
/// [`Invitations::invite`](crate::Invitations::invite) sends no mail, so it is not bounded, but what it makes waits too.
pub trait Inviting: Send + Sync {
    /// Invites an address.
    ///
    /// # Errors
    /// `AlreadyMember` when the address is a member's; `Invalid` at `projects` for what is not there or not the caller's to give, and at
    /// no field when 1000 wait; `Forbidden` where the address's invitation is combined with and promises what is not the caller's to give;
    /// `NotEntitled` when the license does not include roles in projects; `Throttled` for the 101st mail of the organization in an hour,
    /// with the seconds until there is room for it.
    fn invite_one(&self, access: &Access, new: NewInvitee) -> Result<Invitation>;

    /// Invites several, in order, all or none; at most [`MOST_INVITEES`](crate::MOST_INVITEES).
    ///
    /// # Errors
    /// As of one; what is wrong with an entry names its place before its field: `3.email`, for a member's address too. Each mail counts.
    fn invite_many(&self, access: &Access, new: Vec<NewInvitee>) -> Result<Vec<Invitation>>;

    /// Has somebody set the organization up, who gets level admin. Asked for again before the mail went out, it asks for the mail
    /// again. Such an invitation of the caller's to another organization is taken back soon.
    ///
    /// # Errors
    /// As of one; `Conflict` while another such invitation of the caller waits here; `PersonRequired` for a program; `Throttled` within a
    /// minute of the mail before.
    fn delegate_setup(&self, access: &Access, new: NewDelegate) -> Result<Invitation>;

    /// Sends a waiting invitation again, though its time ran out: it is good for three more days (contract api, decision 8). That is to
    /// promise it all once more, but for what was deleted since.
    ///
    /// # Errors
    /// `NotFound` when it was accepted or taken back; `AlreadyMember`; `Forbidden` where it promises what is not the caller's to give;
    /// `Throttled` within a minute of the last mail to the address, and for the 101st mail of the organization in an hour.
    fn resend_invitation(&self, access: &Access, id: InvitationId) -> Result<Invitation>;

    /// Takes a waiting invitation back, though its time ran out. Needs `org.directory.members.create`, or to have made it.
    ///
    /// # Errors
    /// `NotFound` when it was accepted or taken back.
    fn withdraw_invitation(&self, access: &Access, id: InvitationId) -> Result<()>;

    /// A page of the invitations that wait, the expired ones too, the newest first. Needs `org.members.list`.
    fn waiting_invitations(&self, access: &Access, page: Page) -> Result<Paged<Invitation>>;

    /// How many wait. Needs `org.members.list`.
    fn count_waiting_invitations(&self, access: &Access) -> Result<u64>;

    /// Those who made these invitations of the organization, each once, in no order: whoever has an invitation may know who made it.
    fn inviters(&self, access: &Access, invitations: &[Invitation]) -> Result<Vec<Account>>;

    /// What a link leads to, for a person who is signed in, or for anybody else who has it.
    ///
    /// # Errors
    /// `NotFound` when it was taken back or never was; `Conflict` when its time ran out or it was taken up; `OrganizationInactive`; of a
    /// person also `JoinRefused` for another or an unverified address, and `AlreadyMember`.
    fn follow_link(&self, follower: Option<&Actor>, id: InvitationId) -> Result<Followed>;

    /// Takes an invitation up: makes a member of whoever it is for, with all it promises; a project that was closed since is left out.
    /// Needs `org.directory.list` of a person who is signed in.
    ///
    /// A stranger gets an account whose address is *not* verified: the link alone proves nothing, since every member may read it. Nobody
    /// may be signed in to it before the address is proven.
    ///
    /// # Errors
    /// As [`Inviting::follow_link`]; `JoinRefused` for another or an unverified address; `AlreadyMember`; `Unauthenticated` for a
    /// stranger whose address has an account; `LimitReached`.
    fn take_up(&self, taker: Taker, id: InvitationId) -> Result<TakenUp>;
}
