//! Groups of an organization: who is in them, and how they nest.
//!
//! * A group in a group is nested: whoever is in the child is in the parent too, at any depth up to [`MAX_DEPTH`].
//! * No group contains itself, directly or through others, also under concurrent writers: whatever adds a group to a
//!   group holds the organization's epoch alone, and looks for the cycle inside its own transaction.
//! * A group that is not active passes nothing on: neither its members to its parents nor, therefore, any right.
//! * Whether a membership has expired is judged when it is read.
//! * Groups know nothing of roles and nothing of who is a member of the organization; the directory does.

mod group;
mod membership;
pub mod permissions;
mod schema;
mod service;
mod store;
pub mod within;

use polity_kernel::{Access, Page, Paged, Result, Tx};

pub use group::{Group, GroupFields, GroupId, GroupPatch, GroupStatus, NewGroup};
pub use membership::{
    Chain, Changes, Link, MAX_DEPTH, Member, MemberFilter, MemberKind, Membership, MembershipFields,
    NewMembership,
};
pub use service::Service;

/// What groups mean to another area: asked inside the transaction of a change, which its failure undoes.
#[derive(Clone, Copy, Debug)]
pub struct Guard {
    /// Somebody is to be in this group, or it is to pass on again what it carries.
    pub placing: fn(&mut Tx<'_>, &Access, GroupId) -> Result<()>,
    /// This group is to be removed.
    pub removing: fn(&mut Tx<'_>, &Access, GroupId) -> Result<()>,
}

/// Groups of one organization and what belongs to them.
pub trait Groups: Send + Sync {
    /// Makes a group; an external id that is taken is `Conflict`, a name may be.
    fn create(&self, access: &Access, new: NewGroup) -> Result<Group>;

    /// One group.
    fn group(&self, access: &Access, id: GroupId) -> Result<Group>;

    /// The organization's groups, oldest first.
    fn groups(&self, access: &Access, page: Page) -> Result<Paged<Group>>;

    /// The group that an outside system knows by this id.
    fn by_external_id(&self, access: &Access, external_id: &str) -> Result<Group>;

    /// Changes a group.
    fn update(&self, access: &Access, id: GroupId, patch: GroupPatch) -> Result<Group>;

    /// Removes a group, what is in it (not the members themselves) and its own place in other groups.
    fn remove(&self, access: &Access, id: GroupId) -> Result<()>;

    /// Puts a member into a group; one who is in already gets the new kind and end.
    ///
    /// Any existing account is taken, also one that is no member of the organization: only the directory knows. A group must
    /// be of the same organization; `Cycle` when it contains the other, `Conflict` beyond [`MAX_DEPTH`].
    fn add(&self, access: &Access, id: GroupId, new: NewMembership) -> Result<Membership>;

    /// Takes a member out of a group; one that is not in it is `NotFound`.
    fn expel(&self, access: &Access, id: GroupId, member: Member) -> Result<()>;

    /// What is in a group itself, ordered by member id.
    fn members(
        &self,
        access: &Access,
        id: GroupId,
        filter: MemberFilter,
        page: Page,
    ) -> Result<Paged<Membership>>;

    /// Everyone in a group directly or through nested ones, each once, ordered by member id. The nested groups themselves
    /// are left out: their members stand for them.
    fn transitive_members(&self, access: &Access, id: GroupId, page: Page) -> Result<Paged<Member>>;

    /// The groups a member is in itself, oldest first.
    fn groups_of(&self, access: &Access, member: Member, page: Page) -> Result<Paged<(Group, Membership)>>;
}
