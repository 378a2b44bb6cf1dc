//! Who belongs to an organization, the accounts of others, and who is to belong to it.

use polity_accounts::{Account, AccountPatch, Employee, NewAccount};
use polity_kernel::{Access, AccountId, Actor, Level, Page, Paged, Result};

use crate::{
    AccountRef, FoundMembers, Invitation, InvitationId, Member, MemberInFull, MemberPatch, MemberQuery,
    Membership, NewInvitations, OrganizationRef, Person,
};

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
    /// `NotFound` for an organization that neither lets the person's address in, nor has them as a member, as for an unknown one;
    /// `JoinRefused` while the address is not verified, `AlreadyMember`, `PersonRequired` for a program.
    fn join(&self, actor: &Actor, organization: &OrganizationRef) -> Result<Member>;

    /// Leaves. Needs `org.directory.list`.
    ///
    /// # Errors
    /// `NotAMember` where the person could join, else `NotFound`; `LastOwner`; `PersonRequired` for a program.
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

    /// One account: the actor's own, one that they made, or one in an organization where they have `org.members.get`.
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

/// Promises of membership.
pub trait Invitations: Send + Sync {
    /// Invites addresses; an address invited again gets the new invitation in place of the old one. Needs
    /// `org.directory.members.create`, the level, and what the roles give.
    ///
    /// # Errors
    /// `AlreadyMember` when an address is a member's, naming its place.
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

/// Members as they are leafed through and searched. Those whose account is disabled are left out.
pub trait MemberSearch: Send + Sync {
    /// The one whose account this is. Needs `org.members.get`.
    fn member_in_full(&self, access: &Access, account: AccountId) -> Result<MemberInFull>;

    /// Counts those who are query. A search looks once through all names and addresses, a page at a time, and finds at most 1000,
    /// ordered by likeness and then by name. Needs `org.members.list`. A search looks at every member: whoever serves strangers gives
    /// organizations turns at it.
    fn search_members(&self, access: &Access, query: MemberQuery) -> Result<FoundMembers>;

    /// A page of those found, in the order of joining that was asked for, without those who left since. What a search found
    /// goes on behind an account's id. Needs `org.members.list`.
    fn found_members(&self, access: &Access, found: &FoundMembers, page: Page)
    -> Result<Paged<MemberInFull>>;

    /// Sets another's level, where one is given, and shows the member. Needs `org.members.update` and at least both levels.
    ///
    /// # Errors
    /// `Forbidden` also for one's own; `LastOwner`.
    fn set_level(&self, access: &Access, account: AccountId, level: Option<Level>) -> Result<MemberInFull>;

    /// Removes a member as [`Members::expel`] does; everybody may remove themselves, by a credential that leaves them
    /// `org.directory.members.create`.
    ///
    /// # Errors
    /// `NotFound` for one who is none; `LastOwner`.
    fn remove_member(&self, access: &Access, account: AccountId) -> Result<()>;
}
