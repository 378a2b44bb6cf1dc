//! License keys: compact JWS signed with Ed25519, proved and read (docs/decisions/0014).

use std::collections::BTreeSet;
use std::fmt;
use std::num::NonZeroU32;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use polity_directory::Organization;
use polity_directory::entitlements::{DOMAINS, MEMBERS};
use polity_kernel::{Entitlements, Error, FieldKind, Problem, Result, Timestamp};
use polity_projects::entitlements::PROJECTS;
use serde::Deserialize;
use serde_json::Value;

use crate::{LicenseType, Settings};

/// How long everything works on after a license key has expired.
pub(crate) const GRACE: Duration = Duration::from_secs(14 * 86_400);

/// The longest license key that is looked at, in bytes.
pub const LONGEST_LICENSE_KEY: usize = 8 * 1024;

/// The longest `jti`, in characters.
const LONGEST_JTI: usize = 128;

/// The most features of one license key.
const MOST_FEATURES: usize = 64;

/// How far the issuer's clock may be ahead.
const AHEAD: Duration = Duration::from_secs(5 * 60);

/// The end of the year 9999: no later instant can be written in RFC 3339.
const LAST_SECOND: i64 = 253_402_300_799;

/// Every organization, as a license key names it.
const EVERYBODY: &str = "*";

/// What a license key says, proved to be its issuer's word; whether it is time for it is another question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LicenseKey {
    pub(crate) kind: LicenseType,
    /// What the key it is signed with is named by.
    pub(crate) kid: String,
    pub(crate) jti: String,
    subject: String,
    pub(crate) issued_at: Timestamp,
    not_before: Option<Timestamp>,
    pub(crate) expires_at: Timestamp,
    pub(crate) entitlements: Entitlements,
}

/// Proves license keys with the keys that the operator trusts now.
pub(crate) struct Verifier {
    keys: Vec<Trusted>,
    revoked: BTreeSet<String>,
}

struct Trusted {
    kid: String,
    issuer: Option<String>,
    key: DecodingKey,
}

/// What must be known before anything is proved.
#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    crit: Option<Value>,
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
    jti: String,
    iat: i64,
    nbf: Option<i64>,
    exp: i64,
    r#type: String,
    #[serde(default)]
    limits: Limits,
    #[serde(default)]
    features: Vec<String>,
}

#[derive(Default, Deserialize)]
struct Limits {
    members: Option<NonZeroU32>,
    projects: Option<NonZeroU32>,
    domains: Option<NonZeroU32>,
}

impl Verifier {
    pub(crate) fn new(settings: &Settings) -> Self {
        let trusted = settings.keys.iter().map(|key| Trusted {
            kid: key.kid.clone(),
            issuer: key.issuer.clone(),
            key: DecodingKey::from_ed_der(&key.public),
        });
        Self { keys: trusted.collect(), revoked: settings.revoked.clone() }
    }

    /// What the key says, once its signature, issuer and shape are right and it is not revoked.
    ///
    /// # Errors
    /// `Invalid` in the field `license_key`.
    pub(crate) fn prove(&self, text: &str) -> Result<LicenseKey> {
        let text = text.trim();
        if text.is_empty() {
            return Err(refused(FieldKind::Blank.told("must not be empty")));
        }
        if text.len() > LONGEST_LICENSE_KEY {
            return Err(refused(FieldKind::TooManyBytes(LONGEST_LICENSE_KEY).told("is longer than 8 KiB")));
        }
        let trusted = self.signer(&header(text)?)?;
        let mut validation = Validation::new(Algorithm::EdDSA);
        // time is judged by our own clock
        validation.validate_exp = false;
        validation.validate_aud = false;
        validation.set_required_spec_claims(&["iss", "sub", "exp"]);
        if let Some(issuer) = &trusted.issuer {
            validation.set_issuer(&[issuer]);
        }
        let claims: Claims = jsonwebtoken::decode(text, &trusted.key, &validation)
            .map_err(|error| refused(FieldKind::Unproven.told(reason(error.kind()))))?
            .claims;
        let key = LicenseKey::read(&trusted.kid, claims)?;
        if self.revoked.contains(&key.jti) {
            return Err(refused(FieldKind::NotAllowed.told("is revoked")));
        }
        Ok(key)
    }

    fn signer(&self, header: &Header) -> Result<&Trusted> {
        if header.alg != "EdDSA" {
            return Err(refused(FieldKind::NotAllowed.told("is not signed with EdDSA")));
        }
        // RFC 7515 §4.1.11: what must be understood and is not, is refused
        if header.crit.is_some() {
            return Err(refused(FieldKind::NotAllowed.told("asks for what polity does not know")));
        }
        let kid = header
            .kid
            .as_deref()
            .ok_or_else(|| refused(FieldKind::Malformed.told("does not name the key it is signed with")))?;
        self.keys
            .iter()
            .find(|key| key.kid == kid)
            .ok_or_else(|| refused(FieldKind::NotFound.told("is signed with an unknown key")))
    }
}

impl LicenseKey {
    fn read(kid: &str, claims: Claims) -> Result<Self> {
        let is_name = (1..=LONGEST_JTI).contains(&claims.jti.chars().count());
        if !is_name || claims.jti.chars().any(char::is_control) {
            return Err(refused(FieldKind::Malformed.told("has no jti of 1 to 128 printable characters")));
        }
        if claims.features.len() > MOST_FEATURES {
            return Err(refused(FieldKind::TooMany(MOST_FEATURES).told("has more than 64 features")));
        }
        let most = |limit: Option<NonZeroU32>| limit.map(NonZeroU32::get);
        Ok(Self {
            kind: claims
                .r#type
                .parse()
                .map_err(|_| refused(FieldKind::Malformed.told("is for an unknown type of license")))?,
            kid: kid.to_owned(),
            jti: claims.jti,
            subject: claims.sub,
            issued_at: instant(claims.iat)?,
            not_before: claims.nbf.map(instant).transpose()?,
            expires_at: instant(claims.exp)?,
            entitlements: Entitlements::of_features(claims.features)
                .limited(MEMBERS, most(claims.limits.members))
                .limited(PROJECTS, most(claims.limits.projects))
                .limited(DOMAINS, most(claims.limits.domains)),
        })
    }

    /// Whom it was issued to, in lower case, as it is compared.
    pub(crate) fn subject(&self) -> String {
        self.subject.to_ascii_lowercase()
    }

    /// Whether it was issued to every organization, and not to one.
    pub(crate) fn is_for_everybody(&self) -> bool {
        self.subject == EVERYBODY
    }

    /// Until when everything works although the key has expired.
    pub(crate) fn grace_until(&self) -> Timestamp {
        self.expires_at.after(GRACE).min(Timestamp::from_seconds(LAST_SECOND))
    }

    /// Asks that the key can be applied now: in its grace it cannot any more.
    pub(crate) fn require_live(&self, now: Timestamp) -> Result<()> {
        if self.issued_at > now.after(AHEAD) || self.not_before.is_some_and(|begin| begin > now) {
            return Err(refused(FieldKind::NotAllowed.told("is not valid yet")));
        }
        if self.expires_at <= now {
            return Err(refused(FieldKind::Past.told("has expired")));
        }
        Ok(())
    }

    /// Asks that the key was issued to this organization, by its id, key or alias, or to every one.
    pub(crate) fn require_for(&self, organization: &Organization) -> Result<()> {
        let is_meant = |name: &str| name.eq_ignore_ascii_case(&self.subject);
        let id = organization.id.to_string();
        if [EVERYBODY, &id, organization.key.as_str(), organization.alias.as_str()].into_iter().any(is_meant)
        {
            return Ok(());
        }
        Err(refused(FieldKind::NotAllowed.told("is another organization's")))
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kids: Vec<&str> = self.keys.iter().map(|key| key.kid.as_str()).collect();
        f.debug_struct("Verifier").field("keys", &kids).finish_non_exhaustive()
    }
}

/// The header of a text of three parts.
fn header(text: &str) -> Result<Header> {
    let malformed = || refused(FieldKind::Malformed.told("is not a license key"));
    let mut parts = text.split('.');
    let (Some(header), Some(_), Some(_), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(malformed());
    };
    let bytes = URL_SAFE_NO_PAD.decode(header).map_err(|_| malformed())?;
    serde_json::from_slice(&bytes).map_err(|_| malformed())
}

fn instant(seconds: i64) -> Result<Timestamp> {
    if (0..=LAST_SECOND).contains(&seconds) {
        return Ok(Timestamp::from_seconds(seconds));
    }
    Err(refused(FieldKind::OutOfRange.told("has a date outside of the years 1970 to 9999")))
}

fn reason(kind: &ErrorKind) -> &'static str {
    match kind {
        ErrorKind::InvalidSignature => "is not signed by the key it names",
        ErrorKind::InvalidIssuer => "is not from the issuer whose key it names",
        ErrorKind::InvalidAlgorithm | ErrorKind::UnsupportedAlgorithm => "is not signed with EdDSA",
        _ => "is not a license key",
    }
}

pub(crate) fn refused(problem: Problem) -> Error {
    Error::field("license_key", problem)
}

#[cfg(test)]
mod tests;
