//! Recovery codes in the store: the keyed hashes of those that were not used.

use diesel::prelude::*;
use polity_kernel::{AccountId, Conn, Digest, Result, Timestamp, each};

use crate::schema::recovery_codes;

#[derive(Insertable)]
#[diesel(table_name = recovery_codes)]
struct Row {
    account_id: AccountId,
    digest: Vec<u8>,
    created_at: Timestamp,
}

/// Keeps these codes in place of any others.
pub(crate) fn put(conn: &mut Conn, account: AccountId, digests: &[Digest], now: Timestamp) -> Result<()> {
    remove(conn, account)?;
    let row = |digest: &Digest| Row { account_id: account, digest: digest.bytes().to_vec(), created_at: now };
    let rows: Vec<Row> = digests.iter().map(row).collect();
    each!(conn, conn => diesel::insert_into(recovery_codes::table).values(&rows).execute(conn))?;
    Ok(())
}

/// Uses a code up; false when it was already, or never was.
pub(crate) fn take(conn: &mut Conn, account: AccountId, digest: &Digest) -> Result<bool> {
    Ok(diesel::delete(recovery_codes::table.find((account, digest.bytes()))).execute(conn)? == 1)
}

pub(crate) fn remove(conn: &mut Conn, account: AccountId) -> Result<()> {
    diesel::delete(recovery_codes::table.filter(recovery_codes::account_id.eq(account))).execute(conn)?;
    Ok(())
}
