//! Rows of projects' secret keys, and the digests they are found by.

use diesel::prelude::*;
use polity_directory::ProjectId;
use polity_kernel::db::each;
use polity_kernel::sql::{Among, List};
use polity_kernel::{Conn, Digest, OrganizationId, Result, SubjectId, Timestamp};

use crate::project::SecretKeyId;
use crate::schema::{project_key_lookups as lookups, project_keys as keys};

/// A secret key as the store has it.
#[derive(Clone, Insertable, Queryable, Selectable)]
#[diesel(table_name = keys, treat_none_as_default_value = false)]
pub(crate) struct Row {
    pub(crate) organization_id: OrganizationId,
    pub(crate) project_id: ProjectId,
    pub(crate) key_id: SecretKeyId,
    /// Sealed.
    pub(crate) secret: Vec<u8>,
    pub(crate) is_default: bool,
    pub(crate) created_by: Option<SubjectId>,
    pub(crate) created_at: Timestamp,
}

/// Keeps a key, found by this digest from now on.
pub(crate) fn insert(conn: &mut Conn, row: &Row, digest: &Digest) -> Result<()> {
    diesel::insert_into(lookups::table)
        .values((
            lookups::digest.eq(digest.bytes()),
            lookups::organization_id.eq(row.organization_id),
            lookups::project_id.eq(row.project_id),
            lookups::key_id.eq(row.key_id),
        ))
        .execute(conn)?;
    diesel::insert_into(keys::table).values(row.clone()).execute(conn)?;
    Ok(())
}

pub(crate) fn delete(
    conn: &mut Conn,
    organization: OrganizationId,
    project: ProjectId,
    id: SecretKeyId,
) -> Result<()> {
    let found = lookups::table
        .filter(lookups::organization_id.eq(organization))
        .filter(lookups::project_id.eq(project))
        .filter(lookups::key_id.eq(id));
    diesel::delete(found).execute(conn)?;
    diesel::delete(keys::table.find((organization, project, id))).execute(conn)?;
    Ok(())
}

/// Makes this one the default.
pub(crate) fn prefer(
    conn: &mut Conn,
    organization: OrganizationId,
    project: ProjectId,
    id: SecretKeyId,
) -> Result<()> {
    let all = keys::table.filter(keys::organization_id.eq(organization)).filter(keys::project_id.eq(project));
    diesel::update(all).set(keys::is_default.eq(false)).execute(conn)?;
    diesel::update(keys::table.find((organization, project, id)))
        .set(keys::is_default.eq(true))
        .execute(conn)?;
    Ok(())
}

/// The keys of these projects, of each the default first, then in order of making.
pub(crate) fn of(conn: &mut Conn, organization: OrganizationId, projects: &[ProjectId]) -> Result<Vec<Row>> {
    let list = List::ids(projects.iter().map(|id| id.uuid()));
    Ok(each!(conn, conn => keys::table
        .filter(keys::organization_id.eq(organization))
        .filter(Among(keys::project_id, list))
        .order((keys::project_id, keys::is_default.desc(), keys::key_id))
        .select(Row::as_select())
        .load(conn))?)
}

/// The key that this digest leads to. Global: whose it is, is the answer.
pub(crate) fn found(conn: &mut Conn, digest: &Digest) -> Result<Option<Row>> {
    let place: Option<(OrganizationId, ProjectId, SecretKeyId)> = lookups::table
        .find(digest.bytes())
        .select((lookups::organization_id, lookups::project_id, lookups::key_id))
        .first(conn)
        .optional()?;
    let Some(place) = place else { return Ok(None) };
    Ok(keys::table.find(place).select(Row::as_select()).first(conn).optional()?)
}

/// Deletes the keys of one project.
pub(crate) fn clear(conn: &mut Conn, organization: OrganizationId, project: ProjectId) -> Result<()> {
    let found = lookups::table
        .filter(lookups::organization_id.eq(organization))
        .filter(lookups::project_id.eq(project));
    diesel::delete(found).execute(conn)?;
    let all = keys::table.filter(keys::organization_id.eq(organization)).filter(keys::project_id.eq(project));
    diesel::delete(all).execute(conn)?;
    Ok(())
}

/// Has no key of the organization be found.
pub(crate) fn release_all(conn: &mut Conn, organization: OrganizationId) -> Result<()> {
    diesel::delete(lookups::table.filter(lookups::organization_id.eq(organization))).execute(conn)?;
    Ok(())
}
