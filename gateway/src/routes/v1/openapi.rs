//! What `/openapi.json` says of the family.

use utoipa::OpenApi as _;
use utoipa::openapi::OpenApi;
use utoipa::openapi::security::SecurityRequirement;

use super::fault::Errors;
use super::{acceptances, everywhere, licenses, organizations, project_users, projects, secret_keys, users};
use crate::openapi::operations;

#[derive(utoipa::OpenApi)]
#[openapi(
    paths(
        organizations::list, organizations::establish, organizations::verify, organizations::read, organizations::update,
        organizations::rename, organizations::remove,
        licenses::read_current, licenses::apply_current, licenses::read, licenses::replace,
        projects::list, projects::list_accounts, projects::open, projects::read, projects::update, projects::close,
        projects::activate, everywhere::list, everywhere::list_accounts,
        project_users::list, project_users::give, project_users::take,
        secret_keys::list, secret_keys::add, secret_keys::withdraw, secret_keys::prefer,
        users::list, acceptances::list,
    ),
    components(schemas(Errors)),
    tags((name = "v1", description = "Organizations, their projects, licenses and users"))
)]
struct Document;

/// The family's part of the document. Every route takes any one of the family's credentials.
pub(super) fn document() -> OpenApi {
    let mut document = Document::openapi();
    for item in document.paths.paths.values_mut() {
        for (_, operation) in operations(item) {
            let schemes = ["bearer", "basic", "api_key", "bindplane_api_key"];
            let requirement = |scheme| SecurityRequirement::new(scheme, Vec::<String>::new());
            operation.security = Some(schemes.map(requirement).into());
        }
    }
    document
}
