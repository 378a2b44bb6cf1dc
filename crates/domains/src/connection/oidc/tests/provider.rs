//! How a provider is spoken with: discovery, keys, the exchange of the code, and who answers.

use std::collections::HashMap;

use polity_identity::Errand;
use polity_identity::within::IssuerKeys;
use serde_json::{Value, json};
use url::Url;

use super::bench::*;
use crate::connection::ConnectionFields;
use crate::connection::rejection::Rejection;
use crate::connection::settings::{ClientAuthentication, ConnectionSettings};

fn token_endpoint() -> String {
    format!("{ISSUER}/token")
}

#[test]
fn the_request_is_bound_by_state_nonce_and_pkce() {
    let bench = Bench::new();
    let url = Url::parse(&bench.start().unwrap()).unwrap();
    let asked: HashMap<String, String> = url.query_pairs().into_owned().collect();
    assert_eq!(asked["response_type"], "code");
    assert_eq!(asked["code_challenge_method"], "S256");
    assert_eq!(asked["state"], bench.binding.state.reveal());
    assert_eq!(asked["nonce"], bench.binding.nonce.reveal());
    assert_eq!(asked["redirect_uri"], BACK);
    assert_eq!(asked["login_hint"], "alice@corp.example");
    assert!(!url.as_str().contains(bench.binding.verifier.reveal()));
    bench.finish().unwrap();
    let (form, _) = bench.net.posted(&token_endpoint());
    assert_eq!(form["code_verifier"], bench.binding.verifier.reveal());
    assert!(!asked["code_challenge"].is_empty() && asked["code_challenge"] != form["code_verifier"]);
}

#[test]
fn every_errand_is_the_organizations() {
    let bench = Bench::new();
    bench.finish().unwrap();
    let asked = bench.net.asked.lock().unwrap();
    assert!(asked.len() >= 3);
    assert!(asked.iter().all(|(errand, _)| *errand == Errand::Organization(organization())));
}

#[test]
fn the_client_proves_itself_as_it_is_set() {
    let mut bench = Bench::new();
    bench.finish().unwrap();
    let (form, header) = bench.net.posted(&token_endpoint());
    // "polity+client:s%26cret"
    assert_eq!(header.as_deref(), Some("Basic cG9saXR5K2NsaWVudDpzJTI2Y3JldA=="));
    assert!(!form.contains_key("client_secret"));

    bench.settings.authentication = ClientAuthentication::ClientSecretPost;
    bench.finish().unwrap();
    let (form, header) = bench.net.posted(&token_endpoint());
    assert_eq!((header, form["client_secret"].as_str()), (None, "s&cret"));

    bench.settings.authentication = ClientAuthentication::PrivateKeyJwt;
    bench.finish().unwrap();
    let (form, header) = bench.net.posted(&token_endpoint());
    assert!(header.is_none() && !form.contains_key("client_secret"));
    let mut jwk = OURS.1.jwk.clone();
    jwk["kid"] = json!("our-key");
    let (claims, _) = IssuerKeys::of(&json!({ "keys": [jwk] })).claims(&form["client_assertion"]).unwrap();
    assert_eq!((&claims["iss"], &claims["sub"]), (&json!(CLIENT), &json!(CLIENT)));
    assert_eq!(claims["aud"], json!(token_endpoint()));
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 60);
}

#[test]
fn another_provider_that_answers_is_found_out() {
    let bench = Bench::new();
    assert_eq!(bench.finish_from(Some("https://evil.example")).unwrap_err(), Rejection::MixUp);
    assert_eq!(bench.net.times(&token_endpoint()), 0, "the code is not handed on");
    bench.finish_from(Some(ISSUER)).unwrap();
    let strict = Bench::new();
    let mut document = discovery();
    document["authorization_response_iss_parameter_supported"] = json!(true);
    strict.discover(&document);
    assert_eq!(strict.finish().unwrap_err(), Rejection::MixUp);
    strict.finish_from(Some(ISSUER)).unwrap();
}

#[test]
fn discovery_names_the_issuer_that_was_asked() {
    for issuer in ["https://evil.example", "https://idp.example/", "https://sts.example/{tenantid}/"] {
        let bench = Bench::new();
        let mut document = discovery();
        document["issuer"] = json!(issuer);
        bench.discover(&document);
        assert_eq!(bench.start().unwrap_err(), Rejection::DiscoveryIssuer, "{issuer}");
    }
}

#[test]
fn discovery_sends_nobody_to_odd_places() {
    for (member, url) in [
        ("authorization_endpoint", "javascript:alert(1)"),
        ("authorization_endpoint", "http://idp.example/authorize"),
        ("token_endpoint", "file:///etc/passwd"),
        ("jwks_uri", "http://10.0.0.1/jwks"),
        ("userinfo_endpoint", "https://user@idp.example/"),
    ] {
        let bench = Bench::new();
        let mut document = discovery();
        document[member] = json!(url);
        bench.discover(&document);
        assert_eq!(bench.start().unwrap_err(), Rejection::ProviderAnswer, "{url}");
    }
}

#[test]
fn the_tenants_of_everybody_are_refused_with_a_way_out() {
    for tenant in ["common", "organizations", "consumers", "Common"] {
        let mut settings = Bench::new().settings;
        settings.issuer = format!("https://login.microsoftonline.com/{tenant}/v2.0");
        let fields = ConnectionFields {
            name: "Entra".to_owned(),
            settings: ConnectionSettings::Oidc(settings),
            client_secret: Some(polity_identity::Secret::new("x")),
            domains: Vec::new(),
        };
        let error = crate::connection::NewConnection::try_from(fields).unwrap_err();
        assert_eq!(error.fields()[0].field, "issuer");
        assert_eq!(error.fields()[0].kind, polity_kernel::FieldKind::NotAllowed);
    }
}

#[test]
fn rotated_keys_are_asked_for_once_in_a_while() {
    let bench = Bench::new();
    bench.finish().unwrap();
    let jwks = format!("{ISSUER}/jwks");
    let next = Signer::ed25519("k2", 2);
    bench.publish(&[&next]);
    bench.give_token(&next.sign(&bench.claims()));
    // just asked: not again
    assert_eq!(bench.finish().unwrap_err(), Rejection::TokenKey);
    assert_eq!(bench.net.times(&jwks), 1);
    bench.pass(30);
    bench.finish().unwrap();
    assert_eq!(bench.net.times(&jwks), 2);
    // nobody makes us ask by naming keys there are not
    let unknown = Signer::ed25519("k3", 3);
    bench.give_token(&unknown.sign(&bench.claims()));
    for _ in 0..5 {
        assert_eq!(bench.finish().unwrap_err(), Rejection::TokenKey);
    }
    assert_eq!(bench.net.times(&jwks), 2);
    // nor by a provider that is away
    bench.pass(30);
    bench.net.fall_silent(&jwks);
    assert_eq!(bench.finish().unwrap_err(), Rejection::ProviderAway);
    assert_eq!(bench.finish().unwrap_err(), Rejection::TokenKey);
    assert_eq!(bench.net.times(&jwks), 3);
}

#[test]
fn a_day_later_all_is_asked_anew() {
    let bench = Bench::new();
    bench.finish().unwrap();
    bench.pass(86_400);
    bench.give(&bench.claims());
    // the provider has taken the key back since
    bench.publish(&[&Signer::ed25519("k9", 9)]);
    assert_eq!(bench.finish().unwrap_err(), Rejection::TokenKey);
}

#[test]
fn a_key_has_one_algorithm() {
    let bench = Bench::new();
    let mut jwk = bench.signer.jwk();
    jwk["alg"] = json!("ES256");
    bench.net.answer(&format!("{ISSUER}/jwks"), 200, &json!({ "keys": [jwk] }));
    assert_eq!(bench.finish().unwrap_err(), Rejection::TokenKey);
    let other = Bench::new();
    let header = json!({ "alg": "ES256", "kid": "k1" });
    other.give_token(&format!("{}.{}.AAAA", encoded(&header), encoded(&other.claims())));
    assert_eq!(other.finish().unwrap_err(), Rejection::TokenAlgorithm);
}

#[test]
fn a_code_that_is_not_taken_is_told() {
    let bench = Bench::new();
    bench.finish().unwrap();
    bench.net.answer(&token_endpoint(), 400, &json!({ "error": "invalid_grant" }));
    assert_eq!(bench.finish().unwrap_err(), Rejection::CodeRefused);
    bench.net.answer(&token_endpoint(), 200, &json!({ "access_token": ACCESS }));
    assert_eq!(bench.finish().unwrap_err(), Rejection::MissingIdToken);
    bench.net.answer_bytes(&token_endpoint(), 200, b"<html>".to_vec());
    assert_eq!(bench.finish().unwrap_err(), Rejection::ProviderAnswer);
}

#[test]
fn a_huge_answer_and_none_are_refused() {
    let bench = Bench::new();
    bench.net.answer_bytes(&token_endpoint(), 200, vec![b' '; 1024 * 1024 + 1]);
    assert_eq!(bench.finish().unwrap_err(), Rejection::AnswerTooLarge);
    bench.net.fall_silent(&token_endpoint());
    assert_eq!(bench.finish().unwrap_err(), Rejection::ProviderAway);
    let silent = Bench::new();
    silent.net.fall_silent(&format!("{ISSUER}/.well-known/openid-configuration"));
    assert_eq!(silent.start().unwrap_err(), Rejection::ProviderAway);
}

#[test]
fn user_information_is_about_the_same_person() {
    let bench = Bench::new();
    let userinfo = format!("{ISSUER}/userinfo");
    bench.finish().unwrap();
    assert_eq!(bench.net.times(&userinfo), 0, "asked only for what the token lacks");
    let mut claims = bench.claims();
    claims.as_object_mut().unwrap().remove("email");
    bench.give(&claims);
    bench.net.answer(&userinfo, 200, &json!({ "sub": "mallory", "email": "admin@corp.example" }));
    assert_eq!(bench.finish().unwrap_err(), Rejection::UserinfoSubject);
    bench.net.answer(&userinfo, 200, &json!({ "email": "admin@corp.example" }));
    assert_eq!(bench.finish().unwrap_err(), Rejection::UserinfoSubject);
    let told = json!({ "sub": "alice", "email": "alice@corp.example", "name": "Other" });
    bench.net.answer(&userinfo, 200, &told);
    let who = bench.finish().unwrap();
    assert_eq!(who.email.as_deref(), Some("alice@corp.example"));
    assert_eq!(who.display_name.as_deref(), Some("Alice Example"), "what is signed stands");
    bench.net.answer(&userinfo, 200, &Value::from("x"));
    assert_eq!(bench.finish().unwrap_err(), Rejection::ProviderAnswer);
}
