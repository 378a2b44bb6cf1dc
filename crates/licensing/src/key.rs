//! License keys: compact JWS signed with Ed25519 (contract v1, decision 4), proved and read.

use std::collections::BTreeSet;
use std::fmt;
use std::num::NonZeroU32;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use polity_directory::Organization;
use polity_kernel::{Entitlements, Error, Resource, Result, Timestamp};
use serde::Deserialize;
use serde_json::Value;

use crate::{LicenseType, Settings};

/// How long everything works on after a license key has expired (contract v1, decision 4).
pub(crate) const GRACE: Duration = Duration::from_secs(14 * 86_400);

/// The longest license key that is looked at, in bytes.
const LONGEST: usize = 8 * 1024;

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
            return Err(refused("must not be empty"));
        }
        if text.len() > LONGEST {
            return Err(refused("is longer than 8 KiB"));
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
            .map_err(|error| refused(reason(error.kind())))?
            .claims;
        let key = LicenseKey::read(&trusted.kid, claims)?;
        if self.revoked.contains(&key.jti) {
            return Err(refused("is revoked"));
        }
        Ok(key)
    }

    fn signer(&self, header: &Header) -> Result<&Trusted> {
        if header.alg != "EdDSA" {
            return Err(refused("is not signed with EdDSA"));
        }
        // RFC 7515 §4.1.11: what must be understood and is not, is refused
        if header.crit.is_some() {
            return Err(refused("asks for what polity does not know"));
        }
        let kid = header.kid.as_deref().ok_or_else(|| refused("does not name the key it is signed with"))?;
        self.keys.iter().find(|key| key.kid == kid).ok_or_else(|| refused("is signed with an unknown key"))
    }
}

impl LicenseKey {
    fn read(kid: &str, claims: Claims) -> Result<Self> {
        let is_name = (1..=LONGEST_JTI).contains(&claims.jti.chars().count());
        if !is_name || claims.jti.chars().any(char::is_control) {
            return Err(refused("has no jti of 1 to 128 printable characters"));
        }
        if claims.features.len() > MOST_FEATURES {
            return Err(refused("has more than 64 features"));
        }
        let most = |limit: Option<NonZeroU32>| limit.map(NonZeroU32::get);
        Ok(Self {
            kind: claims.r#type.parse().map_err(|_| refused("is for an unknown type of license"))?,
            kid: kid.to_owned(),
            jti: claims.jti,
            subject: claims.sub,
            issued_at: instant(claims.iat)?,
            not_before: claims.nbf.map(instant).transpose()?,
            expires_at: instant(claims.exp)?,
            entitlements: Entitlements::of_features(claims.features)
                .limited(Resource::Members, most(claims.limits.members))
                .limited(Resource::Projects, most(claims.limits.projects))
                .limited(Resource::Domains, most(claims.limits.domains)),
        })
    }

    /// Whom it was issued to, in lower case, as it is compared.
    pub(crate) fn subject(&self) -> String {
        self.subject.to_lowercase()
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
            return Err(refused("is not valid yet"));
        }
        if self.expires_at <= now {
            return Err(refused("has expired"));
        }
        Ok(())
    }

    /// Asks that the key was issued to this organization, by its id, key or alias, or to every one.
    pub(crate) fn require_for(&self, organization: &Organization) -> Result<()> {
        let is_meant = |name: &str| name.to_lowercase() == self.subject.to_lowercase();
        let id = organization.id.to_string();
        if [EVERYBODY, &id, organization.key.as_str(), organization.alias.as_str()].into_iter().any(is_meant)
        {
            return Ok(());
        }
        Err(refused("is another organization's"))
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
    let malformed = || refused("is not a license key");
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
    Err(refused("has a date outside of the years 1970 to 9999"))
}

fn reason(kind: &ErrorKind) -> &'static str {
    match kind {
        ErrorKind::InvalidSignature => "is not signed by the key it names",
        ErrorKind::InvalidIssuer => "is not from the issuer whose key it names",
        ErrorKind::InvalidAlgorithm | ErrorKind::UnsupportedAlgorithm => "is not signed with EdDSA",
        _ => "is not a license key",
    }
}

pub(crate) fn refused(why: &'static str) -> Error {
    Error::field("license_key", why)
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::EncodingKey;
    use jsonwebtoken::jwk::Jwk;
    use rstest::rstest;
    use serde_json::json;

    use super::*;
    use crate::VerificationKey;

    const NOW: Timestamp = Timestamp::from_seconds(1_768_478_400);

    /// Ed25519 from a seed of this one byte, as PKCS #8 (RFC 8410 §7).
    fn private(seed: u8) -> EncodingKey {
        let prefix = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
        EncodingKey::from_ed_der(&[prefix.as_slice(), &[seed; 32]].concat())
    }

    fn public(seed: u8) -> [u8; 32] {
        let jwk = Jwk::from_encoding_key(&private(seed), Algorithm::EdDSA).unwrap();
        let x = serde_json::to_value(jwk).unwrap()["x"].as_str().unwrap().to_owned();
        URL_SAFE_NO_PAD.decode(x).unwrap().try_into().unwrap()
    }

    fn settings() -> Settings {
        let key = |kid: &str, seed, issuer: Option<&str>| VerificationKey {
            kid: kid.to_owned(),
            issuer: issuer.map(str::to_owned),
            public: public(seed),
        };
        Settings {
            keys: vec![key("old", 1, None), key("new", 2, Some("https://sales.example"))],
            revoked: ["burnt".to_owned()].into(),
            ..Settings::default()
        }
    }

    fn claims() -> Value {
        json!({
            "iss": "https://sales.example", "sub": "acme", "jti": "l-1", "iat": NOW.seconds(), "exp": NOW.seconds() + 3_600,
            "type": "growth", "limits": { "members": 20, "projects": 3 }, "features": ["rbac"],
        })
    }

    /// The usual claims with these in place of their own; `null` takes one away.
    fn with(changes: &Value) -> Value {
        let mut claims = claims();
        for (name, value) in changes.as_object().unwrap() {
            match value {
                Value::Null => drop(claims.as_object_mut().unwrap().remove(name)),
                value => claims[name] = value.clone(),
            }
        }
        claims
    }

    fn signed(header: &Value, claims: &Value, seed: u8) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let text = format!("{}.{}", part(header), part(claims));
        let signature =
            jsonwebtoken::crypto::sign(text.as_bytes(), &private(seed), Algorithm::EdDSA).unwrap();
        format!("{text}.{signature}")
    }

    fn proved(claims: &Value) -> Result<LicenseKey> {
        Verifier::new(&settings()).prove(&signed(&json!({ "alg": "EdDSA", "kid": "new" }), claims, 2))
    }

    fn why(result: Result<LicenseKey>) -> String {
        let error = result.unwrap_err();
        assert_eq!(error.fields()[0].field, "license_key");
        error.fields()[0].message.clone()
    }

    #[test]
    fn a_key_says_what_its_issuer_signed() {
        let key = proved(&claims()).unwrap();
        assert_eq!((key.kind, key.jti.as_str()), (LicenseType::Growth, "l-1"));
        assert_eq!(key.entitlements.limit(Resource::Members), Some(20));
        assert_eq!(key.entitlements.limit(Resource::Domains), None, "unlimited unless it says so");
        assert_eq!(key.entitlements.features().unwrap().collect::<Vec<_>>(), ["rbac"]);
        assert_eq!(key.grace_until().rfc3339(), "2026-01-29T13:00:00Z");
    }

    #[test]
    fn a_key_for_all_time_ends_when_it_can_still_be_written() {
        let key = proved(&with(&json!({ "exp": LAST_SECOND }))).unwrap();
        assert_eq!(key.grace_until().rfc3339(), "9999-12-31T23:59:59Z");
        assert_eq!(Timestamp::parse(&key.grace_until().rfc3339()), Some(key.grace_until()));
    }

    #[rstest]
    #[case(json!({ "limits": { "members": 0 } }), "is not a license key")]
    #[case(json!({ "limits": { "members": -1 } }), "is not a license key")]
    #[case(json!({ "limits": { "members": 1.5 } }), "is not a license key")]
    #[case(json!({ "limits": { "members": "5" } }), "is not a license key")]
    #[case(json!({ "limits": { "members": 4_294_967_296_i64 } }), "is not a license key")]
    #[case(json!({ "limits": [] }), "is not a license key")]
    #[case(json!({ "features": "rbac" }), "is not a license key")]
    #[case(json!({ "features": vec!["x"; 65] }), "has more than 64 features")]
    #[case(json!({ "type": "platinum" }), "is for an unknown type of license")]
    #[case(json!({ "type": null }), "is not a license key")]
    #[case(json!({ "jti": "" }), "has no jti of 1 to 128 printable characters")]
    #[case(json!({ "jti": "x".repeat(129) }), "has no jti of 1 to 128 printable characters")]
    #[case(json!({ "jti": null }), "is not a license key")]
    #[case(json!({ "jti": "a\u{0}b" }), "has no jti of 1 to 128 printable characters")]
    #[case(json!({ "jti": "burnt" }), "is revoked")]
    #[case(json!({ "sub": null }), "is not a license key")]
    #[case(json!({ "iat": null }), "is not a license key")]
    #[case(json!({ "exp": null }), "is not a license key")]
    #[case(json!({ "exp": "2027-01-01" }), "is not a license key")]
    #[case(json!({ "exp": i64::MAX }), "has a date outside of the years 1970 to 9999")]
    #[case(json!({ "iat": -1 }), "has a date outside of the years 1970 to 9999")]
    #[case(json!({ "iss": null }), "is not a license key")]
    #[case(json!({ "iss": "https://other.example" }), "is not from the issuer whose key it names")]
    fn claims_that_will_not_do_are_refused(#[case] changes: Value, #[case] expected: &str) {
        assert_eq!(why(proved(&with(&changes))), expected);
    }

    #[rstest]
    #[case(json!({ "limits": null }))]
    #[case(json!({ "limits": { "members": 1, "moons": 0 } }))]
    #[case(json!({ "features": null }))]
    #[case(json!({ "jti": "é".repeat(128) }))]
    #[case(json!({ "aud": "somebody", "more": [1] }))]
    fn what_is_unknown_or_absent_does_no_harm(#[case] changes: Value) {
        proved(&with(&changes)).unwrap();
    }

    #[rstest]
    #[case(json!({ "alg": "EdDSA", "kid": "new" }), 1, "is not signed by the key it names")]
    #[case(json!({ "alg": "EdDSA", "kid": "old" }), 2, "is not signed by the key it names")]
    #[case(json!({ "alg": "EdDSA", "kid": "lost" }), 2, "is signed with an unknown key")]
    #[case(json!({ "alg": "EdDSA" }), 2, "does not name the key it is signed with")]
    #[case(json!({ "alg": "none", "kid": "new" }), 2, "is not signed with EdDSA")]
    #[case(json!({ "alg": "HS256", "kid": "new" }), 2, "is not signed with EdDSA")]
    #[case(json!({ "alg": "eddsa", "kid": "new" }), 2, "is not signed with EdDSA")]
    #[case(json!({ "alg": "EdDSA", "kid": "new", "crit": ["exp"] }), 2, "asks for what polity does not know")]
    #[case(json!({ "alg": "EdDSA", "kid": 2 }), 2, "is not a license key")]
    #[case(json!(["EdDSA"]), 2, "is not a license key")]
    fn a_header_chooses_no_more_than_the_key(
        #[case] header: Value,
        #[case] seed: u8,
        #[case] expected: &str,
    ) {
        assert_eq!(why(Verifier::new(&settings()).prove(&signed(&header, &claims(), seed))), expected);
    }

    #[test]
    fn several_keys_are_trusted_at_once_each_for_its_issuer() {
        let verifier = Verifier::new(&settings());
        let anybody = with(&json!({ "iss": "somebody" }));
        verifier.prove(&signed(&json!({ "alg": "EdDSA", "kid": "old" }), &anybody, 1)).unwrap();
        assert!(verifier.prove(&signed(&json!({ "alg": "EdDSA", "kid": "new" }), &anybody, 2)).is_err());
    }

    #[rstest]
    #[case(0, 0, None, Ok(()))]
    #[case(0, 3_599, None, Ok(()))]
    #[case(0, 3_600, None, Err("has expired"))]
    #[case(300, 0, None, Ok(()))]
    #[case(301, 0, None, Err("is not valid yet"))]
    #[case(0, 0, Some(0), Ok(()))]
    #[case(0, 0, Some(1), Err("is not valid yet"))]
    fn a_key_is_applied_in_its_time(
        #[case] issued: i64,
        #[case] passed: u64,
        #[case] begins: Option<i64>,
        #[case] expected: Result<(), &str>,
    ) {
        let mut claims = with(&json!({ "iat": NOW.seconds() + issued }));
        if let Some(begins) = begins {
            claims["nbf"] = json!(NOW.seconds() + begins);
        }
        let judged = proved(&claims).unwrap().require_live(NOW.after(Duration::from_secs(passed)));
        assert_eq!(
            judged.map_err(|error| error.fields()[0].message.clone()),
            expected.map_err(str::to_owned)
        );
    }
}
