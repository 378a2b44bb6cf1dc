//! Clients: service accounts and OIDC clients.

use std::time::Duration;

use polity_identity::{ClientPatch, ClientStatus, Clients, Mint, NewClient, Owner};
use polity_kernel::{Actor, Bounds, Code, Home, Page, PermissionSet, Subject, epoch, event};
use polity_testkit::{at_once, both_engines};

use crate::common::{access, authenticate, bench, owner, permissions, platform, refusal, set};

const ALL_CREDENTIALS: [&str; 5] = [
    "projects.credentials.create",
    "projects.credentials.get",
    "projects.credentials.list",
    "projects.credentials.update",
    "projects.credentials.delete",
];

fn patch() -> ClientPatch {
    ClientPatch::default()
}

both_engines! {
    fn a_service_account_acts_with_its_own_grants(kit) {
        let bench = bench(kit);
        let organization = bench.organization();
        let here = owner(organization);
        let new =
            NewClient { permissions: permissions(&["b.c", "a.b", "a.b"]), ..NewClient::service(" robot ") };
        let (client, _) = bench.service(&here, new);
        assert_eq!((client.name.as_str(), client.version, client.status), ("robot", 1, ClientStatus::Active));
        assert_eq!(client.organization, Some(organization));
        assert_eq!(client.permissions, permissions(&["a.b", "b.c"]));
        assert_eq!(bench.identity.client(&here, client.id).unwrap(), client);

        let actor = bench.authenticate(&bench.mint(&Mint::of(Subject::Service(client.id)))).unwrap();
        assert_eq!(actor.subject(), Subject::Service(client.id));
        assert_eq!(actor.home(), Some(&Home { organization, permissions: set(&["a.b", "b.c"]) }));
        assert_eq!(actor.platform(), &PermissionSet::none());
        assert_eq!(actor.person().unwrap_err().code(), Code::PersonRequired);
    }

    fn an_organization_has_so_many(kit) {
        let bench = bench(kit);
        let identity = bench.bounded(Bounds { clients_per_organization: 3, ..Bounds::NONE });
        let here = owner(bench.organization());
        let register = |owner: &Owner| identity.register(owner, NewClient::service("robot")).map(|(client, _)| client.id);
        let told = at_once(8, |_| register(&here));
        let made: Vec<_> = told.iter().filter_map(|told| told.as_ref().ok()).collect();
        assert_eq!(made.len(), 3, "{told:?}");
        assert!(told.iter().filter_map(|told| told.as_ref().err()).all(|error| error.code() == Code::LimitReached));
        register(&owner(bench.organization())).expect("another organization has its own");
        register(&platform()).expect("the platform's are not counted");
        identity.remove(&here, *made[0]).unwrap();
        register(&here).expect("one that is gone does not count");
    }

    fn platform_permissions_are_a_platform_administrators_to_give(kit) {
        let bench = bench(kit);
        let organization = bench.organization();
        let new = NewClient {
            platform_permissions: permissions(&["org.directory.list"]),
            ..NewClient::service("robot")
        };
        assert_eq!(
            bench.identity.register(&owner(organization), new.clone()).unwrap_err().code(),
            Code::Forbidden
        );
        let root = Owner::from(&access(organization, PermissionSet::all()));
        let (client, _) = bench.service(&root, new.clone());
        let (global, _) = bench.service(&platform(), new);
        assert_eq!(global.organization, None);
        for (client, home) in [(&client, true), (&global, false)] {
            let mint = Mint::of(Subject::Service(client.id));
            let actor = bench.authenticate(&bench.mint(&mint)).unwrap();
            assert_eq!(actor.platform(), &set(&["org.directory.list"]));
            assert_eq!((actor.home().is_some(), actor.client()), (home, Some(client.id)));
        }

        let theirs = owner(organization);
        let renamed = ClientPatch { name: Some("mine now".to_owned()), ..patch() };
        assert_eq!(
            bench.identity.update(&theirs, client.id, None, renamed).unwrap_err().code(),
            Code::Forbidden
        );
        assert_eq!(bench.identity.rotate_secret(&theirs, client.id).unwrap_err().code(), Code::Forbidden);
        let alice = bench.authenticate(&bench.token(bench.person("alice@acme.example"))).unwrap();
        let refused = bench.identity.clients(&Owner::from(&alice), Page::first(9)).unwrap_err();
        assert_eq!(refused.code(), Code::Forbidden);
    }

    fn nobody_makes_or_takes_over_a_client_that_may_more_than_themselves(kit) {
        let bench = bench(kit);
        let organization = bench.organization();
        let mut mine = set(&ALL_CREDENTIALS);
        mine.insert("a.b".parse().unwrap());
        let mine = Owner::from(&access(organization, mine));
        let more = NewClient { permissions: permissions(&["a.b", "x.y"]), ..NewClient::service("robot") };
        let refused = bench.identity.register(&mine, more.clone()).unwrap_err();
        assert_eq!(refused.missing_permissions(), permissions(&["x.y"]));

        let (strong, _) = bench.service(&owner(organization), more);
        let refused = bench.identity.rotate_secret(&mine, strong.id).unwrap_err();
        assert_eq!(refused.missing_permissions(), permissions(&["x.y"]), "a new secret would make it theirs");
        let weaker = ClientPatch { permissions: Some(Vec::new()), ..patch() };
        assert_eq!(
            bench.identity.update(&mine, strong.id, None, weaker).unwrap_err().code(),
            Code::Forbidden
        );

        let (weak, _) = bench.service(&mine, NewClient::service("mine"));
        let stronger = ClientPatch { permissions: Some(permissions(&["x.y"])), ..patch() };
        let refused = bench.identity.update(&mine, weak.id, None, stronger).unwrap_err();
        assert_eq!(refused.missing_permissions(), permissions(&["x.y"]));
        bench.identity.remove(&mine, strong.id).unwrap();
    }

    fn every_method_asks_for_its_permission(kit) {
        let bench = bench(kit);
        let organization = bench.organization();
        let (client, _) = bench.service(&owner(organization), NewClient::service("robot"));
        let nobody = Owner::from(&access(organization, PermissionSet::none()));
        let identity = &bench.identity;
        let errors = [
            identity.register(&nobody, NewClient::service("x")).unwrap_err(),
            identity.client(&nobody, client.id).unwrap_err(),
            identity.clients(&nobody, Page::first(1)).unwrap_err(),
            identity.update(&nobody, client.id, None, patch()).unwrap_err(),
            identity.rotate_secret(&nobody, client.id).unwrap_err(),
            identity.remove(&nobody, client.id).unwrap_err(),
        ];
        let missing: Vec<String> =
            errors.iter().map(|error| error.missing_permissions()[0].to_string()).collect();
        assert_eq!(
            missing,
            [
                ALL_CREDENTIALS[0],
                ALL_CREDENTIALS[1],
                ALL_CREDENTIALS[2],
                ALL_CREDENTIALS[3],
                ALL_CREDENTIALS[3],
                ALL_CREDENTIALS[4],
            ]
        );
    }

    fn another_organizations_client_is_not_found(kit) {
        let bench = bench(kit);
        let (client, _) = bench.service(&owner(bench.organization()), NewClient::service("robot"));
        let identity = &bench.identity;
        for elsewhere in [owner(bench.organization()), platform()] {
            let errors = [
                identity.client(&elsewhere, client.id).unwrap_err(),
                identity.update(&elsewhere, client.id, None, patch()).unwrap_err(),
                identity.rotate_secret(&elsewhere, client.id).unwrap_err(),
                identity.remove(&elsewhere, client.id).unwrap_err(),
            ];
            assert!(errors.iter().all(|error| error.code() == Code::NotFound), "{errors:?}");
            assert!(identity.clients(&elsewhere, Page::first(9)).unwrap().items.is_empty());
        }
    }

    fn clients_are_listed_in_pages(kit) {
        let bench = bench(kit);
        let here = owner(bench.organization());
        for name in ["a", "b", "c"] {
            bench.service(&here, NewClient::service(name));
            kit.pass(Duration::from_millis(1));
        }
        let first = bench.identity.clients(&here, Page::first(2)).unwrap();
        assert_eq!(first.items.iter().map(|client| client.name.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        let rest = bench.identity.clients(&here, Page::after(2, first.next.unwrap())).unwrap();
        assert_eq!((rest.items[0].name.as_str(), rest.next), ("c", None));
        assert_eq!(bench.identity.clients(&here, Page::offset(9, 2)).unwrap().items.len(), 1);
    }

    fn a_change_counts_at_once_and_only_from_the_version_it_was_made_for(kit) {
        let bench = bench(kit);
        let other = bench.other_node();
        let here = owner(bench.organization());
        let (client, _) = bench.service(&here, NewClient::service("robot"));
        let mint = Mint::of(Subject::Service(client.id));
        let token = bench.mint(&mint);
        assert_eq!(authenticate(&other, &token).unwrap().home().unwrap().permissions, PermissionSet::none());

        let granted =
            ClientPatch { permissions: Some(permissions(&["a.b"])), name: Some("new".to_owned()), ..patch() };
        let changed = bench.identity.update(&here, client.id, Some(1), granted.clone()).unwrap();
        assert_eq!((changed.version, changed.name.as_str()), (2, "new"));
        assert_eq!(authenticate(&other, &token).unwrap().home().unwrap().permissions, set(&["a.b"]));
        let late = bench.identity.update(&here, client.id, Some(1), granted).unwrap_err();
        assert_eq!(late.code(), Code::Conflict);

        let disabled = ClientPatch { status: Some(ClientStatus::Disabled), ..patch() };
        bench.identity.update(&here, client.id, None, disabled).unwrap();
        assert_eq!(refusal(&other, &token), "the credential's owner is disabled");
        let enabled = ClientPatch { status: Some(ClientStatus::Active), ..patch() };
        bench.identity.update(&here, client.id, None, enabled).unwrap();
        authenticate(&other, &token).unwrap();

        bench.identity.remove(&here, client.id).unwrap();
        assert_eq!(refusal(&other, &token), "the credential's owner is unknown");
        assert_eq!(bench.identity.client(&here, client.id).unwrap_err().code(), Code::NotFound);
    }

    fn a_client_ends_with_its_time_and_its_organization(kit) {
        let bench = bench(kit);
        let organization = bench.organization();
        let end = kit.ctx.now().after(Duration::from_secs(60));
        let (short, _) = bench.service(
            &owner(organization),
            NewClient { expires_at: Some(end), ..NewClient::service("short") },
        );
        let (long, _) = bench.service(&owner(organization), NewClient::service("long"));
        let [short, long] = [short, long].map(|client| bench.mint(&Mint::of(Subject::Service(client.id))));
        bench.authenticate(&short).unwrap();
        bench.authenticate(&long).unwrap();
        kit.pass(Duration::from_secs(60));
        assert_eq!(bench.refusal(&short), "the credential's owner is disabled");
        kit.ctx.write_platform(move |tx| epoch::end(tx, organization.uuid())).unwrap();
        assert_eq!(bench.refusal(&long), "the credential's organization is gone");
    }

    fn events_tell_of_clients_and_of_no_secret(kit) {
        let bench = bench(kit);
        let organization = bench.organization();
        let here = owner(organization);
        let (client, secret) = bench.service(&here, NewClient::service("robot"));
        let renamed = ClientPatch { name: Some("android".to_owned()), ..patch() };
        kit.pass(Duration::from_millis(1));
        bench.identity.update(&here, client.id, None, renamed).unwrap();
        kit.pass(Duration::from_millis(1));
        let rotated = bench.identity.rotate_secret(&here, client.id).unwrap();
        kit.pass(Duration::from_millis(1));
        bench.identity.remove(&here, client.id).unwrap();
        let log = kit.ctx.read(|conn| event::latest(conn, organization, 9)).unwrap();
        let actions: Vec<&str> = log.iter().map(|entry| entry.action.as_str()).collect();
        assert_eq!(actions, ["deleted", "secret_rotated", "updated", "registered"]);
        let text = format!("{log:?}");
        assert!(
            text.contains("android") && !text.contains(secret.reveal()) && !text.contains(rotated.reveal())
        );
    }

    fn the_platform_is_only_for_administrators(kit) {
        let bench = bench(kit);
        let root = bench.administrator("root@acme.example");
        let whole: Actor = bench.authenticate(&bench.token(root)).unwrap();
        bench.service(&Owner::from(&whole), NewClient::service("robot"));
        let narrowed = bench
            .authenticate(&bench.mint(&Mint {
                permissions: Some(permissions(&ALL_CREDENTIALS)),
                ..Mint::of(Subject::Person(root))
            }))
            .unwrap();
        let refused =
            bench.identity.register(&Owner::from(&narrowed), NewClient::service("robot")).unwrap_err();
        assert_eq!(refused.code(), Code::Forbidden);
    }
}
