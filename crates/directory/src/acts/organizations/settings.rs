//! Settings of an organization.

use polity_kernel::{Access, Error, FieldKind, Result, Tx};

use crate::acts::roles;
use crate::organization::Organization;
use crate::organization::settings::{Settings, SettingsPatch};
use crate::permissions::ORG_USER_ROLES_UPDATE;
use crate::rules::authority;

/// The settings as the patch makes them. A default role goes to others, so whoever names one gives it.
pub(crate) fn changed(
    tx: &mut Tx<'_>,
    access: &Access,
    before: &Organization,
    patch: &SettingsPatch,
) -> Result<Settings> {
    let after = before.settings.patched(patch);
    if let Some(id) = after.default_role_id.filter(|id| before.settings.default_role_id != Some(*id)) {
        let role = roles::by_id(tx, before.id, id)?.filter(|role| !role.is_of_level());
        let role =
            role.ok_or_else(|| Error::field("default_role_id", FieldKind::NotFound.told("no such role")))?;
        access.require(&ORG_USER_ROLES_UPDATE)?;
        authority::may_give(access, &role)?;
    }
    Ok(after)
}
