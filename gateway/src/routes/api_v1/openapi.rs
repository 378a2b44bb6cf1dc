//! What `/openapi.json` says of the family.

use utoipa::OpenApi as _;

use super::fault::ErrorBody;
use super::{
    accounts, apps, employee_profiles, employees, entities, group_profiles, groups, keys, managers,
    organizations, profiles,
};

#[derive(utoipa::OpenApi)]
#[openapi(
    paths(
        organizations::list, organizations::create, organizations::update_current, organizations::read,
        organizations::update, organizations::by_alias, organizations::by_app, organizations::by_app_id,
        organizations::by_app_data, organizations::by_app_secret,
        profiles::read_current, profiles::replace_current, profiles::update_current,
        profiles::read, profiles::replace, profiles::update,
        keys::list_current, keys::create_current, keys::remove_current, keys::list, keys::create, keys::remove,
        apps::list, apps::connect, apps::disconnect, apps::disconnect_named,
        accounts::list, accounts::create, accounts::administrators, accounts::members, accounts::read, accounts::update,
        accounts::grant, accounts::employees,
        employees::list, employees::create, employees::read, employees::update, employees::by_name, employees::by_account,
        employee_profiles::read, employee_profiles::replace, employee_profiles::update,
        managers::list, managers::set, managers::remove, managers::reports, managers::chain,
        groups::list, groups::create, groups::read, groups::update, groups::members,
        group_profiles::read, group_profiles::replace, group_profiles::update,
        entities::list, entities::replace, entities::remove,
    ),
    components(schemas(ErrorBody)),
    tags((name = "api_v1", description = "Organizations, accounts, employees, managers, groups, keys and apps."))
)]
struct Document;

/// The document of the family.
pub(super) fn document() -> utoipa::openapi::OpenApi {
    Document::openapi()
}
