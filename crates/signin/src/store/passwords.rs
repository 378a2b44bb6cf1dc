//! Passwords in the store: their hashes alone.

use diesel::prelude::*;
use polity_kernel::{AccountId, Conn, Result, Timestamp, each};

use crate::schema::passwords;

/// A password that was set.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = passwords)]
pub(crate) struct Kept {
    /// The PHC string.
    pub(crate) hash: String,
    /// Raised by each change; what log-in gave under an earlier one is void.
    pub(crate) version: i64,
}

pub(crate) fn find(conn: &mut Conn, account: AccountId) -> Result<Option<Kept>> {
    Ok(passwords::table.find(account).select(Kept::as_select()).first(conn).optional()?)
}

/// Takes the password away, if there is one.
pub(crate) fn remove(conn: &mut Conn, account: AccountId) -> Result<()> {
    diesel::delete(passwords::table.find(account)).execute(conn)?;
    Ok(())
}

/// Sets the password, in place of one there may be.
pub(crate) fn set(conn: &mut Conn, account: AccountId, hash: &str, now: Timestamp) -> Result<()> {
    let row = (
        passwords::account_id.eq(account),
        passwords::hash.eq(hash),
        passwords::set_at.eq(now),
        passwords::version.eq(1_i64),
    );
    each!(conn, conn => diesel::insert_into(passwords::table)
        .values(row)
        .on_conflict(passwords::account_id)
        .do_update()
        .set((passwords::hash.eq(hash), passwords::set_at.eq(now), passwords::version.eq(passwords::version + 1)))
        .execute(conn))?;
    Ok(())
}
