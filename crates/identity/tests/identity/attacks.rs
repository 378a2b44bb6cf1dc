//! Attacks on tokens: each is refused, with a reason that helps nobody but an honest caller.

use std::time::Duration;

use crate::common::keys::Signer;
use crate::common::{AUDIENCE, ISSUER, bench, bench_with, encoded, part, refusal, settings, with_part};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use polity_identity::{Credential, Tokens};
use polity_testkit::both_engines;
use serde_json::json;

both_engines! {
    fn without_a_signature(kit) {
        let bench = bench(kit);
        let good = bench.token(bench.person("alice@acme.example"));
        for alg in ["none", "None", "NONE", ""] {
            let mut header = part(&good, 0);
            header["alg"] = json!(alg);
            let claims = good.split('.').nth(1).unwrap();
            let stripped = format!("{}.{claims}.", encoded(&header));
            assert_eq!(
                bench.refusal(&stripped),
                "the token's algorithm is not the one of its key",
                "{alg:?}"
            );
        }
    }

    fn the_public_key_as_a_shared_secret(kit) {
        let bench = bench(kit);
        let rsa = Signer::rsa("rsa-1");
        bench.publish(&rsa.jwks());
        let mut header = Header::new(Algorithm::HS256);
        header.typ = Some("at+jwt".to_owned());
        header.kid = Some("rsa-1".to_owned());
        let modulus = rsa.jwk()["n"].as_str().unwrap().to_owned();
        for secret in [modulus.into_bytes(), rsa.jwk().to_string().into_bytes()] {
            let forged =
                jsonwebtoken::encode(&header, &bench.claims(), &EncodingKey::from_secret(&secret).unwrap()).unwrap();
            assert_eq!(bench.refusal(&forged), "the token's algorithm is not the one of its key");
        }

        let own = bench.token(bench.person("bob@acme.example"));
        let public = &bench.identity.jwks().unwrap().keys[0];
        header.kid = public["kid"].as_str().map(str::to_owned);
        let secret = URL_SAFE_NO_PAD.decode(public["x"].as_str().unwrap()).unwrap();
        let secret = EncodingKey::from_secret(&secret).unwrap();
        let forged = jsonwebtoken::encode(&header, &part(&own, 1), &secret).unwrap();
        assert_eq!(bench.refusal(&forged), "the token's algorithm is not the one of its key");
    }

    fn another_algorithm_of_the_same_key(kit) {
        let bench = bench(kit);
        let rsa = Signer::rsa("rsa-1");
        bench.publish(&rsa.jwks());
        let token = rsa.sign(&bench.claims());
        let mut header = part(&token, 0);
        header["alg"] = json!("PS256");
        assert_eq!(
            bench.refusal(&with_part(&token, 0, &header)),
            "the token's algorithm is not the one of its key"
        );
        assert!(bench.authenticate(&token).is_ok(), "the honest token works");
    }

    fn from_an_issuer_that_is_not_trusted(kit) {
        let bench = bench(kit);
        let token = bench.outside.sign(&bench.claims_with("iss", json!("https://evil.example")));
        assert_eq!(bench.refusal(&token), "the token's issuer is not trusted here");
        let token = bench.outside.sign(&bench.claims_with("iss", json!(null)));
        assert_eq!(bench.refusal(&token), "the token's issuer is not trusted here");
    }

    fn a_trusted_issuer_speaking_for_another(kit) {
        let bench = bench(kit);
        bench.token(bench.person("alice@acme.example"));
        let token = bench.outside.sign(&bench.claims_with("iss", json!(ISSUER)));
        assert_eq!(bench.refusal(&token), "the token is signed with an unknown key");
    }

    fn of_a_namesake_on_the_same_keys(kit) {
        let bench = bench(kit);
        let alice = bench.person("alice@acme.example");
        let mut elsewhere = settings();
        elsewhere.issuer = "https://other.example".to_owned();
        let other = bench_with(kit, elsewhere);
        assert_eq!(bench.refusal(&other.token(alice)), "the token's issuer is not trusted here");
    }

    fn meant_for_another_audience(kit) {
        let bench = bench(kit);
        let alice = bench.person("alice@acme.example");
        let mut elsewhere = settings();
        elsewhere.audience = "https://other.example/api".to_owned();
        let other = bench_with(kit, elsewhere);
        assert_eq!(bench.refusal(&other.token(alice)), "the token is meant for another audience");
        for audience in [json!("other"), json!(["other", "another"]), json!([])] {
            let token = bench.outside.sign(&bench.claims_with("aud", audience));
            assert_eq!(bench.refusal(&token), "the token is meant for another audience");
        }
        let token = bench.outside.sign(&bench.claims_with("aud", json!(null)));
        assert_eq!(bench.refusal(&token), "the token lacks a required claim");
    }

    fn expired(kit) {
        let bench = bench(kit);
        let own = bench.token(bench.person("alice@acme.example"));
        let foreign = bench.outside.sign(&bench.claims());
        bench.authenticate(&own).unwrap();
        bench.authenticate(&foreign).unwrap();
        kit.pass(Duration::from_secs(600 + 29));
        bench.authenticate(&foreign).unwrap();
        kit.pass(Duration::from_secs(1));
        assert_eq!(bench.refusal(&foreign), "the credential has expired", "remembered or not");
        kit.pass(Duration::from_secs(3_000));
        assert_eq!(bench.refusal(&own), "the credential has expired");
        assert_eq!(refusal(&bench.other_node(), &own), "the credential has expired");
    }

    fn without_an_end(kit) {
        let bench = bench(kit);
        for exp in [json!(null), json!("never"), json!([])] {
            let token = bench.outside.sign(&bench.claims_with("exp", exp));
            let reason = bench.refusal(&token);
            assert!(
                ["the token lacks a required claim", "the credential is malformed"]
                    .contains(&reason.as_str()),
                "{reason}"
            );
        }
    }

    fn not_yet_valid(kit) {
        let bench = bench(kit);
        let now = kit.ctx.now().seconds();
        let token = bench.outside.sign(&bench.claims_with("nbf", json!(now + 31)));
        assert_eq!(bench.refusal(&token), "the token is not valid yet");
        kit.pass(Duration::from_secs(1));
        bench.authenticate(&token).unwrap();

        let mut claims = part(&bench.token(bench.person("bob@acme.example")), 1);
        claims["nbf"] = json!(now + 100);
        assert_eq!(bench.refusal(&bench.stolen_key().sign(&claims)), "the token is not valid yet");
    }

    fn an_id_token_for_an_access_token(kit) {
        let bench = bench(kit);
        let own = part(&bench.token(bench.person("bob@acme.example")), 1);
        for typ in ["JWT", "id+jwt", "dpop+jwt"] {
            assert_eq!(
                bench.refusal(&bench.stolen_key().sign_as(typ, &own)),
                "the token is not an access token"
            );
        }
        bench.authenticate(&bench.stolen_key().sign_as("application/AT+JWT", &own)).unwrap();

        assert_eq!(
            bench.refusal(&bench.outside.sign_as("id+jwt", &bench.claims())),
            "the token is not an access token"
        );
        for claim in ["nonce", "at_hash", "c_hash"] {
            let token = bench.outside.sign_as("JWT", &bench.claims_with(claim, json!("x")));
            assert_eq!(bench.refusal(&token), "the token is not an access token", "{claim}");
        }
    }

    fn signed_with_an_unknown_key(kit) {
        let bench = bench(kit);
        bench.token(bench.person("alice@acme.example"));
        let thief = Signer::ed25519("thief", 66);
        let mut claims = bench.claims();
        assert_eq!(bench.refusal(&thief.sign(&claims)), "the token is signed with an unknown key");
        claims["iss"] = json!(ISSUER);
        claims["aud"] = json!(AUDIENCE);
        assert_eq!(bench.refusal(&thief.sign(&claims)), "the token is signed with an unknown key");
    }

    fn under_the_name_of_a_known_key(kit) {
        let bench = bench(kit);
        let thief = Signer::ed25519(bench.outside.kid, 66);
        assert_eq!(bench.refusal(&thief.sign(&bench.claims())), "the token's signature is wrong");
    }

    fn bringing_its_own_key(kit) {
        let bench = bench(kit);
        let thief = Signer::ed25519(bench.outside.kid, 66);
        let token = thief.sign(&bench.claims());
        let mut header = part(&token, 0);
        header["jwk"] = thief.jwk();
        header["jku"] = json!("https://evil.example/jwks");
        assert_eq!(bench.refusal(&with_part(&token, 0, &header)), "the token's signature is wrong");
        assert_eq!(bench.net.asked("https://evil.example/jwks"), 0);
    }

    fn tampered_with(kit) {
        let bench = bench(kit);
        let (alice, root) = (bench.person("alice@acme.example"), bench.administrator("root@acme.example"));
        let token = bench.token(alice);
        let mut claims = part(&token, 1);
        claims["sub"] = json!(root.to_string());
        assert_eq!(bench.refusal(&with_part(&token, 1, &claims)), "the token's signature is wrong");
        let (rest, signature) = token.rsplit_once('.').unwrap();
        assert_eq!(bench.refusal(&format!("{rest}.{}", &signature[4..])), "the token's signature is wrong");
        assert_eq!(bench.refusal(&format!("{rest}.")), "the token's signature is wrong");
    }

    fn with_headers_that_must_be_understood(kit) {
        let bench = bench(kit);
        let token = bench.outside.sign(&bench.claims());
        let mut header = part(&token, 0);
        header["crit"] = json!(["b64"]);
        assert_eq!(bench.refusal(&with_part(&token, 0, &header)), "the credential is malformed");
    }

    fn replayed_after_it_was_withdrawn(kit) {
        let bench = bench(kit);
        let alice = bench.person("alice@acme.example");
        let (first, second) = (bench.token(alice), bench.token(alice));
        let other = bench.other_node();
        crate::common::authenticate(&other, &first).unwrap();
        bench.authenticate(&first).unwrap();
        bench.identity.withdraw(&first.parse::<Credential>().unwrap()).unwrap();
        assert_eq!(bench.refusal(&first), "the credential has been revoked");
        assert_eq!(refusal(&other, &first), "the credential has been revoked", "on every node");
        bench.authenticate(&second).unwrap();
        kit.pass(Duration::from_secs(3_600 + 29));
        polity_identity::Maintenance::tidy(&bench.identity).unwrap();
        assert_eq!(
            bench.refusal(&first),
            "the credential has been revoked",
            "as long as it would have lived"
        );
    }

    fn misshapen(kit) {
        let bench = bench(kit);
        let good = bench.outside.sign(&bench.claims());
        let oversize = bench.outside.sign(&bench.claims_with("name", json!("x".repeat(8 * 1024))));
        assert_eq!(bench.refusal(&oversize), "the credential is too long");
        for text in [
            "",
            "a.b.c",
            "..",
            "...",
            &good.replacen('.', "", 1),
            &good.replace('.', ""),
            "with space",
            "pol_",
        ] {
            let reason = bench.refusal(text);
            assert!(
                ["the credential is malformed", "the API key is mistyped"].contains(&reason.as_str()),
                "{text:?}: {reason}"
            );
        }
        let doubled = format!(r#"{{"sub":"alice","sub":"root",{}"#, &bench.claims().to_string()[1..]);
        let mut parts: Vec<&str> = good.split('.').collect();
        let doubled = URL_SAFE_NO_PAD.encode(doubled);
        parts[1] = &doubled;
        assert_eq!(bench.refusal(&parts.join(".")), "the credential is malformed", "a claim stands twice");
    }

    fn a_key_too_weak_to_trust(kit) {
        let bench = bench(kit);
        let weak = json!({"kty": "RSA", "alg": "RS256", "kid": "weak", "n": "AQAB".repeat(32), "e": "AQAB"});
        let short = json!({"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "kid": "short", "x": "AQAB"});
        let shared = json!({"kty": "oct", "alg": "HS256", "kid": "shared", "k": "AQAB"});
        bench.publish(&json!({ "keys": [weak, short, shared] }));
        for kid in ["weak", "short", "shared"] {
            let token = Signer::ed25519(kid, 66).sign(&bench.claims());
            assert_eq!(bench.refusal(&token), "the token is signed with an unknown key", "{kid}");
        }
    }

    fn an_algorithm_the_operator_did_not_allow(kit) {
        let mut settings = settings();
        settings.trusted[0].algorithms = vec![polity_identity::Algorithm::Es256];
        let bench = bench_with(kit, settings);
        assert_eq!(
            bench.refusal(&bench.outside.sign(&bench.claims())),
            "the token is signed with an unknown key"
        );
    }
}
