//! Settings: who may change them, and the role they give to whoever becomes a member.

use polity_kernel::{Access, Actor, Error, Event, Result, Tx};

use super::{entry, giving, organizations, role_records, roles};
use crate::member::Member;
use crate::organization::Organization;
use crate::permissions::USER_ROLES_UPDATE;
use crate::role::{Assignee, Role};
use crate::settings::{Settings, SettingsPatch};
use crate::store;

/// The settings as the patch makes them. A default role goes to others, so whoever names one gives it.
pub(super) fn changed(
    tx: &mut Tx<'_>,
    access: &Access,
    before: &Organization,
    patch: &SettingsPatch,
) -> Result<Settings> {
    let after = before.settings.patched(patch);
    if let Some(id) = after.default_role.filter(|id| before.settings.default_role != Some(*id)) {
        let role = roles::by_id(tx, before.id, id)?.filter(role_records::is_shown);
        let role = role.ok_or_else(|| Error::field("default_role", "no such role"))?;
        access.require(&USER_ROLES_UPDATE)?;
        giving::may_give(access, &role)?;
    }
    Ok(after)
}

/// Gives a new member the default role, if there is one. Whoever calls holds the organization's epoch alone.
pub(super) fn welcome(tx: &mut Tx<'_>, actor: &Actor, member: &Member) -> Result<()> {
    let organization = member.organization;
    let Some(id) = store::organizations::default_role(tx, organization)? else { return Ok(()) };
    let Some(role) = roles::by_id(tx, organization, id)? else { return Ok(()) };
    let access = entry::attribution(actor, organization);
    giving::put(tx, &access, (Assignee::Account(member.account), &role.key), None).map(drop)
}

/// Has nobody given this role any more by becoming a member.
pub(super) fn forget(tx: &mut Tx<'_>, access: &Access, role: &Role) -> Result<()> {
    let now = tx.now();
    let before = organizations::existing(tx, access.organization(), now)?;
    if before.settings.default_role != Some(role.id) {
        return Ok(());
    }
    let mut after = before.clone();
    after.settings.default_role = None;
    (after.updated_at, after.version) = (now, before.version + 1);
    store::organizations::update(tx, &after)?;
    tx.record(Event::new(access, "updated", "organization", after.id).before(&before).after(&after))
}
