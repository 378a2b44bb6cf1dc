//! Rows of an organization's own roles.

use diesel::prelude::*;
use polity_kernel::sql::Document;
use polity_kernel::{Conn, Error, OrganizationId, Result, SubjectId, Timestamp, error};

use crate::role::names::RoleConflict;
use crate::role::{Role, RoleId, RoleKey, Stage};
use crate::schema::roles;

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = roles, primary_key(organization_id, role_id))]
#[diesel(treat_none_as_null = true, treat_none_as_default_value = false)]
struct Row {
    organization_id: OrganizationId,
    role_id: RoleId,
    #[diesel(skip_update)]
    key: String,
    name: String,
    namespace: String,
    description: Option<String>,
    stage: Stage,
    permissions: Document<Vec<String>>,
    #[diesel(skip_update)]
    created_at: Timestamp,
    updated_at: Timestamp,
    /// Raised where the row is, since a [`Role`] has none.
    #[diesel(skip_update)]
    version: i64,
    #[diesel(skip_update)]
    created_by: Option<SubjectId>,
}

pub(crate) fn insert(
    conn: &mut Conn,
    organization: OrganizationId,
    at: Timestamp,
    role: &Role,
) -> Result<()> {
    diesel::insert_into(roles::table)
        .values(Row::of(organization, at, role))
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
        .set((Row::of(organization, at, role), roles::version.eq(roles::version + 1)))
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

impl Row {
    /// The first version of the role, made at this instant.
    fn of(organization: OrganizationId, at: Timestamp, role: &Role) -> Self {
        Self {
            organization_id: organization,
            role_id: role.id,
            key: role.key.as_str().to_owned(),
            name: role.name.clone(),
            namespace: role.namespace.clone(),
            description: role.description.clone(),
            stage: role.stage,
            permissions: Document(role.permissions.iter().map(ToString::to_string).collect()),
            created_at: at,
            updated_at: at,
            version: 1,
            created_by: role.created_by,
        }
    }
}

fn role(row: Row) -> Result<Role> {
    let Document(names) = row.permissions;
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
