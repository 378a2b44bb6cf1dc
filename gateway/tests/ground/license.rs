//! A vendor who signs license keys.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use polity_licensing::VerificationKey;
use polity_testkit::Kit;
use serde_json::{Value, json};

/// In seconds.
pub(crate) const DAY: i64 = 86_400;

/// The `jti` of a key that was revoked.
pub(crate) const REVOKED: &str = "burnt";

/// The claims of a growth license for a year from the beginning of each test, for any organization, with changes.
pub(crate) fn growth(changes: &Value) -> Value {
    let start = Kit::START.seconds();
    let mut claims = json!({
        "iss": "https://vendor.example", "sub": "*", "jti": "1", "iat": start, "exp": start + 365 * DAY,
        "type": "growth", "limits": {}, "features": ["rbac"],
    });
    claims.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    claims
}

/// A license key as the vendor signs it.
pub(crate) fn sign(claims: &Value) -> String {
    signed_by(1, claims)
}

/// A license key signed by the key made of this one byte, as the vendor's.
pub(crate) fn signed_by(seed: u8, claims: &Value) -> String {
    let header = Header { kid: Some("vendor-1".to_owned()), ..Header::new(Algorithm::EdDSA) };
    jsonwebtoken::encode(&header, claims, &pair(seed)).unwrap()
}

/// Ed25519 from a seed of this one byte, as PKCS #8 (RFC 8410 §7). It protects nothing.
fn pair(seed: u8) -> EncodingKey {
    let prefix = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
    EncodingKey::from_ed_der(&[prefix.as_slice(), &[seed; 32]].concat())
}

/// The public half of the vendor's key, as the operator configures it.
pub(crate) fn verification() -> VerificationKey {
    let jwk = serde_json::to_value(Jwk::from_encoding_key(&pair(1), Algorithm::EdDSA).unwrap()).unwrap();
    let public = URL_SAFE_NO_PAD.decode(jwk.pointer("/x").and_then(Value::as_str).unwrap()).unwrap();
    VerificationKey {
        kid: "vendor-1".to_owned(),
        issuer: Some("https://vendor.example".to_owned()),
        public: public.try_into().unwrap(),
    }
}
