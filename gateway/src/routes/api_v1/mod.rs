//! `/api/v1`: organizations with their keys and apps, accounts, employees, groups and what belongs to them.
//!
//! The routes that the family's programs know (docs/decisions/0036) and, beside them, the lists of an organization's keys, the routes
//! that keep its apps, and the way from an employee to the top.

mod accounts;
mod apps;
mod employee_profiles;
mod employees;
mod entities;
mod fault;
mod group_profiles;
mod groups;
mod keys;
mod managers;
mod openapi;
mod organizations;
mod paths;
mod profiles;
mod wire;

use crate::family::{Family, Schemes};
use crate::table::{Place, Routes, at};

use fault::Fault;

/// The family.
pub const FAMILY: Family = Family {
    name: "api_v1",
    prefix: "/api/v1",
    schemes: Schemes::Bearer,
    render: fault::render,
    routes: Routes::no_scope_because("its areas ask a limited credential for the permission itself", routes),
    slashed: false,
    operators: false,
    document: openapi::document,
};

fn routes() -> Vec<Place> {
    vec![
        at("/api/v1/organization")
            .get(organizations::list)
            .post(organizations::create)
            .patch(organizations::update_current),
        at("/api/v1/organization/profile")
            .get(profiles::read_current)
            .post(profiles::replace_current)
            .patch(profiles::update_current),
        at("/api/v1/organization/keys").get(keys::list_current).post(keys::create_current),
        at("/api/v1/organization/keys/{key}").delete(keys::remove_current),
        at("/api/v1/organization/alias/{alias}").get(organizations::by_alias),
        at("/api/v1/organization/by-app/{type}").get(organizations::by_app),
        at("/api/v1/organization/by-app-id/{type}/{externalId}").get(organizations::by_app_id),
        at("/api/v1/organization/by-app-data/{type}/{key}/{value}").get(organizations::by_app_data),
        at("/api/v1/organization/by-app-secret/{type}/{key}").post(organizations::by_app_secret),
        at("/api/v1/organization/{organization}").get(organizations::read).patch(organizations::update),
        at("/api/v1/organization/{organization}/profile")
            .get(profiles::read)
            .post(profiles::replace)
            .patch(profiles::update),
        at("/api/v1/organization/{organization}/keys").get(keys::list).post(keys::create),
        at("/api/v1/organization/{organization}/keys/{key}").delete(keys::remove),
        at("/api/v1/organization/{organization}/apps")
            .get(apps::list)
            .post(apps::connect)
            .delete(apps::disconnect_named),
        at("/api/v1/organization/{organization}/apps/{app}").delete(apps::disconnect),
        at("/api/v1/account").get(accounts::list).post(accounts::create),
        at("/api/v1/account/org-admins").get(accounts::administrators),
        at("/api/v1/account/for-org").get(accounts::members),
        at("/api/v1/account/{accountIdOrEmail}").get(accounts::read).patch(accounts::update),
        at("/api/v1/account/{accountId}/grant").post(accounts::grant),
        at("/api/v1/account/{accountId}/employees").get(accounts::employees),
        at("/api/v1/employee").get(employees::list).post(employees::create),
        at("/api/v1/employee/by-name/{name}").get(employees::by_name),
        at("/api/v1/employee/by-account/{accountId}").get(employees::by_account),
        at("/api/v1/employee/by-manager/{managerId}").get(managers::reports),
        at("/api/v1/employee/{employee}").get(employees::read).patch(employees::update),
        at("/api/v1/employee/{employee}/profile")
            .get(employee_profiles::read)
            .post(employee_profiles::replace)
            .patch(employee_profiles::update),
        at("/api/v1/employee/{employee}/managers").get(managers::list).post(managers::set),
        at("/api/v1/employee/{employee}/managers/{manager}").delete(managers::remove),
        at("/api/v1/employee/{employee}/chain").get(managers::chain),
        at("/api/v1/group").get(groups::list).post(groups::create),
        at("/api/v1/group/{id}").get(groups::read).patch(groups::update),
        at("/api/v1/group/{group}/profile")
            .get(group_profiles::read)
            .post(group_profiles::replace)
            .patch(group_profiles::update),
        at("/api/v1/group/{groupId}/members").get(groups::members),
        at("/api/v1/entity/{entity}/groups").get(entities::list).post(entities::replace),
        at("/api/v1/entity/{entity}/groups/{group}").delete(entities::remove),
    ]
}
