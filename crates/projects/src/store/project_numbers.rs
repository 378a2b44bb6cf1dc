//! The numbers of projects: each is one project's over all organizations.

use diesel::prelude::*;
use polity_directory::ProjectId;
use polity_kernel::sql::{Among, List};
use polity_kernel::{Conn, OrganizationId, Result, each};

use crate::schema::{project_numbers as reserved, projects};

/// How many numbers are looked for in one statement.
const BATCH: usize = 500;

/// Takes a number, unless a project has it.
pub(crate) fn reserve(
    conn: &mut Conn,
    number: i64,
    organization: OrganizationId,
    project: ProjectId,
) -> Result<bool> {
    let row = (
        reserved::number.eq(number),
        reserved::organization_id.eq(organization),
        reserved::project_id.eq(project),
    );
    let taken = each!(conn, conn => diesel::insert_into(reserved::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(conn))?;
    Ok(taken == 1)
}

/// Gives a project's number back.
pub(crate) fn clear(conn: &mut Conn, organization: OrganizationId, project: ProjectId) -> Result<()> {
    let its = reserved::table
        .filter(reserved::organization_id.eq(organization))
        .filter(reserved::project_id.eq(project));
    diesel::delete(its).execute(conn)?;
    Ok(())
}

/// Gives every number back.
pub(crate) fn release_all(conn: &mut Conn, organization: OrganizationId) -> Result<()> {
    diesel::delete(reserved::table.filter(reserved::organization_id.eq(organization))).execute(conn)?;
    Ok(())
}

/// Those of these numbers that are a project's of the organization, in no order.
pub(crate) fn projects(
    conn: &mut Conn,
    organization: OrganizationId,
    numbers: &[i64],
) -> Result<Vec<(i64, ProjectId)>> {
    let mut found = Vec::new();
    for some in numbers.chunks(BATCH) {
        let part: Vec<(i64, ProjectId)> = projects::table
            .filter(projects::organization_id.eq(organization))
            .filter(projects::number.eq_any(some))
            .select((projects::number, projects::project_id))
            .load(conn)?;
        found.extend(part);
    }
    Ok(found)
}

/// The numbers of those of these projects that the organization has, in no order.
pub(crate) fn numbers(
    conn: &mut Conn,
    organization: OrganizationId,
    ids: &[ProjectId],
) -> Result<Vec<(ProjectId, i64)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let list = List::ids(ids.iter().map(|id| id.uuid()));
    Ok(each!(conn, conn => projects::table
        .filter(projects::organization_id.eq(organization))
        .filter(Among(projects::project_id, list))
        .select((projects::project_id, projects::number))
        .load(conn))?)
}
