//! What `/openapi.json` says of the family.

use utoipa::OpenApi as _;

use super::fault::Failure;
use super::{account_types, accounts, invites, members, orgs, permissions, roles, sectors, user_roles};

#[derive(utoipa::OpenApi)]
#[openapi(
    paths(
        orgs::all, orgs::create, orgs::available, orgs::suggest, orgs::read, orgs::replace, orgs::remove,
        sectors::read, sectors::read_public,
        invites::mine, invites::accept, invites::list, invites::send, invites::withdraw,
        members::list, members::join, members::leave, members::add, members::remove,
        permissions::list, permissions::of_roles,
        roles::list, roles::create, roles::read, roles::replace, roles::remove,
        roles::assignments, roles::assign, roles::unassign, roles::members,
        user_roles::own, user_roles::list, user_roles::replace, user_roles::grant, user_roles::revoke,
        account_types::list, account_types::create, account_types::read, account_types::replace, account_types::retire,
        accounts::list, accounts::assign, accounts::update, accounts::disable,
    ),
    components(schemas(Failure)),
    tags((name = "directory", description = "Organizations, their members, roles, permissions and invitations."))
)]
struct Document;

/// The document of the family.
pub(super) fn document() -> utoipa::openapi::OpenApi {
    Document::openapi()
}
