//! Who is told of a domain whose record is missing.

use polity_accounts::{Account, AccountStatus};
use polity_directory::within;
use polity_kernel::{AccountId, Conn, OrganizationId, Result, Timestamp, Tx};

use crate::domain::{Domain, DomainNews};
use crate::jobs::TellDomain;

/// How many owners are told at most.
pub(crate) const TOLD: i64 = 20;

/// Asks for letters to the owners.
pub(crate) fn tell(tx: &mut Tx<'_>, claim: &Domain, news: DomainNews) -> Result<()> {
    let now = tx.now();
    for account in told(tx, claim.organization, now)? {
        let Some(email) = &account.email else { continue };
        if !polity_accounts::within::letter_told(tx, email)? {
            continue;
        }
        let (organization, domain) = (claim.organization, claim.id);
        tx.promise(&TellDomain { organization, domain, to: account.id, news })?;
    }
    Ok(())
}

/// The owner, where they are told of what happens to the organization's domains.
pub(crate) fn owner(
    conn: &mut Conn,
    organization: OrganizationId,
    to: AccountId,
    now: Timestamp,
) -> Result<Option<Account>> {
    Ok(told(conn, organization, now)?.into_iter().find(|account| account.id == to))
}

/// The owners who can be written to.
fn told(conn: &mut Conn, organization: OrganizationId, now: Timestamp) -> Result<Vec<Account>> {
    let owners = within::owners(conn, organization, now, TOLD)?;
    let accounts = polity_accounts::within::accounts(conn, &owners)?;
    let can_be = |account: &Account| account.email_verified && account.status == AccountStatus::Active;
    Ok(accounts.into_iter().filter(can_be).collect())
}
