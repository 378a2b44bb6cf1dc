//! Rows of roles in projects; one of somebody whose membership of the organization has ended is none.

use diesel::prelude::*;
use polity_directory::ProjectId;
use polity_directory::within::{IsMember, TakenUpBy};
use polity_kernel::db::{MultiBackend, each};
use polity_kernel::sql::{Among, List};
use polity_kernel::{AccountId, Conn, Level, OrganizationId, Page, Result, SubjectId, Timestamp};

use crate::project::{ProjectMember, ProjectMemberId, ProjectRole};
use crate::schema::project_members as joined;

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = joined, primary_key(organization_id, project_id, account_id))]
#[diesel(treat_none_as_null = true, treat_none_as_default_value = false)]
struct Row {
    organization_id: OrganizationId,
    project_id: ProjectId,
    account_id: AccountId,
    #[diesel(skip_update)]
    project_member_id: ProjectMemberId,
    role: ProjectRole,
    #[diesel(skip_update)]
    created_by: Option<SubjectId>,
    #[diesel(skip_update)]
    created_at: Timestamp,
    version: i64,
}

/// Writes new ones, all in one statement.
pub(crate) fn insert(conn: &mut Conn, organization: OrganizationId, new: &[ProjectMember]) -> Result<()> {
    if new.is_empty() {
        return Ok(());
    }
    let rows: Vec<Row> = new.iter().map(|member| Row::of(organization, member)).collect();
    each!(conn, conn => diesel::insert_into(joined::table).values(&rows).execute(conn))?;
    Ok(())
}

/// Writes another role.
pub(crate) fn update(conn: &mut Conn, organization: OrganizationId, member: &ProjectMember) -> Result<()> {
    diesel::update(joined::table.find((organization, member.project, member.account)))
        .set(Row::of(organization, member))
        .execute(conn)?;
    Ok(())
}

pub(crate) fn delete(
    conn: &mut Conn,
    organization: OrganizationId,
    project: ProjectId,
    account: AccountId,
) -> Result<()> {
    diesel::delete(joined::table.find((organization, project, account))).execute(conn)?;
    Ok(())
}

/// Deletes every role in one project.
pub(crate) fn clear(conn: &mut Conn, organization: OrganizationId, project: ProjectId) -> Result<()> {
    let all =
        joined::table.filter(joined::organization_id.eq(organization)).filter(joined::project_id.eq(project));
    diesel::delete(all).execute(conn)?;
    Ok(())
}

/// Deletes every role of one account.
pub(crate) fn forget(conn: &mut Conn, organization: OrganizationId, account: AccountId) -> Result<()> {
    let theirs =
        joined::table.filter(joined::organization_id.eq(organization)).filter(joined::account_id.eq(account));
    diesel::delete(theirs).execute(conn)?;
    Ok(())
}

/// What an account, which is let into the organization, is in a project.
pub(crate) fn find(
    conn: &mut Conn,
    organization: OrganizationId,
    project: ProjectId,
    account: AccountId,
) -> Result<Option<ProjectMember>> {
    let row: Option<Row> = joined::table
        .find((organization, project, account))
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    Ok(row.map(ProjectMember::from))
}

/// One page of who has a role in a project, in order of joining it.
pub(crate) fn page(
    conn: &mut Conn,
    organization: OrganizationId,
    project: ProjectId,
    now: Timestamp,
    page: &Page,
) -> Result<Vec<ProjectMember>> {
    let is_member = IsMember { organization: joined::organization_id, account: joined::account_id, now };
    let rows: Vec<Row> = joined::table
        .filter(joined::organization_id.eq(organization))
        .filter(joined::project_id.eq(project))
        .filter(joined::project_member_id.gt(ProjectMemberId::new(page.cursor())))
        .filter(is_member)
        .order(joined::project_member_id)
        .limit(page.limit + 1)
        .offset(page.skip())
        .select(Row::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(ProjectMember::from).collect())
}

/// What an account, which is let into the organization, is in these projects, in no order.
pub(crate) fn roles(
    conn: &mut Conn,
    organization: OrganizationId,
    account: AccountId,
    projects: &[ProjectId],
) -> Result<Vec<(ProjectId, ProjectRole)>> {
    let list = List::ids(projects.iter().map(|id| id.uuid()));
    Ok(each!(conn, conn => joined::table
        .filter(joined::organization_id.eq(organization))
        .filter(joined::account_id.eq(account))
        .filter(Among(joined::project_id, list))
        .select((joined::project_id, joined::role))
        .load(conn))?)
}

/// What an account, which is let into the organization, is in its projects, in no order.
pub(crate) fn all_of(
    conn: &mut Conn,
    organization: OrganizationId,
    account: AccountId,
) -> Result<Vec<(ProjectId, ProjectRole)>> {
    Ok(joined::table
        .filter(joined::organization_id.eq(organization))
        .filter(joined::account_id.eq(account))
        .select((joined::project_id, joined::role))
        .load(conn)?)
}

/// The projects in which an account has a role, in order of joining, at most so many: those of organizations whose membership it has
/// taken up, or of this one alone. Deleted organizations are none, though rows may be left.
pub(crate) fn places(
    conn: &mut Conn,
    account: AccountId,
    only: Option<OrganizationId>,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<(OrganizationId, ProjectId)>> {
    let theirs = TakenUpBy { organization: joined::organization_id, account, least: Level::Member, now };
    let mut query = joined::table
        .filter(joined::account_id.eq(account))
        .filter(theirs)
        .order(joined::project_member_id)
        .limit(limit)
        .select((joined::organization_id, joined::project_id))
        .into_boxed::<MultiBackend>();
    if let Some(only) = only {
        query = query.filter(joined::organization_id.eq(only));
    }
    Ok(query.load(conn)?)
}

impl Row {
    fn of(organization: OrganizationId, member: &ProjectMember) -> Self {
        Self {
            organization_id: organization,
            project_id: member.project,
            account_id: member.account,
            project_member_id: member.id,
            role: member.role,
            created_by: member.created_by,
            created_at: member.created_at,
            version: member.version,
        }
    }
}

impl From<Row> for ProjectMember {
    fn from(row: Row) -> Self {
        Self {
            id: row.project_member_id,
            project: row.project_id,
            account: row.account_id,
            role: row.role,
            created_by: row.created_by,
            created_at: row.created_at,
            version: row.version,
        }
    }
}
