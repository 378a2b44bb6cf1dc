//! What identity is told by the operator.

use std::collections::HashSet;
use std::time::Duration;

use polity_kernel::{Error, FieldKind, MasterKey, Result, words};

use crate::{Algorithm, Secret};

words! {
    /// Who may found organizations without being granted it.
    pub enum Registration {
        /// Every signed-in person.
        Open = "open",
        /// Only those with the platform permission.
        Restricted = "restricted",
    }
}

/// What identity is told by the operator.
#[derive(Clone, Debug)]
pub struct Settings {
    /// This service's own issuer: its public address without a trailing slash.
    pub issuer: String,
    /// What own tokens name as their audience, and callers' tokens must.
    pub audience: String,
    /// How long own tokens live unless told otherwise; at most [`Settings::LONGEST_TTL`].
    pub token_ttl: Duration,
    /// Who may found organizations.
    pub registration: Registration,
    /// Outside issuers whose tokens are taken.
    pub trusted: Vec<TrustedIssuer>,
    /// What keys of identity are derived from.
    pub master: MasterKey,
}

/// An outside issuer whose access tokens are taken.
#[derive(Clone, Debug)]
pub struct TrustedIssuer {
    /// The issuer exactly as its tokens and its discovery document spell it.
    pub issuer: String,
    /// The audience its tokens must name.
    pub audience: String,
    /// The algorithms its keys may have; never empty.
    pub algorithms: Vec<Algorithm>,
    /// Where its keys are, for an issuer without OpenID Connect discovery; absent: as discovery says.
    pub jwks_uri: Option<String>,
    /// How to ask it about opaque tokens. At most one issuer may have this: an opaque token does not say whose it is, and must
    /// be shown to nobody else.
    pub introspection: Option<IntrospectionClient>,
    /// Whether the `permissions` and `scope` of its tokens give platform permissions; otherwise they mean nothing here.
    pub grants_permissions: bool,
}

/// How to ask an issuer about opaque tokens (RFC 7662).
#[derive(Clone, Debug)]
pub struct IntrospectionClient {
    /// The endpoint; absent: as discovery says.
    pub endpoint: Option<String>,
    /// The client this service is there.
    pub client_id: String,
    /// That client's secret, sent by HTTP Basic.
    pub client_secret: Secret,
}

impl Settings {
    /// The longest life of an own token: as long as a retired signing key stays published.
    pub const LONGEST_TTL: Duration = Duration::from_secs(30 * 86_400);

    /// Refuses settings that cannot be meant.
    pub(crate) fn check(&self) -> Result<()> {
        if self.issuer.is_empty() || self.issuer.ends_with('/') {
            return Err(Error::field(
                "public_url",
                FieldKind::Malformed.told("must not be empty or end with a slash"),
            ));
        }
        if self.token_ttl.is_zero() || self.token_ttl > Self::LONGEST_TTL {
            return Err(Error::field(
                "token_ttl",
                FieldKind::OutOfRange.told("must be between one second and 30 days"),
            ));
        }
        let mut names = HashSet::from([self.issuer.as_str()]);
        for trusted in &self.trusted {
            if !names.insert(&trusted.issuer) {
                return Err(Error::field(
                    "trusted_issuers",
                    FieldKind::Duplicate.told("each issuer once, and never this service itself"),
                ));
            }
            if trusted.algorithms.is_empty() || trusted.audience.is_empty() {
                return Err(Error::field(
                    "trusted_issuers",
                    FieldKind::Required.told("each needs an audience and its algorithms"),
                ));
            }
        }
        if self.trusted.iter().filter(|trusted| trusted.introspection.is_some()).count() > 1 {
            return Err(Error::field(
                "trusted_issuers",
                FieldKind::NotAllowed.told("only one may be asked about opaque tokens"),
            ));
        }
        Ok(())
    }
}
