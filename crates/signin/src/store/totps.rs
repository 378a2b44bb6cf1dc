//! Authenticator apps in the store: one of an account, confirmed or about to be.

use diesel::prelude::*;
use polity_kernel::{AccountId, Conn, Result, Timestamp, live};

use crate::schema::totps;

/// An authenticator app.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = totps, treat_none_as_default_value = false)]
pub(crate) struct Row {
    pub(crate) account_id: AccountId,
    pub(crate) sealed: Vec<u8>,
    /// The last step whose code was used: neither it nor an earlier one is good any more.
    pub(crate) last_step: i64,
    pub(crate) created_at: Timestamp,
    /// Until when it can be confirmed; absent once it is.
    pub(crate) expires_at: Option<Timestamp>,
}

live!(totps);

/// Those that were confirmed.
#[diesel::dsl::auto_type(no_type_alias)]
pub(super) fn endless() -> _ {
    totps::expires_at.is_null()
}

/// Those that nobody confirmed in time.
#[diesel::dsl::auto_type(no_type_alias)]
fn ended(now: Timestamp) -> _ {
    totps::expires_at.le(now)
}

/// The account's app, confirmed or still to be.
pub(crate) fn find(conn: &mut Conn, account: AccountId, now: Timestamp) -> Result<Option<Row>> {
    Ok(totps::table.find(account).filter(live(now)).select(Row::as_select()).first(conn).optional()?)
}

/// Keeps an app in place of another that was not confirmed.
pub(crate) fn put(conn: &mut Conn, row: &Row) -> Result<()> {
    diesel::delete(totps::table.find(row.account_id)).execute(conn)?;
    diesel::insert_into(totps::table).values(row).execute(conn)?;
    Ok(())
}

/// Confirms the app by the code of this step.
pub(crate) fn confirm(conn: &mut Conn, account: AccountId, step: i64) -> Result<()> {
    diesel::update(totps::table.find(account))
        .set((totps::last_step.eq(step), totps::expires_at.eq(None::<Timestamp>)))
        .execute(conn)?;
    Ok(())
}

/// Uses the code of this step up; false when it, or a later one, was used already.
pub(crate) fn use_step(conn: &mut Conn, account: AccountId, step: i64) -> Result<bool> {
    let present = totps::table.find(account).filter(endless()).filter(totps::last_step.lt(step));
    Ok(diesel::update(present).set(totps::last_step.eq(step)).execute(conn)? == 1)
}

/// Takes the app away; whether there was one that had been confirmed.
pub(crate) fn remove(conn: &mut Conn, account: AccountId) -> Result<bool> {
    let was_there = diesel::delete(totps::table.find(account).filter(endless())).execute(conn)? == 1;
    diesel::delete(totps::table.find(account)).execute(conn)?;
    Ok(was_there)
}

/// Deletes what nobody confirmed in time.
pub(crate) fn forget(conn: &mut Conn, now: Timestamp) -> Result<usize> {
    Ok(diesel::delete(totps::table.filter(ended(now))).execute(conn)?)
}
