//! Members: listed, searched, raised, removed; their keys.

use std::time::Duration;

use polity_accounts::{AccountPatch, AccountProfilePatch, AccountStatus, People};
use polity_kernel::Actor;
use polity_testkit::both_engines;
use serde_json::{Value, json};

use crate::ground::common::Service;
use crate::ground::{Caller, MOMENT, account_of};

const AT: &str = "/api/organizations/acme/members";

fn emails(page: &Value) -> String {
    let results = page["results"].as_array().unwrap();
    let name = |one: &Value| one["user"]["email"].as_str().unwrap().split('@').next().unwrap().to_owned();
    results.iter().map(name).collect::<Vec<_>>().join(" ")
}

fn called(service: &Service, caller: &Caller, name: &str) {
    let patch = AccountPatch {
        profile: AccountProfilePatch { name: Some(Some(name.to_owned())), ..AccountProfilePatch::default() },
        ..AccountPatch::default()
    };
    People::update(service.polity.accounts.as_ref(), &Actor::system(), caller.id(), patch).unwrap();
}

both_engines! {
    fn a_member_is_shown_with_the_person(kit) {
        let service = Service::start(kit);
        let ada = Caller::person(&service, "ada");
        ada.founds(&service, "acme");
        called(&service, &ada, "Ada Augusta King");
        let page = ada.does(&service, "GET", AT).json();
        let (one, user) = (&page["results"][0], &page["results"][0]["user"]);
        assert_eq!((&user["first_name"], &user["last_name"]), (&json!("Ada"), &json!("Augusta King")));
        assert_eq!((&user["uuid"], &user["distinct_id"]), (&json!(ada.id()), &json!(ada.id())));
        let number = user["id"].as_u64().unwrap();
        assert!(number < 1 << 53);
        assert_eq!((&one["level"], &one["is_2fa_enabled"], &one["last_login"]), (&json!(15), &json!(false), &Value::Null));
        let again = ada.does(&service, "GET", AT).json();
        assert_eq!(again["results"][0]["user"]["id"], number, "it stays");
    }

    fn they_are_searched_with_typing_errors(kit) {
        let service = Service::start(kit);
        let ada = Caller::person(&service, "ada");
        ada.founds(&service, "acme");
        for (name, full) in [("jo", "Johanna Smith"), ("john", "John Smythe"), ("peter", "Peter Miller"), ("joh", "Johannes Meyer")] {
            kit.pass(MOMENT);
            let person = Caller::person(&service, name);
            called(&service, &person, full);
            ada.admits(&service, "acme", &person, "member");
        }
        let found = |query: &str| {
            let page = ada.does(&service, "GET", &format!("{AT}?search={query}")).json();
            let emails = emails(&page);
            assert_eq!(page["count"], emails.split_whitespace().count());
            emails
        };
        assert_eq!(found("johanna"), "jo joh", "the likest first");
        assert_eq!(found("Jonhanna%20smth"), "jo");
        assert_eq!(found("mileer"), "peter");
        assert_eq!(found("peter%40acme.example"), "peter");
        assert_eq!(found("zebra"), "");
        assert_eq!(found("%20%20"), "joh peter john jo ada", "a blank search is none");
        let second = ada.does(&service, "GET", &format!("{AT}?search=johanna&limit=1&offset=1")).json();
        assert_eq!((emails(&second), &second["count"]), ("joh".to_owned(), &json!(2)));
        let long = ada.ask(&service, "GET", &format!("{AT}?search={}", "x".repeat(201)));
        assert_eq!((long.code(), &long.json()["attr"], &long.json()["code"]), (400, &json!("search"), &json!("max_length")));
    }

    fn they_are_picked_by_address_and_order(kit) {
        let service = Service::start(kit);
        let (ada, bob) = (Caller::person(&service, "ada"), Caller::person(&service, "bob"));
        ada.founds(&service, "acme");
        kit.pass(MOMENT);
        ada.admits(&service, "acme", &bob, "member");
        let list = |query: &str| emails(&bob.does(&service, "GET", &format!("{AT}{query}")).json());
        assert_eq!(list("?order=joined_at"), "ada bob");
        for default in ["", "?order=-joined_at", "?order=level"] {
            assert_eq!(list(default), "bob ada", "{default}");
        }
        assert_eq!(list("?email=BOB%40acme.example"), "bob");
        assert_eq!((list("?email=nobody%40acme.example"), list("?email=no-address")), (String::new(), String::new()));
        let patch = AccountPatch { status: Some(AccountStatus::Disabled), ..AccountPatch::default() };
        People::update(service.polity.accounts.as_ref(), &Actor::system(), bob.id(), patch).unwrap();
        let page = ada.does(&service, "GET", AT).json();
        assert_eq!((emails(&page), &page["count"]), ("ada".to_owned(), &json!(1)), "who is disabled is hidden");
    }

    fn a_level_is_set_by_those_above(kit) {
        let service = Service::start(kit);
        let (ada, bob, cyd, eve) =
            (Caller::person(&service, "ada"), Caller::person(&service, "bob"), Caller::person(&service, "cyd"), Caller::person(&service, "eve"));
        ada.founds(&service, "acme");
        ada.admits(&service, "acme", &bob, "admin");
        ada.admits(&service, "acme", &cyd, "member");
        let set = |caller: &Caller, other: &Caller, level: Value| {
            caller.put(&service, ("PATCH", &format!("{AT}/{}/", other.id())), &json!({ "level": level }))
        };
        assert_eq!(set(&ada, &ada, json!(1)).code(), 403, "one's own");
        assert_eq!(set(&bob, &cyd, json!(15)).code(), 403, "above one's own");
        assert_eq!(set(&bob, &ada, json!(1)).code(), 403, "one above");
        assert_eq!(set(&cyd, &bob, json!(1)).code(), 403, "a member");
        assert_eq!(set(&ada, &eve, json!(1)).code(), 404, "no member");
        let nothing = |caller: &Caller| caller.put(&service, ("PATCH", &format!("{AT}/{}/", cyd.id())), &json!({}));
        assert_eq!((nothing(&cyd).code(), nothing(&ada).json()["level"].clone()), (403, json!(1)), "nothing asked needs as much");
        let bad = set(&ada, &cyd, json!(9)).json();
        assert_eq!((&bad["code"], &bad["attr"], &bad["detail"]), (&json!("invalid_choice"), &json!("level"), &json!("\"9\" is not a valid choice.")));
        assert_eq!(set(&bob, &cyd, json!("8")).json()["level"], 8, "digits will do");
        let raised = set(&ada, &bob, json!(15)).json();
        assert_eq!((&raised["level"], &raised["user"]["uuid"]), (&json!(15), &json!(bob.id())));
        assert_eq!(ada.does(&service, "GET", "/api/organizations/acme").json()["membership_level"], 15, "and stays");
        let roles = ada.does(&service, "GET", &format!("/directory/orgs/acme/users/{}/roles", cyd.id()));
        assert!(roles.text.contains("admin"), "{roles:?}");
    }

    fn members_go_and_are_sent_away(kit) {
        let service = Service::start(kit);
        let (ada, bob, cyd) = (Caller::person(&service, "ada"), Caller::person(&service, "bob"), Caller::person(&service, "cyd"));
        ada.founds(&service, "acme");
        for other in [&bob, &cyd] {
            ada.admits(&service, "acme", other, "member");
        }
        let remove = |caller: &Caller, other: &str| caller.ask(&service, "DELETE", &format!("{AT}/{other}")).code();
        assert_eq!(remove(&bob, &cyd.id().to_string()), 403);
        assert_eq!(remove(&bob, "@me"), 204);
        assert_eq!(remove(&bob, "@me"), 403, "no member any more");
        assert_eq!(remove(&ada, &cyd.id().to_string()), 204);
        assert_eq!((remove(&ada, &cyd.id().to_string()), remove(&ada, "x")), (404, 404));
        assert_eq!(remove(&ada, "@me"), 409, "the last owner stays");
        assert_eq!(ada.ask(&service, "GET", &format!("{AT}/{}", ada.id())).code(), 405, "one alone is not shown");
    }

    fn keys_that_work_here_are_told_of(kit) {
        let service = Service::start(kit);
        let (ada, bob) = (Caller::person(&service, "ada"), Caller::person(&service, "bob"));
        ada.founds(&service, "acme");
        ada.admits(&service, "acme", &bob, "member");
        let at = format!("{AT}/{}/scoped_api_keys/", ada.id());
        assert_eq!(bob.does(&service, "GET", &at).json(), json!({"has_keys": false, "has_keys_active_last_week": false, "keys": []}));
        ada.narrowed(&service, &["org.directory.get"]);
        assert_eq!(
            bob.does(&service, "GET", &at).json(),
            json!({"has_keys": true, "has_keys_active_last_week": false, "keys": [{"name": "narrow", "last_used_at": null}]})
        );
        assert_eq!(bob.does(&service, "GET", &format!("{AT}/@me/scoped_api_keys")).json()["has_keys"], false);
        let key = ada.narrowed(&service, &["org.directory.get"]);
        key.does(&service, "GET", "/api/organizations/acme");
        service.polity.identity.tidy().unwrap();
        let lately = || {
            let bob = Caller::of(&service, "bob", &account_of(&service, "bob@acme.example"));
            bob.does(&service, "GET", &at).json()["has_keys_active_last_week"].clone()
        };
        kit.pass(Duration::from_hours(7 * 24));
        assert_eq!(lately(), true);
        kit.pass(MOMENT);
        assert_eq!(lately(), false);
    }

    fn when_a_membership_changed_is_shown_and_asked_for(kit) {
        let service = Service::start(kit);
        let (ada, bob) = (Caller::person(&service, "ada"), Caller::person(&service, "bob"));
        ada.founds(&service, "acme");
        ada.admits(&service, "acme", &bob, "member");
        let at = format!("{AT}/{}", bob.id());
        let before = ada.put(&service, ("PATCH", &at), &json!({})).json();
        assert_eq!(before["updated_at"], before["joined_at"]);
        kit.pass(MOMENT);
        let after = ada.sends(&service, ("PATCH", &at), json!({"level": 8})).json();
        assert_eq!(after["joined_at"], before["joined_at"]);
        assert_ne!(after["updated_at"], before["updated_at"]);
        let since = |moment: &Value| emails(&ada.does(&service, "GET", &format!("{AT}?updated_after={}", moment.as_str().unwrap())).json());
        assert_eq!((since(&before["updated_at"]), since(&after["updated_at"])), ("bob".to_owned(), String::new()));
        assert_eq!(ada.ask(&service, "GET", &format!("{AT}?updated_after=yesterday")).json()["attr"], "updated_after");
    }
}
