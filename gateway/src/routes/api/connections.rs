//! `/api/organizations/{organization_id}/connections`: how people of an organization prove who they are elsewhere.

use actix_web::{HttpResponse, Responder};
use polity_domains::{Connection, ConnectionKind, ImportedProvider, MetadataSource};
use polity_kernel::{Access, Result};

use super::Fault;
use super::body::Body;
use super::fault::Failures;
use super::lists::{Leaf, LeafQuery};
use super::paths::{ConnectionPath, OrganizationPath};
use super::scoped::Scoped;
use super::wire::{
    AttemptPage, ConnectionAttempt, ConnectionBody, ConnectionChange, ConnectionPage, ConnectionTest,
    OrganizationConnection, connection_fault,
};
use crate::areas::Polity;
use crate::ask::{Json, Path};

/// The connections to identity providers, the oldest first, for administrators. Scope: `organization:read`.
#[utoipa::path(get, path = "/api/organizations/{organization_id}/connections", tag = "api",
    params(OrganizationPath, LeafQuery), responses((status = 200, body = ConnectionPage), Failures))]
pub(super) async fn list(caller: Scoped<Access>, leaf: Leaf) -> Result<impl Responder, Fault> {
    let list = |polity: &Polity, access: &Access| {
        let all = polity.connections.connections(access)?;
        Ok(all.into_iter().map(|connection| shown(polity, connection)).collect())
    };
    leaf.part_of(caller, list).await
}

/// Makes a connection, for administrators; nobody signs in by it before it serves a verified domain. A provider's metadata that is sent or
/// named is read at once. Scope: `organization:write`.
#[utoipa::path(post, path = "/api/organizations/{organization_id}/connections", tag = "api",
    params(OrganizationPath), request_body = ConnectionBody,
    responses((status = 201, body = OrganizationConnection), Failures))]
pub(super) async fn connect(
    caller: Scoped<Access>,
    body: Body<ConnectionBody>,
) -> Result<HttpResponse, Fault> {
    let body = body.0;
    let make = |polity: &Polity, access: &Access, body: ConnectionBody, read: Option<&ImportedProvider>| {
        let made = polity.connections.create(access, body.made(read)?)?;
        Ok(shown(polity, made))
    };
    let made = match body.metadata() {
        None => caller.write(move |polity, access| make(polity, access, body, None)).await,
        Some(source) => {
            let made = caller.errand(move |polity, access| {
                let read = polity.connections.read_metadata(access, &source, body.entity_id())?;
                make(polity, access, body, Some(&read))
            });
            made.await
        }
    };
    Ok(HttpResponse::Created().json(made.map_err(connection_fault)?))
}

/// One connection, for administrators. Scope: `organization:read`.
#[utoipa::path(get, path = "/api/organizations/{organization_id}/connections/{id}", tag = "api",
    params(ConnectionPath), responses((status = 200, body = OrganizationConnection), Failures))]
pub(super) async fn read(
    caller: Scoped<Access>,
    path: Path<ConnectionPath>,
) -> Result<Json<OrganizationConnection>, Fault> {
    let found = caller.read(move |polity, access| {
        let found = polity.connections.connection(access, path.connection()?)?;
        Ok(shown(polity, found))
    });
    Ok(Json(found.await?))
}

/// Changes a connection, for administrators; what is absent stays, its kind always. Other settings have to be tried out anew. Scope:
/// `organization:write`.
#[utoipa::path(patch, path = "/api/organizations/{organization_id}/connections/{id}", tag = "api",
    params(ConnectionPath), request_body = ConnectionChange,
    responses((status = 200, body = OrganizationConnection), Failures))]
pub(super) async fn update(
    caller: Scoped<Access>,
    path: Path<ConnectionPath>,
    body: Body<ConnectionChange>,
) -> Result<Json<OrganizationConnection>, Fault> {
    let (source, change) = (body.0.metadata(), body.0);
    let changed = match source {
        None => caller.write(move |polity, access| changed(polity, access, &path, change, None)).await,
        Some(source) => {
            caller.errand(move |polity, access| changed(polity, access, &path, change, Some(&source))).await
        }
    };
    Ok(Json(changed.map_err(connection_fault)?))
}

/// Removes a connection; whoever has signed in by it is signed out. Scope: `organization:write`.
#[utoipa::path(delete, path = "/api/organizations/{organization_id}/connections/{id}", tag = "api",
    params(ConnectionPath), responses((status = 204, description = "It is gone."), Failures))]
pub(super) async fn disconnect(
    caller: Scoped<Access>,
    path: Path<ConnectionPath>,
) -> Result<HttpResponse, Fault> {
    let removed = caller.write(move |polity, access| polity.connections.delete(access, path.connection()?));
    removed.await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Offers one try-out: whoever opens the address within ten minutes signs in at the provider and is shown what it tells, and nobody is let
/// in. Scope: `organization:write`.
#[utoipa::path(post, path = "/api/organizations/{organization_id}/connections/{id}/test", tag = "api",
    params(ConnectionPath), responses((status = 200, body = ConnectionTest), Failures))]
pub(super) async fn test(
    caller: Scoped<Access>,
    path: Path<ConnectionPath>,
) -> Result<Json<ConnectionTest>, Fault> {
    let offered = caller.write(move |polity, access| {
        let connection = path.connection()?;
        let secret = polity.connections.offer_test(access, connection)?;
        Ok(ConnectionTest::at(&polity.connections.addresses(connection), &secret))
    });
    Ok(Json(offered.await?))
}

/// What became of the last 200 steps of sign-ins, the newest first, for administrators. Scope: `organization:read`.
#[utoipa::path(get, path = "/api/organizations/{organization_id}/connections/{id}/log", tag = "api",
    params(ConnectionPath, LeafQuery), responses((status = 200, body = AttemptPage), Failures))]
pub(super) async fn log(
    caller: Scoped<Access>,
    path: Path<ConnectionPath>,
    leaf: Leaf,
) -> Result<impl Responder, Fault> {
    let list = move |polity: &Polity, access: &Access| {
        let attempts = polity.connections.log(access, path.connection()?)?;
        Ok(attempts.into_iter().map(ConnectionAttempt::from).collect())
    };
    leaf.part_of(caller, list).await
}

fn changed(
    polity: &Polity,
    access: &Access,
    path: &ConnectionPath,
    change: ConnectionChange,
    source: Option<&MetadataSource>,
) -> Result<OrganizationConnection> {
    let id = path.connection()?;
    let before = polity.connections.connection(access, id)?;
    let read = match source.filter(|_| before.kind() == ConnectionKind::Saml) {
        Some(source) => Some(polity.connections.read_metadata(access, source, change.entity_id())?),
        None => None,
    };
    let patch = change.of(before.settings, before.version, read.as_ref())?;
    Ok(shown(polity, polity.connections.update(access, id, patch)?))
}

fn shown(polity: &Polity, connection: Connection) -> OrganizationConnection {
    let addresses = polity.connections.addresses(connection.id);
    OrganizationConnection::of(connection, addresses)
}
