//! Connections as their administrators see them.

use std::sync::Arc;
use std::time::Duration;

use polity_identity::Secret;
use polity_kernel::{Access, Code, Error, FieldKind, Result, Tx, WriteKind};

use super::ConnectionService;
use crate::acts::desk::{Desk, Secrets, found, remove};
use crate::acts::sign_ins::{AWAY, Flow};
use crate::connection::keys::PrivateKey;
use crate::connection::saml::metadata::{self, ImportedProvider};
use crate::connection::settings::server;
use crate::connection::web::Web;
use crate::connection::{PublicKey, require_secret};
use crate::events::{CONNECTION_CREATED, CONNECTION_DELETED, CONNECTION_UPDATED};
use crate::permissions::{
    ORG_CONNECTIONS_CREATE, ORG_CONNECTIONS_DELETE, ORG_CONNECTIONS_GET, ORG_CONNECTIONS_LIST,
    ORG_CONNECTIONS_UPDATE,
};
use crate::store::connections::Kept;
use crate::store::flows::Stage;
use crate::{
    Attempt, Certificate, Connection, ConnectionId, ConnectionPatch, ConnectionSettings, Connections,
    DomainId, MOST_CONNECTIONS, MetadataSource, NewConnection, SignInPurpose, store,
};

/// A key pair that was made for a connection.
struct Pair {
    key: PrivateKey,
    public: PublicKey,
}

impl Connections for ConnectionService {
    fn create(&self, access: &Access, new: NewConnection) -> Result<Connection> {
        access.require(&ORG_CONNECTIONS_CREATE)?;
        let pair = self.pair_for(&new.settings)?;
        let desk = Arc::clone(&self.desk);
        self.ctx.write(access, WriteKind::Structure, move |tx, access| {
            access.require(&ORG_CONNECTIONS_CREATE)?;
            let most = i64::try_from(MOST_CONNECTIONS).unwrap_or(i64::MAX);
            if store::connections::count(tx, access.organization())? >= most {
                let words = format!("an organization has at most {MOST_CONNECTIONS} connections");
                return Err(Error::new(Code::LimitReached, words));
            }
            let connection = Connection {
                organization: access.organization(),
                id: tx.new_id(),
                name: new.name.clone(),
                settings: new.settings.clone(),
                domains: new.domains.clone(),
                has_client_secret: new.client_secret.is_some(),
                public_key: pair.as_ref().map(|pair| pair.public.clone()),
                tested: None,
                created_at: tx.now(),
                updated_at: tx.now(),
                version: 1,
            };
            require_verified(tx, access, &connection.domains)?;
            let key = pair.as_ref().map(|pair| pair.key.clone());
            let secrets = Secrets { client_secret: new.client_secret.clone(), key };
            let sealed = desk.seal(tx.ids(), &connection, &secrets)?;
            store::connections::insert(tx, &Kept { connection: connection.clone(), sealed })?;
            tx.record(CONNECTION_CREATED.made(access, connection.id, &connection))?;
            Ok(connection)
        })
    }

    fn connections(&self, access: &Access) -> Result<Vec<Connection>> {
        access.require(&ORG_CONNECTIONS_LIST)?;
        let all = self.ctx.read(|conn| store::connections::all(conn, access.organization()))?;
        Ok(all.into_iter().map(|kept| kept.connection).collect())
    }

    fn connection(&self, access: &Access, id: ConnectionId) -> Result<Connection> {
        access.require(&ORG_CONNECTIONS_GET)?;
        self.ctx.read(|conn| Ok(found(conn, access.organization(), id)?.connection))
    }

    fn update(&self, access: &Access, id: ConnectionId, patch: ConnectionPatch) -> Result<Connection> {
        access.require(&ORG_CONNECTIONS_UPDATE)?;
        let patch = patch.checked()?;
        let pair = match &patch.settings {
            Some(settings) => self.pair_for(settings)?,
            None => None,
        };
        let desk = Arc::clone(&self.desk);
        self.ctx.write(access, WriteKind::Structure, move |tx, access| {
            access.require(&ORG_CONNECTIONS_UPDATE)?;
            let before = found(tx, access.organization(), id)?;
            let kept = changed(tx, &desk, before.clone(), &patch, pair.as_ref())?;
            let (before, after) = (before.connection, &kept.connection);
            require_verified(tx, access, &after.domains)?;
            store::connections::update(tx, &kept)?;
            // what began by other settings is not judged by these
            store::flows::delete(tx, after.organization, after.id)?;
            tx.record(CONNECTION_UPDATED.changed(access, id, &before, after))?;
            Ok(kept.connection)
        })
    }

    fn delete(&self, access: &Access, id: ConnectionId) -> Result<()> {
        self.ctx.write(access, WriteKind::Structure, move |tx, access| {
            access.require(&ORG_CONNECTIONS_DELETE)?;
            let before = found(tx, access.organization(), id)?.connection;
            remove(tx, &before)?;
            tx.record(CONNECTION_DELETED.over(access, id, &before))
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
    /// A key pair, where these settings need one.
    fn pair_for(&self, settings: &ConnectionSettings) -> Result<Option<Pair>> {
        if !settings.needs_key() {
            return Ok(None);
        }
        let (key, public) = PrivateKey::generate(self.ctx.ids(), self.ctx.now())?;
        Ok(Some(Pair { key, public }))
    }
}

/// The connection as the patch makes it. A key pair that is there stays, since the provider knows it.
fn changed(
    tx: &Tx<'_>,
    desk: &Desk,
    before: Kept,
    patch: &ConnectionPatch,
    pair: Option<&Pair>,
) -> Result<Kept> {
    let mut open = desk.open(before)?;
    let connection = &mut open.connection;
    if patch.since.is_some_and(|since| since != connection.version) {
        return Err(Error::new(Code::Conflict, "the connection has been changed in the meantime"));
    }
    if let Some(settings) = &patch.settings {
        if settings.kind() != connection.kind() {
            let why = "a connection keeps its protocol: make another";
            return Err(Error::field("kind", FieldKind::NotAllowed.told(why)));
        }
        if connection.settings != *settings {
            connection.tested = None;
        }
        connection.settings = settings.clone();
    }
    if let (None, Some(pair)) = (&open.secrets.key, pair) {
        open.secrets.key = Some(pair.key.clone());
        connection.public_key = Some(pair.public.clone());
    }
    if let Some(secret) = &patch.client_secret {
        open.secrets.client_secret = Some(secret.clone());
        connection.tested = None;
    }
    require_secret(&connection.settings, open.secrets.client_secret.is_some())?;
    connection.has_client_secret = open.secrets.client_secret.is_some();
    if let Some(name) = &patch.name {
        connection.name.clone_from(name);
    }
    if let Some(domains) = &patch.domains {
        connection.domains.clone_from(domains);
    }
    connection.updated_at = tx.now();
    connection.version += 1;
    let sealed = desk.seal(tx.ids(), connection, &open.secrets)?;
    Ok(Kept { connection: open.connection, sealed })
}

/// Asks that the organization has verified these domains.
fn require_verified(tx: &mut Tx<'_>, access: &Access, domains: &[DomainId]) -> Result<()> {
    for id in domains {
        let claim = store::domains::find(tx, access.organization(), *id)?;
        if !claim.is_some_and(|claim| claim.is_verified()) {
            let why = "each must be a verified domain of the organization";
            return Err(Error::field("domains", FieldKind::NotFound.told(why)));
        }
    }
    Ok(())
}
