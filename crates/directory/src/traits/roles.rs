//! What people are in an organization, the roles they carry, and what follows.

use polity_kernel::{Access, AccountId, Page, Paged, PermissionSet, Result, Timestamp};

use crate::{
    Appointment, Assignee, AssignmentId, Granted, Membership, NewRole, Person, Role, RoleAssignment,
    RoleCarrier, RoleId, RoleInFull, RoleKey, RolePatch, RoleRef,
};

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
    fn role(&self, access: &Access, role: &RoleRef) -> Result<Role>;

    /// Makes a role, at most 500 an organization. Needs `org.roles.create` and what of polity's permissions (those of built-in
    /// roles, and all of `org`) the role gives.
    ///
    /// # Errors
    /// `Conflict` because of a [`RoleConflict`](crate::RoleConflict): when another role, built in or own, has the key or the name,
    /// compared without case, or there are too many.
    fn create_role(&self, access: &Access, new: NewRole) -> Result<Role>;

    /// Changes an own role. Needs `org.roles.update` and what of polity's permissions the role gives afterwards.
    ///
    /// # Errors
    /// `Conflict` because of a [`RoleConflict`](crate::RoleConflict): for a built-in role, and when another has the new name.
    fn update_role(&self, access: &Access, key: &RoleKey, patch: RolePatch) -> Result<Role>;

    /// Deletes an own role and takes it from everybody. Needs `org.roles.delete`.
    ///
    /// # Errors
    /// `Conflict` for a built-in role.
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

/// Roles by id and name, and the people they were given to. They are the roles of [`Roles`], without the three that come with a level.
pub trait RoleRecords: Send + Sync {
    /// The organization's own roles in order of making, or those that are built in everywhere. Needs `org.roles.list`.
    fn role_records(&self, access: &Access, built_in: bool) -> Result<Vec<Role>>;

    /// One role. Needs `org.roles.get`.
    fn role_record(&self, access: &Access, id: RoleId) -> Result<Role>;

    /// Makes a role that gives nothing yet; its key is made of the name. Needs `org.roles.create`. Who carries it is told as far as the
    /// actor may list that.
    ///
    /// # Errors
    /// As [`Roles::create_role`]; `Invalid` on the field `name`.
    fn make_role(&self, access: &Access, name: &str) -> Result<RoleInFull>;

    /// Gives an own role another name, where there is one, and tells of it as [`RoleRecords::make_role`] does. Needs
    /// `org.roles.update`, and what of polity's permissions the role gives.
    ///
    /// # Errors
    /// As [`Roles::update_role`]; `Invalid` on the field `name`.
    fn rename_role(&self, access: &Access, id: RoleId, name: Option<&str>) -> Result<RoleInFull>;

    /// Deletes an own role as [`Roles::remove_role`] does. Needs `org.roles.delete`.
    fn delete_role(&self, access: &Access, id: RoleId) -> Result<()>;

    /// How many people carry a role. Needs `org.roles.list`.
    fn role_carrier_count(&self, access: &Access, role: RoleId) -> Result<u64>;

    /// A page of those who carry a role, in order of giving. Needs `org.roles.list`.
    fn role_carriers(&self, access: &Access, role: RoleId, page: Page) -> Result<Paged<RoleCarrier>>;

    /// These roles with their people, of whom at most 1000 in all are shown as carrying them. Needs `org.roles.get`.
    fn roles_in_full(&self, access: &Access, roles: Vec<Role>) -> Result<Vec<RoleInFull>>;

    /// One who carries a role. Needs `org.roles.list`.
    fn role_carrier(&self, access: &Access, role: RoleId, id: AssignmentId) -> Result<RoleCarrier>;

    /// Gives a role to a member. Needs `org.user.roles.update` and what of polity's permissions the role gives.
    ///
    /// # Errors
    /// `Invalid` for an unknown role, one who is no active member, and one who carries it.
    fn give_role(&self, access: &Access, role: RoleId, account: AccountId) -> Result<RoleCarrier>;

    /// Takes a role from whom this assignment gave it to. Needs `org.user.roles.update`.
    fn take_role(&self, access: &Access, role: RoleId, id: AssignmentId) -> Result<()>;
}
