//! Domains with the SAML provider that is said for them: claimed and changed with it at once.

use std::sync::Arc;

use polity_directory::DomainName;
use polity_kernel::{Access, Result, WriteKind};

use super::ConnectionService;
use crate::acts::claims::existing;
use crate::acts::connections::{Pair, Writing};
use crate::acts::{claims, enforcement};
use crate::domain::{Domain, DomainId, DomainPatch};
use crate::permissions::{
    ORG_CONNECTIONS_CREATE, ORG_CONNECTIONS_UPDATE, ORG_DOMAINS_CREATE, ORG_DOMAINS_GET, ORG_DOMAINS_LIST,
    ORG_DOMAINS_UPDATE,
};
use crate::saml_provider::{SamlPatch, SamlProvider};
use crate::store;

impl ConnectionService {
    pub(super) fn providers(&self, access: &Access) -> Result<Vec<(DomainId, SamlProvider)>> {
        // they are part of what is shown of a domain, to whoever is shown one
        let seen = [&ORG_DOMAINS_LIST, &ORG_DOMAINS_GET, &ORG_DOMAINS_CREATE, &ORG_DOMAINS_UPDATE];
        if seen.iter().all(|permission| access.require(permission).is_err()) {
            access.require(&ORG_DOMAINS_LIST)?;
        }
        let all = self.ctx.read(|conn| store::connections::all(conn, access.organization()))?;
        let mut found = Vec::new();
        for connection in all.into_iter().map(|kept| kept.connection) {
            let Some(provider) = SamlProvider::of(&connection) else { continue };
            found.extend(connection.domains.iter().map(|domain| (*domain, provider.clone())));
        }
        Ok(found)
    }

    pub(super) fn claim(&self, access: &Access, name: DomainName, said: SamlPatch) -> Result<Domain> {
        access.require(&ORG_DOMAINS_CREATE)?;
        let pair = if said.names_something() { Some(Pair::generate(&self.ctx)?) } else { None };
        let desk = Arc::clone(&self.desk);
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&ORG_DOMAINS_CREATE)?;
            let claim = claims::claim_new(tx, access, &name)?;
            if said.names_something() {
                access.require(&ORG_CONNECTIONS_CREATE)?;
                Writing { desk: &desk, access }.provide(tx, &claim, &said, pair.as_ref())?;
            }
            Ok(claim)
        })
    }

    pub(super) fn change(
        &self,
        access: &Access,
        id: DomainId,
        patch: DomainPatch,
        said: SamlPatch,
    ) -> Result<Domain> {
        access.require(&ORG_DOMAINS_UPDATE)?;
        let pair = self.pair_for_provider(access, id, &said)?;
        let desk = Arc::clone(&self.desk);
        self.ctx.write(access, WriteKind::Structure, move |tx, access| {
            access.require(&ORG_DOMAINS_UPDATE)?;
            let before = existing(tx, access.organization(), id)?;
            let after = enforcement::change(tx, access, &before, &patch)?;
            if !said.is_nothing() {
                access.require(&ORG_CONNECTIONS_UPDATE)?;
                let writing = Writing { desk: &desk, access };
                writing.provide(tx, &after, &said, pair.as_ref())?;
            }
            Ok(after)
        })
    }

    /// A key pair for the connection that the domain is to have, which takes too long for a transaction.
    fn pair_for_provider(&self, access: &Access, id: DomainId, said: &SamlPatch) -> Result<Option<Pair>> {
        let organization = access.organization();
        let is_served = || self.ctx.read(|conn| store::connections::serving(conn, organization, id));
        if !said.names_something() || is_served()?.is_some() {
            return Ok(None);
        }
        Pair::generate(&self.ctx).map(Some)
    }
}
