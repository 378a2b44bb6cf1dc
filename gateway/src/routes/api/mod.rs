//! `/api`: organizations with their members, roles, invitations, integrations, legal documents and activity log; logging in, signing up.
//!
//! Every path is served with a slash behind it too; bodies are JSON or forms (contract api, facts 0.1).

mod accept;
mod activity_log;
mod body;
mod door;
mod fault;
mod integrations;
mod invitees;
mod invites;
mod leaf;
mod legal_documents;
mod legal_files;
mod login;
mod members;
mod numbered;
mod openapi;
mod organizations;
mod paths;
mod role_memberships;
mod roles;
mod scope;
mod search;
mod signup;
mod wire;

use crate::family::{Family, Place, Schemes, at};

use fault::Fault;

/// The family.
pub const FAMILY: Family = Family {
    name: "api",
    prefix: "/api",
    schemes: Schemes::Bearer,
    render: fault::render,
    routes,
    slashed: true,
    operators: false,
    document: openapi::document,
};

fn routes() -> Vec<Place> {
    vec![
        at("/api/organizations").get(organizations::list).post(organizations::start),
        at("/api/organizations/{organization_id}")
            .get(organizations::read)
            .put(organizations::replace)
            .patch(organizations::update)
            .delete(organizations::remove),
        at("/api/organizations/{organization_id}/members").get(members::list),
        at("/api/organizations/{organization_id}/members/{user_uuid}")
            .put(members::change)
            .patch(members::update)
            .delete(members::remove),
        at("/api/organizations/{organization_id}/members/{user_uuid}/scoped_api_keys").get(members::keys),
        at("/api/organizations/{organization_id}/roles").get(roles::list).post(roles::make),
        at("/api/organizations/{organization_id}/roles/{id}")
            .get(roles::read)
            .put(roles::replace)
            .patch(roles::update)
            .delete(roles::remove),
        at("/api/organizations/{organization_id}/roles/{role_id}/role_memberships")
            .get(role_memberships::list)
            .post(role_memberships::give),
        at("/api/organizations/{organization_id}/roles/{role_id}/role_memberships/{id}")
            .get(role_memberships::read)
            .delete(role_memberships::take),
        at("/api/organizations/{organization_id}/invites").get(invites::list).post(invites::invite),
        at("/api/organizations/{organization_id}/invites/bulk").post(invites::invite_many),
        at("/api/organizations/{organization_id}/invites/delegate").post(invites::delegate),
        at("/api/organizations/{organization_id}/invites/{id}").delete(invites::withdraw),
        at("/api/organizations/{organization_id}/invites/{id}/resend").post(invites::resend),
        at("/api/organizations/{organization_id}/integrations")
            .get(integrations::list)
            .post(integrations::connect),
        at("/api/organizations/{organization_id}/integrations/{id}")
            .get(integrations::read)
            .delete(integrations::disconnect),
        at("/api/organizations/{organization_id}/integrations/{id}/environment-mapping")
            .patch(integrations::map_environments),
        at("/api/organizations/{organization_id}/legal_documents")
            .get(legal_documents::list)
            .post(legal_documents::submit),
        at("/api/organizations/{organization_id}/legal_documents/{id}")
            .get(legal_documents::read)
            .delete(legal_documents::withdraw),
        at("/api/organizations/{organization_id}/legal_documents/{id}/download")
            .get(legal_documents::download),
        at("/api/organizations/{organization_id}/legal_documents/{id}/resend").post(legal_documents::resend),
        at("/api/organizations/{organization_id}/activity_log").get(activity_log::list),
        at("/api/login").post(login::log_in),
        at("/api/signup/{invite_id}").get(signup::check).post(signup::accept),
        at("/api/address").post(login::take_address),
        at("/api/reset").post(login::ask_reset),
        at("/api/legal_documents/download/{token}").get(legal_files::fetch),
        at("/api/legal_documents/pandadoc").post(legal_files::heed),
    ]
}
