//! Who is to belong to an organization.

use polity_accounts::Account;
use polity_kernel::{Access, Actor, Page, Paged, Result};

use crate::{
    Accepted, Followed, Invitation, InvitationFilter, InvitationId, InvitationRef, NewInvitation, Taker,
};

/// Promises of membership to one address each, with roles, roles in projects, and what is said to whoever it is.
///
/// Everybody who belongs to the organization may invite, as far as their credential leaves `org.directory.members.create`, unless the
/// organization is entitled to say otherwise and does ([`Settings::members_can_invite`](crate::Settings::members_can_invite));
/// whoever has that permission always may. A [list of addresses](crate::NewInvitations) is for them alone. Nobody promises a level above
/// their own, a role that gives more than they have, nor a role in a project that they do not run. An address has one invitation that
/// waits: another takes its place. It is sent a mail a minute at most; a mail that comes too soon after another leaves later.
///
/// So that nobody floods others through an organization, of what any member may send a message has at most 1000 characters, at most 1000
/// invitations of an organization wait, expired ones too, and it asks for at most 100 mails an hour; one that another took the place of
/// counts too.
pub trait Invitations: Send + Sync {
    /// Invites addresses in order, all or none; at most 100.
    ///
    /// # Errors
    /// Each says which [item](polity_kernel::Error::item) of the list it is about, where it is about one. `AlreadyMember` when the address
    /// is a member's; `Invalid` at `roles` or `projects` for what is not there or not the caller's to give, and at no field when 1000
    /// wait; `Forbidden` for what is not the caller's to promise, also by what it is combined with; `NotEntitled` when the license does not
    /// include roles in projects; `Throttled` for the 101st mail of the organization in an hour, with the seconds until there is room. Of
    /// somebody who is to set the organization up also `Conflict` while another such invitation of the caller waits here,
    /// `PersonRequired` for a program, and `Throttled` within a minute of the mail before.
    fn invite(&self, access: &Access, new: Vec<NewInvitation>) -> Result<Vec<Invitation>>;

    /// Sends a waiting invitation again, though its time ran out: it is good for three more days. That is to promise it all once
    /// more, but for what was deleted since.
    ///
    /// # Errors
    /// `NotFound` when it was accepted or taken back; `AlreadyMember`; `Forbidden` where it promises what is not the caller's to give;
    /// `Throttled` within a minute of the last mail to the address, and for the 101st mail of the organization in an hour.
    fn resend(&self, access: &Access, id: InvitationId) -> Result<Invitation>;

    /// Takes a waiting invitation back, though its time ran out. Needs `org.directory.members.create`, or to have made it.
    ///
    /// # Errors
    /// `NotFound` when it was accepted or taken back.
    fn withdraw(&self, access: &Access, id: InvitationId) -> Result<()>;

    /// A page of the organization's invitations. Needs what [`InvitationFilter`] says.
    fn invitations(&self, access: &Access, which: InvitationFilter, page: Page) -> Result<Paged<Invitation>>;

    /// How many there are. Needs what [`InvitationFilter`] says.
    fn invitation_count(&self, access: &Access, which: InvitationFilter) -> Result<u64>;

    /// Those who made these invitations of the organization, each once, in no order: whoever has an invitation may know who made it.
    fn inviters(&self, access: &Access, invitations: &[Invitation]) -> Result<Vec<Account>>;

    /// The caller's own live invitations, at most 10, the oldest first. Needs `org.directory.list`.
    fn invitations_of(&self, actor: &Actor) -> Result<Vec<Invitation>>;

    /// What a link leads to, for a person who is signed in, or for anybody else who has it.
    ///
    /// # Errors
    /// `NotFound` when it was taken back or never was; `Conflict` when its time ran out or it was taken up; `OrganizationInactive`; of a
    /// person also `JoinRefused` for another or an unverified address, and `AlreadyMember`.
    fn follow(&self, follower: Option<&Actor>, id: InvitationId) -> Result<Followed>;

    /// Accepts an invitation: makes a member of whoever it is for, with all it promises; a project that was closed since is left out.
    /// Needs `org.directory.list` of a person who is signed in.
    ///
    /// A stranger gets an account whose address is *not* verified: the link alone proves nothing, since every member may read it. Nobody
    /// may be signed in to it before the address is proven.
    ///
    /// # Errors
    /// As [`Invitations::follow`]; `JoinRefused` for another or an unverified address; `AlreadyMember` by a link; `Unauthenticated` for a
    /// stranger whose address has an account; `InvitationOver` where whoever sent it cannot promise it any more; `LimitReached`.
    fn accept(&self, taker: Taker, invitation: &InvitationRef) -> Result<Accepted>;
}
