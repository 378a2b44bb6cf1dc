//! Rows of projects.

use std::collections::HashSet;

use diesel::prelude::*;
use polity_directory::{Alias, Parameters, ProjectId};
use polity_kernel::db::each;
use polity_kernel::sql::{Among, Document, List};
use polity_kernel::{
    AccountId, Code, Conn, Error, OrganizationId, Page, Result, SubjectId, Timestamp, error,
};

use super::{active_projects, project_keys, project_members, project_numbers};
use crate::project::Project;
use crate::schema::{project_members as joined, projects};

/// A project's row but for the sealed parameters, which are read and written apart.
#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = projects, primary_key(organization_id, project_id))]
#[diesel(treat_none_as_null = true, treat_none_as_default_value = false)]
struct Row {
    organization_id: OrganizationId,
    project_id: ProjectId,
    #[diesel(skip_update)]
    alias: String,
    name: String,
    name_key: String,
    description: Option<String>,
    parameters: Document<Parameters>,
    #[diesel(skip_update)]
    created_by: Option<SubjectId>,
    #[diesel(skip_update)]
    created_at: Timestamp,
    updated_at: Timestamp,
    version: i64,
    #[diesel(skip_update)]
    number: i64,
}

/// # Errors
/// `Conflict` when the organization has a project of this name.
pub(crate) fn insert(conn: &mut Conn, project: &Project, sealed: Option<&[u8]>) -> Result<()> {
    diesel::insert_into(projects::table)
        .values((Row::from(project), projects::secrets.eq(sealed)))
        .execute(conn)
        .map_err(error::on_unique("projects", taken))?;
    Ok(())
}

/// Writes name, description and parameters.
///
/// # Errors
/// `Conflict` when another project of the organization has this name.
pub(crate) fn update(conn: &mut Conn, project: &Project, sealed: Option<&[u8]>) -> Result<()> {
    diesel::update(projects::table.find((project.organization, project.id)))
        .set((Row::from(project), projects::secrets.eq(sealed)))
        .execute(conn)
        .map_err(error::on_unique("projects", taken))?;
    Ok(())
}

/// Notes that the project's secret keys have changed.
pub(crate) fn touch(
    conn: &mut Conn,
    organization: OrganizationId,
    id: ProjectId,
    at: Timestamp,
) -> Result<()> {
    diesel::update(projects::table.find((organization, id)))
        .set((projects::updated_at.eq(at), projects::version.eq(projects::version + 1)))
        .execute(conn)?;
    Ok(())
}

/// Deletes the project with its secret keys, its number, who has a role in it, and that anybody works in it.
pub(crate) fn delete(conn: &mut Conn, organization: OrganizationId, id: ProjectId) -> Result<()> {
    project_keys::clear(conn, organization, id)?;
    project_members::clear(conn, organization, id)?;
    active_projects::clear(conn, organization, id)?;
    project_numbers::clear(conn, organization, id)?;
    diesel::delete(projects::table.find((organization, id))).execute(conn)?;
    Ok(())
}

/// Has the organization's projects be found by no secret, gives their numbers back, and has nobody work in them.
pub(crate) fn release_all(conn: &mut Conn, organization: OrganizationId) -> Result<()> {
    project_keys::release_all(conn, organization)?;
    project_numbers::release_all(conn, organization)?;
    active_projects::release_all(conn, organization)
}

pub(crate) fn find(conn: &mut Conn, organization: OrganizationId, id: ProjectId) -> Result<Option<Project>> {
    let row: Option<Row> =
        projects::table.find((organization, id)).select(Row::as_select()).first(conn).optional()?;
    Ok(row.map(Project::from))
}

/// The secret ones among the project's parameters, sealed; absent where there are none.
pub(crate) fn sealed(
    conn: &mut Conn,
    organization: OrganizationId,
    id: ProjectId,
) -> Result<Option<Vec<u8>>> {
    Ok(projects::table.find((organization, id)).select(projects::secrets).first(conn)?)
}

/// Those of these that the organization has, in no order.
pub(crate) fn existing(
    conn: &mut Conn,
    organization: OrganizationId,
    ids: &[ProjectId],
) -> Result<HashSet<ProjectId>> {
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    let list = List::ids(ids.iter().map(|id| id.uuid()));
    let found: Vec<ProjectId> = each!(conn, conn => projects::table
        .filter(projects::organization_id.eq(organization))
        .filter(Among(projects::project_id, list))
        .select(projects::project_id)
        .load(conn))?;
    Ok(found.into_iter().collect())
}

/// One page of an organization's projects, in order of opening.
pub(crate) fn page(conn: &mut Conn, organization: OrganizationId, page: &Page) -> Result<Vec<Project>> {
    let rows: Vec<Row> = projects::table
        .filter(projects::organization_id.eq(organization))
        .filter(projects::project_id.gt(ProjectId::new(page.cursor())))
        .order(projects::project_id)
        .limit(page.limit + 1)
        .offset(page.skip())
        .select(Row::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(Project::from).collect())
}

/// One page of those the account has a role in, in order of opening.
pub(crate) fn page_of(
    conn: &mut Conn,
    organization: OrganizationId,
    account: AccountId,
    page: &Page,
) -> Result<Vec<Project>> {
    let theirs = joined::table
        .filter(joined::organization_id.eq(organization))
        .filter(joined::account_id.eq(account))
        .select(joined::project_id);
    let rows: Vec<Row> = projects::table
        .filter(projects::organization_id.eq(organization))
        .filter(projects::project_id.gt(ProjectId::new(page.cursor())))
        .filter(projects::project_id.eq_any(theirs))
        .order(projects::project_id)
        .limit(page.limit + 1)
        .offset(page.skip())
        .select(Row::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(Project::from).collect())
}

/// The project that was opened first.
pub(crate) fn first(conn: &mut Conn, organization: OrganizationId) -> Result<Option<ProjectId>> {
    Ok(projects::table
        .filter(projects::organization_id.eq(organization))
        .order(projects::project_id)
        .select(projects::project_id)
        .first(conn)
        .optional()?)
}

/// How many projects the organization has.
pub(crate) fn count(conn: &mut Conn, organization: OrganizationId) -> Result<u64> {
    let projects: i64 =
        projects::table.filter(projects::organization_id.eq(organization)).count().get_result(conn)?;
    Ok(projects.unsigned_abs())
}

/// The aliases its projects have.
pub(crate) fn aliases(conn: &mut Conn, organization: OrganizationId) -> Result<HashSet<String>> {
    let aliases: Vec<String> = projects::table
        .filter(projects::organization_id.eq(organization))
        .select(projects::alias)
        .load(conn)?;
    Ok(aliases.into_iter().collect())
}

fn taken() -> Error {
    Error::new(Code::Conflict, "a project of this name is there already")
}

impl From<Row> for Project {
    fn from(row: Row) -> Self {
        Self {
            id: row.project_id,
            number: row.number,
            organization: row.organization_id,
            alias: Alias::stored(row.alias),
            name: row.name,
            description: row.description,
            parameters: row.parameters.0,
            created_by: row.created_by,
            created_at: row.created_at,
            updated_at: row.updated_at,
            version: row.version,
            role: None,
            secret_keys: None,
        }
    }
}

impl From<&Project> for Row {
    fn from(project: &Project) -> Self {
        Self {
            organization_id: project.organization,
            project_id: project.id,
            alias: project.alias.as_str().to_owned(),
            name: project.name.clone(),
            name_key: project.name_key(),
            description: project.description.clone(),
            parameters: Document(project.parameters.clone()),
            created_by: project.created_by,
            created_at: project.created_at,
            updated_at: project.updated_at,
            version: project.version,
            number: project.number,
        }
    }
}
