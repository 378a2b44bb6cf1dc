//! Introspection and revocation: what a client hears of tokens, and how it withdraws them.

use std::time::Duration;

use polity_identity::{
    Endpoint, Introspection, IntrospectionRequest, Keys, NewApiKey, NewClient, OAuthCode, OAuthError,
    RevocationRequest,
};
use polity_testkit::both_engines;
use serde_json::json;

use crate::common::{AUDIENCE, Bench, ISSUER, basic, bench, owner, permissions, platform};
use crate::endpoint::{GRANT, code, grant, robot};

fn introspect(bench: &Bench<'_>, authorization: &str, token: &str) -> Result<Introspection, OAuthError> {
    let form = format!("token={token}");
    bench.identity.introspect(&IntrospectionRequest::parse(Some(authorization), form.as_bytes())?)
}

fn revoke(bench: &Bench<'_>, authorization: &str, token: &str) -> Result<(), OAuthError> {
    let form = format!("token={token}&token_type_hint=access_token");
    bench.identity.revoke(&RevocationRequest::parse(Some(authorization), form.as_bytes())?)
}

both_engines! {
    fn a_client_hears_of_its_own_tokens(kit) {
        let bench = bench(kit);
        let here = owner(bench.organization());
        let (client, secret) = robot(&bench, &here, &["a.b"]);
        let header = basic(&client.id, secret.reveal());
        let token = grant(&bench, Some(&header), &format!("{GRANT}&scope=a.b")).unwrap().access_token;
        let told = introspect(&bench, &header, token.reveal()).unwrap();
        let id = client.id.to_string();
        assert!(told.active);
        assert_eq!((told.client_id.as_deref(), told.sub.as_deref()), (Some(id.as_str()), Some(id.as_str())));
        assert_eq!((told.scope.as_deref(), told.token_type), (Some("a.b"), Some("Bearer")));
        assert_eq!(told.exp, Some(kit.ctx.now().seconds() + 3_600));
        assert_eq!((told.iss.as_deref(), told.aud.as_deref()), (Some(ISSUER), Some(AUDIENCE)));

        kit.pass(Duration::from_secs(3_630));
        let late = introspect(&bench, &header, token.reveal()).unwrap();
        assert_eq!(serde_json::to_value(late).unwrap(), json!({"active": false}));
    }

    fn others_tokens_are_not_active_to_a_client_without_the_permission(kit) {
        let bench = bench(kit);
        let (client, secret) = robot(&bench, &owner(bench.organization()), &[]);
        let token = bench.token(bench.person("alice@acme.example"));
        let header = basic(&client.id, secret.reveal());
        for text in [token.as_str(), "opaque", "x.y.z", &bench.outside.sign(&bench.claims())] {
            assert_eq!(introspect(&bench, &header, text).unwrap(), Introspection::default());
        }
        assert_eq!(code(introspect(&bench, &basic(&client.id, "wrong"), &token)), OAuthCode::InvalidClient);

        let new = NewClient {
            platform_permissions: permissions(&["identity.get"]),
            ..NewClient::service("gatekeeper")
        };
        let (gatekeeper, secret) = bench.service(&platform(), new);
        let header = basic(&gatekeeper.id, secret.reveal());
        assert!(introspect(&bench, &header, &token).unwrap().active);
        let alice = bench.person("alice@acme.example");
        bench.patch(
            alice,
            polity_accounts::AccountPatch {
                status: Some(polity_accounts::AccountStatus::Disabled),
                ..Default::default()
            },
        );
        assert!(!introspect(&bench, &header, &token).unwrap().active);
    }

    fn a_client_revokes_its_own_tokens(kit) {
        let bench = bench(kit);
        let here = owner(bench.organization());
        let (client, secret) = robot(&bench, &here, &[]);
        let (other, other_secret) = robot(&bench, &here, &[]);
        let header = basic(&client.id, secret.reveal());
        let token = grant(&bench, Some(&header), GRANT).unwrap().access_token;
        bench.authenticate(token.reveal()).unwrap();
        let theirs = basic(&other.id, other_secret.reveal());
        assert_eq!(code(revoke(&bench, &theirs, token.reveal())), OAuthCode::UnauthorizedClient);
        bench.authenticate(token.reveal()).unwrap();

        revoke(&bench, &header, token.reveal()).unwrap();
        assert_eq!(bench.refusal(token.reveal()), "the credential has been revoked");
        revoke(&bench, &header, token.reveal()).unwrap();
        assert!(!introspect(&bench, &header, token.reveal()).unwrap().active);
        let again = grant(&bench, Some(&header), GRANT).unwrap().access_token;
        bench.authenticate(again.reveal()).unwrap();
        for nothing in ["opaque", "pol_x", "a.b.c"] {
            revoke(&bench, &header, nothing).unwrap();
        }
        assert_eq!(
            code(revoke(&bench, &basic(&client.id, "wrong"), again.reveal())),
            OAuthCode::InvalidClient
        );
    }

    fn a_key_that_was_found_can_be_revoked_by_any_client(kit) {
        let bench = bench(kit);
        let here = owner(bench.organization());
        let (client, secret) = robot(&bench, &here, &[]);
        let new = NewApiKey { name: "leaked".to_owned(), ..NewApiKey::default() };
        let (_, key) = bench.identity.create(&owner(bench.organization()), new).unwrap();
        bench.authenticate(key.reveal()).unwrap();
        revoke(&bench, &basic(&client.id, secret.reveal()), key.reveal()).unwrap();
        assert_eq!(bench.refusal(key.reveal()), "the API key is unknown or revoked");
    }
}
