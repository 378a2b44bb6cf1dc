//! Requests that race for the same thing: exactly one wins, on both engines, and nobody is told of the race (no 5xx).
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot be set up has failed"
)]

#[expect(dead_code, reason = "each test program uses its own part")]
mod ground;

use polity_testkit::{at_once, both_engines};
use serde_json::{Value, json};

use ground::Caller;
use ground::common::Service;

/// Requests at the same time.
const RUNNERS: usize = 8;

/// How often each race is run.
const ROUNDS: usize = 5;

/// Runs the same thing on several threads at once; the statuses, sorted.
fn race(run: impl Fn(usize) -> u16 + Sync) -> Vec<u16> {
    let mut statuses = at_once(RUNNERS, run);
    statuses.sort_unstable();
    statuses
}

/// One success, and everybody else is told that they came late.
fn one_of_all() -> Vec<u16> {
    let mut statuses = vec![409; RUNNERS];
    statuses[0] = 200;
    statuses
}

/// Founds at the same time; `body` says what.
fn founding(service: &Service, ada: &Caller, body: impl Fn(usize) -> Value + Sync) -> Vec<u16> {
    race(|number| ada.put(service, ("POST", "/directory/orgs"), &body(number)).code())
}

both_engines! {
    fn one_key_is_taken_once(kit) {
        let service = Service::start(kit);
        let ada = Caller::person(&service, "ada");
        for round in 0..ROUNDS {
            assert_eq!(founding(&service, &ada, |_| json!({"id": format!("acme-{round}")})), one_of_all());
        }
        assert_eq!(kit.rows()["organizations"], i64::try_from(ROUNDS).unwrap());
    }

    fn one_alias_is_taken_once(kit) {
        let service = Service::start(kit);
        let ada = Caller::person(&service, "ada");
        for round in 0..ROUNDS {
            let alias = format!("acme-{round}");
            let statuses =
                founding(&service, &ada, |number| json!({"id": format!("key-{round}-{number}"), "subdomain": alias}));
            assert_eq!(statuses, one_of_all());
        }
        assert_eq!(kit.rows()["organizations"], i64::try_from(ROUNDS).unwrap());
    }

    fn one_domain_is_proven_once(kit) {
        let service = Service::start(kit);
        let root = Caller::platform(&service);
        for round in 0..ROUNDS {
            let domain = format!("acme-{round}.example");
            assert_eq!(founding(&service, &root, |_| json!({"domain": domain, "domain_verified": true})), one_of_all());
        }
        assert_eq!(kit.rows()["organizations"], i64::try_from(ROUNDS).unwrap());
    }

    fn a_name_that_is_made_up_is_everybodys_own(kit) {
        let service = Service::start(kit);
        let ada = Caller::person(&service, "ada");
        assert_eq!(founding(&service, &ada, |_| json!({"name": "Acme"})), [200; RUNNERS]);
        assert_eq!(kit.rows()["organizations"], i64::try_from(RUNNERS).unwrap());
    }

    fn a_person_joins_once(kit) {
        let service = Service::start(kit);
        let (root, bob) = (Caller::platform(&service), Caller::person(&service, "bob"));
        let body = json!({"id": "acme", "domain": "acme.example", "domain_verified": true});
        root.sends(&service, ("POST", "/directory/orgs"), body);
        for _ in 0..ROUNDS {
            let statuses = race(|_| bob.ask(&service, "PUT", "/directory/orgs/acme/members").code());
            assert_eq!(statuses, one_of_all());
            bob.does(&service, "DELETE", "/directory/orgs/acme/members");
        }
    }

    fn an_invitation_is_claimed_once(kit) {
        let service = Service::start(kit);
        let (ada, bob) = (Caller::person(&service, "ada"), Caller::person(&service, "bob"));
        ada.founds(&service, "acme");
        let accept = json!({"scope": "organization", "entity": {"id": "acme"}});
        for _ in 0..ROUNDS {
            let invite = json!({"emails": ["bob@acme.example"]});
            ada.sends(&service, ("PUT", "/directory/invites/orgs/acme"), invite);
            let statuses = race(|_| bob.put(&service, ("POST", "/directory/invites"), &accept).code());
            assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
            assert!(statuses.iter().all(|status| [200, 404].contains(status)), "{statuses:?}");
            bob.does(&service, "DELETE", "/directory/orgs/acme/members");
        }
    }

    fn of_two_owners_one_remains(kit) {
        let service = Service::start(kit);
        let (ada, bob) = (Caller::person(&service, "ada"), Caller::person(&service, "bob"));
        for round in 0..ROUNDS {
            let key = format!("acme-{round}");
            let members = format!("/directory/orgs/{key}/members");
            ada.founds(&service, &key);
            ada.admits(&service, &key, &bob, "owner");
            let statuses = race(|number| match number % 4 {
                0 => ada.ask(&service, "DELETE", &members).code(),
                1 => bob.ask(&service, "DELETE", &members).code(),
                2 => ada.ask(&service, "DELETE", &format!("{members}/{}", bob.id())).code(),
                _ => bob.ask(&service, "DELETE", &format!("{members}/{}", ada.id())).code(),
            });
            assert!(statuses.iter().all(|status| [200, 404, 409].contains(status)), "{statuses:?}");
            let left = [&ada, &bob].map(|who| who.ask(&service, "GET", &format!("/directory/orgs/{key}")).code());
            assert!(left == [200, 404] || left == [404, 200], "{left:?} after {statuses:?}");
        }
    }

    fn a_role_is_given_to_nobody_who_is_gone(kit) {
        let service = Service::start(kit);
        let (ada, bob) = (Caller::person(&service, "ada"), Caller::person(&service, "bob"));
        ada.founds(&service, "acme");
        let members = format!("/directory/orgs/acme/members/{}", bob.id());
        let roles = format!("/directory/orgs/acme/users/{}/roles", bob.id());
        for _ in 0..ROUNDS {
            ada.does(&service, "PUT", &members);
            let statuses = race(|number| match number % 2 {
                0 => ada.ask(&service, "DELETE", &members).code(),
                _ => ada.ask(&service, "POST", &format!("{roles}/manager")).code(),
            });
            assert!(statuses.iter().all(|status| [200, 404].contains(status)), "{statuses:?}");
            assert_eq!(kit.rows()["role_assignments"], 0, "nothing is left of who is gone");
        }
    }

    fn an_account_type_is_held_once(kit) {
        let service = Service::start(kit);
        let (ada, bob) = (Caller::person(&service, "ada"), Caller::person(&service, "bob"));
        ada.founds(&service, "acme");
        ada.admits(&service, "acme", &bob, "member");
        let kind = json!({"code": "worker", "status": "published"});
        ada.sends(&service, ("POST", "/directory/orgs/acme/accounts/types"), kind);
        let held = format!("/directory/orgs/acme/accounts/users/{}/worker", bob.id());
        for _ in 0..ROUNDS {
            assert_eq!(race(|_| ada.ask(&service, "POST", &held).code()), one_of_all());
            ada.does(&service, "DELETE", &held);
        }
    }

    fn an_organization_that_is_deleted_takes_no_more(kit) {
        let service = Service::start(kit);
        let (ada, bob) = (Caller::person(&service, "ada"), Caller::person(&service, "bob"));
        for round in 0..ROUNDS {
            let at = format!("/directory/orgs/acme-{round}");
            ada.founds(&service, &format!("acme-{round}"));
            let statuses = race(|number| match number {
                0 => ada.ask(&service, "DELETE", &at).code(),
                number if number % 2 == 0 => ada.ask(&service, "PUT", &format!("{at}/members/{}", bob.id())).code(),
                number => ada.put(&service, ("POST", &format!("{at}/roles")), &json!({"id": format!("r{number}")})).code(),
            });
            assert!(statuses.iter().all(|status| [200, 404].contains(status)), "{statuses:?}");
            assert_eq!(ada.ask(&service, "GET", &at).code(), 404);
        }
    }
}
