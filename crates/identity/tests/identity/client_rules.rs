//! What a client may be: names, redirect URIs, keys and sectors.

use polity_identity::{AuthMethod, ClientPatch, Clients, GrantType, NewClient, SubjectType};
use polity_kernel::Code;
use polity_testkit::both_engines;
use serde_json::json;

use crate::common::keys::Signer;
use crate::common::{ISSUER, bench, owner, permissions, platform};

fn patch() -> ClientPatch {
    ClientPatch::default()
}

both_engines! {
    fn bad_input_names_the_field(kit) {
        let bench = bench(kit);
        let here = owner(bench.organization());
        let service = || NewClient::service("robot");
        let keys = |jwks| NewClient { auth_method: AuthMethod::PrivateKeyJwt, jwks, ..service() };
        let mut private = Signer::ed25519("k", 5).jwks();
        private["keys"][0]["d"] = json!("AQAB");
        let mut odd = Signer::ed25519("k", 5).jwks();
        odd["keys"][0]["kid"] = json!("a\u{0}b");
        let redirect = |uri: &str| NewClient { redirect_uris: vec![uri.to_owned()], ..service() };
        for (field, new) in [
            ("name", NewClient::service("")),
            ("name", NewClient::service("a\u{0}")),
            ("grant_types", NewClient { grant_types: Vec::new(), ..service() }),
            ("redirect_uris", redirect("http://app.example/cb")),
            ("redirect_uris", redirect("https://app.example/\u{0}")),
            ("redirect_uris", NewClient { grant_types: vec![GrantType::AuthorizationCode], ..service() }),
            ("jwks", keys(None)),
            ("jwks", keys(Some(json!({"keys": []})))),
            ("jwks", keys(Some(json!({"keys": [{"kty": "oct", "k": "AQAB"}]})))),
            ("jwks", keys(Some(private))),
            ("jwks", keys(Some(odd))),
            ("jwks", NewClient { jwks: Some(Signer::ed25519("k", 5).jwks()), ..service() }),
            ("sector_identifier_uri", NewClient { subject_type: SubjectType::Pairwise, ..service() }),
            (
                "sector_identifier_uri",
                NewClient { sector_identifier_uri: Some("http://x.example".to_owned()), ..service() },
            ),
        ] {
            let error = bench.identity.register(&here, new).unwrap_err();
            assert_eq!(error.fields()[0].field, field, "{error:?}");
        }
        let new = NewClient { permissions: permissions(&["a.b"]), ..service() };
        assert_eq!(bench.identity.register(&platform(), new).unwrap_err().fields()[0].field, "permissions");
        let (client, _) = bench.service(&here, service());
        let nameless = ClientPatch { name: Some(String::new()), ..patch() };
        assert_eq!(
            bench.identity.update(&here, client.id, None, nameless).unwrap_err().fields()[0].field,
            "name"
        );
    }

    fn only_the_public_members_of_a_key_are_kept(kit) {
        let bench = bench(kit);
        let here = owner(bench.organization());
        let mut jwks = Signer::p256("k").jwks();
        jwks["keys"][0]["x5c"] = json!(["certificate"]);
        jwks["comment"] = json!("hello");
        let new = NewClient {
            auth_method: AuthMethod::PrivateKeyJwt,
            jwks: Some(jwks),
            ..NewClient::service("robot")
        };
        let (client, secret) = bench.identity.register(&here, new).unwrap();
        assert!(secret.is_none(), "it has no secret");
        assert_eq!(client.jwks, Some(Signer::p256("k").jwks()));
        assert_eq!(bench.identity.rotate_secret(&here, client.id).unwrap_err().code(), Code::Conflict);
    }

    fn a_sectors_document_must_list_the_redirect_uris(kit) {
        let bench = bench(kit);
        let here = owner(bench.organization());
        let sector = "https://sector.example/uris.json";
        let new = NewClient {
            redirect_uris: vec!["https://a.example/cb".to_owned(), "https://b.example/cb".to_owned()],
            subject_type: SubjectType::Pairwise,
            sector_identifier_uri: Some(sector.to_owned()),
            ..NewClient::service("app")
        };
        let refused = |new: NewClient| bench.identity.register(&here, new).unwrap_err().fields()[0].clone();
        assert_eq!(refused(new.clone()).message, "does not answer");
        bench.net.answer(sector, 404, json!([]));
        assert_eq!(refused(new.clone()).message, "must answer with a JSON list of redirect URIs");
        bench.net.answer(sector, 200, json!(["https://a.example/cb"]));
        assert_eq!(refused(new.clone()).message, "does not list all redirect URIs");
        bench.net.answer(sector, 200, json!(["https://a.example/cb", "https://b.example/cb"]));
        let (client, _) = bench.service(&here, new.clone());

        let more = ClientPatch { redirect_uris: Some(vec!["https://c.example/cb".to_owned()]), ..patch() };
        let error = bench.identity.update(&here, client.id, None, more).unwrap_err();
        assert_eq!(error.fields()[0].field, "sector_identifier_uri");

        let own =
            NewClient { sector_identifier_uri: Some(format!("{ISSUER}/directory/admin/x/sectors")), ..new };
        bench.service(&here, own);
    }
}
