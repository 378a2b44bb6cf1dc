//! On whose word other servers are asked.

use polity_identity::{Authentication, IntrospectionClient, Secret, Settings};
use polity_identity::{Clients, Credential, Errand, NewClient, SubjectType, TrustedIssuer};
use polity_testkit::both_engines;
use serde_json::json;

use crate::common::{OUTSIDE, bench, bench_with, owner, settings, trusted};

both_engines! {
    fn an_issuers_own_host_is_the_operators_word_and_another_is_not(kit) {
        let bench = bench(kit);
        bench.authenticate(&bench.outside.sign(&bench.claims())).unwrap();
        assert_eq!(bench.net.errand(&format!("{OUTSIDE}/jwks")), Errand::Operator);
        let metadata = json!({
            "issuer": OUTSIDE, "authorization_endpoint": format!("{OUTSIDE}/authorize"), "jwks_uri": "https://keys.example/jwks",
            "response_types_supported": ["code"], "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["EdDSA"],
        });
        let other = bench_with(kit, settings());
        other.net.answer(&format!("{OUTSIDE}/.well-known/openid-configuration"), 200, metadata);
        other.net.answer("https://keys.example/jwks", 200, other.outside.jwks());
        other.authenticate(&other.outside.sign(&other.claims())).unwrap();
        assert_eq!(other.net.errand("https://keys.example/jwks"), Errand::Issuer);
    }

    fn a_sector_is_the_word_of_its_clients_organization(kit) {
        let bench = bench(kit);
        let (organization, sector) = (bench.organization(), "https://sector.example/uris.json");
        let new = NewClient {
            redirect_uris: vec!["https://a.example/cb".to_owned(), "https://b.example/cb".to_owned()],
            subject_type: SubjectType::Pairwise,
            sector_identifier_uri: Some(sector.to_owned()),
            ..NewClient::service("app")
        };
        bench.identity.register(&owner(organization), new).unwrap_err();
        assert_eq!(bench.net.errand(sector), Errand::Organization(organization));
    }

    fn whose_judgement_waits_is_told_before(kit) {
        let client = IntrospectionClient { endpoint: None, client_id: "polity".to_owned(), client_secret: Secret::new("s3cret") };
        let issuer = TrustedIssuer { introspection: Some(client), ..trusted() };
        let bench = bench_with(kit, Settings { trusted: vec![issuer], ..settings() });
        let waits = |text: &str| bench.identity.waits_outside(&text.parse::<Credential>().unwrap());
        let theirs = bench.outside.sign(&bench.claims());
        assert!(waits("opaque") && waits(&theirs));
        bench.authenticate(&theirs).unwrap();
        assert!(!waits(&theirs), "it is remembered");
        assert!(!waits(&bench.outside.sign(&bench.claims_with("email", json!("bob@acme.example")))), "the keys are");
        kit.pass(std::time::Duration::from_secs(3_600));
        assert!(waits(&bench.outside.sign(&bench.claims())), "and are asked for again");
        let own = bench.token(bench.person("alice@acme.example"));
        assert!(!waits(&own) && !waits("a.b.c"));
    }
}
