//! Roles, who carries them, and what follows.

use polity_kernel::{Access, AccountId, Page, Paged, PermissionSet, Result};

use crate::{
    Assignees, AssignmentId, AssignmentRef, Granted, NewAssignment, NewRole, Role, RoleAssignment,
    RoleCarrier, RoleInFull, RoleKey, RolePatch, RoleRef,
};

/// Roles, and what follows from them.
pub trait Roles: Send + Sync {
    /// Built-in roles, then the organization's own in order of making. Needs `org.roles.list`.
    fn roles(&self, access: &Access) -> Result<Vec<Role>>;

    /// One role. Needs `org.roles.get`.
    fn role(&self, access: &Access, role: &RoleRef) -> Result<Role>;

    /// These roles with their people, of whom at most 1000 in all are shown as carrying them, as far as the actor may list that. Asks for
    /// no permission: whoever has the roles was let see them.
    fn roles_in_full(&self, access: &Access, roles: Vec<Role>) -> Result<Vec<RoleInFull>>;

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
    fn update_role(&self, access: &Access, role: &RoleRef, patch: RolePatch) -> Result<Role>;

    /// Deletes an own role and takes it from everybody. Needs `org.roles.delete`.
    ///
    /// # Errors
    /// `Conflict` for a built-in role.
    fn remove_role(&self, access: &Access, role: &RoleRef) -> Result<()>;

    /// Everything the roles of this organization give. For everybody who may enter.
    fn permissions(&self, access: &Access) -> Result<PermissionSet>;

    /// What a member may do, each permission with the shortest chain that gives it. Needs `org.user.permissions.list` for others.
    fn explain(&self, access: &Access, account: AccountId) -> Result<Vec<Granted>>;
}

/// Who carries which role.
pub trait RoleAssignments: Send + Sync {
    /// A page of a role's assignments to members and groups, in order of giving; those by level too. Needs `org.roles.list`.
    fn assignments(
        &self,
        access: &Access,
        role: &RoleRef,
        whose: Assignees,
        page: Page,
    ) -> Result<Paged<RoleAssignment>>;

    /// How many of them there are. Needs `org.roles.list`.
    fn assignment_count(&self, access: &Access, role: &RoleRef, whose: Assignees) -> Result<u64>;

    /// One assignment of a role to a person, but none by level. Needs `org.roles.list`.
    fn assignment(&self, access: &Access, role: &RoleRef, id: AssignmentId) -> Result<RoleAssignment>;

    /// The people to whom these assignments are, without those who are no member any more or whose account is disabled. Asks for no
    /// permission: whoever has the assignments was let see them.
    fn carriers(&self, access: &Access, assignments: Vec<RoleAssignment>) -> Result<Vec<RoleCarrier>>;

    /// What a person carries, the level's role first. Needs `org.user.permissions.list` for others.
    fn roles_of(&self, access: &Access, account: AccountId) -> Result<Vec<RoleAssignment>>;

    /// Gives a role to a member or a group. The roles `owner`, `admin` and `member` set a member's level. Needs
    /// `org.user.roles.update` and what of polity's permissions the role gives.
    ///
    /// # Errors
    /// `NotFound` for an unknown role, member or group; `Conflict` for one who carries the role, where it is to be
    /// [new](NewAssignment::only_new).
    fn grant(&self, access: &Access, new: NewAssignment) -> Result<RoleAssignment>;

    /// Takes a role away; taking `owner` or `admin` leaves the level `member`. Nothing happens for one who does not carry it. Needs
    /// `org.user.roles.update`.
    ///
    /// # Errors
    /// `NotFound` for an unknown role, member or assignment.
    fn revoke(&self, access: &Access, role: &RoleRef, assignment: AssignmentRef) -> Result<()>;

    /// Leaves a member with exactly these roles, level `member` when none of them stands for a level. One carried already stays as
    /// it is. Needs `org.user.roles.update` and what of polity's permissions the new ones give.
    fn set_roles(&self, access: &Access, account: AccountId, keys: &[RoleKey])
    -> Result<Vec<RoleAssignment>>;
}
