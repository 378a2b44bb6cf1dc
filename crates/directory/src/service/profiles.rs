//! What an organization tells of itself.

use polity_kernel::{Access, Error, Result, WriteKind};

use crate::events::ORGANIZATION_UPDATED;
use crate::organization::facts::{OrganizationFacts, OrganizationFactsPatch};
use crate::permissions::ORG_DIRECTORY_UPDATE;
use crate::service::Service;
use crate::{Organization, Organizations as _, Profiles, store};

impl Profiles for Service {
    fn profile(&self, access: &Access) -> Result<OrganizationFacts> {
        self.organization(access)?.profile().cloned().ok_or_else(|| Error::not_found("profile"))
    }

    fn change_profile(&self, access: &Access, patch: OrganizationFactsPatch) -> Result<OrganizationFacts> {
        // organizations are remembered under their epoch, so it is raised
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&ORG_DIRECTORY_UPDATE)?;
            let now = tx.now();
            let before = store::organizations::existing(tx, access.organization(), now)?;
            // what the patch leaves alone may have been told under other rules
            OrganizationFacts::default().patched(patch.clone()).checked()?;
            let facts = before.facts.clone().patched(patch.clone());
            let mut after = Organization { facts, has_profile: true, ..before.clone() };
            // the same as before changes nothing
            if after != before {
                after.updated_at = now;
                after.version += 1;
                store::organizations::update(tx, &after)?;
                tx.record(ORGANIZATION_UPDATED.changed(access, after.id, &before, &after))?;
            }
            Ok(after.facts)
        })
    }
}
