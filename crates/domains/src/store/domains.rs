//! Rows of claims.

use diesel::prelude::*;
use polity_directory::DomainName;
use polity_kernel::db::purge;
use polity_kernel::sql::Document;
use polity_kernel::{AccountId, Conn, OrganizationId, Result, Timestamp};

use crate::domain::{Domain, DomainId, Enforcement};
use crate::schema::{domain_checks as checks, organization_domains, organization_domains as domains};

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = domains, treat_none_as_default_value = false)]
struct Row {
    organization_id: OrganizationId,
    domain_id: DomainId,
    domain: String,
    verification_challenge: String,
    created_at: Timestamp,
    #[diesel(embed)]
    changing: Changing,
}

/// All but what a claim begins with.
#[derive(Insertable, Queryable, Selectable, AsChangeset)]
#[diesel(table_name = domains, treat_none_as_default_value = false, treat_none_as_null = true)]
struct Changing {
    verified_at: Option<Timestamp>,
    last_checked_at: Option<Timestamp>,
    missing_since: Option<Timestamp>,
    lapsed_at: Option<Timestamp>,
    jit_provisioning: bool,
    sso_enforcement: Option<Enforcement>,
    break_glass_owners: Document<Vec<AccountId>>,
    updated_at: Timestamp,
    version: i64,
}

pub(crate) fn insert(conn: &mut Conn, claim: &Domain) -> Result<()> {
    let row = Row {
        organization_id: claim.organization,
        domain_id: claim.id,
        domain: claim.name.to_string(),
        verification_challenge: claim.challenge.clone(),
        created_at: claim.created_at,
        changing: changing(claim),
    };
    diesel::insert_into(domains::table).values(row).execute(conn)?;
    Ok(())
}

/// Writes everything that may change.
pub(crate) fn update(conn: &mut Conn, claim: &Domain) -> Result<()> {
    let its = domains::table.find((claim.organization, claim.id));
    diesel::update(its).set(changing(claim)).execute(conn)?;
    Ok(())
}

pub(crate) fn delete(conn: &mut Conn, claim: &Domain) -> Result<()> {
    diesel::delete(domains::table.find((claim.organization, claim.id))).execute(conn)?;
    Ok(())
}

pub(crate) fn find(conn: &mut Conn, organization: OrganizationId, id: DomainId) -> Result<Option<Domain>> {
    let row: Option<Row> =
        domains::table.find((organization, id)).select(Row::as_select()).first(conn).optional()?;
    Ok(row.map(claim))
}

/// The organization's claim of this domain.
pub(crate) fn named(
    conn: &mut Conn,
    organization: OrganizationId,
    name: &DomainName,
) -> Result<Option<Domain>> {
    let row: Option<Row> = domains::table
        .filter(domains::organization_id.eq(organization))
        .filter(domains::domain.eq(name.as_str()))
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    Ok(row.map(claim))
}

/// All that the organization claims, by name.
pub(crate) fn all(conn: &mut Conn, organization: OrganizationId) -> Result<Vec<Domain>> {
    let rows: Vec<Row> = domains::table
        .filter(domains::organization_id.eq(organization))
        .select(Row::as_select())
        .load(conn)?;
    let mut claims: Vec<Domain> = rows.into_iter().map(claim).collect();
    // here, since engines and their locales order text differently
    claims.sort_unstable_by(|one, other| one.name.as_str().cmp(other.name.as_str()));
    Ok(claims)
}

/// How many the organization claims.
pub(crate) fn count(conn: &mut Conn, organization: OrganizationId) -> Result<u64> {
    let claims: i64 =
        domains::table.filter(domains::organization_id.eq(organization)).count().get_result(conn)?;
    Ok(claims.unsigned_abs())
}

/// One of the organization's claims that are looked up and were not since that instant.
pub(crate) fn unchecked(
    conn: &mut Conn,
    organization: OrganizationId,
    since: Timestamp,
) -> Result<Option<Domain>> {
    let row: Option<Row> = domains::table
        .inner_join(checks::table.on(checks::domain_id.eq(domains::domain_id)))
        .filter(domains::organization_id.eq(organization))
        .filter(checks::organization_id.eq(organization))
        .filter(domains::last_checked_at.is_null().or(domains::last_checked_at.lt(since)))
        .order(domains::domain_id)
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    Ok(row.map(claim))
}

/// Deletes up to `limit` of an organization that has ended, and returns how many went.
pub(crate) fn purge(conn: &mut Conn, organization: OrganizationId, limit: i64) -> Result<usize> {
    Ok(purge!(conn, organization, limit, organization_domains, domain_id, DomainId))
}

fn changing(claim: &Domain) -> Changing {
    Changing {
        verified_at: claim.verified_at,
        last_checked_at: claim.last_checked_at,
        missing_since: claim.missing_since,
        lapsed_at: claim.lapsed_at,
        jit_provisioning: claim.jit_provisioning,
        sso_enforcement: claim.sso_enforcement,
        break_glass_owners: Document(claim.break_glass_owners.clone()),
        updated_at: claim.updated_at,
        version: claim.version,
    }
}

fn claim(row: Row) -> Domain {
    let Changing { break_glass_owners: Document(break_glass_owners), .. } = row.changing;
    Domain {
        id: row.domain_id,
        organization: row.organization_id,
        name: DomainName::stored(row.domain),
        challenge: row.verification_challenge,
        verified_at: row.changing.verified_at,
        last_checked_at: row.changing.last_checked_at,
        missing_since: row.changing.missing_since,
        lapsed_at: row.changing.lapsed_at,
        jit_provisioning: row.changing.jit_provisioning,
        sso_enforcement: row.changing.sso_enforcement,
        break_glass_owners,
        created_at: row.created_at,
        updated_at: row.changing.updated_at,
        version: row.changing.version,
    }
}
