//! What an organization tells of itself.

use polity_kernel::{Access, Error, Result, Tx, WriteKind};

use crate::events::ORGANIZATION_UPDATED;
use crate::permissions::ORG_DIRECTORY_UPDATE;
use crate::profile::{OrganizationProfile, OrganizationProfilePatch};
use crate::service::Service;
use crate::{Organization, Organizations as _, Profiles, store};

impl Profiles for Service {
    fn profile(&self, access: &Access) -> Result<OrganizationProfile> {
        self.organization(access)?.profile().ok_or_else(|| Error::not_found("profile"))
    }

    fn set_profile(&self, access: &Access, profile: OrganizationProfile) -> Result<OrganizationProfile> {
        // organizations are remembered under their epoch, so it is raised
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&ORG_DIRECTORY_UPDATE)?;
            let wanted = profile.clone().judged()?;
            let now = tx.now();
            let before = store::organizations::existing(tx, access.organization(), now)?;
            tell(tx, access, &before, wanted)
        })
    }

    fn patch_profile(&self, access: &Access, patch: OrganizationProfilePatch) -> Result<OrganizationProfile> {
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&ORG_DIRECTORY_UPDATE)?;
            let now = tx.now();
            let before = store::organizations::existing(tx, access.organization(), now)?;
            let wanted = before.profile().unwrap_or_default().patched(&patch)?;
            tell(tx, access, &before, wanted)
        })
    }
}

/// Has the organization tell this of itself, and returns it. The same as before changes nothing.
fn tell(
    tx: &mut Tx<'_>,
    access: &Access,
    before: &Organization,
    wanted: OrganizationProfile,
) -> Result<OrganizationProfile> {
    let (logo_url, told) = wanted.clone().parts();
    let mut after = Organization { logo_url, profile: Some(told), ..before.clone() };
    if after != *before {
        after.updated_at = tx.now();
        after.version += 1;
        store::organizations::update(tx, &after)?;
        tx.record(ORGANIZATION_UPDATED.changed(access, after.id, before, &after))?;
    }
    Ok(wanted)
}
