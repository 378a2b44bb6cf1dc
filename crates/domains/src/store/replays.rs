//! Assertions that were used.

use diesel::prelude::*;
use polity_kernel::{Conn, Digest, OrganizationId, Result, Timestamp, each};

use crate::schema::assertion_replays as replays;
use crate::{Connection, ConnectionId};

/// Notes that an assertion was used; false when it had been already.
pub(crate) fn use_up(
    conn: &mut Conn,
    connection: &Connection,
    assertion: &Digest,
    expires_at: Timestamp,
) -> Result<bool> {
    let row = (
        replays::organization_id.eq(connection.organization),
        replays::connection_id.eq(connection.id),
        replays::assertion.eq(assertion.bytes()),
        replays::expires_at.eq(expires_at),
    );
    let inserted = each!(conn, conn => diesel::insert_into(replays::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(conn))?;
    Ok(inserted == 1)
}

pub(crate) fn delete(conn: &mut Conn, organization: OrganizationId, id: ConnectionId) -> Result<()> {
    let those = replays::table
        .filter(replays::organization_id.eq(organization))
        .filter(replays::connection_id.eq(id));
    diesel::delete(those).execute(conn)?;
    Ok(())
}

/// Assertions that would not be taken any more anyway.
#[diesel::dsl::auto_type(no_type_alias)]
fn ended(now: Timestamp) -> _ {
    replays::expires_at.le(now)
}

/// Deletes what has ended anyway.
pub(crate) fn forget(conn: &mut Conn, now: Timestamp) -> Result<usize> {
    Ok(diesel::delete(replays::table.filter(ended(now))).execute(conn)?)
}
