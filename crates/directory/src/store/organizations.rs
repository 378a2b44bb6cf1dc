//! Rows of organizations.

use diesel::prelude::*;
use polity_kernel::{Conn, OrganizationId, Page, Result, Timestamp};

use super::{domains, members};
use crate::organization::{Alias, Key, Organization, Status};
use crate::schema::organizations;

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = organizations, treat_none_as_default_value = false)]
struct Row {
    organization_id: OrganizationId,
    key: String,
    alias: String,
    name: String,
    description: Option<String>,
    logo_url: Option<String>,
    external_sales_force_id: Option<String>,
    status: Status,
    created_at: Timestamp,
    updated_at: Timestamp,
    version: i64,
}

pub(crate) fn insert(conn: &mut Conn, organization: &Organization) -> Result<()> {
    diesel::insert_into(organizations::table).values(row(organization)).execute(conn)?;
    Ok(())
}

/// Writes everything but id, key and founding date.
pub(crate) fn update(conn: &mut Conn, organization: &Organization) -> Result<()> {
    let new = row(organization);
    diesel::update(organizations::table.find(organization.id))
        .set((
            organizations::alias.eq(new.alias),
            organizations::name.eq(new.name),
            organizations::description.eq(new.description),
            organizations::logo_url.eq(new.logo_url),
            organizations::external_sales_force_id.eq(new.external_sales_force_id),
            organizations::status.eq(new.status),
            organizations::updated_at.eq(new.updated_at),
            organizations::version.eq(new.version),
        ))
        .execute(conn)?;
    Ok(())
}

pub(crate) fn delete(conn: &mut Conn, id: OrganizationId) -> Result<()> {
    diesel::delete(organizations::table.find(id)).execute(conn)?;
    Ok(())
}

/// Whether the organization works; absent once it is deleted.
pub(crate) fn status(conn: &mut Conn, id: OrganizationId) -> Result<Option<Status>> {
    Ok(organizations::table.find(id).select(organizations::status).first(conn).optional()?)
}

/// What programs call the organization; absent once it is deleted.
pub(crate) fn key(conn: &mut Conn, id: OrganizationId) -> Result<Option<Key>> {
    let key: Option<String> =
        organizations::table.find(id).select(organizations::key).first(conn).optional()?;
    Ok(key.map(Key::stored))
}

/// One page of all organizations, by id.
pub(crate) fn page(conn: &mut Conn, page: &Page) -> Result<Vec<OrganizationId>> {
    Ok(organizations::table
        .filter(organizations::organization_id.gt(OrganizationId::new(page.cursor())))
        .order(organizations::organization_id)
        .limit(page.limit + 1)
        .offset(page.skip())
        .select(organizations::organization_id)
        .load(conn)?)
}

/// The organization with its primary domain and first owner.
pub(crate) fn find(conn: &mut Conn, id: OrganizationId, now: Timestamp) -> Result<Option<Organization>> {
    let row: Option<Row> = organizations::table.find(id).select(Row::as_select()).first(conn).optional()?;
    let Some(row) = row else { return Ok(None) };
    let domain = domains::primary(conn, id)?;
    let owner = members::first_owner(conn, id, now)?;
    Ok(Some(Organization {
        id,
        key: Key::stored(row.key),
        alias: Alias::stored(row.alias),
        name: row.name,
        description: row.description,
        logo_url: row.logo_url,
        external_sales_force_id: row.external_sales_force_id,
        domain,
        owner,
        status: row.status,
        created_at: row.created_at,
        updated_at: row.updated_at,
        version: row.version,
    }))
}

fn row(organization: &Organization) -> Row {
    Row {
        organization_id: organization.id,
        key: organization.key.as_str().to_owned(),
        alias: organization.alias.as_str().to_owned(),
        name: organization.name.clone(),
        description: organization.description.clone(),
        logo_url: organization.logo_url.clone(),
        external_sales_force_id: organization.external_sales_force_id.clone(),
        status: organization.status,
        created_at: organization.created_at,
        updated_at: organization.updated_at,
        version: organization.version,
    }
}
