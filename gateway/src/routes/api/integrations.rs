//! `/api/organizations/{organization_id}/integrations`: links to outside systems, the same as the apps of `/api/v1`.

use std::slice;

use actix_web::{HttpResponse, Responder};
use polity_directory::NewApp;
use polity_kernel::{Access, Code, Page, Result};
use polity_projects::{App, Environments};

use super::Fault;
use super::body::{Body, Fields as _, Sent};
use super::fault::Failures;
use super::lists::{Leaf, LeafQuery};
use super::paths::{IntegrationPath, OrganizationPath};
use super::scoped::Scoped;
use super::wire::{
    Complaint, EnvironmentsBody, Integration, IntegrationBody, IntegrationPage, integration_fault,
};
use crate::areas::Polity;
use crate::ask::{Json, Path};

/// The integrations, in order of connecting. Scope: `organization_integration:read`.
#[utoipa::path(get, path = "/api/organizations/{organization_id}/integrations", tag = "api",
    params(OrganizationPath, LeafQuery), responses((status = 200, body = IntegrationPage), Failures))]
pub(super) async fn list(caller: Scoped<Access>, leaf: Leaf) -> Result<impl Responder, Fault> {
    let list = |polity: &Polity, access: &Access| {
        let apps = polity.projects.apps(access, Page::first(App::MOST))?.items;
        shown(polity, access, apps)
    };
    leaf.part_of(caller, list).await
}

/// Links the organization to an outside system of any kind, for administrators. Scope: `organization_integration:write`.
#[utoipa::path(post, path = "/api/organizations/{organization_id}/integrations", tag = "api",
    params(OrganizationPath), request_body = IntegrationBody,
    responses((status = 201, body = Integration), Failures))]
pub(super) async fn connect(
    caller: Scoped<Access>,
    body: Body<IntegrationBody>,
) -> Result<HttpResponse, Fault> {
    let new = NewApp::try_from(body.0)?;
    let made = caller.write(move |polity, access| {
        let made = polity.projects.connect(access, new)?;
        shown_alone(polity, access, made)
    });
    Ok(HttpResponse::Created().json(made.await.map_err(integration_fault)?))
}

/// One integration. Scope: `organization_integration:read`.
#[utoipa::path(get, path = "/api/organizations/{organization_id}/integrations/{id}", tag = "api",
    params(IntegrationPath), responses((status = 200, body = Integration), Failures))]
pub(super) async fn read(
    caller: Scoped<Access>,
    path: Path<IntegrationPath>,
) -> Result<Json<Integration>, Fault> {
    let found = caller.read(move |polity, access| {
        let found = polity.projects.app(access, path.app()?)?;
        shown_alone(polity, access, found)
    });
    Ok(Json(found.await?))
}

/// Takes the link to an outside system away, with its secrets. Scope: `organization_integration:write`.
#[utoipa::path(delete, path = "/api/organizations/{organization_id}/integrations/{id}", tag = "api",
    params(IntegrationPath), responses((status = 204, description = "It is gone."), Failures))]
pub(super) async fn disconnect(
    caller: Scoped<Access>,
    path: Path<IntegrationPath>,
) -> Result<HttpResponse, Fault> {
    let removed = caller.write(move |polity, access| polity.projects.disconnect(access, path.app()?));
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
    sent: Sent,
) -> Result<HttpResponse, Fault> {
    let said = EnvironmentsBody::read(&sent).map(Environments::from);
    let sound = said.as_ref().ok().copied();
    let mapped = caller.write(move |polity, access| {
        // the type is judged before the body: what has no environments has none to say
        match sound {
            Some(said) => {
                let mapped = polity.projects.map_environments(access, path.app()?, said)?;
                shown_alone(polity, access, mapped).map(Some)
            }
            None => polity.projects.mappable(access, path.app()?).map(|()| None),
        }
    });
    let mapped = match mapped.await {
        Err(error) if error.code() == Code::Invalid && error.fields().is_empty() => {
            return Ok(HttpResponse::BadRequest().json(Complaint::from(&error)));
        }
        mapped => mapped?,
    };
    said?;
    Ok(HttpResponse::Ok().json(mapped))
}

/// These apps with who connected them.
fn shown(polity: &Polity, access: &Access, apps: Vec<App>) -> Result<Vec<Integration>> {
    let makers = polity.projects.makers(access, &apps)?;
    Ok(apps.into_iter().map(|app| Integration::of(app, &makers)).collect())
}

fn shown_alone(polity: &Polity, access: &Access, app: App) -> Result<Integration> {
    let makers = polity.projects.makers(access, slice::from_ref(&app))?;
    Ok(Integration::of(app, &makers))
}
