//! What ends with a role: every thing that names it.

use polity_kernel::{Access, Event, Result, Tx};
use serde_json::json;

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
    tx.record(Event::new(access, "deleted", "role", &role.key).before(role))
}

/// Has no invitation that waits promise the role, though its time may have run out: it could be sent again.
pub(crate) fn retract(tx: &mut Tx<'_>, access: &Access, role: &RoleKey) -> Result<()> {
    let now = tx.now();
    for (id, before, after) in store::promises::retract(tx, access.organization(), role, now)? {
        let event = Event::new(access, "updated", "invitation", id);
        tx.record(event.before(json!({ "roles": before })).after(json!({ "roles": after })))?;
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
    tx.record(Event::new(access, "updated", "organization", after.id).before(&before).after(&after))
}
