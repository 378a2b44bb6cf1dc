//! What the file says that people take of all that is stored about them.

use polity_accounts::{Account, Employee};
use polity_directory::Organization;
use polity_identity::ApiKey;
use polity_signin::Session;
use serde_json::{Value, json};

/// What the file begins with.
pub(in crate::routes::pages) struct Head {
    pub(in crate::routes::pages) account: Account,
    pub(in crate::routes::pages) has_password: bool,
    pub(in crate::routes::pages) sessions: Vec<Session>,
    pub(in crate::routes::pages) employments: Vec<Employee>,
}

/// What stands between the keys and the organizations.
pub(in crate::routes::pages) const ORGANIZATIONS: &[u8] = b"],\"organizations\":[";

/// The beginning of the file, up to its list of keys.
pub(in crate::routes::pages) fn head(head: &Head) -> Vec<u8> {
    let Head { account, has_password, sessions, employments } = head;
    let object = json!({
        "account": {
            "id": account.id, "email": account.email.as_ref().map(ToString::to_string),
            "email_verified": account.email_verified, "name": account.profile.name,
            "picture": account.profile.picture, "role_at_organization": account.profile.role_at_organization,
            "created_at": account.created_at, "updated_at": account.updated_at,
            "proven_at": account.proven_at, "made_by_organization": account.made_by_organization,
        },
        "has_password": has_password,
        "sessions": sessions.iter().map(session).collect::<Vec<_>>(),
        "employments": employments.iter().map(employment).collect::<Vec<_>>(),
    });
    let mut text = object.to_string();
    // the object goes on with its lists
    text.pop();
    text.push_str(",\"api_keys\":[");
    text.into_bytes()
}

/// A key, without its secret.
pub(in crate::routes::pages) fn key(key: &ApiKey) -> Value {
    json!({
        "id": key.id, "name": key.name, "prefix": key.prefix, "organization": key.organization,
        "created_at": key.created_at, "expires_at": key.expires_at, "last_used_at": key.last_used_at,
    })
}

/// An organization, and the roles that one has there.
pub(in crate::routes::pages) fn organization(organization: &Organization, roles: &[String]) -> Value {
    json!({"id": organization.id, "name": organization.name, "roles": roles})
}

fn session(session: &Session) -> Value {
    json!({
        "id": session.id, "methods": session.methods.references(), "address": session.network,
        "program": session.program, "created_at": session.created_at, "auth_time": session.auth_time,
        "last_used_at": session.last_used_at, "expires_at": session.expires_at,
    })
}

fn employment(employee: &Employee) -> Value {
    json!({
        "id": employee.id, "organization": employee.organization, "name": employee.name,
        "email": employee.email.to_string(), "role": employee.role, "type": employee.kind,
        "created_at": employee.created_at,
    })
}
