//! Attacks with tokens of a trusted outside issuer, and its honest ones.

use std::num::NonZeroU32;
use std::time::Duration;

use polity::gate::guesses::Patience;
use polity_identity::{Algorithm, IntrospectionClient, Secret, TrustedIssuer};
use polity_testkit::{Kit, both_engines};
use serde_json::{Value, json};

use crate::ground::account_of;
use crate::ground::common::Service;
use crate::issuer::{AUDIENCE, CLIENT, Issuer, Signer, hmac, public};
use crate::{ask, part, refusal, with_part};

/// A service that trusts the issuer.
fn trusting(kit: &Kit, issuer: &Issuer) -> Service {
    let many = NonZeroU32::new(1_000_000).unwrap();
    Service::start_set(kit, Patience { burst: many, per_minute: many }, |settings| {
        settings.trusted_issuers.push(TrustedIssuer {
            issuer: issuer.name.clone(),
            audience: AUDIENCE.to_owned(),
            algorithms: vec![Algorithm::EdDsa],
            jwks_uri: None,
            introspection: Some(IntrospectionClient {
                endpoint: None,
                client_id: CLIENT.0.to_owned(),
                client_secret: Secret::new(CLIENT.1.to_owned()),
            }),
            grants_permissions: false,
        });
    })
}

/// The claims with one of them another; null takes it away.
fn with(claims: &Value, name: &str, value: Value) -> Value {
    let mut claims = claims.clone();
    claims[name] = value;
    claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    claims
}

both_engines! {
    fn an_honest_token_is_taken_and_makes_an_account(kit) {
        let signer = Signer::new("one", 1);
        let issuer = Issuer::start(&signer);
        let service = trusting(kit, &issuer);
        let token = signer.sign(&issuer.claims(kit));
        for _ in 0..3 {
            assert_eq!(ask(&service, &token).code(), 200);
        }
        assert_eq!((issuer.asked("/jwks"), issuer.asked("/.well-known/openid-configuration")), (1, 1));
        assert!(account_of(&service, "alice@acme.example").email_verified);
        assert_eq!(kit.rows()["accounts"], 1);
    }

    fn a_claim_that_does_not_fit_is_refused(kit) {
        let signer = Signer::new("one", 1);
        let issuer = Issuer::start(&signer);
        let service = trusting(kit, &issuer);
        let (claims, now) = (issuer.claims(kit), kit.ctx.now().seconds());
        for (name, value, reason) in [
            ("iss", json!("https://evil.example"), "the token's issuer is not trusted here"),
            ("iss", json!(format!("{}/", issuer.name)), "the token's issuer is not trusted here"),
            ("iss", json!(null), "the token's issuer is not trusted here"),
            ("iss", json!(format!("http://{}", service.address)), "the token is signed with an unknown key"),
            ("aud", json!("another"), "the token is meant for another audience"),
            ("aud", json!(["a", "b"]), "the token is meant for another audience"),
            ("aud", json!(null), "the token lacks a required claim"),
            ("exp", json!(now - 60), "the credential has expired"),
            ("exp", json!(null), "the token lacks a required claim"),
            ("nbf", json!(now + 60), "the token is not valid yet"),
            ("sub", json!(null), "the token lacks a required claim"),
            ("sub", json!("x".repeat(300)), "the token lacks a required claim"),
        ] {
            assert_eq!(refusal(&service, &signer.sign(&with(&claims, name, value.clone()))), reason, "{name}: {value}");
        }
        assert_eq!(kit.rows()["accounts"], 0, "nobody was made an account of");
    }

    fn a_token_of_another_kind_is_refused(kit) {
        let signer = Signer::new("one", 1);
        let issuer = Issuer::start(&signer);
        let service = trusting(kit, &issuer);
        let claims = issuer.claims(kit);
        assert_eq!(refusal(&service, &signer.sign_as("id+jwt", &claims)), "the token is not an access token");
        for claim in ["nonce", "at_hash", "c_hash"] {
            let id_token = signer.sign_as("JWT", &with(&claims, claim, json!("x")));
            assert_eq!(refusal(&service, &id_token), "the token is not an access token", "{claim}");
        }
        let mut header = part(&signer.sign(&claims), 0);
        header["crit"] = json!(["b64"]);
        assert_eq!(refusal(&service, &with_part(&signer.sign(&claims), 0, &header)), "the credential is malformed");
    }

    fn its_public_key_is_no_secret(kit) {
        let signer = Signer::new("one", 1);
        let issuer = Issuer::start(&signer);
        let service = trusting(kit, &issuer);
        for secret in [public(&signer.jwk()), signer.jwk().to_string().into_bytes()] {
            let forged = hmac("one", &secret, &issuer.claims(kit));
            assert_eq!(refusal(&service, &forged), "the token's algorithm is not the one of its key");
        }
    }

    fn new_keys_are_fetched_and_old_ones_forgotten_but_not_for_every_stranger(kit) {
        let (first, second, thief) = (Signer::new("one", 1), Signer::new("two", 2), Signer::new("three", 3));
        let issuer = Issuer::start(&first);
        let service = trusting(kit, &issuer);
        let claims = with(&issuer.claims(kit), "exp", json!(kit.ctx.now().seconds() + 7_200));
        assert_eq!(ask(&service, &first.sign(&claims)).code(), 200);

        kit.pass(Duration::from_secs(60));
        issuer.publish(&[&second]);
        assert_eq!(ask(&service, &second.sign(&claims)).code(), 200, "an unknown key is asked for at once");
        assert_eq!(refusal(&service, &first.sign(&with(&claims, "jti", json!("2")))), "the token is signed with an unknown key");
        assert_eq!(issuer.asked("/jwks"), 2);

        for number in 0..20 {
            let token = thief.sign(&with(&claims, "jti", json!(format!("{number}"))));
            assert_eq!(refusal(&service, &token), "the token is signed with an unknown key");
        }
        assert!(issuer.asked("/jwks") <= 3, "strangers do not make it ask and ask");
    }

    fn an_account_is_not_given_to_whoever_claims_its_address(kit) {
        let signer = Signer::new("one", 1);
        let issuer = Issuer::start(&signer);
        let service = trusting(kit, &issuer);
        let root = service.administrator("alice@acme.example");
        let unproved = with(&issuer.claims(kit), "email_verified", json!(false));
        let unproved = with(&unproved, "sub", json!("mallory"));
        assert_eq!(ask(&service, &signer.sign(&unproved)).code(), 200, "an account of their own, without an address");
        assert_eq!(account_of(&service, "alice@acme.example").id, root.id);
        let token = signer.sign(&with(&issuer.claims(kit), "permissions", json!(["org.directory.delete"])));
        assert_eq!(ask(&service, &token).code(), 200, "proved on both sides");
        assert_eq!(kit.rows()["accounts"], 2);
        assert!(account_of(&service, "alice@acme.example").id == root.id);
    }

    fn an_opaque_token_is_what_its_issuer_says(kit) {
        let signer = Signer::new("one", 1);
        let issuer = Issuer::start(&signer);
        let service = trusting(kit, &issuer);
        let good = with(&issuer.claims(kit), "active", json!(true));
        issuer.tell("good-token", good.clone());
        issuer.tell("dead-token", json!({"active": false}));
        issuer.tell("elsewhere", with(&good, "aud", json!("another")));
        issuer.tell("old-token", with(&good, "exp", json!(kit.ctx.now().seconds() - 60)));
        assert_eq!(ask(&service, "good-token").code(), 200);
        assert_eq!(refusal(&service, "dead-token"), "the token is not active");
        assert_eq!(refusal(&service, "unheard-of"), "the token is not active");
        assert_eq!(refusal(&service, "elsewhere"), "the token is meant for another audience");
        assert_eq!(refusal(&service, "old-token"), "the credential has expired");

        let asked = issuer.asked("/introspect");
        assert_eq!(ask(&service, "good-token").code(), 200);
        assert_eq!(issuer.asked("/introspect"), asked, "a good answer is believed for a minute");
        issuer.tell("good-token", json!({"active": false}));
        kit.pass(Duration::from_secs(61));
        assert_eq!(refusal(&service, "good-token"), "the token is not active");
    }
}
