//! Who belongs to an organization.

use polity_kernel::{Access, AccountId, Actor, Page, Paged, Result};

use crate::{
    FoundMembers, Member, MemberInFull, MemberPatch, MemberQuery, NewMember, OrganizationRef, RoleKey,
};

/// Who belongs to an organization.
pub trait Members: Send + Sync {
    /// A page of the members' accounts alone, also disabled ones, in order of joining. Needs `org.directory.list`.
    fn accounts(&self, access: &Access, page: Page) -> Result<Paged<AccountId>>;

    /// A page of those members that a query wants. What a search found goes on behind an account's id. Needs `org.members.list`.
    fn members(&self, access: &Access, query: &MemberQuery, page: Page) -> Result<Paged<MemberInFull>>;

    /// Counts those whom a query wants. A search looks once through all names and addresses, a page at a time, and finds at most 1000,
    /// ordered by likeness and then by name; its pages are [`Members::members`] of [`FoundMembers::query`]. Needs `org.members.list`. A
    /// search looks at every member: whoever serves strangers gives organizations turns at it.
    fn search_members(&self, access: &Access, query: MemberQuery) -> Result<FoundMembers>;

    /// One member, with what they carry. Needs `org.members.get`.
    fn member(&self, access: &Access, account: AccountId) -> Result<MemberInFull>;

    /// The one role that each account is shown with, where one is all there is room for: the level's for an admin or owner, of the
    /// others the first given to them, or `member`; absent for one that is no member. Needs `org.members.get` for others.
    fn shown_roles(
        &self,
        access: &Access,
        accounts: &[AccountId],
    ) -> Result<Vec<(AccountId, Option<RoleKey>)>>;

    /// Joins, by verified e-mail domain or live invitation. Needs `org.directory.list`.
    ///
    /// # Errors
    /// `NotFound` for an organization that neither lets the person's address in, nor has them as a member, as for an unknown one;
    /// `JoinRefused` while the address is not verified, `AlreadyMember`, `PersonRequired` for a program.
    fn join(&self, actor: &Actor, organization: &OrganizationRef) -> Result<Member>;

    /// Leaves, also an organization that cannot be entered. Needs `org.directory.list`.
    ///
    /// # Errors
    /// `NotAMember` where the person could join, else `NotFound`; `LastOwner`; `PersonRequired` for a program.
    fn leave(&self, actor: &Actor, organization: &OrganizationRef) -> Result<()>;

    /// Makes an account a member if it is none, has it carry the role, if one is given, and links it to the employee. One above the
    /// role's level stays there, and doing it again changes nothing. Needs `org.directory.members.create` for who is no member; where a
    /// role is given, `org.user.roles.update` and what of polity's permissions it gives; for an employee, what its groups give.
    ///
    /// # Errors
    /// `NotFound` for an unknown account; unknown roles and employees are faults of their fields; `Conflict` when the employee or the
    /// account is linked otherwise; `LimitReached`.
    fn add_member(&self, access: &Access, new: NewMember) -> Result<Member>;

    /// Changes a level or the end of a membership. Needs `org.members.update`, and at least the levels in question.
    ///
    /// # Errors
    /// `LastOwner`.
    fn change_member(&self, access: &Access, account: AccountId, patch: MemberPatch) -> Result<MemberInFull>;

    /// Removes a member with every role, group and account type, and takes back what invites them; returns whether there was one. Needs
    /// `org.directory.members.create` and at least the member's level; everybody may remove themselves, by a credential that leaves
    /// them `org.directory.members.create`.
    ///
    /// # Errors
    /// `LastOwner`.
    fn remove_member(&self, access: &Access, account: AccountId) -> Result<bool>;
}
