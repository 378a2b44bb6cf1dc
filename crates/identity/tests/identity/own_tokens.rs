//! Own access tokens and the keys that sign them.

use std::time::Duration;

use polity_accounts::{AccountPatch, AccountStatus};
use polity_identity::{
    Authentication, Credential, Maintenance, Mint, NewClient, Registration, Service, Settings, Tokens,
};
use polity_kernel::{AccountId, Actor, Clock, Code, Ctx, IdSource, PermissionSet, Subject};
use polity_testkit::both_engines;
use serde_json::{Value, json};

use crate::common::{
    AUDIENCE, ISSUER, authenticate, bench, bench_with, part, permissions, platform, refusal, set, settings,
};

fn kids(jwks: &[Value]) -> Vec<&str> {
    jwks.iter().map(|jwk| jwk["kid"].as_str().unwrap()).collect()
}

both_engines! {
    fn the_first_token_ever_is_signed_while_the_clock_runs(kit) {
        let ctx = Ctx::new(kit.db().clone(), Clock::machine(), IdSource::random());
        let identity = Service::new(ctx, settings(), std::sync::Arc::<crate::common::Net>::default(), std::sync::Arc::new(polity_directory::NoWorkspaces), polity_identity::AtBrowser::nobody()).unwrap();
        let alice = bench(kit).person("alice@acme.example");
        let minted = identity.mint(&Mint::of(Subject::Person(alice))).unwrap();
        let credential: Credential = minted.token.reveal().parse().unwrap();
        assert_eq!(identity.authenticate(&credential).unwrap().subject(), Subject::Person(alice));
    }

    fn a_token_says_what_rfc_9068_asks_for(kit) {
        let bench = bench(kit);
        let alice = bench.person("alice@acme.example");
        let organization = bench.organization();
        let token = bench.mint(&Mint {
            organization: Some(organization),
            permissions: Some(permissions(&["org.groups.get", "org.directory.list"])),
            ..Mint::of(Subject::Person(alice))
        });
        let (header, claims) = (part(&token, 0), part(&token, 1));
        assert_eq!(header["typ"], "at+jwt");
        assert_eq!(header["alg"], "EdDSA");
        let now = kit.ctx.now().seconds();
        assert_eq!(claims["iss"], ISSUER);
        assert_eq!(claims["aud"], AUDIENCE);
        assert_eq!(claims["sub"], json!(alice.to_string()));
        assert_eq!((claims["iat"].as_i64(), claims["exp"].as_i64()), (Some(now), Some(now + 3_600)));
        assert_eq!(claims["jti"].as_str().unwrap().len(), 36);
        assert_eq!(claims["client_id"], "polity");
        assert_eq!(claims["scope"], "org.groups.get org.directory.list");
        assert_eq!(claims["permissions"], json!(["org.groups.get", "org.directory.list"]));
        assert_eq!(claims["org"], json!(organization.to_string()));
        assert_eq!(claims["email"], "alice@acme.example");
    }

    fn a_token_for_one_organization_founds_no_other(kit) {
        let bench = bench(kit);
        let alice = bench.person("alice@acme.example");
        let create = "org.directory.create".parse().unwrap();
        let founds = |organization| {
            let token = bench.mint(&Mint { organization, ..Mint::of(Subject::Person(alice)) });
            bench.authenticate(&token).unwrap().require(&create).is_ok()
        };
        assert!(founds(None) && !founds(Some(bench.organization())));
    }

    fn a_token_acts_for_its_person(kit) {
        let bench = bench(kit);
        let alice = bench.person("alice@acme.example");
        let actor = bench.authenticate(&bench.token(alice)).unwrap();
        assert_eq!(actor.subject(), Subject::Person(alice));
        assert_eq!(actor.platform(), &set(&["org.directory.create", "org.directory.list"]));
        assert_eq!((actor.limits().permissions.clone(), actor.limits().organization), (None, None));
        assert_eq!((actor.client(), actor.home()), (None, None));
    }

    fn restricted_registration_keeps_people_from_founding(kit) {
        let bench = bench_with(kit, Settings { registration: Registration::Restricted, ..settings() });
        let actor = bench.authenticate(&bench.token(bench.person("alice@acme.example"))).unwrap();
        assert_eq!(actor.platform(), &set(&["org.directory.list"]));
    }

    fn an_administrators_token_opens_everything_unless_it_is_narrowed(kit) {
        let bench = bench(kit);
        let root = bench.administrator("root@acme.example");
        let organization = bench.organization();
        let actor = |mint: &Mint| bench.authenticate(&bench.mint(mint)).unwrap();
        assert!(actor(&Mint::of(Subject::Person(root))).is_platform_administrator());

        let some =
            actor(&Mint { permissions: Some(permissions(&["a.b"])), ..Mint::of(Subject::Person(root)) });
        assert!(!some.is_platform_administrator());
        assert_eq!(some.platform(), &set(&["a.b"]));
        assert_eq!(some.limits().permissions, Some(set(&["a.b"])));

        let nothing = actor(&Mint { permissions: Some(Vec::new()), ..Mint::of(Subject::Person(root)) });
        assert_eq!(nothing.platform(), &PermissionSet::none());

        let here = actor(&Mint { organization: Some(organization), ..Mint::of(Subject::Person(root)) });
        assert!(!here.is_platform_administrator());
        assert_eq!(here.limits().organization, Some(organization));
    }

    fn what_the_account_is_counts_now_and_not_when_the_token_was_made(kit) {
        let bench = bench(kit);
        let other = bench.other_node();
        let alice = bench.person("alice@acme.example");
        let token = bench.token(alice);
        assert!(!authenticate(&other, &token).unwrap().is_platform_administrator());

        bench.patch(alice, AccountPatch { platform_administrator: Some(true), ..AccountPatch::default() });
        assert!(authenticate(&other, &token).unwrap().is_platform_administrator());

        bench.patch(alice, AccountPatch { status: Some(AccountStatus::Disabled), ..AccountPatch::default() });
        assert_eq!(refusal(&other, &token), "the credential's owner is disabled");

        bench.patch(alice, AccountPatch { status: Some(AccountStatus::Active), ..AccountPatch::default() });
        assert!(authenticate(&other, &token).is_ok());
    }

    fn a_client_that_a_persons_token_was_made_for_must_be_there_too(kit) {
        let bench = bench(kit);
        let alice = bench.person("alice@acme.example");
        let (client, _) = bench.service(&platform(), NewClient::service("app"));
        let token = bench.mint(&Mint { client: Some(client.id), ..Mint::of(Subject::Person(alice)) });
        let actor = bench.authenticate(&token).unwrap();
        assert_eq!((actor.subject(), actor.client()), (Subject::Person(alice), Some(client.id)));
        assert!(actor.home().is_none(), "the client's rights are not the person's");
        polity_identity::Clients::remove(&bench.identity, &platform(), client.id).unwrap();
        assert_eq!(bench.refusal(&token), "the credential's owner is unknown");
    }

    fn nobody_gets_a_token_for_nobody(kit) {
        let bench = bench(kit);
        let unknown = Subject::Person(AccountId::new(kit.ctx.ids().secret()));
        assert_eq!(bench.identity.mint(&Mint::of(unknown)).unwrap_err().code(), Code::NotFound);
        assert_eq!(bench.identity.mint(&Mint::of(Subject::System)).unwrap_err().code(), Code::Invalid);
        let alice = bench.person("alice@acme.example");
        let too_long = Some(Settings::LONGEST_TTL + Duration::from_secs(1));
        for ttl in [Some(Duration::ZERO), too_long] {
            let refused = bench.identity.mint(&Mint { ttl, ..Mint::of(Subject::Person(alice)) });
            assert_eq!(refused.unwrap_err().fields()[0].field, "ttl");
        }
    }

    fn rotated_keys_overlap(kit) {
        let bench = bench(kit);
        let alice = bench.person("alice@acme.example");
        let month = Some(Settings::LONGEST_TTL);
        let old = bench.mint(&Mint { ttl: month, ..Mint::of(Subject::Person(alice)) });
        let first = part(&old, 0)["kid"].as_str().unwrap().to_owned();

        let second = bench.identity.rotate().unwrap();
        assert_ne!(first, second);
        let published = bench.identity.jwks().unwrap().keys;
        assert_eq!(kids(&published), [first.as_str(), second.as_str()]);
        assert!(published.iter().all(|jwk| jwk.get("d").is_none()), "no private half");
        assert_eq!(part(&bench.token(alice), 0)["kid"], json!(first), "not before others could see it");

        kit.pass(Duration::from_secs(600));
        let last = bench.mint(&Mint { ttl: month, ..Mint::of(Subject::Person(alice)) });
        assert_eq!(part(&last, 0)["kid"], json!(second));
        bench.authenticate(&old).unwrap();

        kit.pass(Settings::LONGEST_TTL - Duration::from_secs(600));
        bench.authenticate(&old).unwrap();
        kit.pass(Duration::from_secs(630));
        bench.identity.tidy().unwrap();
        assert_eq!(kids(&bench.identity.jwks().unwrap().keys), [second.as_str()]);
    }

    fn another_node_looks_for_a_key_it_does_not_know_but_not_all_the_time(kit) {
        let bench = bench(kit);
        let other = bench.other_node();
        let known = || other.jwks().unwrap().keys.len();
        let mut claims = part(&bench.token(bench.person("alice@acme.example")), 1);
        claims["jti"] = json!(kit.ctx.ids().secret());
        let forged = crate::common::keys::Signer::ed25519("made-up", 9).sign(&claims);
        assert_eq!(known(), 1);
        bench.identity.rotate().unwrap();
        assert_eq!(refusal(&other, &forged), "the token is signed with an unknown key");
        assert_eq!(known(), 1, "it looked a moment ago");
        kit.pass(Duration::from_secs(5));
        assert_eq!(refusal(&other, &forged), "the token is signed with an unknown key");
        assert_eq!(known(), 2);
        bench.identity.rotate().unwrap();
        kit.pass(Duration::from_secs(60));
        assert_eq!(known(), 3, "it looks once a minute in any case");
    }

    fn nodes_that_begin_at_once_understand_each_other(kit) {
        let bench = bench(kit);
        let alice = bench.person("alice@acme.example");
        let nodes: Vec<_> = (0..4).map(|_| bench.other_node()).collect();
        let tokens: Vec<String> = std::thread::scope(|scope| {
            let minting: Vec<_> = nodes
                .iter()
                .map(|node| scope.spawn(|| node.mint(&Mint::of(Subject::Person(alice))).unwrap().token))
                .collect();
            minting.into_iter().map(|thread| thread.join().unwrap().reveal().to_owned()).collect()
        });
        kit.pass(Duration::from_secs(6));
        for (node, token) in nodes.iter().flat_map(|node| tokens.iter().map(move |token| (node, token))) {
            authenticate(node, token).unwrap();
        }
    }

    fn metadata_leads_to_every_endpoint(kit) {
        let bench = bench(kit);
        let metadata = serde_json::to_value(bench.identity.metadata()).unwrap();
        assert_eq!(metadata["issuer"], ISSUER);
        for (name, path) in [
            ("jwks_uri", "/oauth2/jwks.json"),
            ("token_endpoint", "/oauth2/token"),
            ("introspection_endpoint", "/oauth2/introspect"),
            ("revocation_endpoint", "/oauth2/revoke"),
            ("registration_endpoint", "/oauth2/register"),
        ] {
            assert_eq!(metadata[name], format!("{ISSUER}{path}"));
        }
        assert_eq!(metadata["token_endpoint_auth_methods_supported"][2], "private_key_jwt");
        assert_eq!(metadata["id_token_signing_alg_values_supported"], json!(["EdDSA"]));
    }

    fn nothing_prints_a_credential(kit) {
        let bench = bench(kit);
        let minted =
            bench.identity.mint(&Mint::of(Subject::Person(bench.person("alice@acme.example")))).unwrap();
        let credential: Credential = minted.token.reveal().parse().unwrap();
        let printed = format!("{minted:?} {credential:?} {:?} {:?}", bench.identity, settings());
        for part in minted.token.reveal().split('.') {
            assert!(!printed.contains(part), "{printed}");
        }
        let actor: Actor = bench.authenticate(minted.token.reveal()).unwrap();
        assert!(!format!("{actor:?}").contains(minted.token.reveal()));
    }
}

#[test]
fn settings_that_cannot_be_meant_are_refused() {
    let kit = polity_testkit::Kit::new(polity_testkit::Engine::Sqlite);
    let refused = |change: fn(&mut Settings)| {
        let mut settings = settings();
        change(&mut settings);
        let net = std::sync::Arc::new(crate::common::Net::default());
        Service::new(
            kit.ctx.clone(),
            settings,
            net,
            std::sync::Arc::new(polity_directory::NoWorkspaces),
            polity_identity::AtBrowser::nobody(),
        )
        .unwrap_err()
        .fields()[0]
            .field
            .clone()
    };
    assert_eq!(refused(|settings| settings.issuer.push('/')), "public_url");
    assert_eq!(refused(|settings| settings.token_ttl = Duration::ZERO), "token_ttl");
    assert_eq!(refused(|settings| settings.trusted[0].issuer = ISSUER.to_owned()), "trusted_issuers");
    assert_eq!(refused(|settings| settings.trusted[0].algorithms.clear()), "trusted_issuers");
    assert_eq!(refused(|settings| settings.trusted.push(settings.trusted[0].clone())), "trusted_issuers");
}
