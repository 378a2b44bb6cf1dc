//! Every wrong thing that an ID token may say, and how it may be signed.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use polity_identity::Algorithm;
use ring::hmac;
use serde_json::{Value, json};

use super::bench::{ACCESS, Bench, CLIENT, ISSUER, Signer, encoded};
use crate::connection::oidc::id_token::half;
use crate::connection::rejection::Rejection;

#[test]
fn a_good_token_tells_who_somebody_is() {
    let who = Bench::new().finish().unwrap();
    assert_eq!((who.issuer.as_str(), who.subject.as_str()), (ISSUER, "alice"));
    assert_eq!((who.email.as_deref(), who.email_verified), (Some("alice@corp.example"), true));
    assert_eq!((who.first_name.as_deref(), who.last_name.as_deref()), (Some("Alice"), Some("Example")));
    assert_eq!(who.groups, ["staff", "dev"]);
    assert_eq!((who.amr.len(), who.acr.as_deref()), (2, Some("2")));
    assert!(who.claims.contains_key("nonce"));
}

#[test]
fn the_issuer_is_exactly_the_one_that_was_named() {
    let bench = Bench::new();
    for issuer in ["https://idp.example/", "https://evil.example", "HTTPS://idp.example", ""] {
        assert_eq!(bench.refused("iss", json!(issuer)), Rejection::TokenIssuer, "{issuer}");
    }
    assert_eq!(bench.refused("iss", Value::Null), Rejection::TokenIssuer);
}

#[test]
fn we_are_the_audience() {
    let bench = Bench::new();
    for audience in [json!("other"), json!(["other"]), json!([]), json!(7), Value::Null] {
        assert_eq!(bench.refused("aud", audience.clone()), Rejection::TokenAudience, "{audience}");
    }
    // among several, the token must say that it was made for us
    assert_eq!(bench.refused("aud", json!([CLIENT, "other"])), Rejection::TokenAudience);
    assert_eq!(bench.refused("azp", json!("other")), Rejection::TokenAudience);
    let mut claims = bench.claims();
    claims["aud"] = json!([CLIENT, "other"]);
    claims["azp"] = json!(CLIENT);
    bench.give(&claims);
    bench.finish().unwrap();
}

#[test]
fn the_nonce_is_the_one_that_was_sent() {
    let bench = Bench::new();
    assert_eq!(bench.refused("nonce", json!("other")), Rejection::TokenNonce);
    assert_eq!(bench.refused("nonce", json!(7)), Rejection::TokenNonce);
    assert_eq!(bench.refused("nonce", Value::Null), Rejection::TokenNonce);
}

#[test]
fn a_token_has_its_time() {
    let bench = Bench::new();
    let now = bench.claims()["iat"].as_i64().unwrap();
    assert_eq!(bench.refused("exp", json!(now - 60)), Rejection::TokenExpired);
    assert_eq!(bench.refused("iat", json!(now + 61)), Rejection::TokenEarly);
    assert_eq!(bench.refused("nbf", json!(now + 61)), Rejection::TokenEarly);
    assert_eq!(bench.refused("exp", Value::Null), Rejection::TokenMalformed);
    assert_eq!(bench.refused("iat", json!("soon")), Rejection::TokenMalformed);
    for (claim, at) in [("exp", now - 59), ("iat", now + 60)] {
        let mut claims = bench.claims();
        claims[claim] = json!(at);
        bench.give(&claims);
        bench.finish().unwrap();
    }
}

#[test]
fn a_subject_is_needed() {
    let bench = Bench::new();
    assert_eq!(bench.refused("sub", Value::Null), Rejection::MissingSubject);
    assert_eq!(bench.refused("sub", json!("")), Rejection::MissingSubject);
    assert_eq!(bench.refused("sub", json!("a".repeat(256))), Rejection::MissingSubject);
}

#[test]
fn the_access_token_is_the_one_beside_it() {
    let bench = Bench::new();
    assert_eq!(bench.refused("at_hash", json!(half(Algorithm::EdDsa, "other"))), Rejection::TokenAccessHash);
    let mut claims = bench.claims();
    claims["at_hash"] = json!(half(Algorithm::EdDsa, ACCESS));
    bench.give(&claims);
    bench.finish().unwrap();
}

#[test]
fn only_the_tenants_that_are_allowed_come_in() {
    let mut bench = Bench::new();
    bench.settings.allowed_tenants = vec!["11111111-AAAA".to_owned()];
    assert_eq!(bench.refused("tid", Value::Null), Rejection::Tenant);
    assert_eq!(bench.refused("tid", json!("2222")), Rejection::Tenant);
    let mut claims = bench.claims();
    claims["tid"] = json!("11111111-aaaa");
    bench.give(&claims);
    bench.finish().unwrap();
}

#[test]
fn no_algorithm_is_no_signature() {
    let bench = Bench::new();
    for alg in ["none", "None", "NONE", "HS256"] {
        let header = json!({ "alg": alg, "kid": "k1" });
        bench.give_token(&format!("{}.{}.", encoded(&header), encoded(&bench.claims())));
        assert_eq!(bench.finish().unwrap_err(), Rejection::TokenAlgorithm, "{alg}");
    }
}

#[test]
fn a_public_key_is_no_shared_secret() {
    let bench = Bench::new();
    let public = bench.signer.jwk()["x"].as_str().unwrap().to_owned();
    for secret in [public.clone().into_bytes(), URL_SAFE_NO_PAD.decode(&public).unwrap(), b"s&cret".to_vec()]
    {
        let signed =
            format!("{}.{}", encoded(&json!({ "alg": "HS256", "kid": "k1" })), encoded(&bench.claims()));
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &secret), signed.as_bytes());
        bench.give_token(&format!("{signed}.{}", URL_SAFE_NO_PAD.encode(tag)));
        assert_eq!(bench.finish().unwrap_err(), Rejection::TokenAlgorithm);
    }
}

#[test]
fn a_changed_token_and_anothers_key_are_refused() {
    let bench = Bench::new();
    let forged = Signer::ed25519("k1", 2).sign(&bench.claims());
    bench.give_token(&forged);
    assert_eq!(bench.finish().unwrap_err(), Rejection::TokenSignature);
    let token = bench.signer.sign(&bench.claims());
    let mut parts: Vec<String> = token.split('.').map(str::to_owned).collect();
    let mut claims = bench.claims();
    claims["sub"] = json!("mallory");
    parts[1] = encoded(&claims);
    bench.give_token(&parts.join("."));
    assert_eq!(bench.finish().unwrap_err(), Rejection::TokenSignature);
}

#[test]
fn what_is_no_token_is_refused() {
    let bench = Bench::new();
    for token in ["x", "a.b", "a.b.c", "a.b.c.d.e"] {
        bench.give_token(token);
        assert_eq!(bench.finish().unwrap_err(), Rejection::TokenMalformed, "{token}");
    }
    let critical =
        format!("{}.{}.AA", encoded(&json!({ "alg": "EdDSA", "crit": ["x"] })), encoded(&bench.claims()));
    bench.give_token(&critical);
    assert_eq!(bench.finish().unwrap_err(), Rejection::TokenMalformed);
}

#[test]
fn a_verified_address_is_a_boolean_or_its_text() {
    let bench = Bench::new();
    for (value, verified) in [
        (json!(true), true),
        (json!("true"), true),
        (json!(false), false),
        (json!("false"), false),
        (json!(1), false),
        (json!("yes"), false),
    ] {
        let mut claims = bench.claims();
        claims["email_verified"] = value.clone();
        bench.give(&claims);
        assert_eq!(bench.finish().unwrap().email_verified, verified, "{value}");
    }
}

#[test]
fn the_word_is_about_the_standard_claim_alone() {
    let mut bench = Bench::new();
    bench.settings.email_claim = Some("upn".to_owned());
    let mut claims = bench.claims();
    claims["upn"] = json!("admin@corp.example");
    bench.give(&claims);
    let who = bench.finish().unwrap();
    assert_eq!((who.email.as_deref(), who.email_verified), (Some("admin@corp.example"), false));
}
