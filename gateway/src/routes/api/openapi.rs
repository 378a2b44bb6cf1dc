//! What `/openapi.json` says of the family.

use utoipa::OpenApi as _;
use utoipa::openapi::OpenApi;
use utoipa::openapi::security::SecurityRequirement;

use super::wire::Failure;
use super::{
    activity_log, connections, domains, integrations, invites, legal_documents, legal_files, login, members,
    organizations, role_memberships, roles, signup,
};
use crate::openapi::operations;

#[derive(utoipa::OpenApi)]
#[openapi(
    paths(
        organizations::list, organizations::create, organizations::read, organizations::replace, organizations::update,
        organizations::remove,
        integrations::list, integrations::connect, integrations::read, integrations::disconnect,
        integrations::map_environments,
        legal_documents::list, legal_documents::submit, legal_documents::read, legal_documents::withdraw,
        legal_documents::download, legal_documents::resend, legal_files::fetch, legal_files::heed,
        login::log_in, login::ask_reset, login::take_address,
        activity_log::list,
        domains::list, domains::claim, domains::read, domains::replace, domains::update, domains::release, domains::verify,
        connections::list, connections::connect, connections::read, connections::update, connections::disconnect,
        connections::test, connections::log,
        invites::list, invites::invite, invites::invite_many, invites::delegate, invites::resend, invites::withdraw,
        signup::check, signup::accept,
        members::list, members::change, members::update, members::remove, members::keys,
        roles::list, roles::make, roles::read, roles::replace, roles::update, roles::remove,
        role_memberships::list, role_memberships::give, role_memberships::read, role_memberships::take,
    ),
    components(schemas(Failure)),
    tags((name = "api", description = "Organizations, their members and roles, by scopes and levels"))
)]
struct Document;

/// The family's part of the document. Every route takes a bearer's credential, unless it says that it takes none.
pub(super) fn document() -> OpenApi {
    let mut document = Document::openapi();
    for item in document.paths.paths.values_mut() {
        for (_, operation) in operations(item) {
            let bearer = || vec![SecurityRequirement::new("bearer", Vec::<String>::new())];
            operation.security.get_or_insert_with(bearer);
        }
    }
    document
}
