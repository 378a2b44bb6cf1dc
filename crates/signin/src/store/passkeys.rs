//! Passkeys in the store: a credential's id and public key, and what its person calls it.

use diesel::prelude::*;
use polity_kernel::{AccountId, Conn, Result, Timestamp, each};

use crate::schema::passkeys;
use crate::{Passkey, PasskeyId};

/// A passkey as it is kept.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = passkeys, treat_none_as_default_value = false)]
pub(crate) struct Row {
    pub(crate) account_id: AccountId,
    pub(crate) passkey_id: PasskeyId,
    pub(crate) credential_id: Vec<u8>,
    pub(crate) public_key: Vec<u8>,
    /// The last count of signatures that the authenticator told; 0 where it does not count.
    pub(crate) sign_count: i64,
    pub(crate) name: String,
    pub(crate) created_at: Timestamp,
    pub(crate) last_used_at: Option<Timestamp>,
}

impl From<&Row> for Passkey {
    fn from(row: &Row) -> Self {
        Self {
            id: row.passkey_id,
            name: row.name.clone(),
            created_at: row.created_at,
            last_used_at: row.last_used_at,
        }
    }
}

/// All of an account, of which there are few, oldest first.
pub(crate) fn of_account(conn: &mut Conn, account: AccountId) -> Result<Vec<Row>> {
    Ok(passkeys::table
        .filter(passkeys::account_id.eq(account))
        .order(passkeys::passkey_id)
        .select(Row::as_select())
        .load(conn)?)
}

pub(crate) fn find(conn: &mut Conn, account: AccountId, id: PasskeyId) -> Result<Option<Row>> {
    Ok(passkeys::table.find((account, id)).select(Row::as_select()).first(conn).optional()?)
}

pub(crate) fn by_credential(conn: &mut Conn, credential: &[u8]) -> Result<Option<Row>> {
    Ok(passkeys::table
        .filter(passkeys::credential_id.eq(credential))
        .select(Row::as_select())
        .first(conn)
        .optional()?)
}

/// Keeps a passkey; false when its credential is there already, whosever it is.
pub(crate) fn insert_if_new(conn: &mut Conn, row: &Row) -> Result<bool> {
    let inserted = each!(conn, conn => diesel::insert_into(passkeys::table)
        .values(row)
        .on_conflict(passkeys::credential_id)
        .do_nothing()
        .execute(conn))?;
    Ok(inserted == 1)
}

pub(crate) fn rename(conn: &mut Conn, row: &Row, name: &str) -> Result<()> {
    diesel::update(passkeys::table.find((row.account_id, row.passkey_id)))
        .set(passkeys::name.eq(name))
        .execute(conn)?;
    Ok(())
}

/// Notes that a passkey was used with this count of signatures; false where the count has not grown, or the passkey is gone. An authenticator
/// that does not count tells 0 each time.
pub(crate) fn note_use(conn: &mut Conn, row: &Row, sign_count: u32, now: Timestamp) -> Result<bool> {
    let count = i64::from(sign_count);
    let grows = passkeys::sign_count.lt(count);
    let never_counts = passkeys::sign_count.eq(0).and(count.into_sql::<diesel::sql_types::BigInt>().eq(0));
    let present = passkeys::table.find((row.account_id, row.passkey_id)).filter(grows.or(never_counts));
    let noted = (passkeys::sign_count.eq(count), passkeys::last_used_at.eq(now));
    Ok(diesel::update(present).set(noted).execute(conn)? == 1)
}

pub(crate) fn remove(conn: &mut Conn, row: &Row) -> Result<bool> {
    Ok(diesel::delete(passkeys::table.find((row.account_id, row.passkey_id))).execute(conn)? == 1)
}
