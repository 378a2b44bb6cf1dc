//! The way into organizations, organizations themselves, what they tell of themselves and what they are linked to.

use polity_kernel::job::Outcome;
use polity_kernel::{Access, AccountId, Actor, Entitlements, OrganizationId, Page, Paged, Result};

use crate::{
    Deletion, ImportChanges, ImportedOrganization, Key, NewOrganization, Organization, OrganizationFacts,
    OrganizationFactsPatch, OrganizationFilter, OrganizationPatch, OrganizationRef, OrganizationSummary,
    Wanted,
};

/// The way into an organization.
pub trait Entry: Send + Sync {
    /// Lets an actor into an organization, with what it may do there as of now. A person whom others made a member takes that up by it.
    ///
    /// # Errors
    /// `NotFound` for an organization that is unknown *or* that the actor has nothing to do with; `SecondFactorRequired` where it enforces
    /// two factors and the person has signed in with one.
    fn enter(&self, actor: &Actor, organization: &OrganizationRef) -> Result<Access>;

    /// The same without taking a membership up, and without asking for a second factor: for whoever only lists, or leaves.
    ///
    /// # Errors
    /// `NotFound` as of [`Entry::enter`].
    fn look_in(&self, actor: &Actor, organization: &OrganizationRef) -> Result<Access>;

    /// Whose epoch entering by this name is going to ask for, so that it can be foreseen; absent for a name that is not remembered.
    fn watched(&self, organization: &OrganizationRef) -> Option<uuid::Uuid>;

    /// Where a call goes that names no organization: the one its credential is limited to, the one that a program belongs to, the one
    /// whose project the person has chosen to work in, or the only one they are a member of. Absent: none, or several.
    fn home(&self, actor: &Actor) -> Result<Option<OrganizationId>>;

    /// Asks whether a person's own API key may be used here: an organization that is entitled to say so may leave that to its
    /// administrators.
    ///
    /// # Errors
    /// `Forbidden` for the key of a member below administrator, where it may not.
    fn require_own_key(&self, access: &Access) -> Result<()>;

    /// What programs call the organization. For everybody who may enter.
    fn key(&self, access: &Access) -> Result<Key>;

    /// The id behind a name, for what anybody may read of an organization. Absent: no such organization.
    fn locate(&self, organization: &OrganizationRef) -> Result<Option<OrganizationId>>;

    /// What the organization is entitled to now. For everybody who may enter.
    fn entitlements(&self, access: &Access) -> Entitlements;
}

/// Organizations themselves.
pub trait Organizations: Send + Sync {
    /// Founds an organization; the founder becomes its owner, a service account too (docs/decisions/0030), and works in its first project
    /// where it begins with one; all or nothing. Programs and platform administrators may name an owner by account, everybody by address;
    /// whoever founds it for another is an administrator. Needs `org.directory.create`.
    ///
    /// # Errors
    /// `Conflict` when the key or alias is taken, or another organization has proven the domain; `LimitReached` when a person has founded
    /// as many as may be. With a first project also `LimitReached` when it is entitled to none, and `NotEntitled` for an owner of others of
    /// which none is entitled to `multiple_organizations`, who is no platform administrator.
    fn found(&self, actor: &Actor, new: NewOrganization) -> Result<Organization>;

    /// A page of the organizations the actor sees (`org.directory.get`), ordered by id.
    ///
    /// # Errors
    /// `Forbidden` for whoever asks for all and is no platform administrator.
    fn organizations(
        &self,
        actor: &Actor,
        which: OrganizationFilter,
        page: Page,
    ) -> Result<Paged<Organization>>;

    /// How many own organizations there are.
    fn organization_count(&self, actor: &Actor) -> Result<u64>;

    /// The organization. Needs `org.directory.get`.
    fn organization(&self, access: &Access) -> Result<Organization>;

    /// Changes, suspends or revives the organization. Needs `org.directory.update`; to name a further owner, owning it.
    ///
    /// # Errors
    /// `Conflict` when the new alias or domain is taken.
    fn update(&self, access: &Access, patch: OrganizationPatch) -> Result<Organization>;

    /// Deletes the organization: gone at once for everybody, its rows removed by a job. Needs `org.directory.delete`.
    fn remove(&self, access: &Access, by: Deletion) -> Result<()>;

    /// Whether all of these names are free; a domain is as long as no organization has proven it. Needs `org.directory.list`, which a
    /// program of an organization may have there.
    fn available(&self, actor: &Actor, wanted: &Wanted) -> Result<bool>;

    /// Organizations a person can join now, invitations first, at most 10. Needs `org.directory.list`.
    fn suggestions(&self, actor: &Actor) -> Result<Vec<Organization>>;

    /// What is seen of each of these organizations where many are listed, in the same order. For everybody who may enter: members are counted by
    /// `org.members.list`.
    fn summaries(&self, accesses: &[Access]) -> Result<Vec<OrganizationSummary>>;

    /// The owners, whoever has been a member longest first; a service account that founded it is one by its own id. Needs
    /// `org.directory.get`.
    fn owners(&self, access: &Access) -> Result<Vec<AccountId>>;
}

/// What the operator does with organizations.
pub trait Upkeep: Send + Sync {
    /// Removes a batch of what a deleted organization left behind; the work of the job `directory.purge`.
    fn purge(&self, organization: OrganizationId) -> Result<Outcome>;

    /// Brings one organization to what an import says, adding and updating but never removing; all or nothing.
    ///
    /// Only for platform administrators. Doing it twice changes nothing the second time. Whoever imports does not come to own the
    /// organization; until the import or somebody names an owner it has none.
    ///
    /// # Errors
    /// Each names the place in the import. `OrganizationInactive` for a suspended organization whose status the import does not
    /// say; `Conflict` when the key is another organization's id or alias.
    fn import(&self, actor: &Actor, imported: ImportedOrganization) -> Result<ImportChanges>;
}

/// What an organization tells of itself.
pub trait Profiles: Send + Sync {
    /// The profile. Needs `org.directory.get`.
    ///
    /// # Errors
    /// `NotFound` while there is none.
    fn profile(&self, access: &Access) -> Result<OrganizationFacts>;

    /// Changes the profile, or makes it. Needs `org.directory.update`.
    fn change_profile(&self, access: &Access, patch: OrganizationFactsPatch) -> Result<OrganizationFacts>;
}
