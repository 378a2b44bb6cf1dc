//! Licenses: told, applied and taken.

use polity_directory::permissions::ORG_DIRECTORY_CREATE;
use polity_directory::within;
use polity_kernel::{
    Access, Actor, Code, Conn, Error, FieldKind, OrganizationId, Page, Paged, Result, Stamp, Timestamp, Tx,
    WriteKind,
};

use crate::acts::{Means, establishment};
use crate::events;
use crate::events::LICENSE_REPLACED;
use crate::grant::Grant;
use crate::license::{Kept, require_fit};
use crate::permissions::{ORG_LICENSE_GET, ORG_LICENSE_UPDATE};
use crate::service::Service;
use crate::{
    Acceptance, EntitlementMode, Establishment, License, LicenseType, Licensing, NewEstablishment, Usage,
    store,
};

impl Licensing for Service {
    fn establish(&self, actor: &Actor, new: NewEstablishment) -> Result<Establishment> {
        actor.require(&ORG_DIRECTORY_CREATE)?;
        if !new.eula_accepted {
            return Err(Error::field("eula_accepted", FieldKind::Required.told("the EULA must be accepted")));
        }
        let (means, actor) = (self.means.clone(), actor.clone());
        self.ctx.write_platform(move |tx| establishment::set_up(tx, &means, &actor, &new))
    }

    fn license(&self, access: &Access) -> Result<License> {
        access.require(&ORG_LICENSE_GET)?;
        let (organization, now) = (access.organization(), self.ctx.now());
        self.ctx.read(|conn| told(conn, &self.means, organization, now))
    }

    fn apply_key(&self, access: &Access, text: &str) -> Result<License> {
        let (means, text) = (self.means.clone(), text.trim().to_owned());
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&ORG_LICENSE_UPDATE)?;
            let (id, now) = (access.organization(), tx.now());
            let organization =
                within::organization(tx, id, now)?.ok_or_else(|| Error::not_found("organization"))?;
            let grant = Grant::keyed(&means.rules, &text, now)?;
            grant.require_for(&organization)?;
            let next = grant.given(id, Stamp::of(tx, access.actor()));
            let before = store::licenses::find(tx, id)?;
            if before.as_ref().is_some_and(|before| before.key == next.key) {
                return told(tx, &means, id, now);
            }
            grant.claim(tx, id)?;
            replace(tx, access, &means, before.as_ref(), next)
        })
    }

    fn take_type(&self, access: &Access, kind: LicenseType) -> Result<License> {
        let means = self.means.clone();
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&ORG_LICENSE_UPDATE)?;
            let id = access.organization();
            let next = Grant::self_made(kind)?.given(id, Stamp::of(tx, access.actor()));
            let before = store::licenses::find(tx, id)?;
            if kind == LicenseType::Trial && before.as_ref().is_some_and(|before| before.trial_used) {
                return Err(Error::new(Code::Conflict, "the organization has had its trial"));
            }
            replace(tx, access, &means, before.as_ref(), next)
        })
    }

    fn warnings(&self, organizations: &[OrganizationId]) -> Result<Vec<(OrganizationId, String)>> {
        if self.means.rules.settings.mode == EntitlementMode::All {
            return Ok(Vec::new());
        }
        let now = self.ctx.now();
        let kept = self.ctx.read(|conn| store::licenses::of(conn, organizations))?;
        let warning = |kept: &Kept| Some((kept.organization, self.means.rules.warning(kept, now)?));
        Ok(kept.iter().filter_map(warning).collect())
    }

    fn acceptances(&self, access: &Access, page: Page) -> Result<Paged<Acceptance>> {
        access.require(&ORG_LICENSE_GET)?;
        let found = self.ctx.read(|conn| store::acceptances::page(conn, access.organization(), &page))?;
        Ok(Paged::of(found, &page, |acceptance| acceptance.id.uuid()))
    }

    fn purge(&self, organization: OrganizationId, limit: usize) -> Result<usize> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.ctx.write_platform(move |tx| {
            Ok(store::licenses::delete(tx, organization)?
                + store::claims::delete(tx, organization, limit)?
                + store::acceptances::delete(tx, organization, limit)?)
        })
    }
}

/// Puts the next license in place of the one before. Whoever calls has asked for the permission and holds the epoch alone.
fn replace(
    tx: &mut Tx<'_>,
    access: &Access,
    means: &Means,
    before: Option<&Kept>,
    next: Kept,
) -> Result<License> {
    let (organization, now) = (access.organization(), tx.now());
    let usage = Usage::of(tx, &*means.domains, organization, now)?;
    require_fit(&means.rules.gives(&next, now), &usage)?;
    let after = match before {
        Some(before) => before.followed(next),
        None => next,
    };
    match before {
        Some(_) => store::licenses::update(tx, &after)?,
        None => store::licenses::insert(tx, &after)?,
    }
    let before = before.map(events::License::from);
    tx.record(LICENSE_REPLACED.changed(access, organization, before, &after))?;
    Ok(means.rules.told(&after, usage, now))
}

/// What is told of the organization's license.
fn told(conn: &mut Conn, means: &Means, organization: OrganizationId, now: Timestamp) -> Result<License> {
    let never = Stamp { at: now, by: None };
    let kept = store::licenses::find(conn, organization)?.unwrap_or_else(|| Kept::free(organization, never));
    let usage = Usage::of(conn, &*means.domains, organization, now)?;
    Ok(means.rules.told(&kept, usage, now))
}
