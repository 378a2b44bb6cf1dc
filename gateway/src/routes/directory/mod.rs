//! `/directory`: organizations, their members, roles, permissions, account types and invitations.
//!
//! `docs/routes.md` says what each route does.

mod account_types;
mod accounts;
mod fault;
mod invites;
mod members;
mod openapi;
mod orgs;
mod paths;
mod permissions;
mod roles;
mod sectors;
mod user_roles;
mod wire;

use crate::family::{Family, Schemes};
use crate::table::{Place, Routes, at};

use fault::Fault;

/// The family.
pub const FAMILY: Family = Family {
    name: "directory",
    prefix: "/directory",
    schemes: Schemes::Bearer,
    render: fault::render,
    routes: Routes::no_scope_because("its areas ask a limited credential for the permission itself", routes),
    slashed: false,
    operators: false,
    document: openapi::document,
};

fn routes() -> Vec<Place> {
    vec![
        at("/directory/admin/orgs").get(orgs::all),
        at("/directory/admin/{organizationId}/sectors").get(sectors::read),
        at("/directory/public/{organizationId}/sectors").get(sectors::read_public),
        at("/directory/invites").get(invites::mine).post(invites::accept),
        at("/directory/invites/orgs/{organizationId}").get(invites::list).put(invites::send),
        at("/directory/invites/orgs/{organizationId}/{inviteId}").delete(invites::withdraw),
        at("/directory/orgs").post(orgs::create),
        at("/directory/orgs/domains").get(orgs::available),
        at("/directory/orgs/suggest").get(orgs::suggest),
        at("/directory/orgs/{organizationId}").get(orgs::read).put(orgs::replace).delete(orgs::remove),
        at("/directory/orgs/{organizationId}/members")
            .get(members::list)
            .put(members::join)
            .delete(members::leave),
        at("/directory/orgs/{organizationId}/members/{subjectId}").put(members::add).delete(members::remove),
        at("/directory/orgs/{organizationId}/permissions").get(permissions::list),
        at("/directory/orgs/{organizationId}/roles").get(roles::list).post(roles::create),
        at("/directory/orgs/{organizationId}/roles/permissions").get(permissions::of_roles),
        at("/directory/orgs/{organizationId}/roles/{roleId}")
            .get(roles::read)
            .put(roles::replace)
            .delete(roles::remove),
        at("/directory/orgs/{organizationId}/roles/{roleId}/assignments")
            .get(roles::assignments)
            .post(roles::assign)
            .delete(roles::unassign),
        at("/directory/orgs/{organizationId}/roles/{roleId}/members").get(roles::members),
        at("/directory/orgs/{organizationId}/user/roles").get(user_roles::own),
        at("/directory/orgs/{organizationId}/users/{userId}/roles")
            .get(user_roles::list)
            .post(user_roles::replace),
        at("/directory/orgs/{organizationId}/users/{userId}/roles/{roleId}")
            .post(user_roles::grant)
            .delete(user_roles::revoke),
        at("/directory/orgs/{organizationId}/accounts/types")
            .get(account_types::list)
            .post(account_types::create),
        at("/directory/orgs/{organizationId}/accounts/types/{code}")
            .get(account_types::read)
            .put(account_types::replace)
            .delete(account_types::retire),
        at("/directory/orgs/{organizationId}/accounts/users").get(accounts::list),
        at("/directory/orgs/{organizationId}/accounts/users/{subjectId}/{code}")
            .post(accounts::assign)
            .put(accounts::update)
            .delete(accounts::disable),
    ]
}
