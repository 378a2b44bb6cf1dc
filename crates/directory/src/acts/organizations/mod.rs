//! Organizations: changed, and ended.

pub(crate) mod domains;
pub(crate) mod foundation;
pub(crate) mod names;
pub(crate) mod reach;
pub(crate) mod settings;

use polity_kernel::event::Origin;
use polity_kernel::{Access, Error, FieldKind, OrganizationId, Result, Seal, Timestamp, Tx, epoch};

use crate::acts::organizations::domains::changed_domain;
use crate::acts::terms::{Means, Terms};
use crate::events::{ORGANIZATION_DELETED, ORGANIZATION_UPDATED};
use crate::jobs::Purge;
use crate::organization::parameter::{Parameter, Parameters};
use crate::organization::{Organization, OrganizationPatch, fallback_name};
use crate::store::organizations;
use crate::store::organizations::existing;
use crate::{organization::parameter, store};

/// An organization as it was at an epoch, and when its first owner's membership ends.
#[derive(Clone)]
pub(crate) struct Known {
    pub(crate) organization: Organization,
    pub(crate) epoch: i64,
    pub(crate) until: Option<Timestamp>,
}

/// Changes the organization. Whoever calls has asked for the permission and holds the epoch alone.
pub(crate) fn apply(
    tx: &mut Tx<'_>,
    access: &Access,
    means: &Means,
    before: &Organization,
    patch: &OrganizationPatch,
) -> Result<Organization> {
    let mut after = changed(tx, &means.terms, access, before, patch)?;
    if let Some(sent) = &patch.parameters {
        after.parameters = set(tx, &means.parameters, after.id, sent)?;
    }
    organizations::update(tx, &after)?;
    tx.record(ORGANIZATION_UPDATED.changed(access, after.id, before, &after))?;
    Ok(after)
}

/// Ends the organization. Whoever calls has asked whether the actor may, and holds the epoch alone.
pub(crate) fn end(tx: &mut Tx<'_>, terms: &Terms, access: &Access) -> Result<()> {
    let (id, now) = (access.organization(), tx.now());
    let before = existing(tx, id, now)?;
    store::names::release_all(tx, id)?;
    store::invitations::release_all(tx, id)?;
    store::delegations::release_all(tx, id)?;
    terms.domains.on_ended(tx, id)?;
    terms.workspaces.on_ended(tx, id)?;
    names::release(tx, &before.name)?;
    organizations::delete(tx, id)?;
    epoch::end(tx, id.uuid())?;
    tx.promise(&Purge { organization: id })?;
    // filed with the platform's own: the organization's log goes with its rows
    tx.record(ORGANIZATION_DELETED.over(Origin::platform(access.actor()), id, &before))
}

fn changed(
    tx: &mut Tx<'_>,
    terms: &Terms,
    access: &Access,
    before: &Organization,
    patch: &OrganizationPatch,
) -> Result<Organization> {
    let wanted = before.wanted(patch)?;
    let mut after = before.clone();
    if let Some(alias) = wanted.alias.as_ref().filter(|alias| **alias != before.alias) {
        let old = before.alias.as_str();
        // the key stays reserved even where the alias was the same word
        if old != before.key.as_str().to_lowercase() {
            store::names::release(tx, old, before.id)?;
        }
        after.alias = names::reserve_alias(tx, before.id, alias)?;
    }
    after.domain = changed_domain(tx, &*terms.domains, access, before, &wanted)?;
    after.name = wanted.name.unwrap_or_else(|| fallback_name(wanted.domain.as_ref(), &before.key));
    require_length(&before.name, &after.name, patch.longest_name)?;
    names::exchange(tx, &before.name, &after.name, patch.sole_name)?;
    after.has_profile |= wanted.facts.has_profile();
    after.facts = wanted.facts;
    after.settings = settings::changed(tx, access, before, &patch.settings)?;
    after.status = wanted.status.unwrap_or(before.status);
    if after.status != before.status {
        after.status_changed_at = Some(tx.now());
        after.status_changed_by = access.actor().id();
    }
    after.updated_at = tx.now();
    after.version += 1;
    Ok(after)
}

/// Asks that another name is no longer than this; the one it has is sent back as it is.
fn require_length(before: &str, after: &str, most: Option<usize>) -> Result<()> {
    match most {
        Some(most) if after != before && after.chars().count() > most => {
            Err(Error::field("name", FieldKind::TooLong(most)))
        }
        _ => Ok(()),
    }
}

/// Puts these parameters in the place of those there are, and returns them as they are shown. Whoever calls writes the
/// organization itself.
fn set(tx: &mut Tx<'_>, seal: &Seal, id: OrganizationId, sent: &[Parameter]) -> Result<Parameters> {
    let kept = organizations::secret_parameters(tx, id)?;
    let row = format!("organizations/{id}");
    let (shown, sealed) = parameter::settle(seal, tx.ids(), &row, sent, kept.as_deref())?;
    organizations::set_secret_parameters(tx, id, sealed)?;
    Ok(shown)
}
