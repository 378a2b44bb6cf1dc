//! Attacks on the service's own tokens.

use std::time::Duration;

use polity_testkit::both_engines;
use serde_json::json;

use crate::ground::{Caller, patient};
use crate::issuer::{Signer, hmac, public};
use crate::{ask, part, refusal, with_part};

both_engines! {
    fn without_a_signature(kit) {
        let service = patient(kit);
        let good = Caller::person(&service, "ada").bearer.unwrap();
        assert_eq!(ask(&service, &good).code(), 200);
        for alg in ["none", "None", "nOnE", ""] {
            let mut header = part(&good, 0);
            header["alg"] = json!(alg);
            let stripped = with_part(&good, 0, &header);
            let (stripped, _) = stripped.rsplit_once('.').unwrap();
            assert_eq!(refusal(&service, &format!("{stripped}.")), "the token's algorithm is not the one of its key");
        }
    }

    fn with_the_public_key_as_a_shared_secret(kit) {
        let service = patient(kit);
        let (ada, root) = (Caller::person(&service, "ada"), Caller::platform(&service));
        let good = ada.bearer.unwrap();
        let jwk = service.get("/oauth2/jwks.json").json()["keys"][0].clone();
        let mut claims = part(&good, 1);
        claims["sub"] = json!(root.id());
        for secret in [public(&jwk), jwk.to_string().into_bytes(), jwk["x"].as_str().unwrap().as_bytes().to_vec()] {
            let forged = hmac(jwk["kid"].as_str().unwrap(), &secret, &claims);
            assert_eq!(refusal(&service, &forged), "the token's algorithm is not the one of its key");
        }
    }

    fn signed_by_a_stranger(kit) {
        let service = patient(kit);
        let good = Caller::person(&service, "ada").bearer.unwrap();
        let claims = part(&good, 1);
        let thief = Signer::new("thief", 66);
        assert_eq!(refusal(&service, &thief.sign(&claims)), "the token is signed with an unknown key");
        let kid = part(&good, 0)["kid"].as_str().unwrap().to_owned();
        let named = Signer::new(kid.leak(), 66);
        assert_eq!(refusal(&service, &named.sign(&claims)), "the token's signature is wrong");
        let mut header = part(&named.sign(&claims), 0);
        header["jwk"] = named.jwk();
        assert_eq!(refusal(&service, &with_part(&named.sign(&claims), 0, &header)), "the token's signature is wrong");
    }

    fn tampered_with(kit) {
        let service = patient(kit);
        let (ada, root) = (Caller::person(&service, "ada"), Caller::platform(&service));
        let good = ada.bearer.unwrap();
        for (claim, value) in [
            ("sub", json!(root.id())),
            ("exp", json!(99_999_999_999_i64)),
            ("permissions", json!(["org.directory.get"])),
            ("org", json!(null)),
        ] {
            let mut claims = part(&good, 1);
            claims[claim] = value;
            assert_eq!(refusal(&service, &with_part(&good, 1, &claims)), "the token's signature is wrong", "{claim}");
        }
        let other = root.bearer.unwrap();
        let borrowed = format!("{}.{}", good.rsplit_once('.').unwrap().0, other.rsplit_once('.').unwrap().1);
        assert_eq!(refusal(&service, &borrowed), "the token's signature is wrong");
    }

    fn of_another_service_with_the_same_keys(kit) {
        let (service, namesake) = (patient(kit), patient(kit));
        let token = Caller::person(&namesake, "ada").bearer.unwrap();
        assert_eq!(ask(&namesake, &token).code(), 200);
        assert_eq!(refusal(&service, &token), "the token's issuer is not trusted here");
    }

    fn expired(kit) {
        let service = patient(kit);
        let token = Caller::person(&service, "ada").bearer.unwrap();
        assert_eq!(ask(&service, &token).code(), 200);
        kit.pass(Duration::from_secs(3_600 + 60));
        assert_eq!(refusal(&service, &token), "the credential has expired", "remembered or not");
    }

    fn replayed_after_it_was_withdrawn_on_another_node(kit) {
        let service = patient(kit);
        let token = Caller::person(&service, "ada").bearer.unwrap();
        assert_eq!(ask(&service, &token).code(), 200);
        service.polity.identity.withdraw(&token.parse().unwrap()).unwrap();
        for _ in 0..2 {
            assert_eq!(refusal(&service, &token), "the credential has been revoked");
        }
    }

    fn too_long_or_no_token_at_all(kit) {
        let service = patient(kit);
        let good = Caller::person(&service, "ada").bearer.unwrap();
        let mut claims = part(&good, 1);
        claims["padding"] = json!("x".repeat(12_000));
        assert_eq!(refusal(&service, &Signer::new("x", 1).sign(&claims)), "the credential is too long");
        for text in ["a.b.c", "..", "...", "pol_", "pol_0000000000000000000000000000000000000000000000", &good[1..], &good.replace('.', "")] {
            let reason = refusal(&service, text);
            assert!(["the credential is malformed", "the API key is mistyped"].contains(&reason.as_str()), "{text}: {reason}");
        }
        let head = "x".repeat(100_000);
        assert!([401, 431, 400].contains(&ask(&service, &head).code()), "beyond what a head may have");
        assert_eq!(ask(&service, &good).code(), 200, "and the service goes on");
    }

    fn an_id_for_a_token(kit) {
        let service = patient(kit);
        let ada = Caller::person(&service, "ada");
        for text in [ada.id().to_string(), "ada@acme.example".to_owned(), "00000000-0000-0000-0000-000000000000".to_owned()] {
            refusal(&service, &text);
        }
    }
}
