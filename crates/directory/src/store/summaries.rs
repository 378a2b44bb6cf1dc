//! Members counted, of many organizations at once.

use diesel::dsl::count_star;
use diesel::prelude::*;
use polity_accounts::within::InUse;
use polity_kernel::db::each;
use polity_kernel::sql::{Among, List};
use polity_kernel::{Conn, OrganizationId, Result, Timestamp};

use super::members::live;
use crate::schema::members;

/// How many members with accounts in use these organizations have, in no order; one that has none is left out.
pub(crate) fn members(
    conn: &mut Conn,
    organizations: &[OrganizationId],
    now: Timestamp,
) -> Result<Vec<(OrganizationId, u64)>> {
    if organizations.is_empty() {
        return Ok(Vec::new());
    }
    let list = List::ids(organizations.iter().map(|id| id.uuid()));
    let counts: Vec<(OrganizationId, i64)> = each!(conn, conn => members::table
        .filter(Among(members::organization_id, list))
        .filter(live(now))
        .filter(InUse(members::account_id))
        .group_by(members::organization_id)
        .select((members::organization_id, count_star()))
        .load(conn))?;
    Ok(counts.into_iter().map(|(organization, count)| (organization, count.unsigned_abs())).collect())
}
