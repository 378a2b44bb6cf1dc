//! Proven domains, each of one organization over all of them.

use diesel::prelude::*;
use polity_directory::DomainName;
use polity_kernel::{Conn, OrganizationId, Result, each};

use crate::schema::domain_claims as claims;

/// Reserves a domain that the organization has proven to be its own, unless another has. Its own again is fine.
pub(crate) fn reserve(conn: &mut Conn, domain: &DomainName, organization: OrganizationId) -> Result<bool> {
    let row = (claims::domain.eq(domain.as_str()), claims::organization_id.eq(organization));
    let claimed = each!(conn, conn => diesel::insert_into(claims::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(conn))?;
    if claimed == 1 {
        return Ok(true);
    }
    Ok(owner(conn, domain.as_str())? == Some(organization))
}

/// Makes a domain anybody's to prove again, where it is this organization's.
pub(crate) fn release(conn: &mut Conn, domain: &DomainName, organization: OrganizationId) -> Result<()> {
    let mine = claims::table.find(domain.as_str()).filter(claims::organization_id.eq(organization));
    diesel::delete(mine).execute(conn)?;
    Ok(())
}

/// Makes every domain of the organization anybody's to prove again.
pub(crate) fn release_all(conn: &mut Conn, organization: OrganizationId) -> Result<()> {
    diesel::delete(claims::table.filter(claims::organization_id.eq(organization))).execute(conn)?;
    Ok(())
}

/// The organization that has proven this domain to be its own.
pub(crate) fn owner(conn: &mut Conn, domain: &str) -> Result<Option<OrganizationId>> {
    Ok(claims::table.find(domain).select(claims::organization_id).first(conn).optional()?)
}
