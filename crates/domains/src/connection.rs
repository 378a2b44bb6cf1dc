//! A connection: how people of an organization prove who they are elsewhere.

pub(crate) mod arrival;
pub(crate) mod attempt;
pub(crate) mod certificate;
pub(crate) mod code;
pub(crate) mod external;
pub(crate) mod keys;
pub(crate) mod oauth2;
pub(crate) mod oidc;
pub(crate) mod rejection;
pub(crate) mod saml;
pub(crate) mod settings;
pub(crate) mod web;

use polity_identity::Secret;
use polity_kernel::text::{canonical, printable};
use polity_kernel::{Error, FieldKind, OrganizationId, Result, Timestamp};

pub use polity_signin::ConnectionId;

use self::settings::{ConnectionKind, ConnectionSettings};
use crate::domain::DomainId;

/// The most domains that one connection serves.
pub const MOST_DOMAINS: usize = 100;

/// The most connections that one organization has.
pub const MOST_CONNECTIONS: usize = 50;

/// The longest secret of a client, in bytes.
const LONGEST_SECRET: usize = 1_024;

/// A connection of an organization to an identity provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// Whose it is.
    pub organization: OrganizationId,
    /// Its id, which is part of the addresses that the provider is told.
    pub id: ConnectionId,
    /// What administrators call it; 1 to 200 characters.
    pub name: String,
    /// How the provider is spoken with.
    pub settings: ConnectionSettings,
    /// The domains whose people sign in by it, in the order of their ids. No other connection serves them.
    pub domains: Vec<DomainId>,
    /// Whether a client secret is kept; it is never told.
    pub has_client_secret: bool,
    /// The public half of the key pair that was made for it; absent where the protocol needs none.
    pub public_key: Option<PublicKey>,
    /// The last try-out that went well.
    pub tested: Option<Tested>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Raised by each change.
    pub version: i64,
}

impl Connection {
    /// The protocol.
    pub fn kind(&self) -> ConnectionKind {
        self.settings.kind()
    }
}

/// The public half of a connection's key pair: RSA of 2048 bits.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct PublicKey {
    /// A certificate that the key has signed for itself, DER in base64: SAML metadata has it.
    pub certificate: String,
    /// The key as a JWK with `kid`, `use` and `alg` (RFC 7517 §4).
    pub jwk: serde_json::Value,
}

/// A try-out that went well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tested {
    /// When.
    pub at: Timestamp,
    /// The address it was for, where the provider told one.
    pub address: Option<String>,
}

/// What somebody says about a connection to make; [`NewConnection::try_from`] says whether it will do.
#[derive(Clone, Debug)]
pub struct ConnectionFields {
    /// What administrators are to call it.
    pub name: String,
    /// How the provider is spoken with.
    pub settings: ConnectionSettings,
    /// The secret that the provider gave for the client.
    pub client_secret: Option<Secret>,
    /// The domains it is to serve.
    pub domains: Vec<DomainId>,
}

/// A connection to make, every field of it acceptable.
#[derive(Clone, Debug)]
pub struct NewConnection {
    pub(crate) name: String,
    pub(crate) settings: ConnectionSettings,
    pub(crate) client_secret: Option<Secret>,
    pub(crate) domains: Vec<DomainId>,
}

/// A change of a connection; what is absent stays as it is.
#[derive(Clone, Debug, Default)]
pub struct ConnectionPatch {
    /// Another name.
    pub name: Option<String>,
    /// The settings, of the same kind. Where they are others, what was tried out before counts no more.
    pub settings: Option<ConnectionSettings>,
    /// Another secret of the client.
    pub client_secret: Option<Secret>,
    /// Exactly the domains it is to serve.
    pub domains: Option<Vec<DomainId>>,
    /// The version that the change was made up for; absent: whatever it is.
    pub since: Option<i64>,
}

impl TryFrom<ConnectionFields> for NewConnection {
    type Error = Error;

    /// # Errors
    /// `Invalid`, naming the field.
    fn try_from(fields: ConnectionFields) -> Result<Self> {
        let settings = fields.settings.checked()?;
        require_secret(&settings, fields.client_secret.is_some())?;
        checked_secret(fields.client_secret.as_ref())?;
        Ok(Self {
            name: checked_name(&fields.name)?,
            settings,
            client_secret: fields.client_secret,
            domains: checked_domains(fields.domains)?,
        })
    }
}

impl ConnectionPatch {
    /// The same, checked as a new connection is.
    ///
    /// # Errors
    /// `Invalid`, naming the field.
    pub(crate) fn checked(self) -> Result<Self> {
        checked_secret(self.client_secret.as_ref())?;
        Ok(Self {
            name: self.name.as_deref().map(checked_name).transpose()?,
            settings: self.settings.map(ConnectionSettings::checked).transpose()?,
            client_secret: self.client_secret,
            domains: self.domains.map(checked_domains).transpose()?,
            since: self.since,
        })
    }
}

/// Asks for the secret that these settings count on.
///
/// # Errors
/// `Invalid` at `client_secret`.
pub(crate) fn require_secret(settings: &ConnectionSettings, is_there: bool) -> Result<()> {
    if settings.needs_secret() && !is_there {
        return Err(Error::field("client_secret", FieldKind::Required));
    }
    Ok(())
}

fn checked_name(name: &str) -> Result<String> {
    let name = canonical(name);
    if name.is_empty() {
        return Err(Error::field("name", FieldKind::Blank));
    }
    if name.chars().count() > 200 {
        return Err(Error::field("name", FieldKind::TooLong(200)));
    }
    printable(&name).map_err(|why| Error::refused("name", &why))?;
    Ok(name)
}

fn checked_secret(secret: Option<&Secret>) -> Result<()> {
    let Some(secret) = secret else { return Ok(()) };
    if secret.reveal().is_empty() {
        return Err(Error::field("client_secret", FieldKind::Blank));
    }
    if secret.reveal().len() > LONGEST_SECRET {
        return Err(Error::field("client_secret", FieldKind::TooManyBytes(LONGEST_SECRET)));
    }
    Ok(())
}

fn checked_domains(mut domains: Vec<DomainId>) -> Result<Vec<DomainId>> {
    domains.sort_unstable();
    domains.dedup();
    if domains.len() > MOST_DOMAINS {
        return Err(Error::field("domains", FieldKind::TooMany(MOST_DOMAINS)));
    }
    Ok(domains)
}
