//! HTTP Basic: a service account that proves itself in each request by its secret.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use polity_identity::{
    AuthMethod, Authentication, ClientPatch, ClientStatus, Clients, Credential, GrantType, Mint, NewClient,
    Service, Tokens,
};
use polity_kernel::{Actor, Code, Error, Result, Subject, epoch};
use polity_testkit::both_engines;

use crate::common::{basic, bench, owner, permissions, platform};
use crate::endpoint::robot;

const UNKNOWN: &str = "unknown client, or it did not prove itself";

fn come(identity: &Service, id: &impl ToString, secret: &str) -> Result<Actor> {
    let header = basic(id, secret);
    identity.authenticate(&Credential::basic(header.strip_prefix("Basic ").unwrap())?)
}

fn words(refused: Result<Actor>) -> String {
    let error: Error = refused.expect_err("the credential is good");
    assert_eq!(error.code(), Code::Unauthenticated, "{error:?}");
    error.message().to_owned()
}

both_engines! {
    fn it_acts_as_a_token_of_the_account_would(kit) {
        let bench = bench(kit);
        let here = owner(bench.organization());
        let (client, secret) = robot(&bench, &here, &["a.b", "a.c"]);
        let by_token = bench.authenticate(&bench.mint(&Mint::of(Subject::Service(client.id)))).unwrap();
        assert_eq!(come(&bench.identity, &client.id, secret.reveal()).unwrap(), by_token);
        let new = NewClient { platform_permissions: permissions(&["org.directory.list"]), ..NewClient::service("p") };
        let (client, secret) = bench.service(&platform(), new);
        let by_token = bench.authenticate(&bench.mint(&Mint::of(Subject::Service(client.id)))).unwrap();
        assert_eq!(come(&bench.identity, &client.id, secret.reveal()).unwrap(), by_token);
        assert_eq!(by_token.home(), None);
    }

    fn only_the_accounts_own_present_secret_proves_it(kit) {
        let bench = bench(kit);
        let here = owner(bench.organization());
        let (client, secret) = robot(&bench, &here, &[]);
        let (_, other) = robot(&bench, &here, &[]);
        come(&bench.identity, &client.id, secret.reveal()).unwrap();
        for (id, secret) in [
            (client.id.to_string(), ""),
            (client.id.to_string(), "wrong"),
            (client.id.to_string(), other.reveal()),
            (kit.ctx.ids().secret().to_string(), secret.reveal()),
            ("robot".to_owned(), secret.reveal()),
            (String::new(), secret.reveal()),
        ] {
            assert_eq!(words(come(&bench.identity, &id, secret)), UNKNOWN, "{id}");
        }
        come(&bench.identity, &client.id, secret.reveal()).unwrap();
        let new = bench.identity.rotate_secret(&here, client.id).unwrap();
        assert_eq!(words(come(&bench.identity, &client.id, secret.reveal())), UNKNOWN);
        come(&bench.identity, &client.id, new.reveal()).unwrap();
    }

    fn what_changes_about_the_account_counts_at_once_on_every_node(kit) {
        let bench = bench(kit);
        let other = bench.other_node();
        let organization = bench.organization();
        let here = owner(organization);
        let (client, secret) = robot(&bench, &here, &["a.b"]);
        let patch = |patch: ClientPatch| drop(bench.identity.update(&here, client.id, None, patch).unwrap());
        let granted = || Ok::<_, Error>(come(&other, &client.id, secret.reveal())?.home().unwrap().permissions.clone());
        assert_eq!(granted().unwrap(), permissions(&["a.b"]).into_iter().collect());
        patch(ClientPatch { permissions: Some(permissions(&["a.c"])), ..ClientPatch::default() });
        assert_eq!(granted().unwrap(), permissions(&["a.c"]).into_iter().collect());
        let status = |status| ClientPatch { status: Some(status), ..ClientPatch::default() };
        patch(status(ClientStatus::Disabled));
        assert_eq!(words(come(&other, &client.id, secret.reveal())), "the credential's owner is disabled");
        patch(status(ClientStatus::Active));
        granted().unwrap();
        patch(ClientPatch { expires_at: Some(Some(kit.ctx.now().after(Duration::from_secs(60)))), ..ClientPatch::default() });
        granted().unwrap();
        kit.pass(Duration::from_secs(60));
        assert_eq!(words(come(&other, &client.id, secret.reveal())), "the credential's owner is disabled");
        patch(ClientPatch { expires_at: Some(None), ..ClientPatch::default() });
        granted().unwrap();
        kit.ctx.write_platform(move |tx| epoch::end(tx, organization.uuid())).unwrap();
        assert_eq!(words(come(&other, &client.id, secret.reveal())), "the credential's organization is gone");
    }

    fn a_removed_account_is_as_good_as_unknown(kit) {
        let bench = bench(kit);
        let here = owner(bench.organization());
        let (client, secret) = robot(&bench, &here, &[]);
        come(&bench.identity, &client.id, secret.reveal()).unwrap();
        bench.identity.remove(&here, client.id).unwrap();
        assert_eq!(words(come(&bench.identity, &client.id, secret.reveal())), UNKNOWN);
    }

    fn an_account_of_another_kind_gets_its_tokens_elsewhere(kit) {
        let bench = bench(kit);
        let here = owner(bench.organization());
        let new = NewClient { auth_method: AuthMethod::ClientSecretPost, ..NewClient::service("poster") };
        let (poster, secret) = bench.service(&here, new);
        let refused = words(come(&bench.identity, &poster.id, secret.reveal()));
        assert_eq!(refused, "the client is registered for another way to prove itself");
        let new = NewClient {
            grant_types: vec![GrantType::AuthorizationCode],
            redirect_uris: vec!["https://app.example/cb".to_owned()],
            ..NewClient::service("app")
        };
        let (app, secret) = bench.service(&here, new);
        let refused = words(come(&bench.identity, &app.id, secret.reveal()));
        assert_eq!(refused, "the client is not registered to act for itself");
    }

    fn it_is_nothing_that_could_be_withdrawn(kit) {
        let bench = bench(kit);
        let (client, secret) = robot(&bench, &owner(bench.organization()), &[]);
        let header = basic(&client.id, secret.reveal());
        let credential = Credential::basic(header.strip_prefix("Basic ").unwrap()).unwrap();
        assert_eq!(bench.identity.withdraw(&credential).unwrap_err().code(), Code::Unauthenticated);
        assert_eq!(come(&bench.identity, &client.id, secret.reveal()).unwrap().client(), Some(client.id));
        let printed = format!("{credential:?}");
        assert!(!printed.contains(secret.reveal()), "{printed}");
        assert!(!bench.identity.watched(&credential).is_empty(), "it is remembered");
    }
}

#[test]
fn what_is_no_pair_is_malformed() {
    for text in ["", "???", "YQ", &STANDARD.encode("no colon"), &STANDARD.encode([0xff, b':'])] {
        let refused = Credential::basic(text).unwrap_err();
        assert_eq!(
            (refused.code(), refused.message()),
            (Code::Unauthenticated, "the credential is malformed"),
            "{text}"
        );
    }
    let long = STANDARD.encode(vec![b'a'; Credential::MAX_LENGTH]);
    assert_eq!(Credential::basic(&long).unwrap_err().message(), "the credential is too long");
}

#[test]
fn a_header_for_keys_takes_keys_alone() {
    for (text, why) in [
        ("a.b.c", "the credential is not an API key"),
        ("opaque", "the credential is not an API key"),
        ("pol_mistyped", "the API key is mistyped"),
        ("a b", "the credential is malformed"),
        ("", "the credential is malformed"),
    ] {
        let refused = Credential::api_key(text).unwrap_err();
        assert_eq!((refused.code(), refused.message()), (Code::Unauthenticated, why), "{text}");
    }
}
