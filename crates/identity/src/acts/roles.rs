//! What ends with a role: the keys that are limited to it.

use polity_directory::{RoleEnding, RoleKey};
use polity_kernel::{Access, KeyId, Page, Result, Tx, epoch};

use crate::events::API_KEY_REVOKED;
use crate::store;

/// Revokes an organization's keys that are limited to a role, with the role: one of the same key that is made later would be theirs else.
/// For [`polity_directory::Service::new`].
pub const ROLE_ENDING: RoleEnding = RoleEnding(revoke);

fn revoke(tx: &mut Tx<'_>, access: &Access, role: &RoleKey) -> Result<()> {
    let organization = access.organization();
    loop {
        let keys = store::keys::of_role(tx, organization, role.as_str(), Page::MAX)?;
        if keys.is_empty() {
            return Ok(());
        }
        for key in &keys {
            epoch::end(tx, key.id.uuid())?;
            tx.record(API_KEY_REVOKED.over(access, key.id, key))?;
        }
        let ids: Vec<KeyId> = keys.iter().map(|key| key.id).collect();
        store::keys::delete(tx, organization, &ids)?;
    }
}
