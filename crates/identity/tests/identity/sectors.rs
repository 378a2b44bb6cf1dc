//! Sectors and pairwise subjects.

use polity_identity::{Client, ClientPatch, ClientStatus, Clients, NewClient, Owner, Sectors, SubjectType};
use polity_kernel::{AccountId, OrganizationId};
use polity_testkit::both_engines;

use crate::common::{Bench, bench, owner};

fn app(bench: &Bench<'_>, owner: &Owner, uris: &[&str]) -> Client {
    let new = NewClient {
        redirect_uris: uris.iter().map(|uri| (*uri).to_owned()).collect(),
        subject_type: SubjectType::Pairwise,
        ..NewClient::service("app")
    };
    bench.service(owner, new).0
}

both_engines! {
    fn the_redirect_uris_of_all_active_clients_are_the_sectors_document(kit) {
        let bench = bench(kit);
        let organization = bench.organization();
        let here = owner(organization);
        app(&bench, &here, &["https://b.example/2", "https://b.example/1"]);
        let off = app(&bench, &here, &["https://off.example/"]);
        app(&bench, &here, &["https://b.example/1", "https://b.example/3"]);
        app(&bench, &owner(bench.organization()), &["https://elsewhere.example/"]);
        let disabled = ClientPatch { status: Some(ClientStatus::Disabled), ..ClientPatch::default() };
        bench.identity.update(&here, off.id, None, disabled).unwrap();
        let uris = bench.identity.redirect_uris(organization).unwrap();
        assert_eq!(uris, ["https://b.example/1", "https://b.example/2", "https://b.example/3"]);
        let unknown = OrganizationId::new(kit.ctx.ids().secret());
        assert!(bench.identity.redirect_uris(unknown).unwrap().is_empty());
    }

    fn a_pairwise_client_knows_people_by_its_sectors_subjects(kit) {
        let bench = bench(kit);
        let here = owner(bench.organization());
        let (alice, bob) = (bench.person("alice@acme.example"), bench.person("bob@acme.example"));
        let one = app(&bench, &here, &["https://app.example/1"]);
        let two = app(&bench, &here, &["https://APP.example/2"]);
        let other = app(&bench, &here, &["https://other.example/"]);
        let subjects = |client: &Client, people: &[AccountId]| {
            bench.identity.subjects_of(Some(client.id), people).unwrap()
        };
        let known = subjects(&one, &[alice, bob, alice]);
        assert_eq!((known[0].len(), &known[0]), (64, &known[2]));
        assert!(known[0].bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')));
        assert_ne!(known[0], known[1]);
        assert_eq!(subjects(&two, &[alice, bob]), known[..2], "one host, one sector");
        assert_ne!(subjects(&other, &[alice])[0], known[0]);
        assert_eq!(bench.other_node().subjects_of(Some(one.id), &[alice]).unwrap(), known[..1]);

        let resolve = |client: &Client, text: &str| bench.identity.resolve(Some(client.id), text).unwrap();
        assert_eq!(resolve(&one, &known[0]), Some(alice));
        assert_eq!(resolve(&two, &known[1]), Some(bob));
        assert_eq!(resolve(&other, &known[0]), None, "another sector's subject means nothing");
        assert_eq!(resolve(&one, &known[0].to_uppercase()), None);
        assert_eq!(resolve(&one, &"0".repeat(64)), None);
        assert_eq!(resolve(&one, &alice.to_string()), Some(alice));
    }

    fn everybody_else_knows_people_by_their_account_ids(kit) {
        let bench = bench(kit);
        let alice = bench.person("alice@acme.example");
        let (public, _) = bench.service(&owner(bench.organization()), NewClient::service("robot"));
        for client in [None, Some(public.id)] {
            assert_eq!(bench.identity.subjects_of(client, &[alice]).unwrap(), [alice.to_string()]);
            assert_eq!(bench.identity.resolve(client, &alice.to_string()).unwrap(), Some(alice));
            for nobody in ["", "alice", "../etc/passwd", &"a".repeat(64), &"a".repeat(5_000), "{}"] {
                assert_eq!(bench.identity.resolve(client, nobody).unwrap(), None, "{nobody}");
            }
        }
    }

    fn a_long_list_is_kept_once(kit) {
        let bench = bench(kit);
        let client = app(&bench, &owner(bench.organization()), &["https://app.example/"]);
        let people: Vec<AccountId> = (0..1_100).map(|_| AccountId::new(kit.ctx.ids().secret())).collect();
        let first = bench.identity.subjects_of(Some(client.id), &people).unwrap();
        let again = bench.identity.subjects_of(Some(client.id), &people).unwrap();
        assert_eq!(first, again);
        let last = bench.identity.resolve(Some(client.id), &first[1_099]).unwrap();
        assert_eq!(last, Some(people[1_099]));
    }
}
