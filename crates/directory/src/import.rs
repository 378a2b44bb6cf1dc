//! Imports: what an import says an organization looks like.

use polity_accounts::NewAccount;
use polity_kernel::Level;
use serde::Serialize;

use crate::organization::NewOrganization;
use crate::role::{NewRole, RoleKey};
use crate::workspaces::new_app::NewApp;

/// One organization as an outside source has it. Everything in it was checked when it was made.
#[derive(Clone, Debug)]
pub struct ImportedOrganization {
    /// The organization; found again by its key, which must be given.
    pub organization: NewOrganization,
    /// Its own roles; found again by their keys.
    pub roles: Vec<NewRole>,
    /// Its apps; found again by kind and external id.
    pub apps: Vec<NewApp>,
    /// Its people; found again by e-mail address.
    pub people: Vec<ImportedPerson>,
    /// Its groups, each before the ones nested in it; found again by external id.
    pub groups: Vec<ImportedGroup>,
}

/// A person of an import.
#[derive(Clone, Debug)]
pub struct ImportedPerson {
    /// Where in the source the person stands, for error messages.
    pub place: String,
    /// The account.
    pub account: NewAccount,
    /// The level; a higher one that the member already has stays.
    pub level: Level,
}

/// A group of an import.
#[derive(Clone, Debug)]
pub struct ImportedGroup {
    /// Where in the source the group stands, for error messages.
    pub place: String,
    /// The group, with its external id.
    pub group: polity_groups::NewGroup,
    /// External ids the group was known by before: one found by such is renamed, not made again.
    pub formerly: Vec<String>,
    /// The external id of the group it is nested in.
    pub parent: Option<String>,
    /// Who is in it.
    pub members: Vec<ImportedMember>,
    /// The roles it carries.
    pub roles: Vec<RoleKey>,
}

/// A member of a group of an import.
#[derive(Clone, Debug)]
pub struct ImportedMember {
    /// Where in the source the member stands, for error messages.
    pub place: String,
    /// One of the import's people.
    pub email: polity_accounts::EmailAddress,
    /// As what: `MEMBER`, `MAINTAINER`.
    pub kind: String,
}

/// How many things an import made and changed. All zero: everything was so already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ImportChanges {
    /// Organizations made (0 or 1).
    pub organizations_created: u64,
    /// Organizations whose name or the like changed (0 or 1).
    pub organizations_changed: u64,
    /// Accounts made.
    pub accounts_created: u64,
    /// Members added.
    pub members_created: u64,
    /// Members whose level rose.
    pub members_changed: u64,
    /// Roles made.
    pub roles_created: u64,
    /// Roles changed.
    pub roles_changed: u64,
    /// Apps connected.
    pub apps_created: u64,
    /// Apps changed, their secrets included.
    pub apps_changed: u64,
    /// Groups made.
    pub groups_created: u64,
    /// Groups changed.
    pub groups_changed: u64,
    /// Places in groups made, nested groups included.
    pub memberships_created: u64,
    /// Places in groups whose kind changed.
    pub memberships_changed: u64,
    /// Roles given to groups.
    pub roles_granted: u64,
}

impl ImportChanges {
    /// Adds another import's counts.
    pub fn add(&mut self, other: &Self) {
        self.organizations_created += other.organizations_created;
        self.organizations_changed += other.organizations_changed;
        self.accounts_created += other.accounts_created;
        self.members_created += other.members_created;
        self.members_changed += other.members_changed;
        self.roles_created += other.roles_created;
        self.roles_changed += other.roles_changed;
        self.apps_created += other.apps_created;
        self.apps_changed += other.apps_changed;
        self.groups_created += other.groups_created;
        self.groups_changed += other.groups_changed;
        self.memberships_created += other.memberships_created;
        self.memberships_changed += other.memberships_changed;
        self.roles_granted += other.roles_granted;
    }

    /// How many things were made.
    pub fn created(&self) -> u64 {
        self.organizations_created
            + self.accounts_created
            + self.members_created
            + self.roles_created
            + self.apps_created
            + self.groups_created
            + self.memberships_created
            + self.roles_granted
    }

    /// How many things were changed.
    pub fn changed(&self) -> u64 {
        self.organizations_changed
            + self.members_changed
            + self.roles_changed
            + self.apps_changed
            + self.groups_changed
            + self.memberships_changed
    }
}
