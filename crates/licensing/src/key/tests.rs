//! What a license key must look like, and what it says then.

use jsonwebtoken::EncodingKey;
use jsonwebtoken::jwk::Jwk;
use rstest::rstest;
use serde_json::json;

use super::*;
use crate::VerificationKey;
use polity_directory::entitlements::{DOMAINS, MEMBERS};

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
    let signature = jsonwebtoken::crypto::sign(text.as_bytes(), &private(seed), Algorithm::EdDSA).unwrap();
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
    assert_eq!(key.entitlements.limit(MEMBERS), Some(20));
    assert_eq!(key.entitlements.limit(DOMAINS), None, "unlimited unless it says so");
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
fn a_header_chooses_no_more_than_the_key(#[case] header: Value, #[case] seed: u8, #[case] expected: &str) {
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
    assert_eq!(judged.map_err(|error| error.fields()[0].message.clone()), expected.map_err(str::to_owned));
}
