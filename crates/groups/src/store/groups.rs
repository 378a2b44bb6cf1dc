//! Groups in the store.

use diesel::prelude::*;
use polity_kernel::error::on_unique;
use polity_kernel::{Code, Conn, Error, OrganizationId, Page, Paged, Result, Timestamp};

use crate::schema::groups;
use crate::{Group, GroupId, GroupStatus};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = groups, primary_key(organization_id, group_id))]
#[diesel(treat_none_as_null = true, treat_none_as_default_value = false)]
pub(super) struct Row {
    organization_id: OrganizationId,
    group_id: GroupId,
    name: String,
    kind: String,
    description: Option<String>,
    external_id: Option<String>,
    status: GroupStatus,
    created_at: Timestamp,
    updated_at: Timestamp,
    version: i64,
}

pub(crate) fn find(conn: &mut Conn, organization: OrganizationId, id: GroupId) -> Result<Option<Group>> {
    let row: Option<Row> =
        groups::table.find((organization, id)).select(Row::as_select()).first(conn).optional()?;
    Ok(row.map(Group::from))
}

pub(crate) fn find_by_external_id(
    conn: &mut Conn,
    organization: OrganizationId,
    external_id: &str,
) -> Result<Option<Group>> {
    let row: Option<Row> = groups::table
        .filter(groups::organization_id.eq(organization))
        .filter(groups::external_id.eq(external_id))
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    Ok(row.map(Group::from))
}

pub(crate) fn page(conn: &mut Conn, organization: OrganizationId, page: Page) -> Result<Paged<Group>> {
    let rows: Vec<Row> = groups::table
        .filter(groups::organization_id.eq(organization))
        .filter(groups::group_id.gt(GroupId::new(page.cursor())))
        .order(groups::group_id)
        .limit(page.limit + 1)
        .offset(page.skip())
        .select(Row::as_select())
        .load(conn)?;
    let found: Vec<Group> = rows.into_iter().map(Group::from).collect();
    Ok(Paged::of(found, &page, |group| group.id.uuid()))
}

pub(crate) fn insert(conn: &mut Conn, organization: OrganizationId, new: &Group) -> Result<()> {
    diesel::insert_into(groups::table)
        .values(Row::of(organization, new))
        .execute(conn)
        .map_err(on_unique("groups", taken))?;
    Ok(())
}

pub(crate) fn update(conn: &mut Conn, organization: OrganizationId, changed: &Group) -> Result<()> {
    diesel::update(groups::table.find((organization, changed.id)))
        .set(Row::of(organization, changed))
        .execute(conn)
        .map_err(on_unique("groups", taken))?;
    Ok(())
}

/// Removes the group's row; its memberships must be gone.
pub(crate) fn remove(conn: &mut Conn, organization: OrganizationId, id: GroupId) -> Result<()> {
    diesel::delete(groups::table.find((organization, id))).execute(conn)?;
    Ok(())
}

/// Deletes up to `limit` rows of the organization.
pub(crate) fn purge(conn: &mut Conn, organization: OrganizationId, limit: i64) -> Result<usize> {
    let doomed: Vec<GroupId> = groups::table
        .filter(groups::organization_id.eq(organization))
        .order(groups::group_id)
        .limit(limit)
        .select(groups::group_id)
        .load(conn)?;
    let Some(last) = doomed.last() else { return Ok(0) };
    Ok(diesel::delete(groups::table)
        .filter(groups::organization_id.eq(organization))
        .filter(groups::group_id.le(*last))
        .execute(conn)?)
}

/// The outside id is another group's; the primary key never clashes.
fn taken() -> Error {
    Error::new(Code::Conflict, "a group with this external id exists")
}

impl Row {
    fn of(organization: OrganizationId, group: &Group) -> Self {
        Self {
            organization_id: organization,
            group_id: group.id,
            name: group.name.clone(),
            kind: group.kind.clone(),
            description: group.description.clone(),
            external_id: group.external_id.clone(),
            status: group.status,
            created_at: group.created_at,
            updated_at: group.updated_at,
            version: group.version,
        }
    }
}

impl From<Row> for Group {
    fn from(row: Row) -> Self {
        Self {
            id: row.group_id,
            name: row.name,
            kind: row.kind,
            description: row.description,
            external_id: row.external_id,
            status: row.status,
            created_at: row.created_at,
            updated_at: row.updated_at,
            version: row.version,
        }
    }
}
