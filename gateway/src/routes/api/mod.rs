//! `/api`: organizations with their members, roles, invitations, e-mail domains, connections, integrations, legal documents and activity log; logging in,
//! signing up.
//!
//! Every path is served with a slash behind it too; bodies are JSON or forms.

mod accept;
mod activity_log;
#[macro_use]
mod body;
mod connections;
mod domains;
mod fault;
mod integrations;
mod invites;
mod legal;
mod lists;
mod login;
mod members;
mod openapi;
mod organizations;
mod paths;
mod roles;
mod scoped;
mod signup;
mod wire;

use polity_directory::permissions::{
    ORG_ACTIVITY_LIST, ORG_DIRECTORY_CREATE, ORG_DIRECTORY_DELETE, ORG_DIRECTORY_GET,
    ORG_DIRECTORY_MEMBERS_CREATE, ORG_DIRECTORY_UPDATE, ORG_INTEGRATIONS_CREATE, ORG_INTEGRATIONS_DELETE,
    ORG_INTEGRATIONS_GET, ORG_INTEGRATIONS_LIST, ORG_INTEGRATIONS_UPDATE, ORG_MEMBERS_GET, ORG_MEMBERS_LIST,
    ORG_MEMBERS_UPDATE, ORG_ROLES_CREATE, ORG_ROLES_DELETE, ORG_ROLES_GET, ORG_ROLES_LIST, ORG_ROLES_UPDATE,
    ORG_USER_ROLES_UPDATE,
};
use polity_domains::permissions::{
    ORG_CONNECTIONS_CREATE, ORG_CONNECTIONS_DELETE, ORG_CONNECTIONS_GET, ORG_CONNECTIONS_LIST,
    ORG_CONNECTIONS_UPDATE, ORG_DOMAINS_CREATE, ORG_DOMAINS_DELETE, ORG_DOMAINS_GET, ORG_DOMAINS_LIST,
    ORG_DOMAINS_UPDATE,
};
use polity_identity::Scope::{
    ActivityLogRead, IntegrationRead, IntegrationWrite, LegalRead, LegalWrite, MemberRead, MemberWrite,
    OrganizationRead, OrganizationWrite,
};
use polity_legal::permissions::{
    ORG_LEGAL_DOCUMENTS_CREATE, ORG_LEGAL_DOCUMENTS_GET, ORG_LEGAL_DOCUMENTS_LIST, ORG_LEGAL_DOCUMENTS_UPDATE,
};

use crate::family::{Family, Schemes};
use crate::table::{Routes, ScopedPlace, no_scope_because, scope, scoped_at as at};

use fault::Fault;
use legal::{documents as legal_documents, files as legal_files};
use roles::memberships as role_memberships;

/// The family.
pub const FAMILY: Family = Family {
    name: "api",
    prefix: "/api",
    schemes: Schemes::Bearer,
    render: fault::render,
    routes: Routes::Scoped(routes),
    slashed: true,
    operators: false,
    document: openapi::document,
};

fn routes() -> Vec<ScopedPlace> {
    [of_organizations(), of_domains(), of_connections(), of_what_they_have(), without_scope()]
        .into_iter()
        .flatten()
        .collect()
}

/// Organizations, who belongs to them, and what they may do.
fn of_organizations() -> Vec<ScopedPlace> {
    vec![
        at("/api/organizations")
            .get(scope(OrganizationRead, ORG_DIRECTORY_GET), organizations::list)
            .post(scope(OrganizationWrite, ORG_DIRECTORY_CREATE), organizations::create),
        at("/api/organizations/{organization_id}")
            .get(scope(OrganizationRead, ORG_DIRECTORY_GET), organizations::read)
            .put(scope(OrganizationWrite, ORG_DIRECTORY_UPDATE), organizations::replace)
            .patch(scope(OrganizationWrite, ORG_DIRECTORY_UPDATE), organizations::update)
            .delete(scope(OrganizationWrite, ORG_DIRECTORY_DELETE), organizations::remove),
        at("/api/organizations/{organization_id}/members")
            .get(scope(MemberRead, ORG_MEMBERS_LIST), members::list),
        at("/api/organizations/{organization_id}/members/{user_uuid}")
            .put(scope(MemberWrite, ORG_MEMBERS_UPDATE), members::change)
            .patch(scope(MemberWrite, ORG_MEMBERS_UPDATE), members::update)
            .delete(scope(MemberWrite, ORG_DIRECTORY_MEMBERS_CREATE), members::remove),
        at("/api/organizations/{organization_id}/members/{user_uuid}/scoped_api_keys")
            .get(scope(MemberRead, ORG_MEMBERS_GET), members::keys),
        at("/api/organizations/{organization_id}/roles")
            .get(scope(OrganizationRead, ORG_ROLES_LIST), roles::list)
            .post(scope(OrganizationWrite, ORG_ROLES_CREATE), roles::make),
        at("/api/organizations/{organization_id}/roles/{id}")
            .get(scope(OrganizationRead, ORG_ROLES_GET), roles::read)
            .put(scope(OrganizationWrite, ORG_ROLES_UPDATE), roles::replace)
            .patch(scope(OrganizationWrite, ORG_ROLES_UPDATE), roles::update)
            .delete(scope(OrganizationWrite, ORG_ROLES_DELETE), roles::remove),
        at("/api/organizations/{organization_id}/roles/{role_id}/role_memberships")
            .get(scope(OrganizationRead, ORG_ROLES_LIST), role_memberships::list)
            .post(scope(OrganizationWrite, ORG_USER_ROLES_UPDATE), role_memberships::give),
        at("/api/organizations/{organization_id}/roles/{role_id}/role_memberships/{id}")
            .get(scope(OrganizationRead, ORG_ROLES_LIST), role_memberships::read)
            .delete(scope(OrganizationWrite, ORG_USER_ROLES_UPDATE), role_memberships::take),
        at("/api/organizations/{organization_id}/invites")
            .get(scope(MemberRead, ORG_MEMBERS_LIST), invites::list)
            .post(scope(MemberWrite, ORG_DIRECTORY_MEMBERS_CREATE), invites::invite),
        at("/api/organizations/{organization_id}/invites/bulk")
            .post(scope(MemberWrite, ORG_DIRECTORY_MEMBERS_CREATE), invites::invite_many),
        at("/api/organizations/{organization_id}/invites/delegate")
            .post(scope(MemberWrite, ORG_DIRECTORY_MEMBERS_CREATE), invites::delegate),
        at("/api/organizations/{organization_id}/invites/{id}")
            .delete(scope(MemberWrite, ORG_DIRECTORY_MEMBERS_CREATE), invites::withdraw),
        at("/api/organizations/{organization_id}/invites/{id}/resend")
            .post(scope(MemberWrite, ORG_DIRECTORY_MEMBERS_CREATE), invites::resend),
    ]
}

/// E-mail domains and their proof.
fn of_domains() -> Vec<ScopedPlace> {
    vec![
        at("/api/organizations/{organization_id}/domains")
            .get(scope(OrganizationRead, ORG_DOMAINS_LIST), domains::list)
            .post(scope(OrganizationWrite, ORG_DOMAINS_CREATE), domains::claim),
        at("/api/organizations/{organization_id}/domains/{id}")
            .get(scope(OrganizationRead, ORG_DOMAINS_GET), domains::read)
            .put(scope(OrganizationWrite, ORG_DOMAINS_UPDATE), domains::replace)
            .patch(scope(OrganizationWrite, ORG_DOMAINS_UPDATE), domains::update)
            .delete(scope(OrganizationWrite, ORG_DOMAINS_DELETE), domains::release),
        at("/api/organizations/{organization_id}/domains/{id}/verify")
            .post(scope(OrganizationWrite, ORG_DOMAINS_UPDATE), domains::verify),
    ]
}

/// Connections to identity providers.
fn of_connections() -> Vec<ScopedPlace> {
    vec![
        at("/api/organizations/{organization_id}/connections")
            .get(scope(OrganizationRead, ORG_CONNECTIONS_LIST), connections::list)
            .post(scope(OrganizationWrite, ORG_CONNECTIONS_CREATE), connections::connect),
        at("/api/organizations/{organization_id}/connections/{id}")
            .get(scope(OrganizationRead, ORG_CONNECTIONS_GET), connections::read)
            .patch(scope(OrganizationWrite, ORG_CONNECTIONS_UPDATE), connections::update)
            .delete(scope(OrganizationWrite, ORG_CONNECTIONS_DELETE), connections::disconnect),
        at("/api/organizations/{organization_id}/connections/{id}/test")
            .post(scope(OrganizationWrite, ORG_CONNECTIONS_UPDATE), connections::test),
        at("/api/organizations/{organization_id}/connections/{id}/log")
            .get(scope(OrganizationRead, ORG_CONNECTIONS_GET), connections::log),
    ]
}

/// Links to outside systems, papers and the log.
fn of_what_they_have() -> Vec<ScopedPlace> {
    vec![
        at("/api/organizations/{organization_id}/integrations")
            .get(scope(IntegrationRead, ORG_INTEGRATIONS_LIST), integrations::list)
            .post(scope(IntegrationWrite, ORG_INTEGRATIONS_CREATE), integrations::connect),
        at("/api/organizations/{organization_id}/integrations/{id}")
            .get(scope(IntegrationRead, ORG_INTEGRATIONS_GET), integrations::read)
            .delete(scope(IntegrationWrite, ORG_INTEGRATIONS_DELETE), integrations::disconnect),
        at("/api/organizations/{organization_id}/integrations/{id}/environment-mapping")
            .patch(scope(IntegrationWrite, ORG_INTEGRATIONS_UPDATE), integrations::map_environments),
        at("/api/organizations/{organization_id}/legal_documents")
            .get(scope(LegalRead, ORG_LEGAL_DOCUMENTS_LIST), legal_documents::list)
            .post(scope(LegalWrite, ORG_LEGAL_DOCUMENTS_CREATE), legal_documents::submit),
        at("/api/organizations/{organization_id}/legal_documents/{id}")
            .get(scope(LegalRead, ORG_LEGAL_DOCUMENTS_GET), legal_documents::read)
            .delete(scope(LegalWrite, ORG_LEGAL_DOCUMENTS_UPDATE), legal_documents::withdraw),
        at("/api/organizations/{organization_id}/legal_documents/{id}/download")
            .get(scope(LegalRead, ORG_LEGAL_DOCUMENTS_GET), legal_documents::download),
        at("/api/organizations/{organization_id}/legal_documents/{id}/resend")
            .post(scope(LegalWrite, ORG_LEGAL_DOCUMENTS_UPDATE), legal_documents::resend),
        at("/api/organizations/{organization_id}/activity_log")
            .get(scope(ActivityLogRead, ORG_ACTIVITY_LIST), activity_log::list),
    ]
}

/// What is asked without a credential, or by one that nothing limits.
fn without_scope() -> Vec<ScopedPlace> {
    vec![
        at("/api/login").post(no_scope_because("it makes the credential"), login::log_in),
        at("/api/signup/{invite_id}")
            .get(no_scope_because("the link is the authority"), signup::check)
            .post(no_scope_because("the link is the authority"), signup::accept),
        at("/api/address")
            .post(no_scope_because("it takes no credential that is limited"), login::take_address),
        at("/api/reset")
            .post(no_scope_because("whoever has lost their password has no credential"), login::ask_reset),
        at("/api/legal_documents/download/{token}")
            .get(no_scope_because("the token is the authority"), legal_files::fetch),
        at("/api/legal_documents/pandadoc")
            .post(no_scope_because("the provider's signature is the authority"), legal_files::heed),
    ]
}
