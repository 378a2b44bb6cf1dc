//! `/api/v1/employee`: the staff list of the current organization.

use std::collections::HashMap;

use actix_web::HttpResponse;
use polity_accounts::permissions::ORG_EMPLOYEES_GET;
use polity_accounts::{EmployeeId, Employees, NewEmployee, Report, ReportingLine};
use polity_directory::permissions::ORG_MEMBERS_GET;
use polity_directory::{RoleKey, RoleRef};
use polity_kernel::{Access, AccountId, Code, Error, Paged, Result};

use super::Fault;
use super::fault::Failures;
use super::paths::{AccountPath, EmployeePath, NamePath};
use super::wire::{
    Employee, EmployeeBody, EmployeeChange, EmployeeQuery, ReportsTo, role_word, unknown_role,
};
use crate::answer::{Listing, Slice};
use crate::areas::Polity;
use crate::ask::current::{CurrentHeader, Here};
use crate::ask::{Json, Path, Query};
use crate::gate::caller::Caller;

/// The employees of the current organization. Permission: `org.employees.list`.
#[utoipa::path(get, path = "/api/v1/employee", tag = "api_v1", params(CurrentHeader, EmployeeQuery, Slice),
    security(("bearer" = [])), responses((status = 200, body = [Employee]), Failures))]
pub(super) async fn list(
    caller: Caller,
    here: Here,
    query: Query<EmployeeQuery>,
    slice: Query<Slice>,
) -> Result<Listing<Employee>, Fault> {
    let filter = query.into_inner().parsed();
    let found = caller.list(
        &slice,
        move |polity, actor| here.enter(polity, actor),
        move |polity, access, page| match &filter {
            Some(filter) => {
                shown_page(polity, access, polity.accounts.employees(access, filter.clone(), page)?)
            }
            None => Ok(Paged { items: Vec::new(), next: None }),
        },
    );
    Ok(found.await?)
}

/// Puts somebody on the staff list, or back on it: by the address of one whose status is `DELETED` the same employee is hired again. Permissions: `org.employees.create`, with a role `org.roles.get`, and with an account too
/// what giving that role needs.
#[utoipa::path(post, path = "/api/v1/employee", tag = "api_v1", params(CurrentHeader), request_body = EmployeeBody,
    security(("bearer" = [])), responses((status = 201, body = Employee), Failures))]
pub(super) async fn create(
    caller: Caller,
    here: Here,
    body: Json<EmployeeBody>,
) -> Result<HttpResponse, Fault> {
    let (fields, role) = body.0.parsed()?;
    let new = NewEmployee::try_from(fields)?;
    let made = caller.write(move |polity, actor| {
        let access = here.enter(polity, actor)?;
        let new = match meant(polity, &access, role.as_ref())? {
            Some(role) => new.with_role(role.to_string()),
            None => new,
        };
        let made = Employees::create(polity.accounts.as_ref(), &access, new)?;
        // whoever is new reports to nobody yet
        alone(with_lines(polity, &access, vec![made], &[])?)
    });
    Ok(HttpResponse::Created().json(made.await?))
}

/// One employee. Permission: `org.employees.get`.
#[utoipa::path(get, path = "/api/v1/employee/{employee}", tag = "api_v1", params(EmployeePath, CurrentHeader),
    security(("bearer" = [])), responses((status = 200, body = Employee), Failures))]
pub(super) async fn read(
    caller: Caller,
    here: Here,
    path: Path<EmployeePath>,
) -> Result<Json<Employee>, Fault> {
    let employee = path.employee()?;
    let found = caller.read(move |polity, actor| {
        let access = here.enter(polity, actor)?;
        let found = polity.accounts.employee(&access, employee)?;
        alone(shown(polity, &access, vec![found])?)
    });
    Ok(Json(found.await?))
}

/// Changes an employee. Permissions: `org.employees.update`, `org.employees.get`, with a role `org.roles.get`, and with an
/// account too what giving that role needs.
#[utoipa::path(patch, path = "/api/v1/employee/{employee}", tag = "api_v1", params(EmployeePath, CurrentHeader),
    request_body = EmployeeChange, security(("bearer" = [])), responses((status = 200, body = Employee), Failures))]
pub(super) async fn update(
    caller: Caller,
    here: Here,
    path: Path<EmployeePath>,
    body: Json<EmployeeChange>,
) -> Result<Json<Employee>, Fault> {
    let (employee, (mut patch, role)) = (path.employee()?, body.0.parsed()?);
    let changed = caller.write(move |polity, actor| {
        let access = here.enter(polity, actor)?;
        access.require(&ORG_EMPLOYEES_GET)?;
        if let Some(role) = meant(polity, &access, role.as_ref())? {
            patch.role = Some(Some(role.to_string()));
        }
        let changed = Employees::update(polity.accounts.as_ref(), &access, employee, patch)?;
        alone(shown(polity, &access, vec![changed])?)
    });
    Ok(Json(changed.await?))
}

/// The employees of this name, then those whose name has it in it. Permission: `org.employees.find`.
#[utoipa::path(get, path = "/api/v1/employee/by-name/{name}", tag = "api_v1", params(NamePath, CurrentHeader, Slice),
    security(("bearer" = [])), responses((status = 200, body = [Employee]), Failures))]
pub(super) async fn by_name(
    caller: Caller,
    here: Here,
    path: Path<NamePath>,
    slice: Query<Slice>,
) -> Result<Listing<Employee>, Fault> {
    let found = caller.list(
        &slice,
        move |polity, actor| here.enter(polity, actor),
        move |polity, access, page| {
            shown_page(polity, access, polity.accounts.by_name(access, &path.name, page)?)
        },
    );
    found.await.map_err(Fault::of_query)
}

/// The employee that an account is linked to. Permission: `org.employees.find`.
#[utoipa::path(get, path = "/api/v1/employee/by-account/{accountId}", tag = "api_v1",
    params(AccountPath, CurrentHeader), security(("bearer" = [])),
    responses((status = 200, body = Employee), Failures))]
pub(super) async fn by_account(
    caller: Caller,
    here: Here,
    path: Path<AccountPath>,
) -> Result<Json<Employee>, Fault> {
    let account = path.account()?;
    let found = caller.read(move |polity, actor| {
        let access = here.enter(polity, actor)?;
        let found = polity.accounts.by_account(&access, account)?;
        alone(shown(polity, &access, vec![found])?)
    });
    Ok(Json(found.await?))
}

/// The role that somebody is to have, which must be one of the organization's. Where there is an account the directory asks again,
/// in the transaction.
fn meant(polity: &Polity, access: &Access, role: Option<&RoleRef>) -> Result<Option<RoleKey>> {
    let found = role.map(|role| polity.directory.role(access, role)).transpose();
    let found = found.map_err(|error| match error.code() {
        Code::NotFound => unknown_role(),
        _ => error,
    });
    Ok(found?.map(|role| role.key))
}

/// Employees with the roles that their accounts have and with whom they report to: two questions for all of them.
pub(super) fn shown(
    polity: &Polity,
    access: &Access,
    employees: Vec<polity_accounts::Employee>,
) -> Result<Vec<Employee>> {
    let ids: Vec<EmployeeId> = employees.iter().map(|employee| employee.id).collect();
    let lines = polity.accounts.lines_of(access, &ids)?;
    with_lines(polity, access, employees, &lines)
}

/// A page of employees, shown.
pub(super) fn shown_page(
    polity: &Polity,
    access: &Access,
    page: Paged<polity_accounts::Employee>,
) -> Result<Paged<Employee>> {
    Ok(Paged { items: shown(polity, access, page.items)?, next: page.next })
}

/// Those below a manager, shown with the lines that they come with.
pub(super) fn reported(polity: &Polity, access: &Access, reports: Vec<Report>) -> Result<Vec<Employee>> {
    let (employees, lines): (Vec<_>, Vec<_>) =
        reports.into_iter().map(|report| (report.employee, report.lines)).unzip();
    with_lines(polity, access, employees, &lines.concat())
}

/// Employees with these lines, where each one's stand together.
fn with_lines(
    polity: &Polity,
    access: &Access,
    employees: Vec<polity_accounts::Employee>,
    lines: &[ReportingLine],
) -> Result<Vec<Employee>> {
    let accounts: Vec<AccountId> = employees.iter().filter_map(|employee| employee.account).collect();
    // what others are here is not for every credential that may read employees
    let told = !accounts.is_empty() && access.permissions().contains(&ORG_MEMBERS_GET);
    let standings = if told { polity.directory.shown_roles(access, &accounts)? } else { Vec::new() };
    let roles: HashMap<AccountId, Option<RoleKey>> = standings.into_iter().collect();
    let managers: HashMap<EmployeeId, &[ReportingLine]> = lines
        .chunk_by(|one, other| one.employee == other.employee)
        .filter_map(|lines| Some((lines.first()?.employee, lines)))
        .collect();
    let show = |employee: polity_accounts::Employee| {
        let role = match employee.account {
            Some(account) => roles.get(&account).and_then(Option::as_ref).map(RoleKey::as_str),
            None => employee.role.as_deref(),
        };
        let (role, lines) = (role.map(role_word), managers.get(&employee.id).copied().unwrap_or_default());
        Employee::new(employee, role, lines.iter().map(ReportsTo::from).collect())
    };
    Ok(employees.into_iter().map(show).collect())
}

fn alone(mut shown: Vec<Employee>) -> Result<Employee> {
    shown.pop().ok_or_else(|| Error::internal("nothing to show"))
}
