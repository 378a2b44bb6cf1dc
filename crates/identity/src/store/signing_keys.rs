//! Signing keys.

use diesel::prelude::*;
use polity_kernel::sql::Document;
use polity_kernel::{Conn, Result, Timestamp};

use crate::schema::signing_keys;

/// A signing key as it is kept.
#[derive(Clone, Queryable, Insertable)]
#[diesel(table_name = signing_keys, treat_none_as_default_value = false)]
pub(crate) struct Row {
    pub(crate) kid: String,
    pub(crate) algorithm: String,
    pub(crate) sealed: Vec<u8>,
    pub(crate) public_key: Document,
    pub(crate) created_at: Timestamp,
    pub(crate) active_from: Timestamp,
    pub(crate) retires_at: Option<Timestamp>,
}

/// What has not retired at this instant.
#[diesel::dsl::auto_type(no_type_alias)]
fn live(now: Timestamp) -> _ {
    signing_keys::retires_at.is_null().or(signing_keys::retires_at.gt(now))
}

/// What has retired.
#[diesel::dsl::auto_type(no_type_alias)]
fn ended(now: Timestamp) -> _ {
    signing_keys::retires_at.le(now)
}

/// What retires at no set time.
#[diesel::dsl::auto_type(no_type_alias)]
fn endless() -> _ {
    signing_keys::retires_at.is_null()
}

/// The keys whose tokens may still be valid, the oldest first.
pub(crate) fn in_use(conn: &mut Conn, now: Timestamp) -> Result<Vec<Row>> {
    Ok(signing_keys::table
        .filter(live(now))
        .order((signing_keys::active_from, signing_keys::kid))
        .load(conn)?)
}

pub(crate) fn insert(conn: &mut Conn, row: Row) -> Result<()> {
    diesel::insert_into(signing_keys::table).values(row).execute(conn)?;
    Ok(())
}

/// Sets the end of all keys that have none yet.
pub(crate) fn retire_all(conn: &mut Conn, at: Timestamp) -> Result<()> {
    diesel::update(signing_keys::table.filter(endless()))
        .set(signing_keys::retires_at.eq(at))
        .execute(conn)?;
    Ok(())
}

/// Deletes what has retired.
pub(crate) fn forget(conn: &mut Conn, now: Timestamp) -> Result<usize> {
    Ok(diesel::delete(signing_keys::table.filter(ended(now))).execute(conn)?)
}
