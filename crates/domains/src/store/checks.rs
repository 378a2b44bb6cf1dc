//! When the records of proven domains are looked up next, over all organizations.

use diesel::prelude::*;
use polity_kernel::{Conn, OrganizationId, Result, Timestamp, each};

use crate::domain::{Domain, DomainId};
use crate::schema::domain_checks as checks;

/// Has the record of a claim looked up then, whatever was planned.
pub(crate) fn plan(conn: &mut Conn, claim: &Domain, due_at: Timestamp) -> Result<()> {
    let row = (
        checks::domain_id.eq(claim.id),
        checks::organization_id.eq(claim.organization),
        checks::due_at.eq(due_at),
    );
    each!(conn, conn => diesel::insert_into(checks::table)
        .values(row)
        .on_conflict(checks::domain_id)
        .do_update()
        .set(checks::due_at.eq(due_at))
        .execute(conn))?;
    Ok(())
}

/// Has the record of a claim looked up no more.
pub(crate) fn cancel(conn: &mut Conn, claim: &Domain) -> Result<()> {
    let its = checks::table.find(claim.id).filter(checks::organization_id.eq(claim.organization));
    diesel::delete(its).execute(conn)?;
    Ok(())
}

/// The same of all that an organization claims.
pub(crate) fn cancel_all(conn: &mut Conn, organization: OrganizationId) -> Result<()> {
    diesel::delete(checks::table.filter(checks::organization_id.eq(organization))).execute(conn)?;
    Ok(())
}

/// What is due at this instant, the longest due first.
pub(crate) fn due(conn: &mut Conn, now: Timestamp, limit: i64) -> Result<Vec<(DomainId, OrganizationId)>> {
    Ok(checks::table
        .filter(checks::due_at.le(now))
        .order((checks::due_at, checks::domain_id))
        .select((checks::domain_id, checks::organization_id))
        .limit(limit)
        .load(conn)?)
}

/// Puts off what is due at this instant; false when somebody else has already.
pub(crate) fn put_off(conn: &mut Conn, id: DomainId, now: Timestamp, until: Timestamp) -> Result<bool> {
    let due = checks::table.find(id).filter(checks::due_at.le(now));
    Ok(diesel::update(due).set(checks::due_at.eq(until)).execute(conn)? == 1)
}
