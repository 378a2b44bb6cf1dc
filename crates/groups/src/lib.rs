//! Groups of an organization: who is in them, and how they nest.
//!
//! * A group in a group is nested: whoever is in the child is in the parent too, at any depth up to [`MAX_DEPTH`].
//! * No group contains itself, directly or through others, also under concurrent writers: whatever adds a group to a
//!   group holds the organization's epoch alone, and looks for the cycle inside its own transaction.
//! * A group that is not active passes nothing on: neither its members to its parents nor, therefore, any right.
//! * Whether a membership has expired is judged when it is read.
//! * Kinds of groups and of memberships are free words, kept as sent and compared without case: every organization has its own.
//! * Groups know nothing of roles and nothing of who is a member of the organization; the directory does, and is asked ([`Guard`]).
//! * An account is in a group only while it is a member of the organization.

mod acts;
mod chain;
mod events;
mod group;
mod import;
mod membership;
mod nesting;
pub mod permissions;
mod placement;
mod profile;
mod schema;
mod service;
mod store;
pub mod within;

use polity_accounts::{Belonging, RowOutcome};
use polity_kernel::{Access, Checkpoint, Page, Paged, Result, Tx};
use uuid::Uuid;

pub use chain::{Chain, Link, MAX_DEPTH};
pub use events::EVENTS;
pub use group::{Group, GroupFields, GroupFilter, GroupId, GroupPatch, GroupStatus, NewGroup};
pub use import::{GroupRow, MembershipRow};
pub use membership::{
    Changes, Member, MemberFilter, MemberKind, Membership, MembershipFields, NewMembership,
};
pub use placement::{Placement, PlacementFields};
pub use profile::{GroupProfile, GroupProfilePatch};
pub use service::Service;

/// What groups mean to another area: asked inside the transaction of a change, which its failure undoes.
#[derive(Clone, Copy, Debug)]
pub struct Guard {
    /// Whose accounts may be in groups, and count as being in them.
    pub belonging: Belonging,
    /// Somebody is to be in these groups, or they are to pass on again what they carry.
    pub placing: fn(&mut Tx<'_>, &Access, &[GroupId]) -> Result<()>,
    /// This group is to be removed.
    pub removing: fn(&mut Tx<'_>, &Access, GroupId) -> Result<()>,
}

impl Guard {
    /// For a program in which groups carry nothing and any account may be in them.
    pub const NOTHING: Self =
        Self { belonging: Belonging::EVERYBODY, placing: |_, _, _| Ok(()), removing: |_, _, _| Ok(()) };
}

/// Groups of one organization, and what they show of themselves.
pub trait Groups: Send + Sync {
    /// Makes a group; an external id that is taken is `Conflict`, a name may be.
    fn create(&self, access: &Access, new: NewGroup) -> Result<Group>;

    /// One group.
    fn group(&self, access: &Access, id: GroupId) -> Result<Group>;

    /// The organization's groups, oldest first.
    fn groups(&self, access: &Access, filter: GroupFilter, page: Page) -> Result<Paged<Group>>;

    /// The group that an outside system knows by this id.
    fn by_external_id(&self, access: &Access, external_id: &str) -> Result<Group>;

    /// Changes a group.
    fn update(&self, access: &Access, id: GroupId, patch: GroupPatch) -> Result<Group>;

    /// Removes a group, what is in it (not the members themselves) and its own place in other groups.
    fn remove(&self, access: &Access, id: GroupId) -> Result<()>;

    /// What a group shows of itself; `NotFound` when it has no profile.
    fn profile(&self, access: &Access, id: GroupId) -> Result<GroupProfile>;

    /// Gives a group this profile in the place of any it has: what is absent is cleared.
    fn set_profile(&self, access: &Access, id: GroupId, profile: GroupProfile) -> Result<GroupProfile>;

    /// Changes a group's profile, or gives it its first one.
    fn patch_profile(&self, access: &Access, id: GroupId, patch: GroupProfilePatch) -> Result<GroupProfile>;
}

/// What belongs to the groups of one organization.
pub trait Memberships: Send + Sync {
    /// Puts a member into a group; one who is in already gets the new kind and end.
    ///
    /// An account must be a member's, `NotAMember` else: the directory says who is ([`Guard::belonging`]). An employee or a group must
    /// be of the same organization; `Cycle` when a group contains the other, `Conflict` beyond [`MAX_DEPTH`].
    fn add(&self, access: &Access, id: GroupId, new: NewMembership) -> Result<Membership>;

    /// Takes a member out of a group; one that is not in it is `NotFound`.
    fn remove_member(&self, access: &Access, id: GroupId, member: Member) -> Result<()>;

    /// What is in a group itself, ordered by member id.
    fn members(
        &self,
        access: &Access,
        id: GroupId,
        filter: MemberFilter,
        page: Page,
    ) -> Result<Paged<Membership>>;

    /// Everyone in a group directly or through nested ones, each once, ordered by member id. The nested groups themselves are
    /// left out: their members stand for them.
    ///
    /// Shown is the membership in the group itself, or else that in the oldest nested one; the filter is asked of each
    /// membership before one is chosen.
    fn transitive_members(
        &self,
        access: &Access,
        id: GroupId,
        filter: MemberFilter,
        page: Page,
    ) -> Result<Paged<Membership>>;

    /// The groups a member is in itself, oldest first.
    fn groups_of(&self, access: &Access, member: Member, page: Page) -> Result<Paged<(Group, Membership)>>;

    /// Makes a member be in exactly these groups, all or nothing; of a group named twice the last counts. Where it is in
    /// already it keeps its end.
    ///
    /// Unknown members and groups are `NotFound`, otherwise it fails as [`Memberships::add`] does; more than
    /// [`Placement::MAX`] places are `Invalid`. Done again it changes nothing.
    fn set_groups_of(&self, access: &Access, member: Member, places: Vec<Placement>) -> Result<Changes>;

    /// What this id names: an employee or a group of the organization, or else an account, of which the caller must ask the directory
    /// whether it is a member; anything else is `NotFound`.
    ///
    /// For those who may find groups and for those who may change them.
    fn entity(&self, access: &Access, id: Uuid) -> Result<Member>;
}

/// Many groups and memberships at once, from an outside source: each call is one transaction, and says of each row what became
/// of it. Done again it changes nothing.
///
/// A call takes at most [`GroupRow::MOST`] rows; more are `Invalid`. The checkpoint is noted with them. A row that names what is
/// not there, closes a cycle or gives more than the actor may fails by itself, and nothing of it is kept. What is new is told of in
/// one event for all, whatever changed in one each.
pub trait GroupImport: Send + Sync {
    /// Makes or changes groups, known by external id. What a row leaves out stays as it is.
    ///
    /// A parent may stand anywhere in the same call or be there before; a group stays in what it was nested in already.
    fn import_groups(
        &self,
        access: &Access,
        rows: Vec<GroupRow>,
        checkpoint: Option<Checkpoint>,
    ) -> Result<Vec<RowOutcome>>;

    /// Puts employees, accounts and groups into groups; who is in already stays in. An account must be a member's.
    fn import_memberships(
        &self,
        access: &Access,
        rows: Vec<MembershipRow>,
        checkpoint: Option<Checkpoint>,
    ) -> Result<Vec<RowOutcome>>;
}

/// Everything the area does, for whoever holds it as one object.
pub trait Grouping: Groups + Memberships + GroupImport {}

impl<T: Groups + Memberships + GroupImport> Grouping for T {}
