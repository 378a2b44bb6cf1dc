//! Who reports to whom: `/api/v1/employee/{employee}/managers`, `…/chain` and `/api/v1/employee/by-manager/{managerId}`.

use actix_web::HttpResponse;
use polity_accounts::EmployeeId;
use polity_accounts::permissions::ORG_EMPLOYEES_GET;
use polity_kernel::{Access, Paged, Result};

use super::Fault;
use super::employees::{reported, shown};
use super::fault::Failures;
use super::paths::{EmployeePath, ManagerPath, ReportsPath};
use super::wire::{Employee, LineQuery, Manager, ManagerBody, ReportsQuery};
use crate::answer::{Listing, Slice};
use crate::areas::Polity;
use crate::ask::current::{CurrentHeader, Here};
use crate::ask::{Json, Path, Query};
use crate::gate::caller::Caller;

/// The managers of an employee. Permission: `org.employees.get`.
#[utoipa::path(get, path = "/api/v1/employee/{employee}/managers", tag = "api_v1", params(EmployeePath, CurrentHeader),
    security(("bearer" = [])), responses((status = 200, body = [Manager]), Failures))]
pub(super) async fn list(
    caller: Caller,
    here: Here,
    path: Path<EmployeePath>,
) -> Result<Json<Vec<Manager>>, Fault> {
    let employee = path.employee()?;
    let found = caller.read(move |polity, actor| managers(polity, &here.enter(polity, actor)?, employee));
    Ok(Json(found.await?))
}

/// Makes an employee report to another; nothing happens when they do already. Permissions: `org.employees.update`, and
/// `org.employees.get` since all managers are shown.
#[utoipa::path(post, path = "/api/v1/employee/{employee}/managers", tag = "api_v1", params(EmployeePath, CurrentHeader),
    request_body = ManagerBody, security(("bearer" = [])), responses((status = 200, body = [Manager]), Failures))]
pub(super) async fn set(
    caller: Caller,
    here: Here,
    path: Path<EmployeePath>,
    body: Json<ManagerBody>,
) -> Result<Json<Vec<Manager>>, Fault> {
    let (employee, (manager, kind)) = (path.employee()?, body.0.parsed()?);
    let found = caller.write(move |polity, actor| {
        let access = here.enter(polity, actor)?;
        access.require(&ORG_EMPLOYEES_GET)?;
        polity.accounts.set_manager(&access, employee, manager, &kind)?;
        managers(polity, &access, employee)
    });
    Ok(Json(found.await?))
}

/// Takes a manager from an employee, in every way they are one or only as what `type` says. Permission:
/// `org.employees.update`.
#[utoipa::path(delete, path = "/api/v1/employee/{employee}/managers/{manager}", tag = "api_v1",
    params(ManagerPath, CurrentHeader, LineQuery), security(("bearer" = [])),
    responses((status = 200, description = "No manager of theirs"), Failures))]
pub(super) async fn remove(
    caller: Caller,
    here: Here,
    path: Path<ManagerPath>,
    query: Query<LineQuery>,
) -> Result<HttpResponse, Fault> {
    let (employee, manager) = path.line()?;
    let removed = caller.write(move |polity, actor| {
        let access = here.enter(polity, actor)?;
        polity.accounts.remove_manager(&access, employee, manager, query.kind.as_deref())
    });
    removed.await.map_err(Fault::of_query)?;
    Ok(HttpResponse::Ok().finish())
}

/// Who reports to a manager, nearest first. Permission: `org.employees.list`.
#[utoipa::path(get, path = "/api/v1/employee/by-manager/{managerId}", tag = "api_v1",
    params(ReportsPath, CurrentHeader, ReportsQuery, Slice), security(("bearer" = [])),
    responses((status = 200, body = [Employee]), Failures))]
pub(super) async fn reports(
    caller: Caller,
    here: Here,
    path: Path<ReportsPath>,
    query: Query<ReportsQuery>,
    slice: Query<Slice>,
) -> Result<Listing<Employee>, Fault> {
    let (manager, filter) = (path.manager()?, query.into_inner().parsed()?);
    let found = caller.list(
        &slice,
        move |polity, actor| here.enter(polity, actor),
        move |polity, access, page| {
            let found = polity.accounts.reports(access, manager, filter.clone(), page)?;
            Ok(Paged { items: reported(polity, access, found.items)?, next: found.next })
        },
    );
    found.await.map_err(Fault::of_query)
}

/// The way from an employee to the top: the manager, the manager's manager, and so on. Permission: `org.employees.get`.
#[utoipa::path(get, path = "/api/v1/employee/{employee}/chain", tag = "api_v1",
    params(EmployeePath, CurrentHeader, LineQuery), security(("bearer" = [])),
    responses((status = 200, body = [Employee]), Failures))]
pub(super) async fn chain(
    caller: Caller,
    here: Here,
    path: Path<EmployeePath>,
    query: Query<LineQuery>,
) -> Result<Json<Vec<Employee>>, Fault> {
    let employee = path.employee()?;
    let found = caller.read(move |polity, actor| {
        let access = here.enter(polity, actor)?;
        shown(polity, &access, polity.accounts.chain(&access, employee, query.kind.as_deref())?)
    });
    found.await.map(Json).map_err(Fault::of_query)
}

fn managers(polity: &Polity, access: &Access, employee: EmployeeId) -> Result<Vec<Manager>> {
    let (lines, managers): (Vec<_>, _) = polity.accounts.managers(access, employee)?.into_iter().unzip();
    let managers = shown(polity, access, managers)?;
    Ok(lines.into_iter().zip(managers).map(|(line, manager)| Manager::new(line, manager)).collect())
}
