//! E-mail domains: who claims them, and whose claim is proven.
//!
//! What is claimed alone stands in the organization's own rows; a proven domain is reserved over all of them.

use diesel::prelude::*;
use polity_kernel::sql::{Among, List};
use polity_kernel::{Conn, OrganizationId, Result, Timestamp, Tx, each};
use uuid::Uuid;

use crate::organization::PrimaryDomain;
use crate::organization::domain::DomainName;
use crate::schema::{domain_claims as claims, organization_domains as domains};

polity_kernel::id!(DomainId, "One domain of one organization.");

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

/// The organization that has proven this domain to be its own.
pub(crate) fn owner(conn: &mut Conn, domain: &str) -> Result<Option<OrganizationId>> {
    Ok(claims::table.find(domain).select(claims::organization_id).first(conn).optional()?)
}

/// Claims a domain as the primary one, not proven yet.
pub(crate) fn insert_primary(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    domain: &DomainName,
) -> Result<()> {
    let row = (
        domains::organization_id.eq(organization),
        domains::domain_id.eq(DomainId::new(tx.new_id::<Uuid>())),
        domains::domain.eq(domain.as_str()),
        domains::is_primary.eq(true),
        domains::created_at.eq(tx.now()),
    );
    let conn: &mut Conn = tx;
    diesel::insert_into(domains::table).values(row).execute(conn)?;
    Ok(())
}

/// How many domains the organization has.
pub(crate) fn count(conn: &mut Conn, organization: OrganizationId) -> Result<u64> {
    let domains: i64 =
        domains::table.filter(domains::organization_id.eq(organization)).count().get_result(conn)?;
    Ok(domains.unsigned_abs())
}

/// Drops the primary domain, reserved or not.
pub(crate) fn release_primary(conn: &mut Conn, organization: OrganizationId) -> Result<()> {
    if let Some(primary) = primary(conn, organization)? {
        release(conn, &primary.name, organization)?;
        diesel::delete(primary_row(organization)).execute(conn)?;
    }
    Ok(())
}

/// Gives every proven domain back.
pub(crate) fn release_all(conn: &mut Conn, organization: OrganizationId) -> Result<()> {
    diesel::delete(claims::table.filter(claims::organization_id.eq(organization))).execute(conn)?;
    Ok(())
}

/// Says whether the primary domain is proven, and since when.
pub(crate) fn set_verified(
    conn: &mut Conn,
    organization: OrganizationId,
    at: Option<Timestamp>,
) -> Result<()> {
    diesel::update(primary_row(organization)).set(domains::verified_at.eq(at)).execute(conn)?;
    Ok(())
}

/// The primary domain.
pub(crate) fn primary(conn: &mut Conn, organization: OrganizationId) -> Result<Option<PrimaryDomain>> {
    let row: Option<(String, Option<Timestamp>)> =
        primary_row(organization).select((domains::domain, domains::verified_at)).first(conn).optional()?;
    Ok(row.map(|(name, verified)| PrimaryDomain {
        name: DomainName::stored(name),
        verified: verified.is_some(),
    }))
}

/// The primary domains of these organizations.
pub(crate) fn primaries(
    conn: &mut Conn,
    organizations: &[OrganizationId],
) -> Result<Vec<(OrganizationId, PrimaryDomain)>> {
    let list = List::ids(organizations.iter().map(|id| id.uuid()));
    let rows: Vec<(OrganizationId, String, Option<Timestamp>)> = each!(conn, conn => domains::table
        .filter(Among(domains::organization_id, list))
        .filter(domains::is_primary.eq(true))
        .select((domains::organization_id, domains::domain, domains::verified_at))
        .load(conn))?;
    let primary = |name, verified: Option<Timestamp>| PrimaryDomain {
        name: DomainName::stored(name),
        verified: verified.is_some(),
    };
    Ok(rows.into_iter().map(|(id, name, verified)| (id, primary(name, verified))).collect())
}

#[diesel::dsl::auto_type(no_type_alias)]
fn primary_row(organization: OrganizationId) -> _ {
    domains::table.filter(domains::organization_id.eq(organization)).filter(domains::is_primary.eq(true))
}
