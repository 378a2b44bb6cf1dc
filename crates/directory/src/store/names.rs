//! The words that name organizations: each has one owner over all of them.

use diesel::prelude::*;
use polity_kernel::{Conn, OrganizationId, Result, each};

use crate::organization::names::OrganizationRef;
use crate::schema::organization_names as names;

/// Takes a name, unless another organization has it. Taking one's own again is fine.
pub(crate) fn reserve(conn: &mut Conn, name: &str, organization: OrganizationId) -> Result<bool> {
    let name = name.to_lowercase();
    let row = (names::name.eq(&name), names::organization_id.eq(organization));
    let taken = each!(conn, conn => diesel::insert_into(names::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(conn))?;
    if taken == 1 {
        return Ok(true);
    }
    Ok(owner(conn, &name)? == Some(organization))
}

/// Gives one name back.
pub(crate) fn release(conn: &mut Conn, name: &str, organization: OrganizationId) -> Result<()> {
    let mine = names::table.find(name.to_lowercase()).filter(names::organization_id.eq(organization));
    diesel::delete(mine).execute(conn)?;
    Ok(())
}

/// Gives every name back.
pub(crate) fn release_all(conn: &mut Conn, organization: OrganizationId) -> Result<()> {
    diesel::delete(names::table.filter(names::organization_id.eq(organization))).execute(conn)?;
    Ok(())
}

/// The organization of this name.
pub(crate) fn resolve(conn: &mut Conn, reference: &OrganizationRef) -> Result<Option<OrganizationId>> {
    owner(conn, reference.as_str())
}

/// The owner of a name in lower case.
pub(crate) fn owner(conn: &mut Conn, name: &str) -> Result<Option<OrganizationId>> {
    Ok(names::table.find(name).select(names::organization_id).first(conn).optional()?)
}
