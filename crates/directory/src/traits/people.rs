//! The accounts of others.

use polity_accounts::{Account, AccountPatch, Employee, NewAccount};
use polity_kernel::{AccountId, Actor, Page, Paged, Result};

use crate::{AccountRef, Membership, OrganizationRef};

/// The accounts of others, for those who share an organization with them. Whoever is not seen is as good as none; one's own account
/// always is, and all are by platform administrators. A credential that is limited to an organization, or a program's own, sees that
/// one alone.
pub trait People: Send + Sync {
    /// A page of the accounts the actor sees, ordered by id: their own, and those of members of organizations where they have
    /// `org.members.list`.
    fn people(&self, actor: &Actor, page: Page) -> Result<Paged<Account>>;

    /// One account: the actor's own, one that they made, or one in an organization where they have `org.members.get`.
    fn person(&self, actor: &Actor, of: &AccountRef) -> Result<Account>;

    /// Makes an account, which is no member anywhere. Needs `org.members.create` in the organization, which only a platform
    /// administrator may leave out, as only they may vouch for anything about it.
    ///
    /// # Errors
    /// `Conflict` when the address is taken.
    fn create_person(
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
    fn change_person(&self, actor: &Actor, of: &AccountRef, patch: AccountPatch) -> Result<Account>;

    /// What these accounts carry themselves, in the order they are asked for, in at most 1000 organizations each: of one's own account
    /// in all, of others' in those where the actor has `org.members.get`.
    fn memberships(&self, actor: &Actor, accounts: &[AccountId])
    -> Result<Vec<(AccountId, Vec<Membership>)>>;

    /// The employees an account is linked to, in whatever status: in organizations where the actor has `org.employees.get`, one's own
    /// in all of them.
    fn employments(&self, actor: &Actor, account: AccountId) -> Result<Vec<Employee>>;
}
