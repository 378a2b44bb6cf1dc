//! What areas further right in the chain may ask inside their own transaction; nothing here asks for permission.

use polity_kernel::{Conn, OrganizationId, Result};

use crate::{Role, RoleKey, built_in, store};

/// The organization's role of this key, built in or own, as it is now. What cannot be a key is no role's.
pub fn role(conn: &mut Conn, organization: OrganizationId, key: &str) -> Result<Option<Role>> {
    let Ok(key) = key.parse::<RoleKey>() else { return Ok(None) };
    match built_in::role_of(&key) {
        Some(role) => Ok(Some(role.clone())),
        None => store::roles::find(conn, organization, &key),
    }
}
