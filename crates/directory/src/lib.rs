//! Organizations, their profiles, apps and projects, members, levels, roles, permissions and invitations.
//!
//! What it owns: organizations and the words that name them, what they tell of themselves, their links to outside systems, their
//! projects and who has a role in them, e-mail domain claims, members, roles and who carries them, invitations. What it decides: who
//! may act in an organization ([`Entry::enter`]) and why ([`Roles::explain`]).
//!
//! Invariants:
//!
//! * A name (id, key, alias) and an e-mail domain have one organization over all tenants.
//! * An organization that has ever had an owner keeps at least one.
//! * Nobody gives away more than they have: neither a level above their own nor one of polity's permissions they lack.
//! * A person's groups are those of their account and of the active employee it is linked to; who leaves is linked to none.
//! * What is secret about an app or a parameter is sealed; it is compared, and never shown, logged or told of in an event. A
//!   project's secret keys are sealed too, and shown to its admins alone.
//! * A right is computed from what is committed: see [`polity_kernel::epoch`].

mod app;
mod built_in;
mod colleague;
mod domain;
mod grants;
mod invitation;
mod member;
mod names;
mod organization;
mod parameter;
pub mod permissions;
mod profile;
mod project;
mod role;
mod roster;
mod schema;
mod service;
mod store;
pub mod within;

use polity_accounts::{Account, AccountPatch, EmailAddress, Employee, NewAccount};
use polity_kernel::job::Outcome;
use polity_kernel::{
    Access, AccountId, Actor, OrganizationId, Page, Paged, PermissionSet, Result, Timestamp,
};

pub use app::{App, AppFields, AppId, AppStatus, NewApp, Secrets};
pub use colleague::{AccountRef, Appointment, Membership};
pub use domain::DomainName;
pub use grants::{Granted, Step};
pub use invitation::{Invitation, InvitationFields, InvitationId, InvitationStatus, NewInvitations};
pub use member::{Member, MemberId, MemberPatch, Person};
pub use names::{Alias, Key, OrganizationRef};
pub use organization::{
    NewOrganization, Organization, OrganizationFields, OrganizationPatch, PrimaryDomain, Status, Wanted,
};
pub use parameter::{MASK, Parameter, Parameters};
pub use profile::{OrganizationProfile, OrganizationProfilePatch};
pub use project::{
    NewProject, Project, ProjectFields, ProjectId, ProjectMember, ProjectMemberId, ProjectPatch, ProjectRole,
    ProjectSecret, SecretKey, SecretKeyId, SecretKeyRef,
};
pub use role::{
    Assignee, AssignmentId, NewRole, Role, RoleAssignment, RoleFields, RoleId, RoleKey, RolePatch, Stage,
};
pub use roster::{Roster, RosterChanges, RosterGroup, RosterMember, RosterPerson};
pub use service::{APPOINTING, Entitling, GROUP_GUARD, Service};

/// The whole directory.
pub trait Directory:
    Entry
    + Organizations
    + Visible
    + Profiles
    + Apps
    + Projects
    + ProjectKeys
    + ProjectMembers
    + Members
    + Colleagues
    + Roles
    + Appointments
    + Invitations
{
}

impl<T> Directory for T where
    T: Entry
        + Organizations
        + Visible
        + Profiles
        + Apps
        + Projects
        + ProjectKeys
        + ProjectMembers
        + Members
        + Colleagues
        + Roles
        + Appointments
        + Invitations
{
}

/// The way into an organization.
pub trait Entry: Send + Sync {
    /// Lets an actor into an organization, with what it may do there as of now.
    ///
    /// # Errors
    /// `NotFound` for an organization that is unknown *or* that the actor has nothing to do with.
    fn enter(&self, actor: &Actor, organization: &OrganizationRef) -> Result<Access>;

    /// Whose epoch entering by this name is going to ask for, so that it can be foreseen; absent for a name that is not remembered.
    fn watched(&self, organization: &OrganizationRef) -> Option<uuid::Uuid>;

    /// Where a call goes that names no organization: the one its credential is limited to, the program's own, the one whose project
    /// the person has chosen to work in, or the only one they are a member of. Absent: none, or several.
    fn home(&self, actor: &Actor) -> Result<Option<OrganizationId>>;

    /// The id behind a name, for what anybody may read of an organization. Absent: no such organization.
    fn locate(&self, organization: &OrganizationRef) -> Result<Option<OrganizationId>>;
}

/// Organizations themselves.
pub trait Organizations: Send + Sync {
    /// Founds an organization; the founder becomes its owner. Needs `org.directory.create`.
    ///
    /// # Errors
    /// `Conflict` when the key, alias or domain is taken.
    fn found(&self, actor: &Actor, new: NewOrganization) -> Result<Organization>;

    /// Founds an organization for whoever has this address, who becomes its owner; an account is made, unverified, when there is
    /// none. A person who founds it for somebody else becomes an administrator. Needs `org.directory.create`.
    ///
    /// # Errors
    /// `Conflict` when the key, alias or domain is taken.
    fn found_for(&self, actor: &Actor, new: NewOrganization, owner: &EmailAddress) -> Result<Organization>;

    /// The organization. Needs `org.directory.get`.
    fn organization(&self, access: &Access) -> Result<Organization>;

    /// What programs call the organization. For everybody who may enter.
    fn key(&self, access: &Access) -> Result<Key>;

    /// Changes, suspends or revives the organization. Needs `org.directory.update`; to name a further owner, owning it.
    ///
    /// # Errors
    /// `Conflict` when the new alias or domain is taken.
    fn update(&self, access: &Access, patch: OrganizationPatch) -> Result<Organization>;

    /// Deletes the organization: gone at once for everybody, its rows removed by a job. Needs `org.directory.delete`.
    fn remove(&self, access: &Access) -> Result<()>;

    /// Whether all of these names are free. Needs `org.directory.list`.
    fn available(&self, actor: &Actor, wanted: &Wanted) -> Result<bool>;

    /// Whether no organization has this as the name people read, compared without case; not so either for a name that none could
    /// have. Needs `org.directory.list`.
    fn name_available(&self, actor: &Actor, name: &str) -> Result<bool>;

    /// Organizations a person can join now, invitations first, at most 10. Needs `org.directory.list`.
    fn suggestions(&self, actor: &Actor) -> Result<Vec<Organization>>;

    /// Every organization, for platform administrators.
    fn all(&self, actor: &Actor, page: Page) -> Result<Paged<Organization>>;

    /// Removes a batch of what a deleted organization left behind; the work of the job `directory.purge`.
    fn purge(&self, organization: OrganizationId) -> Result<Outcome>;

    /// Brings one organization to what a roster says, adding and updating but never removing; all or nothing.
    ///
    /// Only for platform administrators. Doing it twice changes nothing the second time. Whoever imports does not come to own the
    /// organization; until the roster or somebody names an owner it has none.
    ///
    /// # Errors
    /// Each names the place in the roster. `OrganizationInactive` for a suspended organization whose status the roster does not
    /// say; `Conflict` when the key is another organization's id or alias.
    fn import(&self, actor: &Actor, roster: Roster) -> Result<RosterChanges>;
}

/// Which organizations an actor sees.
pub trait Visible: Send + Sync {
    /// A page of those the actor belongs to and may see (`org.directory.get`), ordered by id; for a platform administrator all there
    /// are.
    fn organizations_of(&self, actor: &Actor, page: Page) -> Result<Paged<Organization>>;

    /// The owners, whoever has been a member longest first. Needs `org.directory.get`.
    fn owners(&self, access: &Access) -> Result<Vec<AccountId>>;
}

/// What an organization tells of itself.
pub trait Profiles: Send + Sync {
    /// The profile. Needs `org.directory.get`.
    ///
    /// # Errors
    /// `NotFound` while there is none.
    fn profile(&self, access: &Access) -> Result<OrganizationProfile>;

    /// Makes or replaces the profile. Needs `org.directory.update`.
    fn set_profile(&self, access: &Access, profile: OrganizationProfile) -> Result<OrganizationProfile>;

    /// Changes the profile, or makes it. Needs `org.directory.update`.
    fn patch_profile(&self, access: &Access, patch: OrganizationProfilePatch) -> Result<OrganizationProfile>;
}

/// An organization's links to outside systems, and the organizations found by them: of those the actor sees
/// ([`Visible::organizations_of`]), the ones with such an app in use, ordered by id. Kinds are compared without case.
pub trait Apps: Send + Sync {
    /// Connects an app, at most 100 an organization. Needs `org.directory.update`.
    ///
    /// # Errors
    /// `Conflict` when one of this kind and external id is connected.
    fn connect(&self, access: &Access, new: NewApp) -> Result<App>;

    /// A page of the apps, in order of connecting. Needs `org.directory.get`.
    fn apps(&self, access: &Access, page: Page) -> Result<Paged<App>>;

    /// Takes an app away with its secrets, and returns what it was. Needs `org.directory.update`.
    fn disconnect(&self, access: &Access, id: AppId) -> Result<App>;

    /// By kind.
    fn by_kind(&self, actor: &Actor, kind: &str, page: Page) -> Result<Paged<Organization>>;

    /// By kind and what the outside system calls the organization.
    fn by_external_id(&self, actor: &Actor, named: (&str, &str), page: Page) -> Result<Paged<Organization>>;

    /// By kind and a value of this name.
    fn by_value(&self, actor: &Actor, held: (&str, &str, &str), page: Page) -> Result<Paged<Organization>>;

    /// By kind and a secret of this name, to the letter.
    fn by_secret(&self, actor: &Actor, held: (&str, &str, &str), page: Page) -> Result<Paged<Organization>>;
}

/// An organization's work spaces.
///
/// Who holds `projects.list`, `projects.get`, `projects.update` or `projects.delete` sees, runs or closes them all. Others do so where
/// they have a role: viewers and users read, admins do everything; but only as far as their credential would leave them the
/// permission. A project that one may not see is as good as none: `NotFound`.
pub trait Projects: Send + Sync {
    /// Opens a project with a first secret key, at most 1000 an organization. A member who opens one becomes its admin, and works in
    /// it if they worked nowhere. Needs `projects.create`.
    ///
    /// # Errors
    /// `Conflict` when there is one of this name; `LimitReached` when the organization is entitled to no more.
    fn open_project(&self, access: &Access, new: NewProject) -> Result<Project>;

    /// A page of the projects one sees, in order of opening. Needs `projects.list`, or a role in each.
    fn projects(&self, access: &Access, page: Page) -> Result<Paged<Project>>;

    /// One project. Needs `projects.get`, or a role in it.
    fn project(&self, access: &Access, id: ProjectId) -> Result<Project>;

    /// Changes a project. Needs `projects.update`, or to be its admin.
    ///
    /// # Errors
    /// `Conflict` when there is another of this name.
    fn change_project(&self, access: &Access, id: ProjectId, patch: ProjectPatch) -> Result<Project>;

    /// Closes a project for good, with its secret keys and everybody's roles. Needs `projects.delete`, or to be its admin.
    fn close_project(&self, access: &Access, id: ProjectId) -> Result<()>;

    /// The project a person works in: the one they chose as long as they see it, else the one they have had a role in longest, else
    /// the first of an organization they run. Absent: none, or a program.
    fn active_project(&self, actor: &Actor) -> Result<Option<(OrganizationId, ProjectId)>>;

    /// Has the caller work in a project they see.
    ///
    /// # Errors
    /// `PersonRequired` for a program.
    fn activate_project(&self, access: &Access, id: ProjectId) -> Result<()>;

    /// The project each account works in, in the order they are asked for; absent for one that works in none of this organization, or
    /// in one that the caller may not see. Needs `org.members.list`.
    fn active_projects_of(
        &self,
        access: &Access,
        accounts: &[AccountId],
    ) -> Result<Vec<(AccountId, Option<ProjectId>)>>;
}

/// The secrets that programs of a project connect with. All but [`ProjectKeys::project_by_secret`] need `projects.update`, or to be
/// the project's admin; lists have the default key first and then the others in order of making.
pub trait ProjectKeys: Send + Sync {
    /// Adds a secret key, at most 20 a project, and returns all there are, the new one last.
    ///
    /// # Errors
    /// `Conflict` when there are as many as there may be.
    fn add_secret_key(&self, access: &Access, project: ProjectId) -> Result<Vec<SecretKey>>;

    /// The project's secret keys.
    fn secret_keys(&self, access: &Access, project: ProjectId) -> Result<Vec<SecretKey>>;

    /// Takes a secret key away, which opens nothing from now on, and returns those that are left.
    ///
    /// # Errors
    /// `Conflict` for the default one.
    fn withdraw_secret_key(
        &self,
        access: &Access,
        project: ProjectId,
        key: &SecretKeyRef,
    ) -> Result<Vec<SecretKey>>;

    /// Makes a secret key the default, and returns all there are.
    fn prefer_secret_key(
        &self,
        access: &Access,
        project: ProjectId,
        key: &SecretKeyRef,
    ) -> Result<Vec<SecretKey>>;

    /// The project that this is a secret of. Asks for no permission: whoever has the secret is let in by it.
    fn project_by_secret(&self, secret: &str) -> Result<Option<(OrganizationId, ProjectId)>>;
}

/// Who has a role in a project.
pub trait ProjectMembers: Send + Sync {
    /// A page of who has a role in a project, in order of joining it. Needs `projects.get`, or a role in it.
    fn project_members(
        &self,
        access: &Access,
        project: ProjectId,
        page: Page,
    ) -> Result<Paged<ProjectMember>>;

    /// Makes an account this in a project, in place of what it was. Needs `projects.update`, or to be its admin; for an account that
    /// is no member of the organization, which it becomes, also `org.directory.members.create`.
    ///
    /// # Errors
    /// `NotEntitled` when the organization's license does not include roles in projects; `NotFound` for an unknown account;
    /// `LimitReached` when the organization is entitled to no more members.
    fn give_project_role(
        &self,
        access: &Access,
        project: ProjectId,
        account: AccountId,
        role: ProjectRole,
    ) -> Result<ProjectMember>;

    /// Takes an account's role in a project away; nothing happens when it has none. Needs `projects.update`, or to be its admin.
    fn take_project_role(&self, access: &Access, project: ProjectId, account: AccountId) -> Result<()>;
}

/// Who belongs to an organization.
pub trait Members: Send + Sync {
    /// A page of members, in order of joining. Needs `org.directory.list`.
    fn members(&self, access: &Access, page: Page) -> Result<Paged<Member>>;

    /// A page of the members' accounts alone, in order of joining. Needs `org.directory.list`.
    fn accounts(&self, access: &Access, page: Page) -> Result<Paged<AccountId>>;

    /// A page of members with their accounts, roles and account types. Needs `org.members.list`.
    fn people(&self, access: &Access, page: Page) -> Result<Paged<Person>>;

    /// One member. Needs `org.directory.list`.
    fn member(&self, access: &Access, account: AccountId) -> Result<Member>;

    /// Joins, by verified e-mail domain or live invitation (contract directory, decision 7). Needs `org.directory.list`.
    ///
    /// # Errors
    /// `JoinRefused` when neither lets the person in, `AlreadyMember`, `PersonRequired` for a program.
    fn join(&self, actor: &Actor, organization: &OrganizationRef) -> Result<Member>;

    /// Leaves. Needs `org.directory.list`.
    ///
    /// # Errors
    /// `NotAMember`; `LastOwner`; `PersonRequired` for a program.
    fn leave(&self, actor: &Actor, organization: &OrganizationRef) -> Result<()>;

    /// Makes an account a member; nothing happens when it is one. Needs `org.directory.members.create`.
    fn add(&self, access: &Access, account: AccountId) -> Result<Member>;

    /// Changes a level or the end of a membership. Needs `org.members.update`, and at least the level in question.
    fn change(&self, access: &Access, account: AccountId, patch: MemberPatch) -> Result<Member>;

    /// Removes a member with every role, group and account type, and takes back what invites them; nothing happens when it is
    /// none. Needs `org.directory.members.create`, and at least the member's level.
    fn expel(&self, access: &Access, account: AccountId) -> Result<()>;
}

/// The accounts of others, for those who share an organization with them (contract `api_v1`, decision 14). Whoever is not seen is as
/// good as none; one's own account always is, and all are by platform administrators. A credential that is limited to an
/// organization, or a program's own, sees that one alone.
pub trait Colleagues: Send + Sync {
    /// A page of the accounts the actor sees, ordered by id: their own, and those of members of organizations where they have
    /// `org.members.list`.
    fn colleagues(&self, actor: &Actor, page: Page) -> Result<Paged<Account>>;

    /// One account: the actor's own, or one in an organization where they have `org.members.get`.
    fn colleague(&self, actor: &Actor, of: &AccountRef) -> Result<Account>;

    /// Makes an account, which is no member anywhere. Needs `org.members.create` in the organization, which only a platform
    /// administrator may leave out, as only they may vouch for anything about it.
    ///
    /// # Errors
    /// `Conflict` when the address is taken.
    fn introduce(
        &self,
        actor: &Actor,
        organization: Option<&OrganizationRef>,
        new: NewAccount,
    ) -> Result<Account>;

    /// Changes an account: one's own as [`polity_accounts::People::update`] does. Another's name and picture need `org.members.update`
    /// and at least its level in an organization of both, its address (which it signs in with) the same, and whatever of polity's
    /// permissions it holds, in every organization it is in. Never a platform administrator's, unless one does it.
    ///
    /// # Errors
    /// `Conflict` when the new address is taken.
    fn update_colleague(&self, actor: &Actor, of: &AccountRef, patch: AccountPatch) -> Result<Account>;

    /// What these accounts carry themselves, in the order they are asked for, in at most 1000 organizations each: of one's own account
    /// in all, of others' in those where the actor has `org.members.get`.
    fn memberships(&self, actor: &Actor, accounts: &[AccountId])
    -> Result<Vec<(AccountId, Vec<Membership>)>>;

    /// The employees an account is linked to, in whatever status: in organizations where the actor has `org.employees.get`, one's own
    /// in all of them.
    fn employments(&self, actor: &Actor, account: AccountId) -> Result<Vec<Employee>>;
}

/// What people are in an organization, in one word each.
pub trait Appointments: Send + Sync {
    /// Makes an account a member if it is none, has it carry the role, and links it to the employee. One above the role's level
    /// stays there, and doing it again changes nothing. Needs `org.user.roles.update`, what of polity's permissions the role and the
    /// employee's groups give, and `org.directory.members.create` for one who is no member.
    ///
    /// # Errors
    /// `NotFound` for an unknown account; unknown roles and employees are faults of their fields; `Conflict` when the employee or the
    /// account is linked otherwise.
    fn appoint(&self, access: &Access, appointment: Appointment) -> Result<Vec<Membership>>;

    /// A page of the members of level admin and above, in order of joining. Needs `org.members.list`.
    fn administrators(&self, access: &Access, page: Page) -> Result<Paged<Person>>;

    /// The role each account is shown with here: the level's for an admin or owner, of the others the first given to them, or
    /// `member`; absent for one that is no member. Needs `org.members.get` for others.
    fn standings(&self, access: &Access, accounts: &[AccountId])
    -> Result<Vec<(AccountId, Option<RoleKey>)>>;
}

/// Roles, who carries them, and what follows.
pub trait Roles: Send + Sync {
    /// Built-in roles, then the organization's own. Needs `org.roles.list`.
    fn roles(&self, access: &Access) -> Result<Vec<Role>>;

    /// One role. Needs `org.roles.get`.
    fn role(&self, access: &Access, key: &RoleKey) -> Result<Role>;

    /// Makes a role, at most 500 an organization. Needs `org.roles.create` and what of polity's permissions (those of built-in
    /// roles, and all of `org`) the role gives.
    fn create_role(&self, access: &Access, new: NewRole) -> Result<Role>;

    /// Changes an own role. Needs `org.roles.update` and what of polity's permissions the role gives afterwards.
    fn update_role(&self, access: &Access, key: &RoleKey, patch: RolePatch) -> Result<Role>;

    /// Deletes an own role and takes it from everybody. Needs `org.roles.delete`.
    fn remove_role(&self, access: &Access, key: &RoleKey) -> Result<()>;

    /// Who carries a role. Needs `org.roles.list`.
    fn assignments(&self, access: &Access, key: &RoleKey, page: Page) -> Result<Paged<RoleAssignment>>;

    /// What a person carries, the level's role first. Needs `org.user.permissions.list` for others.
    fn roles_of(&self, access: &Access, account: AccountId) -> Result<Vec<RoleAssignment>>;

    /// Gives a role to a member or a group, until `expires_at` if there is one. The roles `owner`, `admin` and `member` set a
    /// member's level, which has no end of its own. Needs `org.user.roles.update` and what of polity's permissions the role gives.
    fn grant(
        &self,
        access: &Access,
        assignee: Assignee,
        key: &RoleKey,
        expires_at: Option<Timestamp>,
    ) -> Result<RoleAssignment>;

    /// Takes a role away; taking `owner` or `admin` leaves the level `member`. Needs `org.user.roles.update`.
    fn revoke(&self, access: &Access, assignee: Assignee, key: &RoleKey) -> Result<()>;

    /// Leaves a member with exactly these roles, level `member` when none of them stands for a level. One carried already stays as
    /// it is. Needs `org.user.roles.update` and what of polity's permissions the new ones give.
    fn set_roles(&self, access: &Access, account: AccountId, keys: &[RoleKey])
    -> Result<Vec<RoleAssignment>>;

    /// Everything the roles of this organization give. For everybody who may enter.
    fn permissions(&self, access: &Access) -> Result<PermissionSet>;

    /// What a member may do, each permission with the shortest chain that gives it. Needs `org.user.permissions.list` for others.
    fn explain(&self, access: &Access, account: AccountId) -> Result<Vec<Granted>>;
}

/// Promises of membership.
pub trait Invitations: Send + Sync {
    /// Invites addresses; an address invited again gets the new invitation in place of the old one. Needs
    /// `org.directory.members.create`, the level, and what the roles give.
    fn invite(&self, access: &Access, new: NewInvitations) -> Result<Vec<Invitation>>;

    /// A page of an organization's invitations. Needs `org.directory.members.create`.
    fn invitations(&self, access: &Access, page: Page) -> Result<Paged<Invitation>>;

    /// Takes a live invitation back. Needs `org.directory.members.create`.
    ///
    /// # Errors
    /// `NotFound` when it was accepted, taken back or has expired.
    fn withdraw(&self, access: &Access, id: InvitationId) -> Result<()>;

    /// The caller's own live invitations, at most 10, the oldest first. Needs `org.directory.list`.
    fn invitations_of(&self, actor: &Actor) -> Result<Vec<Invitation>>;

    /// Accepts the caller's live invitation to an organization; one who is a member already gains what it gives. Needs
    /// `org.directory.list`.
    ///
    /// # Errors
    /// `NotFound` when there is none; `JoinRefused` while the caller's address is not verified.
    fn accept(&self, actor: &Actor, organization: &OrganizationRef) -> Result<Member>;
}
