//! Account types, and who holds them.

use polity_kernel::{Access, AccountId, Conn, Error, OrganizationId, Page, Paged, Result, Timestamp};

use crate::{AccountType, Assignment, store};

/// The access's account type with this code; what cannot be a code is no type's.
pub(crate) fn type_of(conn: &mut Conn, access: &Access, code: &str) -> Result<AccountType> {
    let missing = || Error::not_found("account type");
    let code = code.parse().map_err(|_| missing())?;
    store::types::find(conn, access.organization(), &code)?.ok_or_else(missing)
}

/// What anybody in the organization holds, in whatever status, oldest first.
pub fn assignments_of_organization(
    conn: &mut Conn,
    organization: OrganizationId,
    page: Page,
    now: Timestamp,
) -> Result<Paged<Assignment>> {
    let found = store::assignments::page(conn, organization, page)?;
    Ok(found.map(|assignment| assignment.judged_at(now)))
}

/// What these accounts hold in the organization, in whatever status, oldest first.
pub fn assignments_of_accounts(
    conn: &mut Conn,
    organization: OrganizationId,
    accounts: &[AccountId],
    now: Timestamp,
) -> Result<Vec<Assignment>> {
    let found = store::assignments::of_accounts(conn, organization, accounts)?;
    Ok(found.into_iter().map(|assignment| assignment.judged_at(now)).collect())
}
