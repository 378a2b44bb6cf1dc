//! Domains: claimed, proven, changed and given back.

use polity_directory::DomainName;
use polity_kernel::event::Origin;
use polity_kernel::job::Outcome;
use polity_kernel::{Access, AccountId, OrganizationId, Result, Timestamp, WriteKind};

use crate::acts::claims::{existing, show};
use crate::acts::{claims, enforcement, proofs};
use crate::domain::{Domain, DomainId, DomainMail, DomainNews, DomainPatch, DomainRefusal};
use crate::permissions::{
    ORG_DOMAINS_CREATE, ORG_DOMAINS_DELETE, ORG_DOMAINS_GET, ORG_DOMAINS_LIST, ORG_DOMAINS_UPDATE,
};
use crate::service::Service;
use crate::{Domains, store};

impl Domains for Service {
    fn domains(&self, access: &Access) -> Result<Vec<Domain>> {
        access.require(&ORG_DOMAINS_LIST)?;
        self.ctx.read(|conn| store::domains::all(conn, access.organization()))
    }

    fn domain(&self, access: &Access, id: DomainId) -> Result<Domain> {
        access.require(&ORG_DOMAINS_GET)?;
        self.ctx.read(|conn| existing(conn, access.organization(), id))
    }

    fn claim(&self, access: &Access, name: DomainName) -> Result<Domain> {
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&ORG_DOMAINS_CREATE)?;
            claims::claim_new(tx, access, &name)
        })
    }

    fn change(&self, access: &Access, id: DomainId, patch: DomainPatch) -> Result<Domain> {
        self.ctx.write(access, WriteKind::Structure, move |tx, access| {
            access.require(&ORG_DOMAINS_UPDATE)?;
            let before = existing(tx, access.organization(), id)?;
            enforcement::change(tx, access, &before, &patch)
        })
    }

    fn release(&self, access: &Access, id: DomainId) -> Result<()> {
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&ORG_DOMAINS_DELETE)?;
            let claim = existing(tx, access.organization(), id)?;
            claims::release(tx, access.into(), &claim)?;
            show(tx, access.into())
        })
    }

    fn verify(&self, access: &Access, id: DomainId) -> Result<Domain> {
        access.require(&ORG_DOMAINS_UPDATE)?;
        let claim = self.ctx.read(|conn| {
            let claim = existing(conn, access.organization(), id)?;
            let owner = store::reservations::owner(conn, claim.name.as_str())?;
            unproven(&claim)?;
            if owner.is_some() { Err(DomainRefusal::Taken.at(Some("name"))) } else { Ok(claim) }
        })?;
        let is_found = self.looks_up(&claim)?;
        let (recheck, kind) =
            (self.settings.recheck, if is_found { WriteKind::Grants } else { WriteKind::Structure });
        self.ctx.write(access, kind, move |tx, access| {
            access.require(&ORG_DOMAINS_UPDATE)?;
            let (origin, now) = (Origin::from(access), tx.now());
            let before = existing(tx, access.organization(), id)?;
            unproven(&before)?;
            let checked = Domain { last_checked_at: Some(now), ..before };
            if !is_found {
                store::domains::update(tx, &checked)?;
                return Ok(checked);
            }
            let proven = proofs::prove(tx, origin, &checked)?;
            let proven = proven.ok_or_else(|| DomainRefusal::Taken.at(Some("name")))?;
            proofs::plan(tx, &proven, recheck)?;
            show(tx, origin)?;
            Ok(proven)
        })
    }

    fn promise_rechecks(&self) -> Result<()> {
        self.promise()
    }

    fn recheck(&self, organization: OrganizationId, due: Timestamp) -> Result<Outcome> {
        self.look_up_again(organization, due)
    }

    fn domain_mail(
        &self,
        organization: OrganizationId,
        id: DomainId,
        to: AccountId,
        news: DomainNews,
    ) -> Result<Option<DomainMail>> {
        self.mail(organization, id, to, news)
    }
}

/// Asks that a claim is not proven.
fn unproven(claim: &Domain) -> Result<()> {
    if claim.is_verified() { Err(DomainRefusal::AlreadyVerified.at(None)) } else { Ok(()) }
}
