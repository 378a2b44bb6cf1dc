//! Links from outside issuers' subjects to accounts, in the store.

use diesel::prelude::*;
use polity_kernel::db::each;
use polity_kernel::{AccountId, Conn, Result, Tx};

use super::accounts::Row;
use crate::Account;
use crate::schema::{account_identities, accounts};

pub(crate) fn find(conn: &mut Conn, issuer: &str, subject: &str) -> Result<Option<Account>> {
    let row: Option<Row> = account_identities::table
        .inner_join(accounts::table)
        .filter(account_identities::issuer.eq(issuer))
        .filter(account_identities::subject.eq(subject))
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    Ok(row.map(Account::from))
}

/// Says whether the link is in now; not when the subject is linked already.
pub(crate) fn insert_if_new(
    tx: &mut Tx<'_>,
    account: AccountId,
    issuer: &str,
    subject: &str,
) -> Result<bool> {
    let row = (
        account_identities::issuer.eq(issuer),
        account_identities::subject.eq(subject),
        account_identities::account_id.eq(account),
        account_identities::created_at.eq(tx.now()),
    );
    let conn: &mut Conn = tx;
    let inserted = each!(conn, conn => diesel::insert_into(account_identities::table)
        .values(row)
        .on_conflict((account_identities::issuer, account_identities::subject))
        .do_nothing()
        .execute(conn))?;
    Ok(inserted == 1)
}

/// Removes the account's links and returns the issuer and the subject of each.
pub(crate) fn remove_all(conn: &mut Conn, account: AccountId) -> Result<Vec<(String, String)>> {
    let own = account_identities::table.filter(account_identities::account_id.eq(account));
    let removed: Vec<(String, String)> =
        own.select((account_identities::issuer, account_identities::subject)).load(conn)?;
    diesel::delete(own).execute(conn)?;
    Ok(removed)
}
