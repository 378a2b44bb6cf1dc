//! Rows of licenses.

use diesel::prelude::*;
use polity_kernel::sql::{Among, List};
use polity_kernel::{Conn, OrganizationId, Result, SubjectId, Timestamp, each};

use crate::LicenseType;
use crate::license::{Kept, KeyText};
use crate::schema::licenses;

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = licenses, primary_key(organization_id))]
#[diesel(treat_none_as_null = true, treat_none_as_default_value = false)]
struct Row {
    organization_id: OrganizationId,
    kind: LicenseType,
    license_key: Option<String>,
    jti: Option<String>,
    expires_at: Option<Timestamp>,
    trial_used: bool,
    set_at: Timestamp,
    set_by: Option<SubjectId>,
    version: i64,
}

pub(crate) fn find(conn: &mut Conn, organization: OrganizationId) -> Result<Option<Kept>> {
    let row: Option<Row> =
        licenses::table.find(organization).select(Row::as_select()).first(conn).optional()?;
    Ok(row.map(kept))
}

/// Those of the organizations that were ever given a license, in no order.
pub(crate) fn of(conn: &mut Conn, organizations: &[OrganizationId]) -> Result<Vec<Kept>> {
    let among = Among(licenses::organization_id, List::ids(organizations.iter().map(|id| id.uuid())));
    let rows: Vec<Row> =
        each!(conn, conn => licenses::table.filter(among).select(Row::as_select()).load(conn))?;
    Ok(rows.into_iter().map(kept).collect())
}

pub(crate) fn insert(conn: &mut Conn, kept: &Kept) -> Result<()> {
    diesel::insert_into(licenses::table).values(row(kept)).execute(conn)?;
    Ok(())
}

pub(crate) fn update(conn: &mut Conn, kept: &Kept) -> Result<()> {
    diesel::update(licenses::table.find(kept.organization)).set(row(kept)).execute(conn)?;
    Ok(())
}

/// Deletes a deleted organization's row and returns how many went.
pub(crate) fn delete(conn: &mut Conn, organization: OrganizationId) -> Result<usize> {
    Ok(diesel::delete(licenses::table.find(organization)).execute(conn)?)
}

fn kept(row: Row) -> Kept {
    Kept {
        organization: row.organization_id,
        kind: row.kind,
        key: row.license_key.map(KeyText),
        jti: row.jti,
        expires_at: row.expires_at,
        trial_used: row.trial_used,
        set_at: row.set_at,
        set_by: row.set_by,
        version: row.version,
    }
}

fn row(kept: &Kept) -> Row {
    Row {
        organization_id: kept.organization,
        kind: kept.kind,
        license_key: kept.key.as_ref().map(|key| key.0.clone()),
        jti: kept.jti.clone(),
        expires_at: kept.expires_at,
        trial_used: kept.trial_used,
        set_at: kept.set_at,
        set_by: kept.set_by,
        version: kept.version,
    }
}
