//! People: who makes, sees and changes accounts.

use polity_accounts::{
    AccountFields, AccountPatch, AccountProfile, AccountProfilePatch, AccountStatus, NewAccount, People,
    within,
};
use polity_kernel::{AccountId, Actor, Code, Limits, OrganizationId, Page, PermissionSet, Subject};
use polity_testkit::{Kit, both_engines};

use super::{account, epoch_of, log, new_account, person, platform, promised, service, tick};

fn limited(id: AccountId, limits: Limits) -> Actor {
    Actor::new(Subject::Person(id), limits, PermissionSet::none())
}

both_engines! {
    fn an_account_is_made_once_per_address(kit) {
        let fields = AccountFields {
            email: " Ada@Example.COM ".to_owned(),
            email_verified: true,
            profile: AccountProfile { name: Some(" Ada Lovelace ".to_owned()), picture: Some("https://example.com/ada.png".to_owned()), role_at_organization: Some(" engineer ".to_owned()) },
            platform_administrator: false,
        };
        let people = service(kit);
        let ada = people.create(&Actor::system(), NewAccount::try_from(fields).unwrap()).unwrap();
        assert_eq!((ada.email_text(), ada.profile.name.as_deref()), ("ada@example.com", Some("Ada Lovelace")));
        assert_eq!(ada.profile.role_at_organization.as_deref(), Some("engineer"));
        assert_eq!((ada.status, ada.version, ada.created_at), (AccountStatus::Active, 1, Kit::START));
        assert_eq!(people.account(&person(&ada), ada.id).unwrap(), ada);
        assert_eq!(people.by_email(&person(&ada), ada.email.as_ref().unwrap()).unwrap(), ada);
        assert_eq!(epoch_of(kit, ada.id.uuid()), 0, "its rights count from the start");

        let again = people.create(&Actor::system(), new_account("ADA@example.com"));
        assert_eq!(again.unwrap_err().code(), Code::Conflict);
        assert_eq!(log(kit, platform()), ["account.created"]);
    }

    fn only_a_platform_administrator_makes_accounts(kit) {
        let ada = account(kit, "ada@example.com");
        let refused = service(kit).create(&person(&ada), new_account("bob@example.com"));
        assert_eq!(refused.unwrap_err().code(), Code::Forbidden);
    }

    fn another_persons_account_is_as_good_as_none(kit) {
        let (ada, bob) = (account(kit, "ada@example.com"), account(kit, "bob@example.com"));
        let (people, ada) = (service(kit), person(&ada));
        for refused in [
            people.account(&ada, bob.id),
            people.by_email(&ada, bob.email.as_ref().unwrap()),
            people.update(&ada, bob.id, AccountPatch::default()),
            people.account(&Actor::system(), AccountId::new(kit.ctx.ids().secret())),
            people.by_email(&Actor::system(), &"nobody@example.com".parse().unwrap()),
        ] {
            assert_eq!(refused.unwrap_err().code(), Code::NotFound);
        }
    }

    fn a_person_changes_what_they_are_called(kit) {
        let ada = account(kit, "ada@example.com");
        let patch = AccountPatch {
            profile: AccountProfilePatch { name: Some(Some("Ada".to_owned())), picture: Some(Some("https://example.com/a.png".to_owned())), ..AccountProfilePatch::default() },
            ..AccountPatch::default()
        };
        let changed = service(kit).update(&person(&ada), ada.id, patch.clone()).unwrap();
        assert_eq!((changed.profile.name.as_deref(), changed.version), (Some("Ada"), 2));
        assert_eq!(epoch_of(kit, ada.id.uuid()), 0, "a name is no right");

        let same = service(kit).update(&person(&ada), ada.id, patch).unwrap();
        assert_eq!(same, changed, "the same again is no change");
        let cleared = AccountPatch { profile: AccountProfilePatch { name: Some(None), picture: Some(None), ..AccountProfilePatch::default() }, ..AccountPatch::default() };
        let changed = service(kit).update(&person(&ada), ada.id, cleared).unwrap();
        assert_eq!((changed.profile.name, changed.profile.picture), (None, None));
        assert_eq!(log(kit, platform()), ["account.created", "account.updated", "account.updated"]);
    }

    fn a_new_address_is_unverified_until_an_administrator_says_otherwise(kit) {
        let ada = account(kit, "ada@example.com");
        let verified = AccountPatch { email_verified: Some(true), ..AccountPatch::default() };
        assert!(service(kit).update(&Actor::system(), ada.id, verified.clone()).unwrap().email_verified);

        let moved = AccountPatch {
            email: Some("ada@example.org".parse().unwrap()),
            profile: AccountProfilePatch { name: Some(Some("Ada".to_owned())), ..AccountProfilePatch::default() },
            ..AccountPatch::default()
        };
        let changed = service(kit).update(&person(&ada), ada.id, moved).unwrap();
        assert_eq!((changed.email_text(), changed.email_verified), ("ada@example.com", true), "it waits for its confirmation");
        assert_eq!(changed.profile.name.as_deref(), Some("Ada"), "the rest is changed at once");
        assert_eq!(epoch_of(kit, ada.id.uuid()), 1, "nobody's rights have changed");
        assert_eq!(promised(kit), ["mail.address", "mail.address_told"]);
        assert!(log(kit, platform()).contains(&"account.address_asked".to_owned()));

        let moved_and_verified = AccountPatch { email: Some("boss@example.com".parse().unwrap()), ..verified.clone() };
        let unproven = account(kit, "bob@example.com");
        for (whose, patch) in [(&unproven, verified), (&ada, moved_and_verified)] {
            let refused = service(kit).update(&person(whose), whose.id, patch).unwrap_err();
            assert_eq!(refused.code(), Code::Forbidden, "nobody vouches for their own address");
        }
    }

    fn an_administrator_who_vouches_changes_an_address_at_once_and_the_old_one_is_told(kit) {
        let ada = account(kit, "ada@example.com");
        kit.ctx.write_platform(move |tx| within::prove(tx, ada.id)).unwrap();
        let moved = AccountPatch { email: Some("ada@example.org".parse().unwrap()), ..AccountPatch::default() };
        let waits = service(kit).update(&Actor::system(), ada.id, moved.clone()).unwrap();
        assert_eq!(waits.email_text(), "ada@example.com", "nobody has said that the new one is theirs");
        let vouched = AccountPatch { email_verified: Some(true), ..moved };
        let changed = service(kit).update(&Actor::system(), ada.id, vouched).unwrap();
        assert_eq!((changed.email_text(), changed.email_verified), ("ada@example.org", true));
        assert_eq!(promised(kit), ["mail.address", "mail.address_told", "mail.address_told"]);
    }

    fn an_account_is_provisioned_until_its_person_comes(kit) {
        let ada = account(kit, "ada@example.com");
        assert_eq!((ada.is_proven(), ada.made_by_organization), (false, None));
        for _ in 0..2 {
            kit.ctx.write_platform(move |tx| within::prove(tx, ada.id)).unwrap();
            tick(kit);
        }
        let proven = service(kit).account(&person(&ada), ada.id).unwrap();
        assert_eq!(proven.proven_at, Some(Kit::START));
        assert_eq!(log(kit, platform()), ["account.created", "account.proven"]);
    }

    fn an_account_without_an_address_is_found_by_none(kit) {
        let arrived = kit.ctx.write_platform(|tx| within::arrive(tx, &Actor::system(), Some(" Eve\0".to_owned()))).unwrap();
        assert_eq!((arrived.email, arrived.email_verified, arrived.profile.name), (None, false, None), "nor has it a name that will not do");
        let other = kit.ctx.write_platform(|tx| within::arrive(tx, &Actor::system(), Some(" Eve ".to_owned()))).unwrap();
        assert_eq!((other.email_text(), other.profile.name.as_deref()), ("", Some("Eve")), "many may have none");
        assert_eq!(service(kit).account(&person(&other), other.id).unwrap(), other);
    }

    fn an_address_that_is_taken_stays_where_it_is(kit) {
        let ada = account(kit, "ada@example.com");
        let bob = account(kit, "bob@example.com");
        let patch = AccountPatch { email: Some("bob@example.com".parse().unwrap()), ..AccountPatch::default() };
        let vouched = AccountPatch { email_verified: Some(true), ..patch.clone() };
        assert_eq!(service(kit).update(&Actor::system(), ada.id, vouched).unwrap_err().code(), Code::Conflict, "at once takes from nobody");
        kit.ctx.write_platform(move |tx| within::prove(tx, bob.id)).unwrap();
        let verified = AccountPatch { email_verified: Some(true), ..AccountPatch::default() };
        service(kit).update(&Actor::system(), bob.id, verified).unwrap();
        assert_eq!(service(kit).update(&person(&ada), ada.id, patch).unwrap_err().code(), Code::Conflict);
        assert_eq!(service(kit).account(&person(&ada), ada.id).unwrap(), ada);
    }

    fn only_a_platform_administrator_decides_on_status_and_administration(kit) {
        let ada = account(kit, "ada@example.com");
        let disable = AccountPatch { status: Some(AccountStatus::Disabled), ..AccountPatch::default() };
        let promote = AccountPatch { platform_administrator: Some(true), ..AccountPatch::default() };
        for (epoch, patch) in [(1, promote), (2, disable)] {
            let refused = service(kit).update(&person(&ada), ada.id, patch.clone());
            assert_eq!(refused.unwrap_err().code(), Code::Forbidden);
            service(kit).update(&Actor::system(), ada.id, patch.clone()).unwrap();
            assert_eq!(epoch_of(kit, ada.id.uuid()), epoch, "what is remembered about the person is void");
            service(kit).update(&person(&ada), ada.id, patch).expect("what is so already may be said");
        }
    }

    fn an_account_tells_who_made_it_and_who_last_turned_it_off(kit) {
        let ada = account(kit, "ada@example.com");
        assert_eq!((ada.created_by, ada.status_changed_at, ada.status_changed_by), (None, None, None));
        let boss = Actor::new(Subject::Person(ada.id), Limits::default(), PermissionSet::all());
        let bob = service(kit).create(&boss, new_account("bob@example.com")).unwrap();
        assert_eq!(bob.created_by.map(|by| by.uuid()), Some(ada.id.uuid()));
        let named = AccountPatch { profile: AccountProfilePatch { name: Some(Some("Bob".to_owned())), ..AccountProfilePatch::default() }, ..AccountPatch::default() };
        assert_eq!(service(kit).update(&boss, bob.id, named).unwrap().status_changed_at, None, "a name is no status");
        tick(kit);
        let disable = AccountPatch { status: Some(AccountStatus::Disabled), ..AccountPatch::default() };
        let off = service(kit).update(&boss, bob.id, disable).unwrap();
        assert_eq!((off.status_changed_at, off.status_changed_by), (Some(kit.ctx.now()), bob.created_by));
        assert_eq!(service(kit).account(&boss, bob.id).unwrap(), off);
    }

    fn all_accounts_come_in_pages_oldest_first(kit) {
        let made: Vec<AccountId> = ["c@x.org", "a@x.org", "b@x.org"]
            .map(|email| {
                tick(kit);
                account(kit, email).id
            })
            .into();
        let page = |page| {
            let found = kit.ctx.read(|conn| within::accounts_page(conn, page)).unwrap();
            (found.items.iter().map(|account| account.id).collect::<Vec<_>>(), found.next)
        };
        assert_eq!(page(Page::first(2)), (made[..2].to_vec(), Some(made[1].uuid())));
        assert_eq!(page(Page::after(2, made[1].uuid())), (made[2..].to_vec(), None));
        assert_eq!(page(Page::offset(9, 1)).0, made[1..]);
    }

    fn a_narrowed_credential_changes_nothing(kit) {
        let ada = account(kit, "ada@example.com");
        let patch = AccountPatch { profile: AccountProfilePatch { name: Some(Some("Eve".to_owned())), ..AccountProfilePatch::default() }, ..AccountPatch::default() };
        for limits in [
            Limits { permissions: Some(PermissionSet::none()), ..Limits::default() },
            Limits { organization: Some(OrganizationId::new(kit.ctx.ids().secret())), ..Limits::default() },
            Limits { role: Some("manager".to_owned()), ..Limits::default() },
        ] {
            let key = limited(ada.id, limits);
            assert_eq!(service(kit).account(&key, ada.id).unwrap(), ada);
            assert_eq!(service(kit).update(&key, ada.id, patch.clone()).unwrap_err().code(), Code::Forbidden);
        }
    }

    fn an_update_for_another_version_is_refused(kit) {
        let ada = account(kit, "ada@example.com");
        let rename = |name: &str| AccountPatch {
            profile: AccountProfilePatch { name: Some(Some(name.to_owned())), ..AccountProfilePatch::default() },
            version: Some(1),
            ..AccountPatch::default()
        };
        service(kit).update(&person(&ada), ada.id, rename("Ada")).unwrap();
        let late = service(kit).update(&person(&ada), ada.id, rename("Augusta")).unwrap_err();
        assert_eq!(late.code(), Code::Conflict);
    }

    fn bad_input_names_its_field_and_changes_nothing(kit) {
        let ada = account(kit, "ada@example.com");
        let bad = [
            ("name", AccountPatch { profile: AccountProfilePatch { name: Some(Some("a\u{0}b".to_owned())), ..AccountProfilePatch::default() }, ..AccountPatch::default() }),
            ("name", AccountPatch { profile: AccountProfilePatch { name: Some(Some("x".repeat(201))), ..AccountProfilePatch::default() }, ..AccountPatch::default() }),
            ("picture", AccountPatch { profile: AccountProfilePatch { picture: Some(Some("javascript:alert(1)".to_owned())), ..AccountProfilePatch::default() }, ..AccountPatch::default() }),
            ("picture", AccountPatch { profile: AccountProfilePatch { picture: Some(Some(format!("https://a.b/{}", "x".repeat(2048)))), ..AccountProfilePatch::default() }, ..AccountPatch::default() }),
        ];
        for (field, patch) in bad {
            let error = service(kit).update(&person(&ada), ada.id, patch).unwrap_err();
            assert_eq!((error.code(), error.fields()[0].field.as_str()), (Code::Invalid, field));
        }
        assert_eq!(service(kit).account(&person(&ada), ada.id).unwrap(), ada);
    }

    fn one_of_many_creations_with_one_address_wins(kit) {
        let results: Vec<_> = std::thread::scope(|scope| {
            let create = || service(kit).create(&Actor::system(), new_account("ada@example.com"));
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(create)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
        assert!(results.iter().filter_map(|result| result.as_ref().err()).all(|error| error.code() == Code::Conflict));
        assert_eq!(log(kit, platform()), ["account.created"]);
    }
}

#[test]
fn a_bad_address_names_the_field() {
    let error = NewAccount::try_from(AccountFields { email: "ada".to_owned(), ..AccountFields::default() });
    assert_eq!(error.unwrap_err().fields()[0].field, "email");
}
