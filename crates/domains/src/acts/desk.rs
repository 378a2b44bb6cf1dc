//! What connections stand on: the seals of their secrets, the way to providers, what those told last.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use polity_identity::{Fetch, Secret};
use polity_kernel::{Conn, Error, IdSource, MasterKey, OrganizationId, Result, Seal, Tx};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::acts::endings;
use crate::connection::keys::PrivateKey;
use crate::connection::oidc::providers::Providers;
use crate::connection::saml::ServiceProvider;
use crate::store::connections::{self as store, Kept};
use crate::store::{attempts, flows, replays};
use crate::{Addresses, Connection, ConnectionId};

/// What connections stand on.
pub(crate) struct Desk {
    /// Our public address without a slash at its end.
    site: String,
    pub(crate) fetch: Arc<dyn Fetch>,
    pub(crate) providers: Providers,
    secrets: Seal,
    /// Of sign-ins under way.
    pub(crate) sign_ins: Seal,
}

/// The secrets of a connection. Nothing prints them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Secrets {
    pub(crate) client_secret: Option<Secret>,
    pub(crate) key: Option<PrivateKey>,
}

/// The secrets as they are sealed.
#[derive(Serialize, Deserialize)]
struct Written {
    client_secret: Option<Zeroizing<String>>,
    key: Option<Zeroizing<String>>,
}

/// A connection with its secrets open.
pub(crate) struct Open {
    pub(crate) connection: Connection,
    pub(crate) secrets: Secrets,
}

impl Desk {
    pub(crate) fn new(master: &MasterKey, site: String, fetch: Arc<dyn Fetch>) -> Self {
        Self {
            site,
            fetch,
            providers: Providers::default(),
            secrets: Seal::new(master, "domains.connections"),
            sign_ins: Seal::new(master, "domains.sign_ins"),
        }
    }

    /// Where providers send back to that are asked for a code.
    pub(crate) fn redirect_uri(&self) -> String {
        format!("{}/sso/callback", self.site)
    }

    pub(crate) fn addresses(&self, id: ConnectionId) -> Addresses {
        let of = |place: &str| format!("{}/sso/{id}/{place}", self.site);
        Addresses {
            service_provider: self.service_provider(id),
            metadata_url: of("metadata"),
            redirect_uri: self.redirect_uri(),
            jwks_uri: of("jwks.json"),
            start_url: of("start"),
        }
    }

    pub(crate) fn service_provider(&self, id: ConnectionId) -> ServiceProvider {
        ServiceProvider {
            entity_id: self.site.clone(),
            acs_url: format!("{}/sso/{id}/acs", self.site),
            other_acs_url: Some(format!("{}/complete/saml/", self.site)),
        }
    }

    pub(crate) fn seal(
        &self,
        ids: &IdSource,
        connection: &Connection,
        secrets: &Secrets,
    ) -> Result<Option<Vec<u8>>> {
        if secrets.client_secret.is_none() && secrets.key.is_none() {
            return Ok(None);
        }
        let text = |secret: &Secret| Zeroizing::new(secret.reveal().to_owned());
        let written = Written {
            client_secret: secrets.client_secret.as_ref().map(text),
            key: secrets.key.as_ref().map(|key| Zeroizing::new(STANDARD.encode(key.der()))),
        };
        let written = Zeroizing::new(serde_json::to_vec(&written).map_err(Error::internal)?);
        self.secrets.seal(ids, &row(connection), &written).map(Some)
    }

    pub(crate) fn open(&self, kept: Kept) -> Result<Open> {
        let Some(sealed) = &kept.sealed else {
            return Ok(Open { connection: kept.connection, secrets: Secrets::default() });
        };
        let bytes = self.secrets.open(&row(&kept.connection), sealed)?;
        let written: Written = serde_json::from_slice(&bytes).map_err(Error::internal)?;
        let key = written.key.map(|key| STANDARD.decode(&*key)).transpose().map_err(Error::internal)?;
        let secrets = Secrets {
            client_secret: written.client_secret.map(|secret| Secret::new(secret.as_str())),
            key: key.map(PrivateKey::new),
        };
        Ok(Open { connection: kept.connection, secrets })
    }
}

/// The row that secrets are sealed for.
fn row(connection: &Connection) -> String {
    format!("connections/{}/{}", connection.organization, connection.id)
}

/// One connection of the organization.
///
/// # Errors
/// `NotFound`.
pub(crate) fn found(conn: &mut Conn, organization: OrganizationId, id: ConnectionId) -> Result<Kept> {
    store::find(conn, organization, id)?.ok_or_else(unknown)
}

/// One connection of whichever organization that works.
///
/// # Errors
/// `NotFound`.
pub(crate) fn anywhere(conn: &mut Conn, id: ConnectionId) -> Result<Kept> {
    let organization = store::place(conn, id)?.ok_or_else(unknown)?;
    if !polity_directory::within::works(conn, organization)? {
        return Err(unknown());
    }
    found(conn, organization, id)
}

fn unknown() -> Error {
    Error::not_found("connection")
}

/// Removes a connection with all that is its own.
pub(crate) fn remove(tx: &mut Tx<'_>, connection: &Connection) -> Result<()> {
    let Connection { organization, id, .. } = *connection;
    flows::delete(tx, organization, id)?;
    attempts::delete(tx, organization, id)?;
    replays::delete(tx, organization, id)?;
    endings::disconnect(tx, id)?;
    store::delete(tx, organization, id)
}
