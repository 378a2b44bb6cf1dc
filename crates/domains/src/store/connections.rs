//! Connections, where they are, and which domains they serve.

use diesel::prelude::*;
use polity_kernel::error;
use polity_kernel::sql::Document;
use polity_kernel::{Conn, Error, FieldKind, OrganizationId, Result, Timestamp};

use crate::connection::settings::ConnectionKind;
use crate::connection::{PublicKey, Tested};
use crate::domain::DomainId;
use crate::schema::{
    connection_domains as domains, connection_places as places, connections,
    served_domain_places as served_places,
};
use crate::{Connection, ConnectionId, MOST_CONNECTIONS};

/// A connection with its sealed secrets.
#[derive(Clone)]
pub(crate) struct Kept {
    pub(crate) connection: Connection,
    pub(crate) sealed: Option<Vec<u8>>,
}

/// A connection as it is kept.
#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = connections, primary_key(organization_id, connection_id))]
#[diesel(treat_none_as_null = true, treat_none_as_default_value = false)]
struct Row {
    organization_id: OrganizationId,
    connection_id: ConnectionId,
    kind: ConnectionKind,
    name: String,
    document: Document,
    sealed: Option<Vec<u8>>,
    has_client_secret: bool,
    public_key: Option<Document>,
    tested_at: Option<Timestamp>,
    tested_address: Option<String>,
    #[diesel(skip_update)]
    created_at: Timestamp,
    updated_at: Timestamp,
    version: i64,
}

pub(crate) fn insert(conn: &mut Conn, kept: &Kept) -> Result<()> {
    let Connection { organization, id, .. } = kept.connection;
    let place = (places::connection_id.eq(id), places::organization_id.eq(organization));
    diesel::insert_into(connections::table).values(row(kept)?).execute(conn)?;
    diesel::insert_into(places::table).values(place).execute(conn)?;
    serve(conn, &kept.connection)
}

/// Writes what is changed of a connection, its domains included.
pub(crate) fn update(conn: &mut Conn, kept: &Kept) -> Result<()> {
    let Connection { organization, id, .. } = kept.connection;
    diesel::update(connections::table.find((organization, id))).set(row(kept)?).execute(conn)?;
    forsake(conn, organization, id)?;
    serve(conn, &kept.connection)
}

/// Notes a try-out that went well.
pub(crate) fn set_tested(conn: &mut Conn, connection: &Connection) -> Result<()> {
    let tested = connection.tested.as_ref();
    diesel::update(connections::table.find((connection.organization, connection.id)))
        .set((
            connections::tested_at.eq(tested.map(|tested| tested.at)),
            connections::tested_address.eq(tested.and_then(|tested| tested.address.as_deref())),
            connections::version.eq(connection.version),
        ))
        .execute(conn)?;
    Ok(())
}

pub(crate) fn delete(conn: &mut Conn, organization: OrganizationId, id: ConnectionId) -> Result<()> {
    forsake(conn, organization, id)?;
    let place = places::table.find(id).filter(places::organization_id.eq(organization));
    diesel::delete(place).execute(conn)?;
    diesel::delete(connections::table.find((organization, id))).execute(conn)?;
    Ok(())
}

pub(crate) fn find(conn: &mut Conn, organization: OrganizationId, id: ConnectionId) -> Result<Option<Kept>> {
    let row: Option<Row> =
        connections::table.find((organization, id)).select(Row::as_select()).first(conn).optional()?;
    let Some(row) = row else { return Ok(None) };
    let served = domains::table
        .filter(domains::organization_id.eq(organization))
        .filter(domains::connection_id.eq(id))
        .order(domains::domain_id)
        .select(domains::domain_id)
        .load(conn)?;
    kept(row, served).map(Some)
}

/// The connection that serves a domain.
pub(crate) fn serving(
    conn: &mut Conn,
    organization: OrganizationId,
    domain: DomainId,
) -> Result<Option<Connection>> {
    let id: Option<ConnectionId> =
        domains::table.find((organization, domain)).select(domains::connection_id).first(conn).optional()?;
    match id {
        Some(id) => Ok(find(conn, organization, id)?.map(|kept| kept.connection)),
        None => Ok(None),
    }
}

/// All of an organization, the oldest first.
pub(crate) fn all(conn: &mut Conn, organization: OrganizationId) -> Result<Vec<Kept>> {
    let rows: Vec<Row> = connections::table
        .filter(connections::organization_id.eq(organization))
        .order(connections::connection_id)
        .limit(i64::try_from(MOST_CONNECTIONS).unwrap_or(i64::MAX))
        .select(Row::as_select())
        .load(conn)?;
    let served: Vec<(ConnectionId, DomainId)> = domains::table
        .filter(domains::organization_id.eq(organization))
        .order(domains::domain_id)
        .select((domains::connection_id, domains::domain_id))
        .load(conn)?;
    let of = |id: ConnectionId| {
        served.iter().filter(|(connection, _)| *connection == id).map(|(_, domain)| *domain).collect()
    };
    rows.into_iter()
        .map(|row| {
            let served = of(row.connection_id);
            kept(row, served)
        })
        .collect()
}

pub(crate) fn count(conn: &mut Conn, organization: OrganizationId) -> Result<i64> {
    Ok(connections::table.filter(connections::organization_id.eq(organization)).count().get_result(conn)?)
}

/// Whose connection it is.
pub(crate) fn place(conn: &mut Conn, id: ConnectionId) -> Result<Option<OrganizationId>> {
    Ok(places::table.find(id).select(places::organization_id).first(conn).optional()?)
}

/// The connection that serves a domain, whosever that is.
pub(crate) fn serving_anywhere(conn: &mut Conn, domain: DomainId) -> Result<Option<Connection>> {
    let organization: Option<OrganizationId> =
        served_places::table.find(domain).select(served_places::organization_id).first(conn).optional()?;
    match organization {
        Some(organization) => serving(conn, organization, domain),
        None => Ok(None),
    }
}

/// Takes a domain from the connection that serves it, and says which that was.
pub(crate) fn withdraw(
    conn: &mut Conn,
    organization: OrganizationId,
    domain: DomainId,
) -> Result<Option<ConnectionId>> {
    let served = domains::table.find((organization, domain));
    let id: Option<ConnectionId> = served.select(domains::connection_id).first(conn).optional()?;
    diesel::delete(served).execute(conn)?;
    forget_places(conn, organization, &[domain])?;
    Ok(id)
}

fn forget_places(conn: &mut Conn, organization: OrganizationId, ids: &[DomainId]) -> Result<()> {
    let those = served_places::table
        .filter(served_places::organization_id.eq(organization))
        .filter(served_places::domain_id.eq_any(ids));
    diesel::delete(those).execute(conn)?;
    Ok(())
}

/// Up to `limit` connections of an organization, in no order.
pub(crate) fn some(conn: &mut Conn, organization: OrganizationId, limit: i64) -> Result<Vec<ConnectionId>> {
    Ok(connections::table
        .filter(connections::organization_id.eq(organization))
        .select(connections::connection_id)
        .limit(limit)
        .load(conn)?)
}

fn serve(conn: &mut Conn, connection: &Connection) -> Result<()> {
    for domain in &connection.domains {
        let taken =
            || Error::field("domains", FieldKind::Taken.told("another connection serves one of the domains"));
        let row = (
            domains::organization_id.eq(connection.organization),
            domains::domain_id.eq(*domain),
            domains::connection_id.eq(connection.id),
        );
        diesel::insert_into(domains::table)
            .values(row)
            .execute(conn)
            .map_err(error::on_unique("connection_domains", taken))?;
        let place = (
            served_places::domain_id.eq(*domain),
            served_places::organization_id.eq(connection.organization),
        );
        diesel::insert_into(served_places::table).values(place).execute(conn)?;
    }
    Ok(())
}

fn forsake(conn: &mut Conn, organization: OrganizationId, id: ConnectionId) -> Result<()> {
    let served = domains::table
        .filter(domains::organization_id.eq(organization))
        .filter(domains::connection_id.eq(id));
    let ids: Vec<DomainId> = served.select(domains::domain_id).load(conn)?;
    diesel::delete(served).execute(conn)?;
    forget_places(conn, organization, &ids)
}

fn row(kept: &Kept) -> Result<Row> {
    let connection = &kept.connection;
    let json = |value: serde_json::Result<serde_json::Value>| value.map(Document).map_err(Error::internal);
    Ok(Row {
        organization_id: connection.organization,
        connection_id: connection.id,
        kind: connection.kind(),
        name: connection.name.clone(),
        document: json(serde_json::to_value(&connection.settings))?,
        sealed: kept.sealed.clone(),
        has_client_secret: connection.has_client_secret,
        public_key: connection.public_key.as_ref().map(|key| json(serde_json::to_value(key))).transpose()?,
        tested_at: connection.tested.as_ref().map(|tested| tested.at),
        tested_address: connection.tested.as_ref().and_then(|tested| tested.address.clone()),
        created_at: connection.created_at,
        updated_at: connection.updated_at,
        version: connection.version,
    })
}

fn kept(row: Row, served: Vec<DomainId>) -> Result<Kept> {
    let public_key: Option<PublicKey> =
        row.public_key.map(|key| serde_json::from_value(key.0)).transpose().map_err(Error::internal)?;
    Ok(Kept {
        connection: Connection {
            organization: row.organization_id,
            id: row.connection_id,
            name: row.name,
            settings: serde_json::from_value(row.document.0).map_err(Error::internal)?,
            domains: served,
            has_client_secret: row.has_client_secret,
            public_key,
            tested: row.tested_at.map(|at| Tested { at, address: row.tested_address }),
            created_at: row.created_at,
            updated_at: row.updated_at,
            version: row.version,
        },
        sealed: row.sealed,
    })
}
