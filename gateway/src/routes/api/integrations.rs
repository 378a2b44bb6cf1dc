//! `/api/organizations/{organization_id}/integrations`: links to outside systems, the same as the apps of `/api/v1`.

use std::collections::BTreeMap;
use std::error::Error as _;

use actix_web::{HttpResponse, Responder};
use polity_directory::{AppFields, AppTaken, Environments, NewApp};
use polity_kernel::{Access, Code, Error, Result};
use serde_json::{Value, json};

use super::Fault;
use super::body::Body;
use super::fault::Failures;
use super::leaf::{Leaf, LeafQuery};
use super::paths::{IntegrationPath, OrganizationPath};
use super::scoped::Scoped;
use super::wire::{EnvironmentsBody, Integration, IntegrationBody, IntegrationPage, MAPPING, is_secret};
use crate::areas::Polity;
use crate::ask::{Json, Path};

/// The longest kind and the longest id that an outside system calls the organization by.
const LONGEST_KIND: usize = polity_kernel::text::KIND as usize;
const LONGEST_ID: usize = polity_kernel::text::EXTERNAL_ID as usize;

/// The integrations, in order of connecting. Scope: `organization_integration:read`.
#[utoipa::path(get, path = "/api/organizations/{organization_id}/integrations", tag = "api",
    params(OrganizationPath, LeafQuery), responses((status = 200, body = IntegrationPage), Failures))]
pub(super) async fn list(caller: Scoped<Access>, leaf: Leaf) -> Result<impl Responder, Fault> {
    let list = |polity: &Polity, access: &Access| {
        let found = polity.directory.connections(access)?;
        Ok(found.into_iter().map(Integration::from).collect())
    };
    leaf.part_of(caller, list).await
}

/// Links the organization to an outside system of any kind, for administrators. Scope: `organization_integration:write`.
#[utoipa::path(post, path = "/api/organizations/{organization_id}/integrations", tag = "api",
    params(OrganizationPath), request_body = IntegrationBody,
    responses((status = 201, body = Integration), Failures))]
pub(super) async fn connect(caller: Scoped<Access>, body: Body) -> Result<HttpResponse, Fault> {
    let new = new(&body)?;
    let made = caller.write(move |polity, access| polity.directory.connect(access, new));
    Ok(HttpResponse::Created().json(Integration::from(made.await.map_err(unique)?)))
}

/// One integration. Scope: `organization_integration:read`.
#[utoipa::path(get, path = "/api/organizations/{organization_id}/integrations/{id}", tag = "api",
    params(IntegrationPath), responses((status = 200, body = Integration), Failures))]
pub(super) async fn read(
    caller: Scoped<Access>,
    path: Path<IntegrationPath>,
) -> Result<Json<Integration>, Fault> {
    let found = caller.read(move |polity, access| polity.directory.connection(access, path.app()?));
    Ok(Json(found.await?.into()))
}

/// Takes the link to an outside system away, with its secrets. Scope: `organization_integration:write`.
#[utoipa::path(delete, path = "/api/organizations/{organization_id}/integrations/{id}", tag = "api",
    params(IntegrationPath), responses((status = 204, description = "It is gone."), Failures))]
pub(super) async fn disconnect(
    caller: Scoped<Access>,
    path: Path<IntegrationPath>,
) -> Result<HttpResponse, Fault> {
    let removed = caller.write(move |polity, access| polity.directory.disconnect(access, path.app()?));
    removed.await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Has projects serve the environments of an integration of the type `connectable`; what is refused for its type or for a project is
/// told by `detail` alone. Scope: `organization_integration:write`.
#[utoipa::path(patch, path = "/api/organizations/{organization_id}/integrations/{id}/environment-mapping",
    tag = "api", params(IntegrationPath), request_body = EnvironmentsBody,
    responses((status = 200, body = Integration), Failures))]
pub(super) async fn map_environments(
    caller: Scoped<Access>,
    path: Path<IntegrationPath>,
    body: Body,
) -> Result<HttpResponse, Fault> {
    let said = environments(&body);
    let sound = said.as_ref().ok().copied();
    let mapped = caller.write(move |polity, access| {
        // the type is judged before the body is (contract api, section 9)
        match sound {
            Some(said) => polity.directory.map_environments(access, path.app()?, said).map(Some),
            None => polity.directory.mappable(access, path.app()?).map(|()| None),
        }
    });
    let mapped = match mapped.await {
        Err(error) if error.code() == Code::Invalid && error.fields().is_empty() => {
            return Ok(HttpResponse::BadRequest().json(json!({ "detail": error.message() })));
        }
        mapped => mapped?,
    };
    said?;
    Ok(HttpResponse::Ok().json(mapped.map(Integration::from)))
}

/// What is to be connected.
fn new(body: &Body) -> Result<NewApp, Fault> {
    let kind = body.required("kind", |body, field| body.text(field, LONGEST_KIND))?;
    let external_id = body.unless_null("integration_id", |body, field| body.text(field, LONGEST_ID))?;
    let values: BTreeMap<String, Value> = body.object("config")?.unwrap_or_default().into_iter().collect();
    if is_secret(&values) {
        let words = "Everybody in the organization may read it: credentials belong in `secrets`.";
        return Err(Fault::of_field("config", "invalid_input", words));
    }
    if values.contains_key(MAPPING) {
        return Err(Fault::of_field("config", "invalid_input", "The environment mapping is set by itself."));
    }
    let mut secrets = BTreeMap::new();
    for (name, secret) in body.object("secrets")?.unwrap_or_default() {
        let Value::String(secret) = secret else {
            return Err(Fault::of_field("secrets", "invalid_input", "Not a valid object of strings."));
        };
        secrets.insert(name, secret);
    }
    let fields = AppFields { kind, external_id, values, secrets: secrets.into(), ..AppFields::default() };
    Ok(NewApp::try_from(fields).map_err(named)?)
}

/// Which projects are to serve the environments; production's serves what is not said.
fn environments(body: &Body) -> Result<Environments, Fault> {
    let production = body.required("production", Body::integer)?;
    Ok(Environments {
        production,
        preview: body.integer("preview")?.unwrap_or(production),
        development: body.integer("development")?.unwrap_or(production),
    })
}

/// The failure, by this family's names of the fields of an app.
fn named(error: Error) -> Error {
    let Some(at) = error.fields().first() else { return error };
    let (field, rest) = at.field.split_once('.').unwrap_or((&at.field, ""));
    let field = match field {
        "values" => "config",
        "external_id" => "integration_id",
        other => other,
    };
    let place = if rest.is_empty() { field.to_owned() } else { format!("{field}.{rest}") };
    Error::field(place, at.message.clone())
}

/// An id that is taken is the field's fault; that there are too many is not.
fn unique(error: Error) -> Fault {
    let taken = error.source().is_some_and(<dyn std::error::Error>::is::<AppTaken>);
    if taken { Fault::unique(error, "integration_id") } else { error.into() }
}
