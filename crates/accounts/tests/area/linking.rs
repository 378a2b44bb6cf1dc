//! What areas further right use: finding or making accounts, linking identities, forgetting and purging.

use polity_accounts::{Account, Assignments, within};
use polity_kernel::{AccountId, Actor, Code, Page, Result, WriteKind};
use polity_testkit::{Kit, both_engines};

use super::{account, account_type, log, new_account, organization, owner, platform, service, tick};

const ISSUER: &str = "https://id.example.com";

fn link(kit: &Kit, account: AccountId, subject: &'static str) -> Result<()> {
    kit.ctx.write_platform(move |tx| within::link(tx, &Actor::system(), account, ISSUER, subject))
}

fn linked(kit: &Kit, issuer: &str, subject: &str) -> Option<Account> {
    kit.ctx.read(|conn| within::by_identity(conn, issuer, subject)).unwrap()
}

both_engines! {
    fn an_account_is_found_or_made(kit) {
        let find_or_create = || {
            let new = new_account("ada@example.com");
            kit.ctx.write_platform(move |tx| within::find_or_create(tx, &Actor::system(), None, &new)).unwrap()
        };
        let (ada, made) = find_or_create();
        assert!(made);
        assert_eq!(find_or_create(), (ada.clone(), false));
        assert_eq!(kit.ctx.read(|conn| within::account(conn, ada.id)).unwrap(), Some(ada.clone()));
        assert_eq!(kit.ctx.read(|conn| within::account_by_email(conn, ada.email.as_ref().unwrap())).unwrap(), Some(ada));
        assert_eq!(log(kit, platform()), ["account.created"]);
    }

    fn many_at_once_find_the_one_that_was_made(kit) {
        let found: Vec<(Account, bool)> = std::thread::scope(|scope| {
            let find = || {
                let new = new_account("ada@example.com");
                kit.ctx.write_platform(move |tx| within::find_or_create(tx, &Actor::system(), None, &new)).unwrap()
            };
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(find)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(found.iter().filter(|(_, made)| *made).count(), 1);
        assert!(found.iter().all(|(account, _)| account.id == found[0].0.id));
    }

    fn accounts_are_found_in_bulk_in_order(kit) {
        let made: Vec<Account> = ["c@x.org", "a@x.org", "b@x.org"]
            .map(|email| {
                tick(kit);
                account(kit, email)
            })
            .into();
        let mut ids: Vec<AccountId> = made.iter().rev().map(|account| account.id).collect();
        ids.extend((0..2_500).map(|_| AccountId::new(kit.ctx.ids().secret())));
        assert_eq!(kit.ctx.read(|conn| within::accounts(conn, &ids)).unwrap(), made);
        assert!(kit.ctx.read(|conn| within::accounts(conn, &[])).unwrap().is_empty());
    }

    fn an_outside_identity_is_one_accounts(kit) {
        let (ada, bob) = (account(kit, "ada@example.com"), account(kit, "bob@example.com"));
        link(kit, ada.id, "1").unwrap();
        link(kit, ada.id, "1").expect("the same again changes nothing");
        link(kit, ada.id, "2").expect("a person may have several");
        assert_eq!(link(kit, bob.id, "1").unwrap_err().code(), Code::Conflict);
        for bad in ["", "a\u{0}"] {
            assert_eq!(link(kit, ada.id, bad).unwrap_err().code(), Code::Invalid);
            assert_eq!(linked(kit, ISSUER, bad), None);
        }
        let nobody = AccountId::new(kit.ctx.ids().secret());
        assert_eq!(link(kit, nobody, "3").unwrap_err().code(), Code::NotFound);

        let ada = Account { proven_at: Some(Kit::START), ..ada };
        assert_eq!(linked(kit, ISSUER, "1"), Some(ada.clone()), "its person was there");
        assert_eq!(linked(kit, ISSUER, "2"), Some(ada));
        assert_eq!(linked(kit, ISSUER, "3"), None);
        assert_eq!(linked(kit, "https://other.example.com", "1"), None);
        let log = log(kit, platform());
        assert_eq!(log, ["account.created", "account.created", "account.linked", "account.linked", "account.proven"]);
    }

    fn one_who_leaves_holds_nothing_there_any_more(kit) {
        let (here, there) = (organization(kit), organization(kit));
        let (ada, bob) = (account(kit, "ada@example.com"), account(kit, "bob@example.com"));
        for organization in [here, there] {
            account_type(kit, organization, "gold", &[]);
            service(kit).assign(&owner(organization), ada.id, "gold").unwrap();
            tick(kit);
            service(kit).assign(&owner(organization), bob.id, "gold").unwrap();
        }
        kit.ctx.write(&owner(here), WriteKind::Grants, move |tx, access| within::forget(tx, access, ada.id)).unwrap();
        let holders = |organization| {
            let held = service(kit).all(&owner(organization), Page::first(9)).unwrap().items;
            held.iter().map(|assignment| assignment.account).collect::<Vec<_>>()
        };
        assert_eq!(holders(here), [bob.id]);
        assert_eq!(holders(there), [ada.id, bob.id]);
        assert!(log(kit, here).contains(&"account_type_assignment.removed".to_owned()));
    }

    fn a_deleted_organization_is_purged_in_batches(kit) {
        let (doomed, kept) = (organization(kit), organization(kit));
        for organization in [doomed, kept] {
            account_type(kit, organization, "gold", &[]);
            account_type(kit, organization, "silver", &[]);
            for email in ["a@x.org", "b@x.org", "c@x.org"] {
                let account = kit
                    .ctx
                    .write_platform(move |tx| within::find_or_create(tx, &Actor::system(), None, &new_account(email)))
                    .unwrap()
                    .0;
                service(kit).assign(&owner(organization), account.id, "gold").unwrap();
            }
        }
        let batches: Vec<usize> = std::iter::repeat_with(|| {
            kit.ctx.write_platform(move |tx| within::purge(tx, doomed, 2)).unwrap()
        })
        .take_while(|deleted| *deleted > 0)
        .collect();
        assert_eq!(batches, [2, 1, 2]);
        assert_eq!(service(kit).all(&owner(kept), Page::first(9)).unwrap().items.len(), 3);
    }
}
