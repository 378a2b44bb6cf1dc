//! What the directory does to accounts and to the staff's accounts inside its own transactions.

use polity_kernel::event::Origin;
use polity_kernel::{Access, AccountId, Actor, Conn, OrganizationId, Result, Stamp, Tx};

use crate::acts::accounts;
use crate::events::{
    ACCOUNT_UNLINKED, EMPLOYEE_UPDATED, EMPLOYEES_UNPROMISED, ForgottenRole, LinkedIdentity,
};
use crate::rules::account_change;
use crate::rules::account_change::AddressChange;
use crate::{Account, AccountPatch, Employee, EmployeePatch, store};

/// Changes an account, if `judge` lets it, which is shown how it was and how it would be; `NotFound` where there is none.
pub fn update(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: AccountId,
    patch: &AccountPatch,
    judge: impl FnOnce(&mut Tx<'_>, &Account, &Account) -> Result<AddressChange>,
) -> Result<Account> {
    accounts::revise(tx, actor, id, patch, judge)
}

/// Unlinks every outside issuer's subject from an account.
pub fn unlink_all(tx: &mut Tx<'_>, actor: &Actor, account: AccountId) -> Result<()> {
    for (issuer, subject) in store::identities::remove_all(tx, account)? {
        let identity = LinkedIdentity { issuer, subject };
        tx.record(ACCOUNT_UNLINKED.over(Origin::platform(actor), account, identity))?;
    }
    Ok(())
}

/// What of a change only a platform administrator may make, if anything.
pub fn entrusted_change(before: &Account, after: &Account) -> Option<&'static str> {
    before.entrusted_change(after)
}

/// Whether one may change their own account like this: not with a credential that narrows anything, and not what is entrusted to
/// platform administrators.
pub fn may_change_own(actor: &Actor, before: &Account, after: &Account) -> Result<AddressChange> {
    account_change::may_change(actor, before, after)
}

/// The employees of the organization that these accounts are linked to, in whatever status.
pub fn employees_of(
    conn: &mut Conn,
    organization: OrganizationId,
    accounts: &[AccountId],
) -> Result<Vec<Employee>> {
    store::employees::find_by_accounts(conn, organization, accounts)
}

/// Whose employee the account is, anywhere, in whatever status, ordered by organization. A deleted organization's are among them
/// until they are purged.
pub fn employments_anywhere(conn: &mut Conn, account: AccountId) -> Result<Vec<Employee>> {
    store::employees::of_account(conn, account)
}

/// Links the account to the employee, who has none yet; `Conflict` when the account is another employee's of the organization.
///
/// The caller's transaction holds the organization's epoch alone ([`WriteKind::Grants`](polity_kernel::WriteKind::Grants)).
pub fn employ(tx: &mut Tx<'_>, access: &Access, employee: &Employee, account: AccountId) -> Result<()> {
    set_account(tx, access, employee, Some(account))
}

/// Unlinks the account from whichever employee of the organization it is linked to: one who has left gains nothing by what the
/// employee's groups carry, nor does it all come back when they return.
///
/// The caller's transaction holds the organization's epoch alone ([`WriteKind::Grants`](polity_kernel::WriteKind::Grants)).
pub fn part(tx: &mut Tx<'_>, access: &Access, account: AccountId) -> Result<()> {
    match store::employees::find_by_account(tx, access.organization(), account)? {
        Some(employee) => set_account(tx, access, &employee, None),
        None => Ok(()),
    }
}

/// Has no employee be given or promised this role any more: it is deleted. Told of in one event for all.
///
/// The caller's transaction holds the organization's epoch alone ([`WriteKind::Grants`](polity_kernel::WriteKind::Grants)).
pub fn forget_role(tx: &mut Tx<'_>, access: &Access, role: &str) -> Result<()> {
    let (organization, now) = (access.organization(), tx.now());
    match store::employees::forget_role(tx, organization, role, now)? {
        0 => Ok(()),
        count => {
            let forgotten = ForgottenRole { role: role.to_owned(), count };
            tx.record(EMPLOYEES_UNPROMISED.over(access, organization, forgotten))
        }
    }
}

fn set_account(
    tx: &mut Tx<'_>,
    access: &Access,
    before: &Employee,
    account: Option<AccountId>,
) -> Result<()> {
    let patch = EmployeePatch { account: Some(account), ..EmployeePatch::default() };
    let after = before.patched(&patch, Stamp::of(tx, access.actor()))?;
    if after == *before {
        return Ok(());
    }
    store::employees::update(tx, &after)?;
    tx.record(EMPLOYEE_UPDATED.changed(access, after.id, before, &after))
}
