//! Tokens of trusted outside issuers, and the people behind them.

use std::time::Duration;

use polity_accounts::{AccountPatch, AccountStatus, People};
use polity_identity::{IntrospectionClient, Secret, Settings};
use polity_kernel::{Actor, Code, Subject};
use polity_testkit::both_engines;
use serde_json::json;

use crate::common::keys::Signer;
use crate::common::{OUTSIDE, OUTSIDE_AUDIENCE, authenticate, bench, bench_with, set, settings, trusted};

const JWKS: &str = "https://issuer.example/jwks";
const INTROSPECT: &str = "https://issuer.example/introspect";

fn introspection(endpoint: Option<&str>) -> Settings {
    let mut settings = settings();
    settings.trusted[0].introspection = Some(IntrospectionClient {
        endpoint: endpoint.map(str::to_owned),
        client_id: "polity here".to_owned(),
        client_secret: Secret::new("s3cret"),
    });
    settings
}

both_engines! {
    fn one_who_comes_for_the_first_time_gets_an_account(kit) {
        let bench = bench(kit);
        let actor = bench.authenticate(&bench.outside.sign(&bench.claims())).unwrap();
        let account = bench.people.account(&Actor::system(), actor.person().unwrap()).unwrap();
        assert_eq!(account.email_text(), "alice@acme.example");
        assert_eq!((account.email_verified, account.profile.name.as_deref()), (true, Some("Alice")));
        assert!(!account.platform_administrator);
        let again = bench.outside.sign(&bench.claims_with("email", json!("alice@new.example")));
        assert_eq!(
            bench.authenticate(&again).unwrap().subject(),
            actor.subject(),
            "the subject counts, not the address"
        );
    }

    fn a_proved_address_leads_to_the_account_that_is_there(kit) {
        let bench = bench(kit);
        let alice = bench.person("alice@acme.example");
        for verified in [json!(true), json!("true")] {
            let token = bench.outside.sign(&bench.claims_with("email_verified", verified));
            assert_eq!(bench.authenticate(&token).unwrap().subject(), Subject::Person(alice));
        }
    }

    fn an_unproved_address_leads_to_no_account_that_is_there_and_is_nobodys(kit) {
        let bench = bench(kit);
        let root = bench.administrator("alice@acme.example");
        for (number, verified) in [json!(false), json!("yes"), json!(null), json!(1)].into_iter().enumerate() {
            let mut claims = bench.claims_with("email_verified", verified);
            claims["sub"] = json!(format!("stranger-{number}"));
            let stranger = bench.authenticate(&bench.outside.sign(&claims)).unwrap().person().unwrap();
            assert_ne!(stranger, root);
            assert_eq!(bench.people.account(&Actor::system(), stranger).unwrap().email, None);
        }
        assert!(bench.people.account(&Actor::system(), root).unwrap().email_verified);
    }

    fn an_address_that_is_vouched_for_later_is_taken_then(kit) {
        let bench = bench(kit);
        let unproved = bench.outside.sign(&bench.claims_with("email_verified", json!(false)));
        let alice = bench.authenticate(&unproved).unwrap().person().unwrap();
        let proved = bench.outside.sign(&bench.claims());
        assert_eq!(bench.authenticate(&proved).unwrap().person().unwrap(), alice);
        let account = bench.people.account(&Actor::system(), alice).unwrap();
        assert_eq!((account.email_text(), account.email_verified), ("alice@acme.example", true));
    }

    fn a_disabled_account_takes_no_address_while_it_is_turned_away(kit) {
        let bench = bench(kit);
        let alice = bench.authenticate(&bench.outside.sign(&bench.claims_with("email_verified", json!(false)))).unwrap();
        bench.patch(alice.person().unwrap(), AccountPatch { status: Some(AccountStatus::Disabled), ..AccountPatch::default() });
        let provisioned = bench.person("alice@acme.example");
        assert_eq!(bench.refusal(&bench.outside.sign(&bench.claims())), "the credential's owner is disabled");
        let kept = bench.people.account(&Actor::system(), provisioned).unwrap();
        assert_eq!(kept.email_text(), "alice@acme.example");
    }

    fn a_provisioned_account_is_its_persons_once_they_come(kit) {
        let bench = bench(kit);
        let made = bench.person("alice@acme.example");
        assert!(!bench.people.account(&Actor::system(), made).unwrap().is_proven());
        let alice = bench.authenticate(&bench.outside.sign(&bench.claims())).unwrap().person().unwrap();
        assert_eq!(alice, made);
        let account = bench.people.account(&Actor::system(), alice).unwrap();
        assert!(account.is_proven() && account.email_verified);
    }

    fn whoever_takes_an_address_in_advance_is_not_joined_by_its_owner(kit) {
        let bench = bench(kit);
        let mallory = bench.outside.sign(&bench.claims_with("sub", json!("mallory")));
        let mallory = bench.outside.sign(&{
            let mut claims = crate::common::part(&mallory, 1);
            claims["email_verified"] = json!(false);
            claims
        });
        let squatter = bench.authenticate(&mallory).unwrap().person().unwrap();
        assert_eq!(bench.people.account(&Actor::system(), squatter).unwrap().email, None);
        let alice = bench.authenticate(&bench.outside.sign(&bench.claims())).unwrap().person().unwrap();
        assert_ne!(alice, squatter);
        assert_eq!(bench.people.account(&Actor::system(), alice).unwrap().email_text(), "alice@acme.example");
    }

    fn an_account_needs_a_subject_and_no_address(kit) {
        let bench = bench(kit);
        for (number, email) in [json!(null), json!("not an address")].into_iter().enumerate() {
            let mut claims = bench.claims_with("email", email);
            claims["sub"] = json!(format!("nobody-{number}"));
            let account = bench.authenticate(&bench.outside.sign(&claims)).unwrap().person().unwrap();
            assert_eq!(bench.people.account(&Actor::system(), account).unwrap().email, None);
        }
        for sub in [json!(null), json!(""), json!("x".repeat(256)), json!("a\u{0}b")] {
            let token = bench.outside.sign(&bench.claims_with("sub", sub));
            assert_eq!(bench.refusal(&token), "the token lacks a required claim");
        }
    }

    fn a_name_that_will_not_do_is_left_out(kit) {
        let bench = bench(kit);
        let token = bench.outside.sign(&bench.claims_with("name", json!("x".repeat(999))));
        let account = bench.authenticate(&token).unwrap().person().unwrap();
        assert_eq!(bench.people.account(&Actor::system(), account).unwrap().profile.name, None);
    }

    fn many_first_visits_at_once_make_one_account(kit) {
        let bench = bench(kit);
        let nodes: Vec<_> = (0..4).map(|_| bench.other_node()).collect();
        let token = bench.outside.sign(&bench.claims());
        let subjects: Vec<Subject> = std::thread::scope(|scope| {
            let visits: Vec<_> = nodes
                .iter()
                .map(|node| scope.spawn(|| authenticate(node, &token).unwrap().subject()))
                .collect();
            visits.into_iter().map(|visit| visit.join().unwrap()).collect()
        });
        assert!(subjects.windows(2).all(|pair| pair[0] == pair[1]), "{subjects:?}");
    }

    fn a_disabled_account_is_refused_at_once(kit) {
        let bench = bench(kit);
        let token = bench.outside.sign(&bench.claims());
        let account = bench.authenticate(&token).unwrap().person().unwrap();
        bench.patch(
            account,
            AccountPatch { status: Some(AccountStatus::Disabled), ..AccountPatch::default() },
        );
        assert_eq!(bench.refusal(&token), "the credential's owner is disabled");
    }

    fn permissions_count_only_where_the_operator_says_so(kit) {
        let bench = bench(kit);
        let mut claims = bench.claims_with("permissions", json!(["org.directory.get"]));
        claims["scope"] = json!("openid org.groups.get * organization:write");
        let token = bench.outside.sign(&claims);
        let base = set(&["org.directory.create", "org.directory.list"]);
        assert_eq!(bench.authenticate(&token).unwrap().platform(), &base);

        let mut generous = settings();
        generous.trusted[0].grants_permissions = true;
        let generous = bench_with(kit, generous);
        let actor = generous.authenticate(&token).unwrap();
        for granted in ["org.directory.get", "org.groups.get", "org.directory.list"] {
            assert!(actor.platform().contains(&granted.parse().unwrap()), "{granted}");
        }
        assert!(!actor.is_platform_administrator());
        assert!(!actor.platform().contains(&"org.directory.update".parse().unwrap()), "scopes narrow, they grant nothing");
        assert_eq!(actor.limits().permissions, None, "what grants does not narrow");
    }

    fn all_kinds_of_keys_work(kit) {
        let bench = bench(kit);
        for signer in [Signer::rsa("r"), Signer::p256("e"), Signer::ed25519("o", 3)] {
            let fresh = bench_with(kit, settings());
            fresh.publish(&signer.jwks());
            fresh.authenticate(&signer.sign(&bench.claims())).unwrap();
            fresh.authenticate(&signer.sign_as("JWT", &bench.claims())).unwrap();

            let unnamed = bench_with(kit, settings());
            let mut jwk = signer.jwk();
            jwk.as_object_mut().unwrap().remove("alg");
            jwk.as_object_mut().unwrap().remove("use");
            unnamed.publish(&json!({ "keys": [jwk, {"kty": "unheard-of"}] }));
            unnamed.authenticate(&signer.sign(&bench.claims())).unwrap();
        }
    }

    fn new_keys_are_noticed_and_the_issuer_is_not_pestered(kit) {
        let bench = bench(kit);
        bench.authenticate(&bench.outside.sign(&bench.claims())).unwrap();
        assert_eq!(bench.net.asked(JWKS), 1);
        let next = Signer::ed25519("outside-2", 2);
        bench.publish(&next.jwks());
        let token = next.sign(&bench.claims());
        assert_eq!(bench.refusal(&token), "the token is signed with an unknown key");
        assert_eq!(bench.net.asked(JWKS), 1, "asked a moment ago");
        kit.pass(Duration::from_secs(30));
        bench.authenticate(&token).unwrap();
        assert_eq!(bench.net.asked(JWKS), 2);
        for seed in 10..20 {
            bench.refusal(&Signer::ed25519("made-up", seed).sign(&bench.claims()));
        }
        assert_eq!(bench.net.asked(JWKS), 2, "forged key ids make no traffic");
    }

    fn keys_grow_old(kit) {
        let bench = bench(kit);
        bench.authenticate(&bench.outside.sign(&bench.claims())).unwrap();
        bench.publish(&Signer::ed25519("outside-2", 2).jwks());
        kit.pass(Duration::from_secs(3_600));
        assert_eq!(
            bench.refusal(&bench.outside.sign(&bench.claims())),
            "the token is signed with an unknown key"
        );
    }

    fn an_issuer_that_falls_silent_is_believed_for_a_day(kit) {
        let bench = bench(kit);
        bench.authenticate(&bench.outside.sign(&bench.claims())).unwrap();
        bench.net.fall_silent();
        kit.pass(Duration::from_secs(86_399));
        bench.authenticate(&bench.outside.sign(&bench.claims())).unwrap();
        kit.pass(Duration::from_secs(31));
        let failure = bench.authenticate(&bench.outside.sign(&bench.claims())).unwrap_err();
        assert_eq!(failure.code(), Code::Unavailable);
    }

    fn an_issuer_that_never_answers_is_no_fault_of_the_caller(kit) {
        let bench = bench(kit);
        bench.net.fall_silent();
        let token = bench.outside.sign(&bench.claims());
        assert_eq!(bench.authenticate(&token).unwrap_err().code(), Code::Unavailable);
        bench.publish(&bench.outside.jwks());
        assert_eq!(bench.authenticate(&token).unwrap_err().code(), Code::Unavailable, "asked a moment ago");
        kit.pass(Duration::from_secs(30));
        bench.authenticate(&token).unwrap();
    }

    fn discovery_must_name_the_issuer_itself(kit) {
        let bench = bench(kit);
        let metadata = json!({
            "issuer": "https://evil.example", "authorization_endpoint": "https://evil.example/a",
            "jwks_uri": "https://evil.example/jwks", "response_types_supported": ["code"],
            "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["EdDSA"],
        });
        bench.net.answer(&format!("{OUTSIDE}/.well-known/openid-configuration"), 200, metadata);
        bench.net.answer("https://evil.example/jwks", 200, bench.outside.jwks());
        let failure = bench.authenticate(&bench.outside.sign(&bench.claims())).unwrap_err();
        assert_eq!(failure.code(), Code::Unavailable);
        assert_eq!(bench.net.asked("https://evil.example/jwks"), 0);
    }

    fn an_issuer_without_discovery_has_its_keys_where_the_operator_says(kit) {
        let mut settings = settings();
        settings.trusted[0].jwks_uri = Some("https://issuer.example/elsewhere".to_owned());
        let bench = bench_with(kit, settings);
        bench.net.fall_silent();
        bench.net.answer("https://issuer.example/elsewhere", 200, bench.outside.jwks());
        bench.authenticate(&bench.outside.sign(&bench.claims())).unwrap();
    }

    fn an_opaque_token_is_asked_about(kit) {
        let bench = bench_with(kit, introspection(None));
        let now = kit.ctx.now().seconds();
        bench.net.answer(INTROSPECT, 200, json!({
            "active": true, "sub": "alice", "aud": [OUTSIDE_AUDIENCE], "iss": OUTSIDE, "exp": now + 100, "token_type": "Bearer",
            "scope": "openid", "ext": {"email": "Alice@Acme.example", "email_verified": true, "permissions": ["a.b"]},
        }));
        let actor = bench.authenticate("opaque-token").unwrap();
        let account = bench.people.account(&Actor::system(), actor.person().unwrap()).unwrap();
        assert_eq!(account.email_text(), "alice@acme.example");
        assert!(!actor.platform().contains(&"a.b".parse().unwrap()));
        let (authorization, body) = bench.net.last(INTROSPECT);
        assert_eq!(authorization, crate::common::basic(&"polity+here", "s3cret"));
        assert_eq!(body, "token=opaque-token");

        bench.authenticate("opaque-token").unwrap();
        assert_eq!(bench.net.asked(INTROSPECT), 1, "a good answer is believed");
        kit.pass(Duration::from_secs(60));
        bench.authenticate("opaque-token").unwrap();
        assert_eq!(bench.net.asked(INTROSPECT), 2, "for a minute");
        bench.net.answer(INTROSPECT, 200, json!({"active": false}));
        kit.pass(Duration::from_secs(40));
        assert_eq!(bench.refusal("opaque-token"), "the token is not active", "and never beyond its end");
        bench.refusal("opaque-token");
        assert_eq!(bench.net.asked(INTROSPECT), 4, "a bad answer is not remembered");
    }

    fn a_silent_issuer_is_asked_about_one_token_every_other_second(kit) {
        let bench = bench_with(kit, introspection(Some(INTROSPECT)));
        let unavailable = |token: &str| assert_eq!(bench.authenticate(token).unwrap_err().code(), Code::Unavailable);
        bench.net.fall_silent();
        for number in 0..100 {
            unavailable(&format!("junk-{number}"));
        }
        assert_eq!(bench.net.asked(INTROSPECT), 3, "only the first were waited for");
        kit.pass(Duration::from_secs(2));
        unavailable("one");
        unavailable("two");
        assert_eq!(bench.net.asked(INTROSPECT), 4);
        bench.net.answer(INTROSPECT, 500, json!({}));
        kit.pass(Duration::from_secs(2));
        unavailable("three");
        unavailable("four");
        assert_eq!(bench.net.asked(INTROSPECT), 6, "who answers an error is not silent");
    }

    fn an_opaque_token_must_be_meant_for_us_and_in_its_time(kit) {
        let bench = bench_with(kit, introspection(Some(INTROSPECT)));
        let now = kit.ctx.now().seconds();
        let good = json!({"active": true, "sub": "alice", "aud": OUTSIDE_AUDIENCE, "exp": now + 100,
            "email": "alice@acme.example", "email_verified": true});
        for (name, value, reason) in [
            ("aud", json!("other"), "the token is meant for another audience"),
            ("aud", json!(null), "the token lacks a required claim"),
            ("iss", json!("https://evil.example"), "the token's issuer is not trusted here"),
            ("exp", json!(now), "the credential has expired"),
            ("nbf", json!(now + 60), "the token is not valid yet"),
            ("sub", json!(""), "the token lacks a required claim"),
            ("active", json!(false), "the token is not active"),
        ] {
            let mut answer = good.clone();
            answer[name] = value;
            bench.net.answer(INTROSPECT, 200, answer);
            assert_eq!(bench.refusal("opaque"), reason, "{name}");
        }
        bench.net.answer(INTROSPECT, 200, good);
        bench.authenticate("opaque").unwrap();
        assert_eq!(bench.net.asked(&format!("{OUTSIDE}/.well-known/openid-configuration")), 0);
        bench.net.answer(INTROSPECT, 401, json!({"error": "invalid_client"}));
        assert_eq!(bench.authenticate("another").unwrap_err().code(), Code::Unavailable);
    }

    fn with_nobody_to_ask_an_opaque_token_is_malformed(kit) {
        let bench = bench(kit);
        assert_eq!(bench.refusal("opaque"), "the credential is malformed");
        assert_eq!(bench.net.asked(INTROSPECT), 0);
        assert!(trusted().introspection.is_none());
    }

    fn an_account_without_an_address_takes_one_from_a_provisioned_account(kit) {
        let bench = bench(kit);
        let unproved = bench.outside.sign(&bench.claims_with("email_verified", json!(false)));
        let alice = bench.authenticate(&unproved).unwrap().person().unwrap();
        let provisioned = bench.person("alice@acme.example");
        assert_eq!(bench.authenticate(&bench.outside.sign(&bench.claims())).unwrap().person().unwrap(), alice);
        assert_eq!(bench.people.account(&Actor::system(), alice).unwrap().email_text(), "alice@acme.example");
        assert_eq!(bench.people.account(&Actor::system(), provisioned).unwrap().email, None);
    }
}
