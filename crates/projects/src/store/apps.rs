//! Rows of apps, and the digests they are found by.

use std::collections::BTreeMap;

use diesel::prelude::*;
use polity_directory::AppStatus;
use polity_directory::within::{OrganizationOf, Part};
use polity_kernel::sql::Document;
use polity_kernel::{
    AccountId, Code, Conn, Digest, Error, OrganizationId, Page, Result, SubjectId, Timestamp, each, error,
};
use serde_json::Value;

use crate::app::{App, AppId, AppTaken, Environments};
use crate::schema::{app_lookups as lookups, apps};

/// An app's row but for the sealed secrets, which are read and written apart. What an app is known by is never changed.
#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = apps, primary_key(organization_id, app_id))]
#[diesel(treat_none_as_null = true, treat_none_as_default_value = false)]
struct Row {
    organization_id: OrganizationId,
    app_id: AppId,
    kind: String,
    #[diesel(skip_update)]
    kind_key: String,
    #[diesel(skip_update)]
    external_id: Option<String>,
    name: String,
    internal: bool,
    status: AppStatus,
    #[diesel(column_name = data)]
    values: Document<BTreeMap<String, Value>>,
    #[diesel(skip_update)]
    created_by: Option<SubjectId>,
    #[diesel(skip_update)]
    created_at: Timestamp,
    status_changed_at: Option<Timestamp>,
    status_changed_by: Option<SubjectId>,
    updated_at: Timestamp,
    version: i64,
    /// Written by [`set_environments`] alone once the app is there.
    #[diesel(skip_update)]
    environments: Option<Document<Environments>>,
}

/// # Errors
/// `Conflict` when the organization has an app of this kind and external id.
pub(crate) fn insert(conn: &mut Conn, app: &App, sealed: Option<&[u8]>) -> Result<()> {
    let taken = || Error::new(Code::Conflict, AppTaken.to_string()).because(AppTaken);
    diesel::insert_into(apps::table)
        .values((Row::from(app), apps::secrets.eq(sealed)))
        .execute(conn)
        .map_err(error::on_unique("apps", taken))?;
    Ok(())
}

/// Writes everything but what an app is known by and who connected it.
pub(crate) fn update(conn: &mut Conn, app: &App, sealed: Option<&[u8]>) -> Result<()> {
    diesel::update(apps::table.find((app.organization, app.id)))
        .set((Row::from(app), apps::secrets.eq(sealed)))
        .execute(conn)?;
    Ok(())
}

pub(crate) fn delete(conn: &mut Conn, organization: OrganizationId, id: AppId) -> Result<()> {
    diesel::delete(apps::table.find((organization, id))).execute(conn)?;
    Ok(())
}

pub(crate) fn find(conn: &mut Conn, organization: OrganizationId, id: AppId) -> Result<Option<App>> {
    let row: Option<Row> =
        apps::table.find((organization, id)).select(Row::as_select()).first(conn).optional()?;
    Ok(row.map(App::from))
}

/// The app of this kind and external id; of those without one, the first.
pub(crate) fn named(
    conn: &mut Conn,
    organization: OrganizationId,
    kind_key: &str,
    external_id: Option<&str>,
) -> Result<Option<App>> {
    let of_kind = apps::table
        .filter(apps::organization_id.eq(organization))
        .filter(apps::kind_key.eq(kind_key))
        .order(apps::app_id)
        .select(Row::as_select());
    let row: Option<Row> = match external_id {
        Some(id) => of_kind.filter(apps::external_id.eq(id)).first(conn).optional()?,
        None => of_kind.filter(apps::external_id.is_null()).first(conn).optional()?,
    };
    Ok(row.map(App::from))
}

/// Sets which projects serve the app's environments.
pub(crate) fn set_environments(conn: &mut Conn, app: &App) -> Result<()> {
    diesel::update(apps::table.find((app.organization, app.id)))
        .set((
            apps::environments.eq(app.environments.map(Document)),
            apps::updated_at.eq(app.updated_at),
            apps::version.eq(app.version),
        ))
        .execute(conn)?;
    Ok(())
}

/// One page of an organization's apps, in order of connecting.
pub(crate) fn page(conn: &mut Conn, organization: OrganizationId, page: &Page) -> Result<Vec<App>> {
    let rows: Vec<Row> = apps::table
        .filter(apps::organization_id.eq(organization))
        .filter(apps::app_id.gt(AppId::new(page.cursor())))
        .order(apps::app_id)
        .limit(page.limit + 1)
        .offset(page.skip())
        .select(Row::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(App::from).collect())
}

pub(crate) fn count(conn: &mut Conn, organization: OrganizationId) -> Result<i64> {
    Ok(apps::table.filter(apps::organization_id.eq(organization)).count().get_result(conn)?)
}

/// An app's secrets as they are sealed; absent where it has none.
pub(crate) fn sealed(conn: &mut Conn, organization: OrganizationId, id: AppId) -> Result<Option<Vec<u8>>> {
    let sealed: Option<Option<Vec<u8>>> =
        apps::table.find((organization, id)).select(apps::secrets).first(conn).optional()?;
    Ok(sealed.flatten())
}

/// Has the app be found by exactly these.
pub(crate) fn set_lookups(
    conn: &mut Conn,
    organization: OrganizationId,
    id: AppId,
    digests: &[Digest],
) -> Result<()> {
    let present =
        lookups::table.filter(lookups::organization_id.eq(organization)).filter(lookups::app_id.eq(id));
    diesel::delete(present).execute(conn)?;
    let rows: Vec<_> = digests
        .iter()
        .map(|digest| {
            (
                lookups::digest.eq(digest.bytes()),
                lookups::organization_id.eq(organization),
                lookups::app_id.eq(id),
            )
        })
        .collect();
    each!(conn, conn => diesel::insert_into(lookups::table).values(rows).execute(conn))?;
    Ok(())
}

/// Has the organization be found by none of its apps.
pub(crate) fn release_all(conn: &mut Conn, organization: OrganizationId) -> Result<()> {
    diesel::delete(lookups::table.filter(lookups::organization_id.eq(organization))).execute(conn)?;
    Ok(())
}

/// Organizations with an app of this digest, ordered by id, behind one.
pub(crate) fn organizations(conn: &mut Conn, digest: &Digest, part: Part) -> Result<Vec<OrganizationId>> {
    Ok(lookups::table
        .filter(lookups::digest.eq(digest.bytes()))
        .filter(lookups::organization_id.gt(part.after))
        .order(lookups::organization_id)
        .limit(part.limit)
        .select(lookups::organization_id)
        .distinct()
        .load(conn)?)
}

/// The same, only those that the account is a member of.
pub(crate) fn organizations_of(
    conn: &mut Conn,
    digest: &Digest,
    account: AccountId,
    now: Timestamp,
    part: Part,
) -> Result<Vec<OrganizationId>> {
    let theirs = OrganizationOf { organization: lookups::organization_id, account, now };
    Ok(lookups::table
        .filter(lookups::digest.eq(digest.bytes()))
        .filter(lookups::organization_id.gt(part.after))
        .filter(theirs)
        .order(lookups::organization_id)
        .limit(part.limit)
        .select(lookups::organization_id)
        .distinct()
        .load(conn)?)
}

/// The organization's apps of this digest.
pub(crate) fn found(conn: &mut Conn, organization: OrganizationId, digest: &Digest) -> Result<Vec<AppId>> {
    Ok(lookups::table
        .filter(lookups::digest.eq(digest.bytes()))
        .filter(lookups::organization_id.eq(organization))
        .order(lookups::app_id)
        .select(lookups::app_id)
        .load(conn)?)
}

impl From<Row> for App {
    fn from(row: Row) -> Self {
        Self {
            id: row.app_id,
            organization: row.organization_id,
            kind: row.kind,
            external_id: row.external_id,
            name: row.name,
            internal: row.internal,
            status: row.status,
            values: row.values.0,
            environments: row.environments.map(|Document(environments)| environments),
            created_by: row.created_by,
            created_at: row.created_at,
            status_changed_at: row.status_changed_at,
            status_changed_by: row.status_changed_by,
            updated_at: row.updated_at,
            version: row.version,
        }
    }
}

impl From<&App> for Row {
    fn from(app: &App) -> Self {
        Self {
            organization_id: app.organization,
            app_id: app.id,
            kind: app.kind.clone(),
            kind_key: app.kind_key(),
            external_id: app.external_id.clone(),
            name: app.name.clone(),
            internal: app.internal,
            status: app.status,
            values: Document(app.values.clone()),
            created_by: app.created_by,
            created_at: app.created_at,
            status_changed_at: app.status_changed_at,
            status_changed_by: app.status_changed_by,
            updated_at: app.updated_at,
            version: app.version,
            environments: app.environments.map(Document),
        }
    }
}
