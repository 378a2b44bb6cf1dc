//! Service accounts and OIDC clients: one thing with one id.

pub(crate) mod sector;

use polity_kernel::text::canonical;
use polity_kernel::{
    Error, FieldKind, OrganizationId, Permission, Result, ServiceAccountId, Timestamp, words,
};
use serde_json::Value;
use validator::{Validate, ValidationError};

use crate::Algorithm;
use crate::token::jwt::VerifyingKey;

words! {
    /// How a client proves itself (RFC 7591 §2, `token_endpoint_auth_method`).
    pub enum AuthMethod {
        /// Its secret by HTTP Basic.
        ClientSecretBasic = "client_secret_basic",
        /// Its secret in the form.
        ClientSecretPost = "client_secret_post",
        /// An assertion signed with its own key (RFC 7523).
        PrivateKeyJwt = "private_key_jwt",
    }
}

words! {
    /// How a client gets tokens.
    pub enum GrantType {
        /// For itself.
        ClientCredentials = "client_credentials",
        /// For a person who signs in by browser; kept for that, the token endpoint does not serve it.
        AuthorizationCode = "authorization_code",
    }
}

words! {
    /// Which subjects a client sees (OpenID Connect Core §8).
    pub enum SubjectType {
        /// Account ids, the same for everybody.
        Public = "public",
        /// Subjects of its own sector.
        Pairwise = "pairwise",
    }
}

words! {
    /// Whether a client may do anything.
    pub enum ClientStatus {
        /// It may.
        Active = "active",
        /// It is refused, and so are its tokens.
        Disabled = "disabled",
    }
}

/// A service account, which is an OAuth client too.
#[derive(Clone, Debug, PartialEq)]
pub struct Client {
    /// The service account's id and the `client_id`.
    pub id: ServiceAccountId,
    /// The organization it belongs to; absent for the platform's own.
    pub organization: Option<OrganizationId>,
    /// What people call it.
    pub name: String,
    /// Where a signed-in person may be sent back to.
    pub redirect_uris: Vec<String>,
    /// How it gets tokens.
    pub grant_types: Vec<GrantType>,
    /// How it proves itself.
    pub auth_method: AuthMethod,
    /// Its public keys (RFC 7517 §5), for `private_key_jwt`.
    pub jwks: Option<Value>,
    /// Which subjects it sees.
    pub subject_type: SubjectType,
    /// The document that lists its sector's redirect URIs.
    pub sector_identifier_uri: Option<String>,
    /// What it may do in its organization.
    pub permissions: Vec<Permission>,
    /// What it may do with no organization.
    pub platform_permissions: Vec<Permission>,
    /// Until when it works.
    pub expires_at: Option<Timestamp>,
    /// Whether it may do anything.
    pub status: ClientStatus,
    /// When it was registered.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Raised by each change.
    pub version: i64,
}

/// A client to register.
#[derive(Clone, Debug, Validate)]
pub struct NewClient {
    /// What people call it.
    #[validate(length(min = 1, max = polity_kernel::text::NAME), custom(function = "printable"))]
    pub name: String,
    /// Where a signed-in person may be sent back to; at most 50.
    #[validate(length(max = 50))]
    pub redirect_uris: Vec<String>,
    /// How it gets tokens.
    #[validate(length(min = 1, max = 2))]
    pub grant_types: Vec<GrantType>,
    /// How it proves itself.
    pub auth_method: AuthMethod,
    /// Its public keys, exactly when it proves itself with them.
    pub jwks: Option<Value>,
    /// Which subjects it sees.
    pub subject_type: SubjectType,
    /// The document that lists its sector's redirect URIs; needed when these have more than one host.
    #[validate(length(max = 2048))]
    pub sector_identifier_uri: Option<String>,
    /// What it may do in its organization; at most 500.
    #[validate(length(max = 500))]
    pub permissions: Vec<Permission>,
    /// What it may do with no organization; at most 500.
    #[validate(length(max = 500))]
    pub platform_permissions: Vec<Permission>,
    /// Until when it works.
    pub expires_at: Option<Timestamp>,
}

impl NewClient {
    /// A service account that proves itself by HTTP Basic and may do nothing yet.
    pub fn service(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            redirect_uris: Vec::new(),
            grant_types: vec![GrantType::ClientCredentials],
            auth_method: AuthMethod::ClientSecretBasic,
            jwks: None,
            subject_type: SubjectType::Public,
            sector_identifier_uri: None,
            permissions: Vec::new(),
            platform_permissions: Vec::new(),
            expires_at: None,
        }
    }
}

/// A change of a client. `None` leaves a thing as it is, `Some(None)` clears it.
///
/// How it proves itself stays: a client that proves itself otherwise is another client.
#[derive(Clone, Debug, Default, Validate)]
pub struct ClientPatch {
    /// What people call it.
    #[validate(length(min = 1, max = polity_kernel::text::NAME), custom(function = "printable"))]
    pub name: Option<String>,
    /// Where a signed-in person may be sent back to; at most 50.
    #[validate(length(max = 50))]
    pub redirect_uris: Option<Vec<String>>,
    /// How it gets tokens.
    #[validate(length(min = 1, max = 2))]
    pub grant_types: Option<Vec<GrantType>>,
    /// Its public keys.
    pub jwks: Option<Value>,
    /// Which subjects it sees.
    pub subject_type: Option<SubjectType>,
    /// The document that lists its sector's redirect URIs.
    pub sector_identifier_uri: Option<Option<String>>,
    /// What it may do in its organization; at most 500.
    #[validate(length(max = 500))]
    pub permissions: Option<Vec<Permission>>,
    /// What it may do with no organization; at most 500.
    #[validate(length(max = 500))]
    pub platform_permissions: Option<Vec<Permission>>,
    /// Until when it works.
    pub expires_at: Option<Option<Timestamp>>,
    /// Whether it may do anything.
    pub status: Option<ClientStatus>,
}

impl Client {
    /// The host under which its pairwise subjects are made; absent when its redirect URIs have several hosts, or none, and nothing else
    /// tells.
    pub(crate) fn sector(&self) -> Option<String> {
        sector::of(self.sector_identifier_uri.as_deref(), &self.redirect_uris)
    }

    /// A client as it is registered.
    pub(crate) fn registered(
        new: NewClient,
        id: ServiceAccountId,
        organization: Option<OrganizationId>,
        now: Timestamp,
    ) -> Result<Self> {
        new.validate()?;
        Self {
            id,
            organization,
            name: canonical(&new.name),
            redirect_uris: new.redirect_uris,
            grant_types: new.grant_types,
            auth_method: new.auth_method,
            jwks: new.jwks,
            subject_type: new.subject_type,
            sector_identifier_uri: new.sector_identifier_uri,
            permissions: new.permissions,
            platform_permissions: new.platform_permissions,
            expires_at: new.expires_at,
            status: ClientStatus::Active,
            created_at: now,
            updated_at: now,
            version: 1,
        }
        .checked()
    }

    /// The same client with the change made.
    pub(crate) fn changed(self, patch: ClientPatch, now: Timestamp) -> Result<Self> {
        patch.validate()?;
        Self {
            name: patch.name.map_or(self.name, |name| canonical(&name)),
            redirect_uris: patch.redirect_uris.unwrap_or(self.redirect_uris),
            grant_types: patch.grant_types.unwrap_or(self.grant_types),
            jwks: patch.jwks.or(self.jwks),
            subject_type: patch.subject_type.unwrap_or(self.subject_type),
            sector_identifier_uri: patch.sector_identifier_uri.unwrap_or(self.sector_identifier_uri),
            permissions: patch.permissions.unwrap_or(self.permissions),
            platform_permissions: patch.platform_permissions.unwrap_or(self.platform_permissions),
            expires_at: patch.expires_at.unwrap_or(self.expires_at),
            status: patch.status.unwrap_or(self.status),
            updated_at: now,
            version: self.version + 1,
            ..self
        }
        .checked()
    }

    /// Whether it may act now.
    pub(crate) fn is_live(&self, now: Timestamp) -> bool {
        self.status == ClientStatus::Active && self.expires_at.is_none_or(|end| now < end)
    }

    /// Refuses what no client can be: the rules that need more than one field.
    fn checked(mut self) -> Result<Self> {
        self.redirect_uris.iter().try_for_each(|uri| sector::check_redirect_uri(uri))?;
        if self.grant_types.contains(&GrantType::AuthorizationCode) && self.redirect_uris.is_empty() {
            return Err(Error::field(
                "redirect_uris",
                FieldKind::Required.told("authorization_code needs at least one"),
            ));
        }
        self.jwks = match (&self.jwks, self.auth_method) {
            (Some(jwks), AuthMethod::PrivateKeyJwt) => Some(public_keys(jwks)?),
            (None, AuthMethod::PrivateKeyJwt) => {
                return Err(Error::field(
                    "jwks",
                    FieldKind::Required.told("private_key_jwt needs the public keys"),
                ));
            }
            (Some(_), _) => {
                return Err(Error::field(
                    "jwks",
                    FieldKind::NotAllowed.told("a client with a secret has no keys"),
                ));
            }
            (None, _) => None,
        };
        if self.organization.is_none() && !self.permissions.is_empty() {
            return Err(Error::field(
                "permissions",
                FieldKind::NotAllowed.told("a client of no organization has only platform permissions"),
            ));
        }
        if let Some(uri) = &self.sector_identifier_uri {
            sector::check_identifier_uri(uri)?;
        }
        if self.subject_type == SubjectType::Pairwise && self.sector().is_none() {
            return Err(Error::field(
                "sector_identifier_uri",
                FieldKind::Required
                    .told("a pairwise client needs redirect URIs of one host, or a sector identifier"),
            ));
        }
        Ok(self.in_order())
    }

    /// Lists without repetitions, so that equal clients look equal.
    fn in_order(mut self) -> Self {
        for list in [&mut self.permissions, &mut self.platform_permissions] {
            list.sort();
            list.dedup();
        }
        self.grant_types.sort();
        self.grant_types.dedup();
        let mut seen = Vec::with_capacity(self.redirect_uris.len());
        for uri in std::mem::take(&mut self.redirect_uris) {
            if !seen.contains(&uri) {
                seen.push(uri);
            }
        }
        self.redirect_uris = seen;
        self
    }
}

/// The most keys one client may have.
const MAX_KEYS: usize = 10;

/// The members of a public key that are kept; all others say nothing about how to verify with it.
const PUBLIC_MEMBERS: [&str; 9] = ["kty", "use", "alg", "kid", "crv", "x", "y", "n", "e"];

/// The longest member of a key: an RSA modulus of 4096 bits is 683 characters.
const MAX_MEMBER: usize = 1_024;

/// The set with nothing but what verifies. A private key in it was sent by mistake, and is refused rather than kept.
fn public_keys(jwks: &Value) -> Result<Value> {
    let keys = jwks.get("keys").and_then(Value::as_array).filter(|keys| (1..=MAX_KEYS).contains(&keys.len()));
    let Some(keys) = keys else {
        return Err(Error::field("jwks", FieldKind::Malformed.told("must be a JWK set of 1 to 10 keys")));
    };
    let keys: Vec<Value> = keys.iter().map(public_key).collect::<Result<_>>()?;
    Ok(serde_json::json!({ "keys": keys }))
}

fn public_key(key: &Value) -> Result<Value> {
    if ["d", "p", "q", "k"].iter().any(|secret| key.get(secret).is_some()) {
        return Err(Error::field("jwks", FieldKind::NotAllowed.told("must hold public keys only")));
    }
    if VerifyingKey::from_jwk(key, &Algorithm::ALL).is_none() {
        return Err(Error::field(
            "jwks",
            FieldKind::NotAllowed.told("holds a key of an unknown kind or algorithm"),
        ));
    }
    let mut public = serde_json::Map::new();
    for name in PUBLIC_MEMBERS {
        match key.get(name) {
            None => {}
            Some(Value::String(text)) if text.len() <= MAX_MEMBER && !text.contains(char::is_control) => {
                public.insert(name.to_owned(), Value::String(text.clone()));
            }
            Some(_) => {
                return Err(Error::field(
                    "jwks",
                    FieldKind::Malformed.told(format!("{name} must be short printable text")),
                ));
            }
        }
    }
    Ok(Value::Object(public))
}

/// Text that people read on one line, and not a blank one.
pub(crate) fn printable(text: &str) -> Result<(), ValidationError> {
    if text.trim().is_empty() {
        return Err(FieldKind::Blank.into());
    }
    polity_kernel::text::printable(text)
}
