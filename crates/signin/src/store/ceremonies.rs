//! Ceremonies of passkeys under way, in the store: found by a keyed hash.

use diesel::prelude::*;
use polity_kernel::{AccountId, Conn, Digest, Result, Timestamp};

use crate::schema::passkey_ceremonies as ceremonies;

/// A ceremony under way.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = ceremonies, treat_none_as_default_value = false)]
pub(crate) struct Row {
    pub(crate) digest: Vec<u8>,
    /// Who is to answer; absent where anybody may.
    pub(crate) account_id: Option<AccountId>,
    pub(crate) expires_at: Timestamp,
}

/// Those that can still be answered.
#[diesel::dsl::auto_type(no_type_alias)]
fn live(now: Timestamp) -> _ {
    ceremonies::expires_at.gt(now)
}

/// Those that cannot.
#[diesel::dsl::auto_type(no_type_alias)]
fn ended(now: Timestamp) -> _ {
    ceremonies::expires_at.le(now)
}

pub(crate) fn insert(conn: &mut Conn, row: &Row) -> Result<()> {
    diesel::insert_into(ceremonies::table).values(row).execute(conn)?;
    Ok(())
}

/// A ceremony; absent when it was used up, has ended or never was.
pub(crate) fn find(conn: &mut Conn, digest: &Digest, now: Timestamp) -> Result<Option<Row>> {
    let found = ceremonies::table.find(digest.bytes()).filter(live(now)).select(Row::as_select());
    Ok(found.first(conn).optional()?)
}

/// Uses a ceremony up; absent as of [`find`].
pub(crate) fn take(conn: &mut Conn, digest: &Digest, now: Timestamp) -> Result<Option<Row>> {
    let found = find(conn, digest, now)?;
    if found.is_none() {
        return Ok(None);
    }
    // of two at once, one finds nothing left to delete
    let taken = diesel::delete(ceremonies::table.find(digest.bytes())).execute(conn)? == 1;
    Ok(found.filter(|_| taken))
}

/// Deletes what has ended anyway.
pub(crate) fn forget(conn: &mut Conn, now: Timestamp) -> Result<usize> {
    Ok(diesel::delete(ceremonies::table.filter(ended(now))).execute(conn)?)
}
