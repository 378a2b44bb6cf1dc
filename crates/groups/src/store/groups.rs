//! Groups in the store.

use diesel::prelude::*;
use polity_kernel::db::{each, purge};
use polity_kernel::error::on_unique;
use polity_kernel::sql::Document;
use polity_kernel::sql::{Among, List};
use polity_kernel::text::canonical;
use polity_kernel::{Code, Conn, Error, OrganizationId, Page, Paged, Result, SubjectId, Timestamp};

use super::ROWS;
use crate::schema::groups;
use crate::{Group, GroupFilter, GroupId, GroupProfile, GroupStatus};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = groups, primary_key(organization_id, group_id))]
#[diesel(treat_none_as_null = true, treat_none_as_default_value = false)]
pub(super) struct Row {
    organization_id: OrganizationId,
    group_id: GroupId,
    name: String,
    kind: String,
    external_id: Option<String>,
    status: GroupStatus,
    #[diesel(skip_update)]
    created_at: Timestamp,
    updated_at: Timestamp,
    version: i64,
    profile: Option<Document<GroupProfile>>,
    #[diesel(skip_update)]
    created_by: Option<SubjectId>,
    status_changed_at: Option<Timestamp>,
    status_changed_by: Option<SubjectId>,
    kind_key: String,
}

pub(crate) fn find(conn: &mut Conn, organization: OrganizationId, id: GroupId) -> Result<Option<Group>> {
    let row: Option<Row> =
        groups::table.find((organization, id)).select(Row::as_select()).first(conn).optional()?;
    Ok(row.map(Group::from))
}

/// Those of these groups that are the organization's.
pub(crate) fn find_all(conn: &mut Conn, organization: OrganizationId, ids: &[GroupId]) -> Result<Vec<Group>> {
    let list = List::ids(ids.iter().map(|id| id.uuid()));
    let rows: Vec<Row> = each!(conn, conn => groups::table
        .filter(groups::organization_id.eq(organization))
        .filter(Among(groups::group_id, list))
        .select(Row::as_select())
        .load(conn))?;
    Ok(rows.into_iter().map(Group::from).collect())
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

/// The groups that an outside system knows by these ids.
pub(crate) fn find_by_external_ids(
    conn: &mut Conn,
    organization: OrganizationId,
    external_ids: &[&str],
) -> Result<Vec<Group>> {
    let list = List::words(external_ids.iter().map(|id| (*id).to_owned()).collect());
    let rows: Vec<Row> = each!(conn, conn => groups::table
        .filter(groups::organization_id.eq(organization))
        .filter(Among(groups::external_id, list))
        .select(Row::as_select())
        .load(conn))?;
    Ok(rows.into_iter().map(Group::from).collect())
}

pub(crate) fn page(
    conn: &mut Conn,
    organization: OrganizationId,
    filter: &GroupFilter,
    page: Page,
) -> Result<Paged<Group>> {
    let mut query = groups::table
        .filter(groups::organization_id.eq(organization))
        .filter(groups::group_id.gt(GroupId::new(page.cursor())))
        .order(groups::group_id)
        .limit(page.limit + 1)
        .offset(page.skip())
        .select(Row::as_select())
        .into_boxed();
    if let Some(status) = filter.status {
        query = query.filter(groups::status.eq(status));
    }
    if let Some(kind) = &filter.kind {
        query = query.filter(groups::kind_key.eq(canonical(kind).to_lowercase()));
    }
    let rows: Vec<Row> = query.load(conn)?;
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

/// Inserts many at once.
pub(crate) fn insert_all(conn: &mut Conn, organization: OrganizationId, new: &[Group]) -> Result<()> {
    for new in new.chunks(ROWS) {
        let rows: Vec<Row> = new.iter().map(|group| Row::of(organization, group)).collect();
        each!(&mut *conn, conn => diesel::insert_into(groups::table).values(&rows).execute(conn))
            .map_err(on_unique("groups", taken))?;
    }
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
    Ok(purge!(conn, organization, limit, groups, group_id, GroupId))
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
            external_id: group.external_id.clone(),
            status: group.status,
            created_at: group.created_at,
            updated_at: group.updated_at,
            version: group.version,
            profile: group.profile.clone().map(Document),
            created_by: group.created_by,
            status_changed_at: group.status_changed_at,
            status_changed_by: group.status_changed_by,
            kind_key: group.kind.to_lowercase(),
        }
    }
}

impl From<Row> for Group {
    fn from(row: Row) -> Self {
        Self {
            id: row.group_id,
            name: row.name,
            kind: row.kind,
            profile: row.profile.map(|Document(profile)| profile),
            external_id: row.external_id,
            status: row.status,
            status_changed_at: row.status_changed_at,
            status_changed_by: row.status_changed_by,
            created_at: row.created_at,
            created_by: row.created_by,
            updated_at: row.updated_at,
            version: row.version,
        }
    }
}
