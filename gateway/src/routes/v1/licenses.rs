//! `/v1/organization-license` and `/v1/organizations/{organization}/license`: what an organization is licensed for.

use actix_web::HttpResponse;
use polity_kernel::Result;
use polity_licensing::Granting;

use super::Fault;
use super::fault::Failures;
use super::paths::OrganizationPath;
use super::wire::{LicenseAnswer, LicenseBody, LicenseKeyBody};
use crate::ask::Json;
use crate::ask::current::{CurrentHeader, Here};
use crate::gate::caller::Caller;

/// The license of the current organization, and how much of it is used. Permission: `org.license.get`.
#[utoipa::path(get, path = "/v1/organization-license", tag = "v1", params(CurrentHeader),
    responses((status = 200, body = LicenseAnswer), Failures))]
pub(super) async fn read_current(caller: Caller, here: Here) -> Result<Json<LicenseAnswer>, Fault> {
    read(caller, here).await
}

/// The license of an organization, and how much of it is used. Permission: `org.license.get`.
#[utoipa::path(get, path = "/v1/organizations/{organization}/license", tag = "v1", params(OrganizationPath),
    responses((status = 200, body = LicenseAnswer), Failures))]
pub(super) async fn read(caller: Caller, here: Here) -> Result<Json<LicenseAnswer>, Fault> {
    let license =
        caller.read(move |polity, actor| polity.licensing.license(&here.enter(polity, actor)?)).await?;
    Ok(Json(license.into()))
}

/// Puts a license key in place of the current organization's license. Permission: `org.license.update`.
#[utoipa::path(put, path = "/v1/organization-license", tag = "v1", params(CurrentHeader),
    request_body = LicenseKeyBody, responses((status = 204, description = "It is the license now."), Failures))]
pub(super) async fn apply_current(
    caller: Caller,
    here: Here,
    body: Json<LicenseKeyBody>,
) -> Result<HttpResponse, Fault> {
    give(caller, here, Granting::Key(body.0.license_key)).await
}

/// Puts a license key, or a license that needs none, in place of an organization's license. Permission: `org.license.update`.
#[utoipa::path(put, path = "/v1/organizations/{organization}/license", tag = "v1", params(OrganizationPath),
    request_body = LicenseBody, responses((status = 204, description = "It is the license now."), Failures))]
pub(super) async fn replace(
    caller: Caller,
    here: Here,
    body: Json<LicenseBody>,
) -> Result<HttpResponse, Fault> {
    give(caller, here, body.0.parsed()?).await
}

async fn give(caller: Caller, here: Here, license: Granting) -> Result<HttpResponse, Fault> {
    caller
        .write(move |polity, actor| {
            let access = here.enter(polity, actor)?;
            match license {
                Granting::Key(text) => polity.licensing.apply_key(&access, &text),
                Granting::Type(kind) => polity.licensing.take_type(&access, kind),
            }
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}
