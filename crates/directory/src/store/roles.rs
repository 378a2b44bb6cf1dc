//! Rows of an organization's own roles.

use diesel::prelude::*;
use polity_kernel::sql::Document;
use polity_kernel::{Conn, Error, OrganizationId, Permission, Result, SubjectId, Timestamp, error};

use crate::role::{Role, RoleId, RoleKey, Stage};
use crate::role_names::RoleConflict;
use crate::schema::roles;

#[derive(Queryable, Selectable)]
#[diesel(table_name = roles)]
struct Row {
    role_id: RoleId,
    key: String,
    name: String,
    namespace: String,
    description: Option<String>,
    stage: Stage,
    permissions: Document,
    created_at: Timestamp,
    created_by: Option<SubjectId>,
}

pub(crate) fn insert(
    conn: &mut Conn,
    organization: OrganizationId,
    at: Timestamp,
    role: &Role,
) -> Result<()> {
    diesel::insert_into(roles::table)
        .values((
            roles::organization_id.eq(organization),
            roles::role_id.eq(role.id),
            roles::key.eq(role.key.as_str()),
            roles::name.eq(&role.name),
            roles::namespace.eq(&role.namespace),
            roles::description.eq(role.description.as_deref()),
            roles::stage.eq(role.stage),
            roles::permissions.eq(document(role)),
            roles::created_at.eq(at),
            roles::updated_at.eq(at),
            roles::version.eq(1_i64),
            roles::created_by.eq(role.created_by),
        ))
        .execute(conn)
        .map_err(error::on_unique("roles", || RoleConflict::KeyTaken.into()))?;
    Ok(())
}

pub(crate) fn update(
    conn: &mut Conn,
    organization: OrganizationId,
    at: Timestamp,
    role: &Role,
) -> Result<()> {
    let mine =
        roles::table.filter(roles::organization_id.eq(organization)).filter(roles::key.eq(role.key.as_str()));
    diesel::update(mine)
        .set((
            roles::name.eq(&role.name),
            roles::namespace.eq(&role.namespace),
            roles::description.eq(role.description.as_deref()),
            roles::stage.eq(role.stage),
            roles::permissions.eq(document(role)),
            roles::updated_at.eq(at),
            roles::version.eq(roles::version + 1),
        ))
        .execute(conn)?;
    Ok(())
}

/// Returns whether there was one.
pub(crate) fn delete(conn: &mut Conn, organization: OrganizationId, key: &RoleKey) -> Result<bool> {
    let mine =
        roles::table.filter(roles::organization_id.eq(organization)).filter(roles::key.eq(key.as_str()));
    Ok(diesel::delete(mine).execute(conn)? == 1)
}

/// An organization's own roles, in order of making.
pub(crate) fn all(conn: &mut Conn, organization: OrganizationId) -> Result<Vec<Role>> {
    let rows: Vec<Row> = roles::table
        .filter(roles::organization_id.eq(organization))
        .order(roles::role_id)
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(role).collect()
}

pub(crate) fn find(conn: &mut Conn, organization: OrganizationId, key: &RoleKey) -> Result<Option<Role>> {
    let row: Option<Row> = roles::table
        .filter(roles::organization_id.eq(organization))
        .filter(roles::key.eq(key.as_str()))
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    row.map(role).transpose()
}

/// The one with this id.
pub(crate) fn by_id(conn: &mut Conn, organization: OrganizationId, id: RoleId) -> Result<Option<Role>> {
    let row: Option<Row> = roles::table
        .find((organization, id))
        .filter(roles::organization_id.eq(organization))
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    row.map(role).transpose()
}

fn document(role: &Role) -> Document {
    Document(role.permissions.iter().map(Permission::as_str).collect())
}

fn role(row: Row) -> Result<Role> {
    let names: Vec<String> = serde_json::from_value(row.permissions.0).map_err(Error::internal)?;
    let permissions =
        names.iter().map(|name| name.parse()).collect::<Result<_>>().map_err(Error::internal)?;
    Ok(Role {
        id: row.role_id,
        key: RoleKey::stored(row.key),
        name: row.name,
        namespace: row.namespace,
        description: row.description,
        stage: row.stage,
        permissions,
        built_in: false,
        created_at: Some(row.created_at),
        created_by: row.created_by,
    })
}
