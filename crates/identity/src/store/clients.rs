//! Clients.

use std::fmt::Display;
use std::str::FromStr;

use diesel::prelude::*;
use polity_kernel::sql::Document;
use polity_kernel::{Conn, Error, OrganizationId, Page, Paged, Result, ServiceAccountId, Timestamp};
use serde_json::Value;

use crate::owner::NO_ORGANIZATION;
use crate::schema::{client_ids, clients};
use crate::{AuthMethod, Client, ClientStatus, SubjectType};

/// A client as it is kept.
#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = clients, primary_key(organization_id, client_id))]
#[diesel(treat_none_as_null = true, treat_none_as_default_value = false)]
struct Row {
    organization_id: OrganizationId,
    client_id: ServiceAccountId,
    name: String,
    redirect_uris: Document,
    grant_types: Document,
    auth_method: AuthMethod,
    secret_digest: Option<Vec<u8>>,
    jwks: Option<Document>,
    subject_type: SubjectType,
    sector_identifier_uri: Option<String>,
    permissions: Document,
    platform_permissions: Document,
    expires_at: Option<Timestamp>,
    status: ClientStatus,
    #[diesel(skip_update)]
    created_at: Timestamp,
    updated_at: Timestamp,
    version: i64,
}

/// A client and the digest of its secret.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    pub(crate) client: Client,
    pub(crate) secret_digest: Option<Vec<u8>>,
}

/// Words as a JSON list.
pub(crate) fn words<T: Display>(words: &[T]) -> Document {
    Document(words.iter().map(|word| Value::String(word.to_string())).collect())
}

/// Words that [`words`] has written.
pub(crate) fn parsed<T: FromStr>(words: &Document) -> Result<Vec<T>> {
    let broken = || Error::internal("a list of words in the store is broken");
    let list = words.0.as_array().ok_or_else(broken)?;
    list.iter().map(|word| word.as_str().and_then(|word| word.parse().ok()).ok_or_else(broken)).collect()
}

impl From<Kept> for Row {
    fn from(Kept { client, secret_digest }: Kept) -> Self {
        Self {
            organization_id: client.organization.unwrap_or(NO_ORGANIZATION),
            client_id: client.id,
            redirect_uris: words(&client.redirect_uris),
            grant_types: words(&client.grant_types),
            auth_method: client.auth_method,
            secret_digest,
            jwks: client.jwks.map(Document),
            subject_type: client.subject_type,
            sector_identifier_uri: client.sector_identifier_uri,
            permissions: words(&client.permissions),
            platform_permissions: words(&client.platform_permissions),
            expires_at: client.expires_at,
            status: client.status,
            created_at: client.created_at,
            updated_at: client.updated_at,
            version: client.version,
            name: client.name,
        }
    }
}

impl TryFrom<Row> for Kept {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let organization = Some(row.organization_id).filter(|id| *id != NO_ORGANIZATION);
        let client = Client {
            id: row.client_id,
            organization,
            name: row.name,
            redirect_uris: parsed(&row.redirect_uris)?,
            grant_types: parsed(&row.grant_types)?,
            auth_method: row.auth_method,
            jwks: row.jwks.map(|jwks| jwks.0),
            subject_type: row.subject_type,
            sector_identifier_uri: row.sector_identifier_uri,
            permissions: parsed(&row.permissions)?,
            platform_permissions: parsed(&row.platform_permissions)?,
            expires_at: row.expires_at,
            status: row.status,
            created_at: row.created_at,
            updated_at: row.updated_at,
            version: row.version,
        };
        Ok(Self { client, secret_digest: row.secret_digest })
    }
}

pub(crate) fn insert(conn: &mut Conn, kept: Kept) -> Result<()> {
    let row = Row::from(kept);
    let place =
        (client_ids::client_id.eq(row.client_id), client_ids::organization_id.eq(row.organization_id));
    diesel::insert_into(clients::table).values(row).execute(conn)?;
    diesel::insert_into(client_ids::table).values(place).execute(conn)?;
    Ok(())
}

pub(crate) fn update(conn: &mut Conn, kept: Kept) -> Result<()> {
    let row = Row::from(kept);
    diesel::update(clients::table.find((row.organization_id, row.client_id))).set(row).execute(conn)?;
    Ok(())
}

pub(crate) fn find(
    conn: &mut Conn,
    organization: OrganizationId,
    id: ServiceAccountId,
) -> Result<Option<Kept>> {
    let row: Option<Row> =
        clients::table.find((organization, id)).select(Row::as_select()).first(conn).optional()?;
    row.map(Kept::try_from).transpose()
}

/// The client that only names itself.
pub(crate) fn by_id(conn: &mut Conn, id: ServiceAccountId) -> Result<Option<Kept>> {
    let organization: Option<OrganizationId> =
        client_ids::table.find(id).select(client_ids::organization_id).first(conn).optional()?;
    match organization {
        Some(organization) => find(conn, organization, id),
        None => Ok(None),
    }
}

/// How many the organization has.
pub(crate) fn count(conn: &mut Conn, organization: OrganizationId) -> Result<i64> {
    Ok(clients::table.filter(clients::organization_id.eq(organization)).count().get_result(conn)?)
}

pub(crate) fn page(conn: &mut Conn, organization: OrganizationId, page: Page) -> Result<Paged<Client>> {
    let rows: Vec<Row> = clients::table
        .filter(clients::organization_id.eq(organization))
        .filter(clients::client_id.gt(ServiceAccountId::new(page.cursor())))
        .order(clients::client_id)
        .limit(page.limit + 1)
        .offset(page.skip())
        .select(Row::as_select())
        .load(conn)?;
    let found = rows
        .into_iter()
        .map(|row| Kept::try_from(row).map(|kept| kept.client))
        .collect::<Result<Vec<_>>>()?;
    Ok(Paged::of(found, &page, |client| client.id.uuid()))
}

polity_kernel::live!(clients);

/// The redirect URIs of the organization's clients that may act now, unsorted.
pub(crate) fn redirect_uris(
    conn: &mut Conn,
    organization: OrganizationId,
    now: Timestamp,
) -> Result<Vec<String>> {
    let lists: Vec<Document> = clients::table
        .filter(clients::organization_id.eq(organization))
        .filter(clients::status.eq(ClientStatus::Active))
        .filter(live(now))
        .select(clients::redirect_uris)
        .load(conn)?;
    let parsed_lists = lists.iter().map(parsed).collect::<Result<Vec<Vec<String>>>>()?;
    Ok(parsed_lists.into_iter().flatten().collect())
}

pub(crate) fn delete(conn: &mut Conn, organization: OrganizationId, ids: &[ServiceAccountId]) -> Result<()> {
    diesel::delete(client_ids::table.filter(client_ids::client_id.eq_any(ids))).execute(conn)?;
    let rows = clients::table
        .filter(clients::organization_id.eq(organization))
        .filter(clients::client_id.eq_any(ids));
    diesel::delete(rows).execute(conn)?;
    Ok(())
}

/// Up to `limit` clients of an organization, in no order.
pub(crate) fn some(
    conn: &mut Conn,
    organization: OrganizationId,
    limit: i64,
) -> Result<Vec<ServiceAccountId>> {
    Ok(clients::table
        .filter(clients::organization_id.eq(organization))
        .select(clients::client_id)
        .limit(limit)
        .load(conn)?)
}
