//! Entering an organization: where an actor's rights are computed, and remembered under the organization's epoch.

use std::sync::Arc;

use crate::entitlements::ORGANIZATION_SECURITY_SETTINGS;
use polity_kernel::{
    Access, Actor, Code, Entitlements, Error, Level, OrganizationId, Result, Subject, Watched,
};

use crate::acts::access::{Remembered, compute, epoch_of, unknown};
use crate::acts::invitations::join;
use crate::acts::members;
use crate::organization::names::Key;
use crate::service::Service;
use crate::{Entry, OrganizationRef, store};

impl Entry for Service {
    fn enter(&self, actor: &Actor, reference: &OrganizationRef) -> Result<Access> {
        let standing = self.standing(actor, reference)?;
        self.require_factors(&standing.access)?;
        // in a suspended organization nothing is written, this included
        if standing.is_accepted || !standing.access.is_active() {
            return Ok(standing.access);
        }
        self.take_up_membership(&standing.access)
    }

    fn look_in(&self, actor: &Actor, reference: &OrganizationRef) -> Result<Access> {
        self.standing(actor, reference).map(|standing| standing.access)
    }

    fn watched(&self, reference: &OrganizationRef) -> Option<uuid::Uuid> {
        self.names.get(reference).map(|(organization, _)| organization.uuid())
    }

    fn home(&self, actor: &Actor) -> Result<Option<OrganizationId>> {
        if let Some(only) = actor.limits().organization {
            return Ok(Some(only));
        }
        if let Some(home) = actor.home() {
            return Ok(Some(home.organization));
        }
        let Some(account) = actor.subject().member() else { return Ok(None) };
        let now = self.ctx.now();
        self.ctx.read(|conn| {
            if let Some(organization) = self.terms.workspaces.chosen_by(conn, account)?
                && store::members::find(conn, organization, account, now)?
                    .is_some_and(|member| member.accepted_at.is_some())
            {
                return Ok(Some(organization));
            }
            let two = store::members::memberships::taken_up_by(conn, account, Level::Member, now, 2)?;
            Ok(if let [only] = two[..] { Some(only) } else { None })
        })
    }

    fn require_own_key(&self, access: &Access) -> Result<()> {
        let (organization, now) = (access.organization(), self.ctx.now());
        let Subject::Person(account) = access.actor().subject() else { return Ok(()) };
        if access.level() >= Some(Level::Admin)
            || !access.entitlements(now).includes(ORGANIZATION_SECURITY_SETTINGS)
            || self.known(organization)?.settings.members_can_use_personal_api_keys
        {
            return Ok(());
        }
        // a key may be good for less than its owner, whose level is what counts
        let member = self.ctx.read(|conn| store::members::find(conn, organization, account, now))?;
        match member {
            Some(member) if member.level < Level::Admin => {
                let words = "the organization does not let its members use API keys of their own";
                Err(Error::new(Code::Forbidden, words))
            }
            _ => Ok(()),
        }
    }

    fn key(&self, access: &Access) -> Result<Key> {
        let key = self.ctx.read(|conn| store::organizations::key(conn, access.organization()))?;
        key.ok_or_else(|| Error::not_found("organization"))
    }

    fn locate(&self, reference: &OrganizationRef) -> Result<Option<OrganizationId>> {
        self.ctx.read(|conn| store::names::resolve(conn, reference))
    }

    fn entitlements(&self, access: &Access) -> Entitlements {
        access.entitlements(self.ctx.now()).clone()
    }
}

impl Service {
    /// How the actor stands in the organization of this name as of now, remembered where it can be.
    fn standing(&self, actor: &Actor, reference: &OrganizationRef) -> Result<Remembered> {
        let now = self.ctx.now();
        let (organization, epoch) = self.present(reference)?;
        let key = (actor.clone(), organization);
        if let Some(known) = self.standings.get(&key)
            && known.until.is_none_or(|until| now < until)
            && self.stands(&known.access, Watched { scope: organization.uuid(), epoch })?
        {
            return Ok(known);
        }
        let fresh = self.ctx.read(|conn| compute(conn, &self.terms.entitling, actor, organization, now))?;
        self.standings.insert(key, fresh.clone());
        Ok(fresh)
    }

    /// Asks for two factors where the organization wants them of a person whose credential says how they signed in (docs/decisions/0040).
    fn require_factors(&self, access: &Access) -> Result<()> {
        let Some(shown) = access.actor().authentication() else { return Ok(()) };
        if shown.methods.has_two_factors()
            || self.known(access.organization())?.settings.enforce_2fa != Some(true)
        {
            return Ok(());
        }
        let words = "the organization asks for a second factor: sign in with one";
        Err(Error::new(Code::SecondFactorRequired, words))
    }

    /// Whether what was computed still stands, given the organization's epoch: nothing is read where that is all it watches.
    fn stands(&self, access: &Access, present: Watched) -> Result<bool> {
        match access.watched() {
            // what watches nothing is never known to stand
            [] => Ok(false),
            [only] => Ok(*only == present),
            several => self.ctx.stand(several),
        }
    }

    /// Takes up the membership of a person who names the organization, and lets them in as they stand then.
    fn take_up_membership(&self, access: &Access) -> Result<Access> {
        let (organization, actor) = (access.organization(), access.actor().clone());
        let entitling = Arc::clone(&self.terms.entitling);
        self.ctx.needs_store()?;
        self.ctx.write_platform(move |tx| {
            members::hold(tx, organization)?;
            let now = tx.now();
            let account = actor.subject().member().ok_or_else(unknown)?;
            let present = store::members::find(tx, organization, account, now)?.ok_or_else(unknown)?;
            join::accept(tx, &actor, &present)?;
            compute(tx, &entitling, &actor, organization, now).map(|fresh| fresh.access)
        })
    }

    /// The organization of this name and its epoch.
    fn present(&self, reference: &OrganizationRef) -> Result<(OrganizationId, i64)> {
        if let Some((organization, epoch)) = self.names.get(reference)
            && self.epoch(organization)? == Some(epoch)
        {
            return Ok((organization, epoch));
        }
        let (found, settled) = self.ctx.read(|conn| {
            let organization = store::names::resolve(conn, reference)?.ok_or_else(unknown)?;
            let epoch = epoch_of(conn, organization)?;
            // before the epoch was read the name may have gone to another organization
            let settled = store::names::resolve(conn, reference)? == Some(organization);
            Ok(((organization, epoch), settled))
        })?;
        if settled {
            self.names.insert(reference.clone(), found);
        }
        Ok(found)
    }

    /// An organization's epoch as of this moment; absent once it is deleted.
    pub(crate) fn epoch(&self, organization: OrganizationId) -> Result<Option<i64>> {
        Ok(self.ctx.epochs(&[organization.uuid()])?.first().map(|(_, epoch)| *epoch))
    }
}
