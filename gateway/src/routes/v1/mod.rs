//! `/v1`: organizations with their projects, licenses and users.
//!
//! The routes that the family's programs know (docs/decisions/0036) and, beside them, those that keep projects, their users and their
//! secret keys, read a license and who accepted the EULA, and set an organization's parameters.

mod acceptances;
mod everywhere;
mod fault;
mod licenses;
mod openapi;
mod organizations;
mod paths;
mod project_users;
mod projects;
mod secret_keys;
mod users;
mod wire;

use crate::family::{Family, Schemes};
use crate::table::{Place, Routes, at};

use fault::Fault;

/// The family.
pub const FAMILY: Family = Family {
    name: "v1",
    prefix: "/v1",
    schemes: Schemes::BearerKeyOrBasic,
    render: fault::render,
    routes: Routes::no_scope_because("its areas ask a limited credential for the permission itself", routes),
    slashed: false,
    operators: false,
    document: openapi::document,
};

fn routes() -> Vec<Place> {
    vec![
        at("/v1/organization-license").get(licenses::read_current).put(licenses::apply_current),
        at("/v1/organizations").get(organizations::list).post(organizations::establish),
        at("/v1/organizations/accounts").get(projects::list_accounts),
        at("/v1/organizations/accounts/all").get(everywhere::list_accounts),
        at("/v1/organizations/projects").get(projects::list).post(projects::open),
        at("/v1/organizations/projects/all").get(everywhere::list),
        at("/v1/organizations/projects/{project}")
            .get(projects::read)
            .patch(projects::update)
            .delete(projects::close),
        at("/v1/organizations/projects/{project}/active").put(projects::activate),
        at("/v1/organizations/projects/{project}/users").get(project_users::list),
        at("/v1/organizations/projects/{project}/users/{user}")
            .put(project_users::give)
            .delete(project_users::take),
        at("/v1/organizations/users").get(users::list),
        at("/v1/organizations/verify").put(organizations::verify),
        at("/v1/organizations/{organization}")
            .get(organizations::read)
            .patch(organizations::update)
            .delete(organizations::remove),
        at("/v1/organizations/{organization}/metadata").patch(organizations::rename),
        at("/v1/organizations/{organization}/eula").get(acceptances::list),
        at("/v1/organizations/{organization}/license").get(licenses::read).put(licenses::replace),
        at("/v1/secret-keys").get(secret_keys::list).post(secret_keys::add),
        at("/v1/secret-keys/{key}").delete(secret_keys::withdraw),
        at("/v1/secret-keys/{key}/default").post(secret_keys::prefer),
    ]
}
