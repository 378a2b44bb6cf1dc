//! Rows of license keys that serve one organization.

use diesel::prelude::*;
use polity_kernel::{Conn, OrganizationId, Result, each};

use crate::key::LicenseKey;
use crate::schema::license_claims as claims;

/// Has the key serve the organization if it serves none, and returns whose it is. Whoever claims the same key waits until this
/// transaction has ended.
pub(crate) fn claim(
    conn: &mut Conn,
    key: &LicenseKey,
    organization: OrganizationId,
) -> Result<OrganizationId> {
    let row = (
        claims::kid.eq(&key.kid),
        claims::jti.eq(&key.jti),
        claims::subject.eq(key.subject()),
        claims::organization_id.eq(organization),
    );
    each!(conn, conn => diesel::insert_into(claims::table).values(row).on_conflict_do_nothing().execute(conn))?;
    Ok(claims::table.find((&key.kid, &key.jti, key.subject())).select(claims::organization_id).first(conn)?)
}

/// Has the key serve the second organization in place of the first, and returns whether it still served that.
pub(crate) fn hand_on(
    conn: &mut Conn,
    key: &LicenseKey,
    from: OrganizationId,
    to: OrganizationId,
) -> Result<bool> {
    let served =
        claims::table.find((&key.kid, &key.jti, key.subject())).filter(claims::organization_id.eq(from));
    Ok(diesel::update(served).set(claims::organization_id.eq(to)).execute(conn)? == 1)
}

/// Lets go of up to `limit` keys of a deleted organization and returns how many went.
pub(crate) fn delete(conn: &mut Conn, organization: OrganizationId, limit: i64) -> Result<usize> {
    let of_it = claims::organization_id.eq(organization);
    let some: Vec<(String, String, String)> = claims::table
        .filter(of_it)
        .select((claims::kid, claims::jti, claims::subject))
        .limit(limit)
        .load(conn)?;
    let mut gone = 0;
    for (kid, jti, subject) in some {
        gone += diesel::delete(claims::table.find((kid, jti, subject)).filter(of_it)).execute(conn)?;
    }
    Ok(gone)
}
