//! What a caller sends to prove who it is, and the secrets polity hands out for it.

pub(crate) mod authenticator;
pub(crate) mod secret;
pub(crate) mod session;

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use polity_kernel::{Error, Result, ServiceAccountId};
use zeroize::Zeroizing;

use crate::api_key;
use crate::credential::secret::Secret;
use crate::refusal::{BadApiKey, Refusal};

/// What a caller sent: an access token, an API key, or a service account's id with its secret. Printing it shows only the kind.
#[derive(Clone)]
pub struct Credential {
    pub(crate) kind: Kind,
    pub(crate) text: Secret,
}

/// What the text looks like; nothing is proved by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Three parts joined by dots: our own token or a trusted issuer's.
    Jwt,
    /// Something only its issuer can read.
    Opaque,
    /// `pol_…`, its checksum correct.
    ApiKey,
    /// This service account's secret.
    Client(ServiceAccountId),
    /// A session's secret, as a cookie holds it.
    Session,
}

/// How many characters a session's secret has: 256 bits in base64url.
const SESSION: usize = 43;

impl Credential {
    /// The longest credential that is looked at, in bytes.
    pub const MAX_LENGTH: usize = 8 * 1024;

    /// Parses what must be an API key, as headers of their own carry them. Anything else is `Unauthenticated`.
    pub fn api_key(text: &str) -> Result<Self> {
        let credential: Self = text.parse()?;
        if credential.kind == Kind::ApiKey { Ok(credential) } else { Err(Refusal::NoKey.into()) }
    }

    /// Parses the text behind `Basic` (RFC 7617): a service account's id and its secret. What is malformed is `Unauthenticated`.
    pub fn basic(text: &str) -> Result<Self> {
        if text.len() > Self::MAX_LENGTH {
            return Err(Refusal::TooLong.into());
        }
        let (id, secret) = halves(text).ok_or(Refusal::Malformed)?;
        // a name that is no id is the name of no service account
        let id = id.parse().map_err(|_| Refusal::UnknownClient)?;
        Ok(Self { kind: Kind::Client(id), text: secret })
    }

    /// Takes what a cookie of ours holds for a session's secret: the one way to a credential of that kind. What cannot be one is
    /// `Unauthenticated`.
    pub fn session(text: &str) -> Result<Self> {
        let is_secret =
            text.len() == SESSION && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
        if is_secret {
            Ok(Self { kind: Kind::Session, text: Secret::new(text) })
        } else {
            Err(Refusal::UnknownSession.into())
        }
    }

    /// Whether it came from a cookie; that it is good is not said.
    pub fn is_session(&self) -> bool {
        self.kind == Kind::Session
    }

    /// Whether it looks like an API key; that it is good is not said.
    pub fn is_api_key(&self) -> bool {
        self.kind == Kind::ApiKey
    }

    /// The text as it was sent; of HTTP Basic the secret alone.
    pub(crate) fn reveal(&self) -> &str {
        self.text.reveal()
    }
}

impl FromStr for Credential {
    type Err = Error;

    /// Parses the text behind `Bearer`. What is malformed on its face is `Unauthenticated` without a look at the store.
    fn from_str(text: &str) -> Result<Self> {
        if text.len() > Self::MAX_LENGTH {
            return Err(Refusal::TooLong.into());
        }
        // RFC 6750 §2.1
        let b68 = |b: u8| b.is_ascii_alphanumeric() || b"-._~+/=".contains(&b);
        if text.is_empty() || !text.bytes().all(b68) {
            return Err(Refusal::Malformed.into());
        }
        let kind = if text.starts_with(api_key::PREFIX) {
            api_key::check(text).map_err(|refusal| BadApiKey::marked(refusal.into()))?;
            Kind::ApiKey
        } else if text.bytes().filter(|b| *b == b'.').count() == 2 {
            Kind::Jwt
        } else {
            Kind::Opaque
        };
        Ok(Self { kind, text: Secret::new(text) })
    }
}

/// The two halves of HTTP Basic, not decoded any further.
pub(crate) fn halves(encoded: &str) -> Option<(String, Secret)> {
    let decoded = Zeroizing::new(STANDARD.decode(encoded.trim()).ok()?);
    let (id, secret) = std::str::from_utf8(&decoded).ok()?.split_once(':')?;
    Some((id.to_owned(), Secret::new(secret)))
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credential({:?})", self.kind)
    }
}
