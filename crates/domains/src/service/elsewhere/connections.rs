//! Connections as their administrators see them.

use std::sync::Arc;
use std::time::Duration;

use polity_directory::DomainName;
use polity_identity::Secret;
use polity_kernel::{Access, Error, Result, WriteKind};

use super::ConnectionService;
use crate::acts::connections::{Pair, Writing};
use crate::acts::desk::found;
use crate::acts::sign_ins::{AWAY, Flow};
use crate::connection::saml::metadata::{self, ImportedProvider};
use crate::connection::settings::server;
use crate::connection::web::Web;
use crate::permissions::{
    ORG_CONNECTIONS_CREATE, ORG_CONNECTIONS_DELETE, ORG_CONNECTIONS_GET, ORG_CONNECTIONS_LIST,
    ORG_CONNECTIONS_UPDATE,
};
use crate::store::flows::Stage;
use crate::{
    Attempt, Certificate, Connection, ConnectionId, ConnectionPatch, ConnectionSettings, Connections, Domain,
    DomainId, DomainPatch, MetadataSource, NewConnection, SamlPatch, SamlProvider, SignInPurpose, store,
};

impl Connections for ConnectionService {
    fn create(&self, access: &Access, new: NewConnection) -> Result<Connection> {
        access.require(&ORG_CONNECTIONS_CREATE)?;
        let pair = if new.settings.needs_key() { Some(Pair::generate(&self.ctx)?) } else { None };
        let desk = Arc::clone(&self.desk);
        self.ctx.write(access, WriteKind::Structure, move |tx, access| {
            access.require(&ORG_CONNECTIONS_CREATE)?;
            Writing { desk: &desk, access }.make(tx, &new, pair.as_ref())
        })
    }

    fn connections(&self, access: &Access) -> Result<Vec<Connection>> {
        access.require(&ORG_CONNECTIONS_LIST)?;
        let all = self.ctx.read(|conn| store::connections::all(conn, access.organization()))?;
        Ok(all.into_iter().map(|kept| kept.connection).collect())
    }

    fn connection(&self, access: &Access, id: ConnectionId) -> Result<Connection> {
        access.require(&ORG_CONNECTIONS_GET)?;
        self.known(access, id)
    }

    fn update(&self, access: &Access, id: ConnectionId, patch: ConnectionPatch) -> Result<Connection> {
        access.require(&ORG_CONNECTIONS_UPDATE)?;
        let patch = patch.checked()?;
        let needs_key = patch.settings.as_ref().is_some_and(ConnectionSettings::needs_key);
        let pair = match needs_key && self.known(access, id)?.public_key.is_none() {
            true => Some(Pair::generate(&self.ctx)?),
            false => None,
        };
        let desk = Arc::clone(&self.desk);
        self.ctx.write(access, WriteKind::Structure, move |tx, access| {
            access.require(&ORG_CONNECTIONS_UPDATE)?;
            let before = found(tx, access.organization(), id)?;
            Writing { desk: &desk, access }.change(tx, before, &patch, pair.as_ref())
        })
    }

    fn delete(&self, access: &Access, id: ConnectionId) -> Result<()> {
        let desk = Arc::clone(&self.desk);
        self.ctx.write(access, WriteKind::Structure, move |tx, access| {
            access.require(&ORG_CONNECTIONS_DELETE)?;
            let before = found(tx, access.organization(), id)?.connection;
            Writing { desk: &desk, access }.remove(tx, &before)
        })
    }

    fn log(&self, access: &Access, id: ConnectionId) -> Result<Vec<Attempt>> {
        access.require(&ORG_CONNECTIONS_GET)?;
        self.ctx.read(|conn| {
            found(conn, access.organization(), id)?;
            store::attempts::all(conn, access.organization(), id)
        })
    }

    fn ending_certificates(
        &self,
        access: &Access,
        within: Duration,
    ) -> Result<Vec<(ConnectionId, Certificate)>> {
        let until = self.ctx.now().after(within);
        let mut ending = Vec::new();
        for connection in self.connections(access)? {
            let ConnectionSettings::Saml(saml) = connection.settings else { continue };
            let soon = saml.certificates.into_iter().filter(|certificate| certificate.ends <= until);
            ending.extend(soon.map(|certificate| (connection.id, certificate)));
        }
        ending.sort_by_key(|(_, certificate)| certificate.ends);
        Ok(ending)
    }

    fn read_metadata(
        &self,
        access: &Access,
        source: &MetadataSource,
        entity_id: Option<&str>,
    ) -> Result<ImportedProvider> {
        access.require(&ORG_CONNECTIONS_CREATE).or_else(|_| access.require(&ORG_CONNECTIONS_UPDATE))?;
        let fetched;
        let xml = match source {
            MetadataSource::Xml(xml) => xml,
            MetadataSource::Url(url) => {
                server("metadata_url", url)?;
                let web = Web { fetch: self.desk.fetch.as_ref(), organization: access.organization() };
                fetched = web.text(url).map_err(|why| {
                    Error::unavailable("provider", "the metadata cannot be fetched").because(why)
                })?;
                &fetched
            }
        };
        metadata::import(xml, entity_id, self.ctx.now())
    }

    fn saml_providers(&self, access: &Access) -> Result<Vec<(DomainId, SamlProvider)>> {
        self.providers(access)
    }

    fn claim_domain(&self, access: &Access, name: DomainName, saml: SamlPatch) -> Result<Domain> {
        self.claim(access, name, saml)
    }

    fn change_domain(
        &self,
        access: &Access,
        id: DomainId,
        patch: DomainPatch,
        saml: SamlPatch,
    ) -> Result<Domain> {
        self.change(access, id, patch, saml)
    }

    fn offer_test(&self, access: &Access, id: ConnectionId) -> Result<Secret> {
        let desk = Arc::clone(&self.desk);
        let secret = Secret::random(self.ctx.ids());
        let kept = secret.clone();
        self.ctx.write(access, WriteKind::Content, move |tx, access| {
            access.require(&ORG_CONNECTIONS_UPDATE)?;
            let connection = found(tx, access.organization(), id)?.connection;
            let flow = Flow {
                stage: Stage::Offered,
                connection: &connection,
                purpose: SignInPurpose::Test,
                browser: None,
                expires_at: tx.now().after(AWAY),
            };
            let row = flow.row(&desk.sign_ins, tx.ids(), kept.reveal(), &())?;
            store::flows::insert(tx, &row)
        })?;
        Ok(secret)
    }
}

impl ConnectionService {
    fn known(&self, access: &Access, id: ConnectionId) -> Result<Connection> {
        self.ctx.read(|conn| Ok(found(conn, access.organization(), id)?.connection))
    }
}
