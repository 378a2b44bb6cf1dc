//! Organizations: founding, changing, suspending, deleting, and who might join them.

use std::sync::Arc;
use std::time::Duration;

use polity_accounts::EmailAddress;
use polity_kernel::job::Outcome;
use polity_kernel::text::parsed_at;
use polity_kernel::{
    Access, Actor, Code, Conn, Error, Event, Job, OrganizationId, Page, Paged, Result, Seal, Timestamp, Tx,
    WriteKind, checkpoint, epoch, event,
};
use serde_json::json;

use super::roster::Seals;
use super::{Service, display_names, founding, joining, parameters, settings};
use crate::names::Key;
use crate::organization::{
    NewOrganization, Organization, OrganizationFields, OrganizationPatch, PrimaryDomain, Wanted,
    fallback_name,
};
use crate::permissions::{
    DIRECTORY_CREATE, DIRECTORY_DELETE, DIRECTORY_GET, DIRECTORY_LIST, DIRECTORY_UPDATE,
};
use crate::roster::{Roster, RosterChanges};
use crate::{Organizations, store};

/// Suggestions at most (contract directory, decision 9).
const SUGGESTIONS: usize = 10;

/// Rows of each table removed at a time, so that a purge never holds up other writers for long.
const BATCH: i64 = 500;

/// An organization as it was at an epoch, and when its first owner's membership ends.
#[derive(Clone)]
pub(super) struct Known {
    organization: Organization,
    epoch: i64,
    until: Option<Timestamp>,
}

impl Organizations for Service {
    fn found(&self, actor: &Actor, new: NewOrganization) -> Result<Organization> {
        actor.require(&DIRECTORY_CREATE)?;
        let (actor, entitling) = (actor.clone(), Arc::clone(&self.entitling));
        self.ctx.write_platform(move |tx| founding::found(tx, &entitling, &actor, &new))
    }

    fn found_for(&self, actor: &Actor, new: NewOrganization, owner: &EmailAddress) -> Result<Organization> {
        actor.require(&DIRECTORY_CREATE)?;
        let (actor, owner, entitling) = (actor.clone(), owner.clone(), Arc::clone(&self.entitling));
        self.ctx.write_platform(move |tx| founding::found_for(tx, &entitling, &actor, (&new, &owner)))
    }

    fn organization(&self, access: &Access) -> Result<Organization> {
        access.require(&DIRECTORY_GET)?;
        self.known(access.organization())
    }

    fn key(&self, access: &Access) -> Result<Key> {
        let key = self.ctx.read(|conn| store::organizations::key(conn, access.organization()))?;
        key.ok_or_else(|| Error::not_found("organization"))
    }

    fn update(&self, access: &Access, patch: OrganizationPatch) -> Result<Organization> {
        let seal = self.parameters.clone();
        // of a suspended organization nothing is changed but its status
        let kind = if patch.status.is_some() { WriteKind::Lifecycle } else { WriteKind::Grants };
        self.ctx.write(access, kind, move |tx, access| {
            access.require(&DIRECTORY_UPDATE)?;
            let now = tx.now();
            let before = existing(tx, access.organization(), now)?;
            let after = apply(tx, access, &seal, (&before, &patch))?;
            if !may_follow(&before, &after) || (!after.works() && patch.owner_email.is_some()) {
                return Err(joining::inactive());
            }
            let Some(owner) = &patch.owner_email else { return Ok(after) };
            founding::share(tx, access, &parsed_at("owner_email", owner)?)?;
            existing(tx, access.organization(), now)
        })
    }

    fn remove(&self, access: &Access) -> Result<()> {
        self.ctx.write(access, WriteKind::Lifecycle, |tx, access| {
            access.require(&DIRECTORY_DELETE)?;
            end(tx, access)
        })
    }

    fn available(&self, actor: &Actor, wanted: &Wanted) -> Result<bool> {
        self.require_anywhere(actor, &DIRECTORY_LIST)?;
        self.ctx.read(|conn| {
            if let Some(domain) = &wanted.domain
                && store::domains::owner(conn, domain.as_str())?.is_some()
            {
                return Ok(false);
            }
            let Some(alias) = &wanted.alias else { return Ok(true) };
            Ok(!alias.is_reserved() && store::names::owner(conn, alias.as_str())?.is_none())
        })
    }

    fn name_available(&self, actor: &Actor, name: &str) -> Result<bool> {
        self.require_anywhere(actor, &DIRECTORY_LIST)?;
        let fields = OrganizationFields { name: Some(name.to_owned()), ..OrganizationFields::default() };
        if NewOrganization::try_from(fields).is_err() {
            return Ok(false);
        }
        self.ctx.read(|conn| display_names::is_free(conn, name))
    }

    fn suggestions(&self, actor: &Actor) -> Result<Vec<Organization>> {
        actor.require(&DIRECTORY_LIST)?;
        let (account, now) = (actor.person()?, self.ctx.now());
        self.ctx.read(|conn| {
            let Some(account) = polity_accounts::within::account(conn, account)? else {
                return Ok(Vec::new());
            };
            let Some(email) = account.verified_email() else { return Ok(Vec::new()) };
            let invitations = store::invitations::live_of(conn, email, now, 50)?;
            let mut candidates: Vec<OrganizationId> = invitations.iter().map(|i| i.organization).collect();
            candidates.extend(store::domains::owner(conn, email.domain())?);
            joinable(conn, &candidates, account.id, now)
        })
    }

    fn all(&self, actor: &Actor, page: Page) -> Result<Paged<Organization>> {
        if !actor.is_platform_administrator() {
            return Err(Error::new(Code::Forbidden, "only a platform administrator sees every organization"));
        }
        let now = self.ctx.now();
        self.ctx.read(|conn| {
            let ids = store::organizations::page(conn, &page)?;
            let ids = Paged::of(ids, &page, |id| id.uuid());
            let items = ids.items.iter().map(|id| existing(conn, *id, now)).collect::<Result<_>>()?;
            Ok(Paged { items, next: ids.next })
        })
    }

    fn purge(&self, organization: OrganizationId) -> Result<Outcome> {
        self.ctx.write_platform(move |tx| {
            if !epoch::read(tx, &[organization.uuid()])?.is_empty() {
                return Err(Error::internal(format!(
                    "{organization} is not deleted; nothing of it is purged"
                )));
            }
            let removed = polity_accounts::within::purge(tx, organization, BATCH)?
                + polity_groups::within::purge(tx, organization, BATCH)?
                + store::purge::purge(tx, organization, BATCH)?
                + checkpoint::purge(tx, organization)?
                + event::purge(tx, organization, BATCH)?;
            Ok(if removed == 0 { Outcome::Done } else { Outcome::Again })
        })
    }

    fn import(&self, actor: &Actor, roster: Roster) -> Result<RosterChanges> {
        let seals = Seals { apps: &self.seal, parameters: &self.parameters };
        super::roster::import(&self.ctx, (seals, &self.entitling), actor, roster)
    }
}

impl Service {
    /// The organization as it is now, from memory where its epoch stands.
    pub(super) fn known(&self, id: OrganizationId) -> Result<Organization> {
        let now = self.ctx.now();
        let epoch = self.epoch(id)?;
        if let Some(known) = self.organizations.get(&id)
            && Some(known.epoch) == epoch
            && known.until.is_none_or(|until| now < until)
        {
            return Ok(known.organization);
        }
        let (organization, until) = self.ctx.read(|conn| {
            let organization = existing(conn, id, now)?;
            Ok((organization, store::members::end_of_first_owner(conn, id, now)?))
        })?;
        if let Some(epoch) = epoch.filter(|_| organization.parameters.are_light()) {
            self.organizations.insert(id, Known { organization: organization.clone(), epoch, until });
        }
        Ok(organization)
    }
}

/// The organization, which an access proves to exist unless it was deleted just now.
pub(super) fn existing(conn: &mut Conn, id: OrganizationId, now: Timestamp) -> Result<Organization> {
    store::organizations::find(conn, id, now)?.ok_or_else(|| Error::not_found("organization"))
}

/// Whether an organization may become this: one that is suspended and stays so keeps all but its status.
fn may_follow(before: &Organization, after: &Organization) -> bool {
    if before.works() || after.works() {
        return true;
    }
    let otherwise = Organization {
        status: before.status,
        status_changed_at: before.status_changed_at,
        status_changed_by: before.status_changed_by,
        updated_at: before.updated_at,
        version: before.version,
        ..after.clone()
    };
    otherwise == *before
}

/// Changes the organization. Whoever calls has asked for the permission and holds the epoch alone.
pub(super) fn apply(
    tx: &mut Tx<'_>,
    access: &Access,
    seal: &Seal,
    (before, patch): (&Organization, &OrganizationPatch),
) -> Result<Organization> {
    let mut after = changed(tx, access, before, patch)?;
    if let Some(sent) = &patch.parameters {
        after.parameters = parameters::set(tx, seal, after.id, sent)?;
    }
    store::organizations::update(tx, &after)?;
    tx.record(Event::new(access, "updated", "organization", after.id).before(before).after(&after))?;
    Ok(after)
}

/// Ends the organization. Whoever calls has asked whether the actor may, and holds the epoch alone.
pub(super) fn end(tx: &mut Tx<'_>, access: &Access) -> Result<()> {
    let (id, now) = (access.organization(), tx.now());
    let before = existing(tx, id, now)?;
    store::names::release_all(tx, id)?;
    store::domains::release_all(tx, id)?;
    store::apps::release_all(tx, id)?;
    store::invitations::release_all(tx, id)?;
    store::delegations::release_all(tx, id)?;
    store::projects::release_all(tx, id)?;
    display_names::release(tx, &before.name)?;
    store::organizations::delete(tx, id)?;
    epoch::end(tx, id.uuid())?;
    let payload = json!({ "organization": id });
    tx.enqueue(Job { kind: "directory.purge", payload, delay: Duration::ZERO })?;
    // filed with the platform's own: the organization's log goes with its rows
    tx.record(Event::platform(access.actor(), "deleted", "organization", id).before(&before))
}

fn changed(
    tx: &mut Tx<'_>,
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
        after.alias = founding::reserve_alias(tx, before.id, alias)?;
    }
    after.domain = changed_domain(tx, access, before, &wanted)?;
    after.name = wanted.name.unwrap_or_else(|| fallback_name(wanted.domain.as_ref(), &before.key));
    require_length(&before.name, &after.name, patch.longest_name)?;
    display_names::exchange(tx, (&before.name, &after.name), patch.sole_name)?;
    after.description = wanted.description;
    after.logo_url = wanted.logo_url;
    after.external_sales_force_id = wanted.external_sales_force_id;
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
            Err(Error::field("name", format!("is longer than {most} characters")))
        }
        _ => Ok(()),
    }
}

/// Another domain is a new claim, to be verified again; the same one keeps its verification.
fn changed_domain(
    tx: &mut Tx<'_>,
    access: &Access,
    before: &Organization,
    wanted: &NewOrganization,
) -> Result<Option<PrimaryDomain>> {
    let verified_at = founding::verification(access.actor(), wanted.domain_verified, tx.now())?;
    if wanted.domain.as_ref() == before.domain.as_ref().map(|domain| &domain.name) {
        return settle_verification(tx, access, before, (wanted.domain_verified, verified_at));
    }
    if before.domain.is_none() && wanted.domain.is_some() {
        let now = tx.now();
        founding::require_room_for_domain(tx, access.entitlements(now), before.id)?;
    }
    store::domains::release_primary(tx, before.id)?;
    wanted.domain.as_ref().map(|domain| founding::claim(tx, before.id, domain, verified_at)).transpose()
}

fn settle_verification(
    tx: &mut Tx<'_>,
    access: &Access,
    before: &Organization,
    (word, verified_at): (Option<bool>, Option<Timestamp>),
) -> Result<Option<PrimaryDomain>> {
    let Some(domain) = &before.domain else { return Ok(None) };
    let Some(verified) = word.filter(|word| *word != domain.verified) else {
        return Ok(Some(domain.clone()));
    };
    if !access.actor().is_platform_administrator() {
        return Err(Error::new(Code::Forbidden, "only a platform administrator's word verifies a domain"));
    }
    founding::prove(tx, before.id, &domain.name, verified_at)?;
    Ok(Some(PrimaryDomain { name: domain.name.clone(), verified }))
}

/// Those of the candidates that work and that the account is not in, each once, in order.
fn joinable(
    conn: &mut Conn,
    candidates: &[OrganizationId],
    account: polity_kernel::AccountId,
    now: Timestamp,
) -> Result<Vec<Organization>> {
    let mut found: Vec<Organization> = Vec::new();
    for id in candidates {
        if found.len() == SUGGESTIONS {
            break;
        }
        if found.iter().any(|seen| seen.id == *id) || store::members::find(conn, *id, account, now)?.is_some()
        {
            continue;
        }
        let organization = store::organizations::find(conn, *id, now)?;
        found.extend(organization.filter(Organization::works));
    }
    Ok(found)
}
