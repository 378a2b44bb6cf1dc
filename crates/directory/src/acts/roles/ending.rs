//! What ends with a role: every thing that names it.

use polity_kernel::{Access, Result, Tx};

use crate::events::{INVITATION_UPDATED, ORGANIZATION_UPDATED, PromisedRoles, ROLE_DELETED};
use crate::role::{Role, RoleKey};
use crate::store;

/// What ends with a role in the areas further right, which may keep its key: asked inside the transaction that deletes the role, whose
/// epoch is held alone, so that another role of the same key finds nothing of it.
#[derive(Clone, Copy, Debug)]
pub struct RoleEnding(pub fn(&mut Tx<'_>, &Access, &RoleKey) -> Result<()>);

impl RoleEnding {
    /// For a program in which nothing but the directory keeps the key of a role.
    pub const NOTHING: Self = Self(|_, _, _| Ok(()));
}

/// Deletes an own role, takes it from everybody, and ends what promises or names it.
pub(crate) fn end_role(tx: &mut Tx<'_>, access: &Access, ending: RoleEnding, role: &Role) -> Result<()> {
    store::roles::delete(tx, access.organization(), &role.key)?;
    store::assignments::forget_role(tx, access.organization(), &role.key)?;
    forget(tx, access, role)?;
    retract(tx, access, &role.key)?;
    polity_accounts::within::forget_role(tx, access, role.key.as_str())?;
    (ending.0)(tx, access, &role.key)?;
    tx.record(ROLE_DELETED.over(access, &role.key, role))
}

/// Has no invitation that waits promise the role, though its time may have run out: it could be sent again.
pub(crate) fn retract(tx: &mut Tx<'_>, access: &Access, role: &RoleKey) -> Result<()> {
    let now = tx.now();
    for (id, before, after) in store::promises::retract(tx, access.organization(), role, now)? {
        let (before, after) = (PromisedRoles { roles: before }, PromisedRoles { roles: after });
        tx.record(INVITATION_UPDATED.changed(access, id, before, after))?;
    }
    Ok(())
}

/// Has nobody given this role any more by becoming a member.
fn forget(tx: &mut Tx<'_>, access: &Access, role: &Role) -> Result<()> {
    let now = tx.now();
    let before = store::organizations::existing(tx, access.organization(), now)?;
    if before.settings.default_role_id != Some(role.id) {
        return Ok(());
    }
    let mut after = before.clone();
    after.settings.default_role_id = None;
    (after.updated_at, after.version) = (now, before.version + 1);
    store::organizations::update(tx, &after)?;
    tx.record(ORGANIZATION_UPDATED.changed(access, after.id, &before, &after))
}
