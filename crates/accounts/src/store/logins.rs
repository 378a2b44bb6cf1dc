//! When people last signed in: written beside their accounts, which it changes nothing about.

use std::time::Duration;

use diesel::prelude::*;
use polity_kernel::db::each;
use polity_kernel::sql::{Among, List};
use polity_kernel::{AccountId, Conn, Result, Timestamp};

use crate::schema::accounts;

/// The last sign-in of those of these accounts that ever had one, in no order.
pub(crate) fn last(conn: &mut Conn, ids: &[AccountId]) -> Result<Vec<(AccountId, Timestamp)>> {
    let list = List::ids(ids.iter().map(|id| id.uuid()));
    let rows: Vec<(AccountId, Option<Timestamp>)> = each!(conn, conn => accounts::table
        .filter(Among(accounts::account_id, list))
        .filter(accounts::last_login_at.is_not_null())
        .select((accounts::account_id, accounts::last_login_at))
        .load(conn))?;
    Ok(rows.into_iter().filter_map(|(id, at)| Some((id, at?))).collect())
}

/// Notes a sign-in, unless one is noted that is as fresh as this.
pub(crate) fn note(conn: &mut Conn, id: AccountId, now: Timestamp, fresh: Duration) -> Result<()> {
    let stale = accounts::last_login_at.is_null().or(accounts::last_login_at.lt(now.before(fresh)));
    diesel::update(accounts::table.find(id).filter(stale))
        .set(accounts::last_login_at.eq(now))
        .execute(conn)?;
    Ok(())
}
