//! `/api/v1/employee/{employee}/profile`: what is known of an employee beyond name and address.

use actix_web::HttpResponse;
use polity_kernel::{Error, Result};

use super::Fault;
use super::fault::Failures;
use super::paths::EmployeePath;
use super::wire::{EmployeeProfile, EmployeeProfileChange};
use crate::ask::current::{CurrentHeader, Here};
use crate::ask::{Json, Path};
use crate::gate::caller::Caller;

/// The profile of an employee; 404 while there is none. Permission: `org.employees.get`.
#[utoipa::path(get, path = "/api/v1/employee/{employee}/profile", tag = "api_v1", params(EmployeePath, CurrentHeader),
    security(("bearer" = [])), responses((status = 200, body = EmployeeProfile), Failures))]
pub(super) async fn read(
    caller: Caller,
    here: Here,
    path: Path<EmployeePath>,
) -> Result<Json<EmployeeProfile>, Fault> {
    let employee = path.employee()?;
    let found = caller.read(move |polity, actor| {
        let found = polity.accounts.employee(&here.enter(polity, actor)?, employee)?;
        found.profile.ok_or_else(|| Error::not_found("profile"))
    });
    Ok(Json(found.await?.into()))
}

/// Makes or replaces the profile of an employee: what is not sent is cleared. Permission: `org.employees.update`, except for
/// one's own.
#[utoipa::path(post, path = "/api/v1/employee/{employee}/profile", tag = "api_v1", params(EmployeePath, CurrentHeader),
    request_body = EmployeeProfile, security(("bearer" = [])),
    responses((status = 201, body = EmployeeProfile), Failures))]
pub(super) async fn replace(
    caller: Caller,
    here: Here,
    path: Path<EmployeePath>,
    body: Json<EmployeeProfile>,
) -> Result<HttpResponse, Fault> {
    let (employee, profile) = (path.employee()?, body.0.parsed()?);
    let kept = caller.write(move |polity, actor| {
        polity.accounts.set_profile(&here.enter(polity, actor)?, employee, profile)
    });
    Ok(HttpResponse::Created().json(EmployeeProfile::from(kept.await?)))
}

/// Changes the profile of an employee, or makes it: what is not sent stays. Permission: `org.employees.update`, except for
/// one's own.
#[utoipa::path(patch, path = "/api/v1/employee/{employee}/profile", tag = "api_v1",
    params(EmployeePath, CurrentHeader), request_body = EmployeeProfileChange, security(("bearer" = [])),
    responses((status = 200, body = EmployeeProfile), Failures))]
pub(super) async fn update(
    caller: Caller,
    here: Here,
    path: Path<EmployeePath>,
    body: Json<EmployeeProfileChange>,
) -> Result<Json<EmployeeProfile>, Fault> {
    let (employee, patch) = (path.employee()?, body.0.parsed()?);
    let kept = caller.write(move |polity, actor| {
        polity.accounts.patch_profile(&here.enter(polity, actor)?, employee, patch)
    });
    Ok(Json(kept.await?.into()))
}
