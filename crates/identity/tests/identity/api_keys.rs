//! API keys of people and of organizations.

use std::time::Duration;

use polity_accounts::{AccountPatch, AccountStatus};
use polity_directory::{
    Entry, NewOrganization, NewRole, OrganizationFields, Organizations, RoleFields, Roles,
};
use polity_identity::{Credential, Keys, Maintenance, Mint, NewApiKey, Owner, ROLE_ENDING, Tokens};
use polity_kernel::{
    Access, Actor, Code, Home, Level, Limits, MasterKey, OrganizationId, Page, PermissionSet, Standing,
    Subject, epoch, event,
};
use polity_testkit::{at_once, both_engines};

use crate::common::{Bench, access, authenticate, bench, owner, permissions, refusal, set};

fn named(name: &str) -> NewApiKey {
    NewApiKey { name: name.to_owned(), ..NewApiKey::default() }
}

fn actor_of(bench: &Bench<'_>, email: &str) -> Actor {
    bench.authenticate(&bench.token(bench.person(email))).unwrap()
}

fn administrator_here(organization: OrganizationId, granted: PermissionSet) -> Owner {
    let standing = Standing { level: Some(Level::Admin), permissions: granted, active: true };
    Owner::from(&Access::granted(organization, Actor::system(), standing))
}

both_engines! {
    fn a_persons_key_acts_as_the_person(kit) {
        let bench = bench(kit);
        let alice = actor_of(&bench, "alice@acme.example");
        let organization = bench.organization();
        let new = NewApiKey {
            permissions: Some(permissions(&["org.groups.get", "org.directory.list"])),
            level: Some(Level::Member),
            organization: Some(organization),
            ..named(" laptop ")
        };
        let (key, secret) = bench.identity.create(&Owner::from(&alice), new).unwrap();
        assert_eq!((key.name.as_str(), key.prefix.as_str()), ("laptop", &secret.reveal()[..12]));
        let actor = bench.authenticate(secret.reveal()).unwrap();
        assert_eq!(actor.subject(), alice.subject());
        assert_eq!(
            actor.limits(),
            &Limits {
                permissions: Some(set(&["org.groups.get", "org.directory.list"])),
                organization: Some(organization),
                level: Some(Level::Member),
                role: None,
            }
        );
        assert_eq!(actor.platform(), &set(&["org.directory.list"]));
        assert!(actor.home().is_none());
    }

    fn an_organizations_key_has_rights_of_its_own_there_and_nowhere_else(kit) {
        let bench = bench(kit);
        let organization = bench.organization();
        let new = NewApiKey { permissions: Some(permissions(&["org.groups.get"])), ..named("deploy") };
        let (key, secret) = bench.identity.create(&owner(organization), new).unwrap();
        let actor = bench.authenticate(secret.reveal()).unwrap();
        assert_eq!(actor.subject(), Subject::OrganizationKey(key.id, organization));
        assert_eq!(actor.home(), Some(&Home { organization, permissions: set(&["org.groups.get"]) }));
        assert_eq!(actor.limits().organization, Some(organization));
        assert_eq!(actor.platform(), &PermissionSet::none());
        assert_eq!(actor.person().unwrap_err().code(), Code::PersonRequired);

        let (_, whole) = bench.identity.create(&owner(organization), named("whole")).unwrap();
        assert!(bench.authenticate(whole.reveal()).unwrap().home().unwrap().permissions.is_all());
    }

    fn nobody_makes_a_key_that_may_more_than_themselves(kit) {
        let bench = bench(kit);
        let organization = bench.organization();
        let refused = |owner: &Owner, new: NewApiKey| bench.identity.create(owner, new).unwrap_err();

        let error = refused(&Owner::from(&access(organization, set(&["org.groups.get"]))), named("a"));
        assert_eq!(error.missing_permissions(), permissions(&["org.keys.create"]));
        let some = administrator_here(organization, set(&["org.keys.create", "org.groups.get"]));
        let more = NewApiKey {
            permissions: Some(permissions(&["org.groups.get", "org.groups.create"])),
            ..named("a")
        };
        assert_eq!(refused(&some, more).missing_permissions(), permissions(&["org.groups.create"]));
        assert_eq!(
            refused(&some, named("a")).code(),
            Code::Forbidden,
            "a key without limits is an owner's to make"
        );
        let higher = NewApiKey { level: Some(Level::Owner), ..named("a") };
        assert_eq!(refused(&some, higher).code(), Code::Forbidden);
        let level = NewApiKey { level: Some(Level::Admin), ..named("a") };
        bench.identity.create(&some, level).unwrap();
        let elsewhere = NewApiKey { organization: Some(bench.organization()), ..named("a") };
        assert_eq!(refused(&owner(organization), elsewhere).fields()[0].field, "organization");
    }

    fn a_key_ends_with_the_role_it_is_limited_to(kit) {
        let bench = bench(kit);
        let directory = polity_directory::Service::new(kit.ctx.clone(), &MasterKey::new([7; 32]), ROLE_ENDING, polity_directory::Terms::without_limits(std::sync::Arc::new(polity_directory::NoWorkspaces), std::sync::Arc::new(polity_directory::NoDomains)));
        let alice = actor_of(&bench, "alice@acme.example");
        let fields = OrganizationFields { key: Some("acme".into()), ..OrganizationFields::default() };
        directory.found(&alice, NewOrganization::try_from(fields).unwrap()).unwrap();
        let access = directory.enter(&alice, &"acme".parse().unwrap()).unwrap();
        let make = |key: &str| {
            let fields = RoleFields { key: key.into(), permissions: vec!["shop.sell".into()], ..RoleFields::default() };
            directory.create_role(&access, NewRole::try_from(fields).unwrap()).unwrap();
        };
        let limited = |role: &str| {
            let new = NewApiKey { role: Some(role.to_owned()), ..named("a") };
            bench.identity.create(&Owner::from(&access), new).map(|(_, secret)| secret)
        };
        make("clerk");
        let [clerk, manager] = ["clerk", "manager"].map(|role| limited(role).unwrap());
        let node = bench.other_node();
        let refused_by = |secret: &polity_identity::Secret| {
            let here = bench.authenticate(secret.reveal()).err().map(|error| error.code());
            let there = authenticate(&node, secret.reveal()).err().map(|error| error.code());
            assert_eq!(here, there);
            here
        };
        assert_eq!(refused_by(&clerk), None);
        directory.remove_role(&access, &"clerk".parse().unwrap()).unwrap();
        assert_eq!(refused_by(&clerk), Some(Code::Unauthenticated));
        make("clerk");
        assert_eq!(refused_by(&clerk), Some(Code::Unauthenticated), "the new role is another one");
        assert_eq!(refused_by(&manager), None);

        for round in 0..8 {
            let role = format!("r{round}");
            make(&role);
            let made = at_once(2, |rival| match rival {
                0 => directory.remove_role(&access, &role.parse().unwrap()).map(|()| None),
                _ => limited(&role).map(Some),
            });
            let keys = bench.identity.keys(&Owner::from(&access), Page::first(99)).unwrap().items;
            assert!(keys.iter().all(|key| key.role.as_deref() != Some(&role)), "{made:?}");
        }
    }

    fn a_key_is_limited_to_a_role_that_its_maker_could_have(kit) {
        let bench = bench(kit);
        let organization = bench.organization();
        let of_role = |role: &str| NewApiKey { role: Some(role.to_owned()), ..named("a") };
        let (key, secret) = bench.identity.create(&owner(organization), of_role("manager")).unwrap();
        assert_eq!(key.role.as_deref(), Some("manager"));
        let actor = bench.authenticate(secret.reveal()).unwrap();
        assert_eq!(actor.limits().role.as_deref(), Some("manager"));

        let some = administrator_here(organization, set(&["org.keys.create", "org.groups.get"]));
        let refused = |owner: &Owner, new: NewApiKey| bench.identity.create(owner, new).unwrap_err();
        assert_eq!(refused(&some, of_role("owner")).code(), Code::Forbidden);
        let error = refused(&some, of_role("org.groups.read-only.role"));
        assert_eq!(error.missing_permissions(), permissions(&["org.groups.find", "org.groups.list"]));
        assert_eq!(refused(&owner(organization), of_role("nobody")).fields()[0].field, "role");
        let alice = Owner::from(&actor_of(&bench, "alice@acme.example"));
        assert_eq!(refused(&alice, of_role("member")).fields()[0].field, "role");
    }

    fn a_narrowed_credential_makes_only_keys_as_narrow(kit) {
        let bench = bench(kit);
        let alice = bench.person("alice@acme.example");
        let organization = bench.organization();
        let narrowed = bench
            .authenticate(&bench.mint(&Mint {
                permissions: Some(permissions(&["a.b", "a.c"])),
                organization: Some(organization),
                ..Mint::of(Subject::Person(alice))
            }))
            .unwrap();
        let mine = Owner::from(&narrowed);
        let fits = NewApiKey {
            permissions: Some(permissions(&["a.b"])),
            organization: Some(organization),
            ..named("a")
        };
        bench.identity.create(&mine, fits.clone()).unwrap();
        for wider in [
            NewApiKey { permissions: None, ..fits.clone() },
            NewApiKey { permissions: Some(permissions(&["a.d"])), ..fits.clone() },
            NewApiKey { organization: None, ..fits.clone() },
            NewApiKey { organization: Some(bench.organization()), ..fits },
        ] {
            assert_eq!(bench.identity.create(&mine, wider).unwrap_err().code(), Code::Forbidden);
        }

        let level = NewApiKey { level: Some(Level::Member), ..named("low") };
        let (_, low) =
            bench.identity.create(&Owner::from(&actor_of(&bench, "alice@acme.example")), level).unwrap();
        let low = Owner::from(&bench.authenticate(low.reveal()).unwrap());
        assert_eq!(bench.identity.create(&low, named("b")).unwrap_err().code(), Code::Forbidden);
        let higher = NewApiKey { level: Some(Level::Admin), ..named("b") };
        assert_eq!(bench.identity.create(&low, higher).unwrap_err().code(), Code::Forbidden);
        bench.identity.create(&low, NewApiKey { level: Some(Level::Member), ..named("b") }).unwrap();
    }

    fn bad_input_names_the_field(kit) {
        let bench = bench(kit);
        let mine = Owner::from(&actor_of(&bench, "alice@acme.example"));
        for (field, new) in [
            ("name", named("")),
            ("name", named("  ")),
            ("name", named("a\u{0}b")),
            ("name", named(&"x".repeat(201))),
            ("permissions", NewApiKey { permissions: Some(Vec::new()), ..named("a") }),
            ("expires_at", NewApiKey { expires_at: Some(kit.ctx.now()), ..named("a") }),
        ] {
            assert_eq!(bench.identity.create(&mine, new).unwrap_err().fields()[0].field, field);
        }
    }

    fn keys_are_listed_without_their_secrets(kit) {
        let bench = bench(kit);
        let (alice, bob) = (actor_of(&bench, "alice@acme.example"), actor_of(&bench, "bob@acme.example"));
        let organization = bench.organization();
        let mine = Owner::from(&alice);
        let made = ["a", "b", "c"].map(|name| {
            kit.pass(Duration::from_millis(1));
            bench.identity.create(&mine, named(name)).unwrap()
        });
        bench.identity.create(&Owner::from(&bob), named("bob's")).unwrap();
        bench.identity.create(&owner(organization), named("organization's")).unwrap();

        let first = bench.identity.keys(&mine, Page::first(2)).unwrap();
        let names: Vec<&str> = first.items.iter().map(|key| key.name.as_str()).collect();
        assert_eq!(names, ["a", "b"]);
        let rest = bench.identity.keys(&mine, Page::after(2, first.next.unwrap())).unwrap();
        assert_eq!((rest.items.len(), rest.next), (1, None));
        let here = bench.identity.keys(&owner(organization), Page::first(9)).unwrap();
        assert_eq!(here.items.len(), 1);
        let error =
            bench.identity.keys(&Owner::from(&access(organization, set(&[]))), Page::first(9)).unwrap_err();
        assert_eq!(error.missing_permissions(), permissions(&["org.keys.list"]));
        assert!(bench.identity.keys(&owner(bench.organization()), Page::first(9)).unwrap().items.is_empty());

        let log =
            kit.ctx.read(|conn| event::latest(conn, OrganizationId::new(uuid::Uuid::nil()), 99)).unwrap();
        for (_, secret) in &made {
            assert!(!format!("{log:?} {first:?}").contains(&secret.reveal()[12..]));
        }
        assert!(
            log.iter().any(|entry| (entry.action.as_str(), entry.entity.as_str()) == ("created", "api_key"))
        );
    }

    fn a_revoked_key_is_refused_on_the_next_request_on_every_node(kit) {
        let bench = bench(kit);
        let other = bench.other_node();
        let organization = bench.organization();
        let mine = Owner::from(&actor_of(&bench, "alice@acme.example"));
        for owner in [mine, owner(organization)] {
            let (key, secret) = bench.identity.create(&owner, named("a")).unwrap();
            authenticate(&other, secret.reveal()).unwrap();
            assert_eq!(bench.identity.revoke_key(&owner, key.id).unwrap().id, key.id);
            assert_eq!(refusal(&other, secret.reveal()), "the API key is unknown or revoked");
            assert_eq!(bench.identity.revoke_key(&owner, key.id).unwrap_err().code(), Code::NotFound);
        }
    }

    fn nobody_revokes_another_owners_key(kit) {
        let bench = bench(kit);
        let (here, there) = (bench.organization(), bench.organization());
        let (key, secret) = bench.identity.create(&owner(here), named("a")).unwrap();
        let (mine, my_secret) =
            bench.identity.create(&Owner::from(&actor_of(&bench, "alice@acme.example")), named("a")).unwrap();
        let bob = Owner::from(&actor_of(&bench, "bob@acme.example"));
        for (owner, id) in
            [(owner(there), key.id), (bob.clone(), key.id), (bob, mine.id), (owner(here), mine.id)]
        {
            assert_eq!(bench.identity.revoke_key(&owner, id).unwrap_err().code(), Code::NotFound);
        }
        let member = Owner::from(&access(here, set(&["org.keys.list"])));
        let error = bench.identity.revoke_key(&member, key.id).unwrap_err();
        assert_eq!(error.missing_permissions(), permissions(&["org.keys.delete"]));
        bench.authenticate(secret.reveal()).unwrap();
        bench.authenticate(my_secret.reveal()).unwrap();
    }

    fn whoever_shows_a_key_can_withdraw_it(kit) {
        let bench = bench(kit);
        let (_, secret) = bench.identity.create(&owner(bench.organization()), named("leaked")).unwrap();
        let credential: Credential = secret.reveal().parse().unwrap();
        bench.identity.withdraw(&credential).unwrap();
        assert_eq!(bench.refusal(secret.reveal()), "the API key is unknown or revoked");
        assert_eq!(bench.identity.withdraw(&credential).unwrap_err().code(), Code::Unauthenticated);
    }

    fn a_key_ends_with_its_time_its_person_and_its_organization(kit) {
        let bench = bench(kit);
        let alice = bench.person("alice@acme.example");
        let organization = bench.organization();
        let mine = Owner::from(&bench.authenticate(&bench.token(alice)).unwrap());
        let end = kit.ctx.now().after(Duration::from_secs(60));
        let (_, short) =
            bench.identity.create(&mine, NewApiKey { expires_at: Some(end), ..named("a") }).unwrap();
        let (_, long) = bench.identity.create(&mine, named("b")).unwrap();
        let (_, theirs) = bench.identity.create(&owner(organization), named("c")).unwrap();
        for secret in [&short, &long, &theirs] {
            bench.authenticate(secret.reveal()).unwrap();
        }
        kit.pass(Duration::from_secs(60));
        assert_eq!(bench.refusal(short.reveal()), "the credential has expired");
        assert_eq!(refusal(&bench.other_node(), short.reveal()), "the credential has expired");
        bench.patch(alice, AccountPatch { status: Some(AccountStatus::Disabled), ..AccountPatch::default() });
        assert_eq!(bench.refusal(long.reveal()), "the credential's owner is disabled");
        kit.ctx.write_platform(move |tx| epoch::end(tx, organization.uuid())).unwrap();
        assert_eq!(bench.refusal(theirs.reveal()), "the credential's organization is gone");
    }

    fn a_key_that_was_never_given_out_is_refused(kit) {
        let bench = bench(kit);
        let (_, secret) = bench.identity.create(&owner(bench.organization()), named("a")).unwrap();
        let mut mistyped = secret.reveal().to_owned();
        let other = if mistyped[10..].starts_with('A') { "B" } else { "A" };
        mistyped.replace_range(10..11, other);
        assert_eq!(bench.refusal(&mistyped), "the API key is mistyped");
        let elsewhere = bench_on_another_master(kit);
        assert_eq!(refusal(&elsewhere, secret.reveal()), "the API key is unknown or revoked");
    }

    fn uses_are_noted_about_once_a_minute(kit) {
        let bench = bench(kit);
        let here = owner(bench.organization());
        let (_, secret) = bench.identity.create(&here, named("a")).unwrap();
        let noted = || {
            bench.identity.tidy().unwrap();
            bench.identity.keys(&here, Page::first(1)).unwrap().items[0].last_used_at
        };
        assert_eq!(noted(), None);
        let first = kit.ctx.now();
        bench.authenticate(secret.reveal()).unwrap();
        assert_eq!(noted(), Some(first));
        kit.pass(Duration::from_secs(59));
        bench.authenticate(secret.reveal()).unwrap();
        assert_eq!(noted(), Some(first));
        kit.pass(Duration::from_secs(1));
        bench.authenticate(secret.reveal()).unwrap();
        assert_eq!(noted(), Some(kit.ctx.now()));
    }

    fn a_deleted_organizations_rows_go_in_batches(kit) {
        let bench = bench(kit);
        let (gone, stays) = (bench.organization(), bench.organization());
        for organization in [gone, stays] {
            for name in ["a", "b", "c"] {
                bench.identity.create(&owner(organization), named(name)).unwrap();
                bench.service(&owner(organization), polity_identity::NewClient::service(name));
            }
        }
        let mut rounds = 0;
        while bench.identity.purge(gone, 2).unwrap() > 0 {
            rounds += 1;
        }
        assert_eq!(rounds, 2);
        assert!(bench.identity.keys(&owner(gone), Page::first(9)).unwrap().items.is_empty());
        assert_eq!(bench.identity.keys(&owner(stays), Page::first(9)).unwrap().items.len(), 3);
    }
}

fn bench_on_another_master(kit: &polity_testkit::Kit) -> polity_identity::Service {
    let settings = polity_identity::Settings { master: MasterKey::new([8; 32]), ..crate::common::settings() };
    let net = std::sync::Arc::new(crate::common::Net::default());
    polity_identity::Service::new(
        kit.ctx.clone(),
        settings,
        net,
        std::sync::Arc::new(polity_directory::NoWorkspaces),
        polity_identity::AtBrowser::nobody(),
    )
    .unwrap()
}
