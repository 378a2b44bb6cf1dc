//! What areas further right in the chain may do inside their own transaction; nothing here asks for permission.

mod directory;

use std::collections::BTreeSet;

use polity_kernel::event::Origin;
use polity_kernel::{
    Access, AccountId, Actor, Code, Conn, Error, FieldKind, OrganizationId, Page, Paged, Result, Timestamp,
    Tx,
};

use crate::events::{ACCOUNT_LINKED, ACCOUNT_TYPE_ASSIGNMENT_REMOVED, LinkedIdentity};
use crate::{Account, EmailAddress, Employee, EmployeeId, EmployeeStatus, Holding, store};

pub use crate::acts::letters::{letter_asked_for, letter_caused, letter_told};
pub use crate::acts::logins::{last_logins, signed_in, signed_in_lately};
pub use crate::acts::proven::{
    arrive, count_made, find_or_create, give_way, hold_by_email, prove, take_over,
};
pub use crate::acts::types::{assignments_of_accounts, assignments_of_organization};
pub use crate::rules::account_change::AddressChange;
pub use crate::store::accounts::Called;
pub use crate::store::in_use::InUse;
pub use directory::{
    employ, employees_of, employments_anywhere, entrusted_change, forget_role, may_change_own, part,
    unlink_all, update,
};

/// One account.
pub fn account(conn: &mut Conn, id: AccountId) -> Result<Option<Account>> {
    store::accounts::find(conn, id)
}

/// These accounts, ordered by id; one that does not exist is left out.
pub fn accounts(conn: &mut Conn, ids: &[AccountId]) -> Result<Vec<Account>> {
    store::accounts::find_all(conn, ids)
}

/// What these accounts are called and their addresses, in no order; one that does not exist is left out.
pub fn called(conn: &mut Conn, ids: &[AccountId]) -> Result<Vec<Called>> {
    store::accounts::called(conn, ids)
}

/// All accounts, oldest first: for platform administrators.
pub fn accounts_page(conn: &mut Conn, page: Page) -> Result<Paged<Account>> {
    store::accounts::page(conn, page)
}

/// The account with this address, verified or not.
pub fn account_by_email(conn: &mut Conn, email: &EmailAddress) -> Result<Option<Account>> {
    store::accounts::find_by_email(conn, email)
}

/// The accounts with these addresses, verified or not, in no order; an address that is nobody's is left out.
pub fn accounts_by_email(conn: &mut Conn, emails: &[EmailAddress]) -> Result<Vec<Account>> {
    store::accounts::find_by_emails(conn, emails.iter().map(EmailAddress::to_string).collect())
}

/// The account that an outside issuer's subject was linked to.
pub fn by_identity(conn: &mut Conn, issuer: &str, subject: &str) -> Result<Option<Account>> {
    // what cannot be stored was never linked
    if !is_identity(issuer, subject) {
        return Ok(None);
    }
    store::identities::find(conn, issuer, subject)
}

/// Links an outside issuer's subject to an account, which is proven by it. The same link again changes nothing; another account's is
/// `Conflict`.
pub fn link(tx: &mut Tx<'_>, actor: &Actor, account: AccountId, issuer: &str, subject: &str) -> Result<()> {
    if !is_identity(issuer, subject) {
        return Err(Error::field("subject", FieldKind::Malformed.told("is no subject that can be linked")));
    }
    store::accounts::find(tx, account)?.ok_or_else(|| Error::not_found("account"))?;
    if store::identities::insert_if_new(tx, account, issuer, subject)? {
        prove(tx, account)?;
        let identity = LinkedIdentity { issuer: issuer.to_owned(), subject: subject.to_owned() };
        return tx.record(ACCOUNT_LINKED.made(Origin::platform(actor), account, identity));
    }
    match store::identities::find(tx, issuer, subject)? {
        Some(linked) if linked.id == account => Ok(()),
        _ => Err(Error::new(Code::Conflict, "this identity belongs to another account")),
    }
}

/// A subject has at most 255 characters (OpenID Connect Core §2); no issuer is longer than an address may be.
fn is_identity(issuer: &str, subject: &str) -> bool {
    let sound =
        |text: &str, most: usize| (1..=most).contains(&text.len()) && !text.contains(char::is_control);
    sound(issuer, 2_048) && sound(subject, 255)
}

/// What the account holds at this instant in an organization: by active, unexpired assignments of usable types.
pub fn holdings(
    conn: &mut Conn,
    organization: OrganizationId,
    account: AccountId,
    now: Timestamp,
) -> Result<Vec<Holding>> {
    store::assignments::holdings(conn, organization, account, now)
}

/// One employee.
pub fn employee(conn: &mut Conn, organization: OrganizationId, id: EmployeeId) -> Result<Option<Employee>> {
    store::employees::find(conn, organization, id)
}

/// These employees, ordered by id; one that does not exist is left out.
pub fn employees(conn: &mut Conn, organization: OrganizationId, ids: &[EmployeeId]) -> Result<Vec<Employee>> {
    store::employees::find_all(conn, organization, ids)
}

/// The organization's employees with these addresses, in no order; an address that is nobody's is left out.
pub fn employees_by_email(
    conn: &mut Conn,
    organization: OrganizationId,
    emails: &[EmailAddress],
) -> Result<Vec<Employee>> {
    let emails = emails.iter().map(EmailAddress::to_string).collect();
    store::employees::find_by_emails(conn, organization, emails)
}

/// The active employee that the account is linked to.
pub fn employee_of(
    conn: &mut Conn,
    organization: OrganizationId,
    account: AccountId,
) -> Result<Option<Employee>> {
    let found = store::employees::find_by_account(conn, organization, account)?;
    Ok(found.filter(|employee| employee.status == EmployeeStatus::Active))
}

/// The employees of these organizations that the account is linked to, in whatever status, ordered by organization.
pub fn employments(
    conn: &mut Conn,
    account: AccountId,
    organizations: &[OrganizationId],
) -> Result<Vec<Employee>> {
    let wanted: BTreeSet<OrganizationId> = organizations.iter().copied().collect();
    let found = store::employees::of_account(conn, account)?;
    Ok(found.into_iter().filter(|employee| wanted.contains(&employee.organization)).collect())
}

/// Removes whatever the account holds in the organization, for one who leaves it.
///
/// The caller's transaction holds the organization's epoch alone ([`WriteKind::Grants`](polity_kernel::WriteKind::Grants)).
pub fn forget(tx: &mut Tx<'_>, access: &Access, account: AccountId) -> Result<()> {
    let organization = access.organization();
    let held = store::assignments::of_accounts(tx, organization, &[account])?;
    store::assignments::remove_all(tx, organization, account)?;
    held.iter().try_for_each(|assignment| {
        tx.record(ACCOUNT_TYPE_ASSIGNMENT_REMOVED.over(access, assignment.id, assignment))
    })
}

/// Deletes up to `limit` of a deleted organization's rows and says how many went; 0 once all are gone.
pub fn purge(tx: &mut Tx<'_>, organization: OrganizationId, limit: i64) -> Result<usize> {
    type Purge = fn(&mut Conn, OrganizationId, i64) -> Result<usize>;
    // what refers to something goes before it
    let tables: [Purge; 4] =
        [store::lines::purge, store::employees::purge, store::assignments::purge, store::types::purge];
    for purge in tables {
        match purge(tx, organization, limit)? {
            0 => {}
            deleted => return Ok(deleted),
        }
    }
    Ok(0)
}
