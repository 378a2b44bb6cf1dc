//! The events of organizations: their types, and in the files below what each says.

mod invitation;
mod member;
mod organization;
mod role;

use polity_kernel::catalogue;
use polity_kernel::event::{EventType, Nothing};

pub(crate) use invitation::{Invitation, PromisedRoles};
pub(crate) use member::Member;
pub(crate) use organization::Organization;
pub(crate) use role::{Role, RoleAssignment, RoleRevoked};

/// How somebody became a member.
pub(crate) type Admission = EventType<Nothing, Member>;

/// How somebody's membership ended.
pub(crate) type Removal = EventType<Member, Nothing>;

catalogue! {
    /// An organization was founded.
    pub(crate) ORGANIZATION_CREATED = "organization.created": Nothing => Organization, rights;
    /// An organization's name, profile, settings, status or the like changed.
    pub(crate) ORGANIZATION_UPDATED = "organization.updated": Organization => Organization, rights;
    /// An organization was deleted. Filed with the platform's own: the organization's log goes with its rows.
    pub(crate) ORGANIZATION_DELETED = "organization.deleted": Organization => Nothing, rights;

    /// Somebody was made a member by others. The id is the account's, as with all that happens to members.
    pub(crate) MEMBER_ADDED = "member.added": Nothing => Member, rights;
    /// Somebody became a member by themselves: by an invitation or an address under a verified domain.
    pub(crate) MEMBER_JOINED = "member.joined": Nothing => Member, rights;
    /// Somebody took up a membership that others had made.
    pub(crate) MEMBER_ACCEPTED = "member.accepted": Member => Member, rights;
    /// A member's level or end changed.
    pub(crate) MEMBER_UPDATED = "member.updated": Member => Member, rights;
    /// A membership that was taken up counts as not taken up: somebody else may have done it with the account.
    pub(crate) MEMBER_PUT_BACK = "member.put_back": Nothing => Nothing, rights;
    /// Somebody's membership was ended by others.
    pub(crate) MEMBER_REMOVED = "member.removed": Member => Nothing, rights;
    /// Somebody ended their own membership.
    pub(crate) MEMBER_LEFT = "member.left": Member => Nothing, rights;

    /// A role was made. The id is the role's key, as with all that happens to roles.
    pub(crate) ROLE_CREATED = "role.created": Nothing => Role;
    /// What a role gives or is called changed.
    pub(crate) ROLE_UPDATED = "role.updated": Role => Role, rights;
    /// A role was deleted, and nobody carries it any more.
    pub(crate) ROLE_DELETED = "role.deleted": Role => Nothing, rights;
    /// A member or a group was given a role.
    pub(crate) ROLE_GRANTED = "role.granted": Nothing => RoleAssignment, rights;
    /// A role was taken from a member or a group.
    pub(crate) ROLE_REVOKED = "role.revoked": RoleRevoked => Nothing, rights;
    /// A role is carried until another time. The id is the assignment's.
    pub(crate) ROLE_ASSIGNMENT_UPDATED = "role_assignment.updated": RoleAssignment => RoleAssignment, rights;

    /// Somebody was invited.
    pub(crate) INVITATION_CREATED = "invitation.created": Nothing => Invitation;
    /// Another letter was asked for that tells of an invitation.
    pub(crate) INVITATION_SENT = "invitation.sent": Invitation => Invitation;
    /// A letter that tells of an invitation was handed over.
    pub(crate) INVITATION_MAILED = "invitation.mailed": Nothing => Nothing;
    /// An invitation promises other roles: one of them was deleted, or is another role of the same key.
    pub(crate) INVITATION_UPDATED = "invitation.updated": PromisedRoles => PromisedRoles;
    /// An invitation was taken up, or went with another one for the same address that was.
    pub(crate) INVITATION_CLAIMED = "invitation.claimed": Invitation => Member;
    /// An invitation was taken back.
    pub(crate) INVITATION_REVOKED = "invitation.revoked": Invitation => Nothing;
    /// An invitation offered nothing any more when somebody wanted to take it up.
    pub(crate) INVITATION_ENDED = "invitation.ended": Invitation => Nothing;
}
