//! Assertions that clients have used up.

use diesel::prelude::*;
use polity_kernel::{Conn, Result, ServiceAccountId, Timestamp, each};

use crate::schema::client_assertions;

/// Notes that a client has used an assertion; false when it had already.
pub(crate) fn use_up(
    conn: &mut Conn,
    client: ServiceAccountId,
    assertion: &[u8],
    expires_at: Timestamp,
) -> Result<bool> {
    let row = (
        client_assertions::client_id.eq(client),
        client_assertions::assertion.eq(assertion),
        client_assertions::expires_at.eq(expires_at),
    );
    let inserted = each!(conn, conn => diesel::insert_into(client_assertions::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(conn))?;
    Ok(inserted == 1)
}

/// Assertions that would not be taken any more anyway.
#[diesel::dsl::auto_type(no_type_alias)]
fn ended(now: Timestamp) -> _ {
    client_assertions::expires_at.le(now)
}

/// Deletes what has expired anyway.
pub(crate) fn forget(conn: &mut Conn, now: Timestamp) -> Result<usize> {
    Ok(diesel::delete(client_assertions::table.filter(ended(now))).execute(conn)?)
}
