//! A wall clock that is put back makes nothing that is remembered younger.

use std::time::Duration;

use polity_identity::{IntrospectionClient, Secret, Tokens, TrustedIssuer};
use polity_testkit::both_engines;
use serde_json::json;

use crate::common::{OUTSIDE, OUTSIDE_AUDIENCE, authenticate, bench, bench_with, settings, trusted};

const DAY: Duration = Duration::from_secs(86_400);

both_engines! {
    fn a_trusted_issuers_keys_are_asked_for_after_an_hour(kit) {
        let bench = bench(kit);
        let jwks = format!("{OUTSIDE}/jwks");
        bench.authenticate(&bench.outside.sign(&bench.claims())).unwrap();
        kit.clock.put_back(DAY);
        bench.authenticate(&bench.outside.sign(&bench.claims())).unwrap();
        assert_eq!(bench.net.asked(&jwks), 1);
        kit.pass(Duration::from_secs(3_601));
        bench.authenticate(&bench.outside.sign(&bench.claims())).unwrap();
        assert_eq!(bench.net.asked(&jwks), 2);
    }

    fn another_nodes_new_key_is_found(kit) {
        let bench = bench(kit);
        let other = bench.other_node();
        let alice = bench.person("alice@acme.example");
        authenticate(&other, &bench.token(alice)).unwrap();
        kit.clock.put_back(DAY);
        bench.identity.rotate().unwrap();
        kit.pass(Duration::from_secs(601));
        authenticate(&other, &bench.token(alice)).unwrap();
    }

    fn an_issuers_word_about_an_opaque_token_is_believed_for_a_minute(kit) {
        let endpoint = format!("{OUTSIDE}/introspect");
        let client = IntrospectionClient {
            endpoint: Some(endpoint.clone()),
            client_id: "polity".to_owned(),
            client_secret: Secret::new("s3cret"),
        };
        let issuer = TrustedIssuer { introspection: Some(client), ..trusted() };
        let bench = bench_with(kit, polity_identity::Settings { trusted: vec![issuer], ..settings() });
        let answer = json!({"active": true, "sub": "alice", "aud": OUTSIDE_AUDIENCE, "email": "alice@acme.example",
            "email_verified": true});
        bench.net.answer(&endpoint, 200, answer);
        bench.authenticate("opaque").unwrap();
        kit.clock.put_back(DAY);
        bench.authenticate("opaque").unwrap();
        assert_eq!(bench.net.asked(&endpoint), 1);
        kit.pass(Duration::from_secs(60));
        bench.authenticate("opaque").unwrap();
        assert_eq!(bench.net.asked(&endpoint), 2);
    }
}
