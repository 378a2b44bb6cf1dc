//! Members counted and projects listed, of many organizations at once.

use diesel::dsl::count_star;
use diesel::prelude::*;
use polity_accounts::within::InUse;
use polity_kernel::db::each;
use polity_kernel::sql::{Among, List};
use polity_kernel::{AccountId, Conn, OrganizationId, Result, Timestamp};

use crate::project::ProjectId;
use crate::schema::{members, project_members as joined, projects};
use crate::summary::ProjectInBrief;

type Row = (OrganizationId, ProjectId, i64, String);

/// How many members with accounts in use these organizations have, in no order; one that has none is left out.
pub(crate) fn members(
    conn: &mut Conn,
    organizations: &[OrganizationId],
    now: Timestamp,
) -> Result<Vec<(OrganizationId, u64)>> {
    if organizations.is_empty() {
        return Ok(Vec::new());
    }
    let list = List::ids(organizations.iter().map(|id| id.uuid()));
    let counts: Vec<(OrganizationId, i64)> = each!(conn, conn => members::table
        .filter(Among(members::organization_id, list))
        .filter(members::expires_at.is_null().or(members::expires_at.gt(now)))
        .filter(InUse(members::account_id))
        .group_by(members::organization_id)
        .select((members::organization_id, count_star()))
        .load(conn))?;
    Ok(counts.into_iter().map(|(organization, count)| (organization, count.unsigned_abs())).collect())
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
    Ok(rows.into_iter().map(brief).collect())
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
    Ok(rows.into_iter().map(brief).collect())
}

fn brief((organization, id, number, name): Row) -> ProjectInBrief {
    ProjectInBrief { id, organization, number, name }
}
