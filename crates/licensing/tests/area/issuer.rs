//! Who signs license keys: a vendor, and those who would like to be taken for one.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use polity_kernel::Timestamp;
use polity_licensing::VerificationKey;
use polity_testkit::Kit;
use serde_json::{Value, json};

/// A key pair that protects nothing.
pub(crate) struct Issuer {
    kid: &'static str,
    key: EncodingKey,
}

pub(crate) const DAY: i64 = 86_400;

/// Whose keys are trusted in these tests.
pub(crate) fn vendor() -> Issuer {
    Issuer::new("vendor-1", 1)
}

/// The second of the two trusted keys.
pub(crate) fn successor() -> Issuer {
    Issuer::new("vendor-2", 2)
}

impl Issuer {
    /// Ed25519 from a seed of this one byte, as PKCS #8 (RFC 8410 §7).
    pub(crate) fn new(kid: &'static str, seed: u8) -> Self {
        let prefix = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
        Self { kid, key: EncodingKey::from_ed_der(&[prefix.as_slice(), &[seed; 32]].concat()) }
    }

    /// The public half as the operator configures it.
    pub(crate) fn verification(&self) -> VerificationKey {
        let jwk = Jwk::from_encoding_key(&self.key, Algorithm::EdDSA).unwrap();
        let jwk = serde_json::to_value(jwk).unwrap();
        VerificationKey {
            kid: self.kid.to_owned(),
            issuer: Some("https://vendor.example".to_owned()),
            public: base64url(jwk["x"].as_str().unwrap()).try_into().unwrap(),
        }
    }

    pub(crate) fn sign(&self, claims: &Value) -> String {
        let header = Header { kid: Some(self.kid.to_owned()), ..Header::new(Algorithm::EdDSA) };
        jsonwebtoken::encode(&header, claims, &self.key).unwrap()
    }
}

/// An HMAC with the public key as its secret, under the name of that key.
pub(crate) fn hmac(issuer: &Issuer, claims: &Value) -> String {
    let header = Header { kid: Some(issuer.kid.to_owned()), ..Header::new(Algorithm::HS256) };
    let secret = EncodingKey::from_secret(&issuer.verification().public).unwrap();
    jsonwebtoken::encode(&header, claims, &secret).unwrap()
}

/// A growth license for a year from [`Kit::START`]: 20 members, 3 projects, 2 domains, roles in projects.
pub(crate) fn growth(subject: &str, jti: &str) -> Value {
    claims(subject, jti, &json!({ "members": 20, "projects": 3, "domains": 2 }))
}

pub(crate) fn claims(subject: &str, jti: &str, limits: &Value) -> Value {
    let start = Kit::START.seconds();
    json!({
        "iss": "https://vendor.example", "sub": subject, "jti": jti, "iat": start, "exp": start + 365 * DAY,
        "type": "growth", "limits": limits, "features": ["rbac"],
    })
}

/// When a key from [`claims`] expires.
pub(crate) fn expiry() -> Timestamp {
    Timestamp::from_seconds(Kit::START.seconds() + 365 * DAY)
}

fn base64url(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).unwrap()
}

/// One part of a JWS, for those that nobody would sign.
pub(crate) fn unpadded(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}
