//! Projects listed, of many organizations at once.

use diesel::prelude::*;
use polity_directory::ProjectId;
use polity_kernel::db::each;
use polity_kernel::sql::{Among, List};
use polity_kernel::{AccountId, Conn, OrganizationId, Result};

use crate::brief::ProjectInBrief;
use crate::schema::{project_members as joined, projects};

#[derive(Queryable)]
struct Row {
    organization: OrganizationId,
    id: ProjectId,
    number: i64,
    name: String,
}

/// The projects of these organizations, those of each in order of opening; at most so many in all.
pub(crate) fn projects(
    conn: &mut Conn,
    organizations: &[OrganizationId],
    limit: i64,
) -> Result<Vec<ProjectInBrief>> {
    if organizations.is_empty() {
        return Ok(Vec::new());
    }
    let list = List::ids(organizations.iter().map(|id| id.uuid()));
    let rows: Vec<Row> = each!(conn, conn => projects::table
        .filter(Among(projects::organization_id, list))
        .order((projects::organization_id, projects::project_id))
        .limit(limit)
        .select((projects::organization_id, projects::project_id, projects::number, projects::name))
        .load(conn))?;
    Ok(rows.into_iter().map(ProjectInBrief::from).collect())
}

/// Those of them in which the account has a role.
pub(crate) fn projects_of(
    conn: &mut Conn,
    organizations: &[OrganizationId],
    account: AccountId,
    limit: i64,
) -> Result<Vec<ProjectInBrief>> {
    let list = List::ids(organizations.iter().map(|id| id.uuid()));
    let here = joined::organization_id
        .eq(projects::organization_id)
        .and(joined::project_id.eq(projects::project_id));
    let rows: Vec<Row> = each!(conn, conn => projects::table
        .inner_join(joined::table.on(here))
        .filter(Among(joined::organization_id, list))
        .filter(joined::account_id.eq(account))
        .order((projects::organization_id, projects::project_id))
        .limit(limit)
        .select((projects::organization_id, projects::project_id, projects::number, projects::name))
        .load(conn))?;
    Ok(rows.into_iter().map(ProjectInBrief::from).collect())
}

impl From<Row> for ProjectInBrief {
    fn from(Row { organization, id, number, name }: Row) -> Self {
        Self { id, organization, number, name }
    }
}
