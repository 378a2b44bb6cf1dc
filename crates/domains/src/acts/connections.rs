//! Making, changing and removing connections, and the few words by which a domain has its SAML provider.

use polity_kernel::{Access, Code, Ctx, Error, FieldKind, Result, Tx};

use crate::acts::desk::{Desk, Secrets, remove};
use crate::connection::certificate::Certificate;
use crate::connection::keys::PrivateKey;
use crate::connection::settings::{ConnectionSettings, RequestBinding, SamlAttributes, SamlSettings};
use crate::connection::{PublicKey, require_secret};
use crate::domain::Domain;
use crate::events::{CONNECTION_CREATED, CONNECTION_DELETED, CONNECTION_UPDATED};
use crate::saml_provider::SamlPatch;
use crate::store::connections::Kept;
use crate::{
    Connection, ConnectionFields, ConnectionPatch, DomainId, MOST_CONNECTIONS, NewConnection, store,
};

/// A key pair that was made for a connection.
pub(crate) struct Pair {
    pub(crate) key: PrivateKey,
    pub(crate) public: PublicKey,
}

impl Pair {
    /// One that is made now, which takes some hundred milliseconds.
    pub(crate) fn generate(ctx: &Ctx) -> Result<Self> {
        let (key, public) = PrivateKey::generate(ctx.ids(), ctx.now())?;
        Ok(Self { key, public })
    }
}

/// What writes connections of the organization. Whoever calls has asked for the permission.
pub(crate) struct Writing<'w> {
    pub(crate) desk: &'w Desk,
    pub(crate) access: &'w Access,
}

impl Writing<'_> {
    pub(crate) fn make(
        &self,
        tx: &mut Tx<'_>,
        new: &NewConnection,
        pair: Option<&Pair>,
    ) -> Result<Connection> {
        let most = i64::try_from(MOST_CONNECTIONS).unwrap_or(i64::MAX);
        if store::connections::count(tx, self.access.organization())? >= most {
            let words = format!("an organization has at most {MOST_CONNECTIONS} connections");
            return Err(Error::new(Code::LimitReached, words));
        }
        if new.settings.needs_key() && pair.is_none() {
            return Err(Error::new(Code::Conflict, "the connection has been removed in the meantime"));
        }
        let connection = Connection {
            organization: self.access.organization(),
            id: tx.new_id(),
            name: new.name.clone(),
            settings: new.settings.clone(),
            domains: new.domains.clone(),
            has_client_secret: new.client_secret.is_some(),
            public_key: pair.map(|pair| pair.public.clone()),
            tested: None,
            created_at: tx.now(),
            updated_at: tx.now(),
            version: 1,
        };
        self.require_own(tx, &connection.domains)?;
        let key = pair.map(|pair| pair.key.clone());
        let secrets = Secrets { client_secret: new.client_secret.clone(), key };
        let sealed = self.desk.seal(tx.ids(), &connection, &secrets)?;
        store::connections::insert(tx, &Kept { connection: connection.clone(), sealed })?;
        tx.record(CONNECTION_CREATED.made(self.access, connection.id, &connection))?;
        Ok(connection)
    }

    /// Changes a connection by a patch that is known to be acceptable; sign-ins that are under way end.
    pub(crate) fn change(
        &self,
        tx: &mut Tx<'_>,
        before: Kept,
        patch: &ConnectionPatch,
        pair: Option<&Pair>,
    ) -> Result<Connection> {
        let was = before.connection.clone();
        let kept = self.changed(tx, before, patch, pair)?;
        self.require_own(tx, &kept.connection.domains)?;
        store::connections::update(tx, &kept)?;
        // what began by other settings is not judged by these
        store::flows::delete(tx, was.organization, was.id)?;
        tx.record(CONNECTION_UPDATED.changed(self.access, was.id, &was, &kept.connection))?;
        Ok(kept.connection)
    }

    pub(crate) fn remove(&self, tx: &mut Tx<'_>, before: &Connection) -> Result<()> {
        remove(tx, before)?;
        tx.record(CONNECTION_DELETED.over(self.access, before.id, before))
    }

    /// Has a domain served by the SAML provider that is said: by a connection of its own, or by changing the one that serves it.
    /// Whoever says nothing any more takes the domain from it, and the connection away that serves no other.
    ///
    /// # Errors
    /// `Invalid` at `entity_id`, `sso_url` and `certificate`.
    pub(crate) fn provide(
        &self,
        tx: &mut Tx<'_>,
        domain: &Domain,
        said: &SamlPatch,
        pair: Option<&Pair>,
    ) -> Result<()> {
        let serving = store::connections::serving(tx, domain.organization, domain.id)?;
        let Some(connection) = serving else {
            let Some(settings) = said.over(None)? else { return Ok(()) };
            let new = NewConnection::try_from(ConnectionFields {
                name: domain.name.to_string(),
                settings: ConnectionSettings::Saml(settings),
                client_secret: None,
                domains: vec![domain.id],
            })?;
            return self.make(tx, &new, pair).map(drop);
        };
        let ConnectionSettings::Saml(saml) = &connection.settings else {
            let why = "a connection by another protocol serves the domain";
            return Err(Error::field("entity_id", FieldKind::Taken.told(why)));
        };
        let settings = said.over(Some(saml))?;
        let alone = connection.domains.as_slice() == [domain.id];
        let patch = match settings {
            None if alone => return self.remove(tx, &connection),
            None => {
                let others = connection.domains.iter().copied().filter(|other| *other != domain.id);
                ConnectionPatch { domains: Some(others.collect()), ..ConnectionPatch::default() }
            }
            Some(settings) if settings == *saml => return Ok(()),
            Some(settings) => ConnectionPatch {
                settings: Some(ConnectionSettings::Saml(settings)),
                ..ConnectionPatch::default()
            },
        };
        let before = crate::acts::desk::found(tx, connection.organization, connection.id)?;
        self.change(tx, before, &patch.checked()?, None).map(drop)
    }

    /// The connection as the patch makes it. A key pair that is there stays, since the provider knows it.
    fn changed(
        &self,
        tx: &Tx<'_>,
        before: Kept,
        patch: &ConnectionPatch,
        pair: Option<&Pair>,
    ) -> Result<Kept> {
        let mut open = self.desk.open(before)?;
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
        let sealed = self.desk.seal(tx.ids(), connection, &open.secrets)?;
        Ok(Kept { connection: open.connection, sealed })
    }

    /// Asks that these are domains of the organization. Those that are not verified are served once they are.
    fn require_own(&self, tx: &mut Tx<'_>, domains: &[DomainId]) -> Result<()> {
        for id in domains {
            if store::domains::find(tx, self.access.organization(), *id)?.is_none() {
                let why = "each must be a domain of the organization";
                return Err(Error::field("domains", FieldKind::NotFound.told(why)));
            }
        }
        Ok(())
    }
}

impl SamlPatch {
    /// The settings that this comes to; none where nothing is left.
    ///
    /// # Errors
    /// `Invalid`, naming the field.
    fn over(&self, was: Option<&SamlSettings>) -> Result<Option<SamlSettings>> {
        let given = |said: &Option<Option<String>>, was: Option<&String>| match said {
            Some(said) => said.clone(),
            None => was.cloned(),
        };
        let entity_id = given(&self.entity_id, was.map(|was| &was.entity_id));
        let sso_url = given(&self.sso_url, was.map(|was| &was.sso_url));
        let certificates = match &self.certificate {
            Some(Some(text)) => vec![Certificate::parse(text).map_err(|error| error.at("certificate"))?],
            Some(None) => Vec::new(),
            None => was.map(|was| was.certificates.clone()).unwrap_or_default(),
        };
        if entity_id.is_none() && sso_url.is_none() && certificates.is_empty() {
            return Ok(None);
        }
        let required = |field: &'static str| Error::field(field, FieldKind::Required);
        let (entity_id, sso_url) =
            (entity_id.ok_or_else(|| required("entity_id"))?, sso_url.ok_or_else(|| required("sso_url"))?);
        if certificates.is_empty() {
            return Err(required("certificate"));
        }
        let kept = was.cloned().unwrap_or_else(unset);
        // one that is there already does not push the others out
        let keeps = certificates.iter().all(|certificate| kept.certificates.contains(certificate));
        let certificates = if keeps { kept.certificates.clone() } else { certificates };
        Ok(Some(SamlSettings { entity_id, sso_url, certificates, ..kept }))
    }
}

/// What is set for a SAML provider of which nothing is said.
fn unset() -> SamlSettings {
    SamlSettings {
        entity_id: String::new(),
        sso_url: String::new(),
        sso_binding: RequestBinding::Redirect,
        certificates: Vec::new(),
        metadata_url: None,
        name_id_format: None,
        attributes: SamlAttributes::default(),
        allow_unsolicited: false,
        sign_requests: false,
    }
}
