//! Invitations: made, combined, many at once, sent again, taken back, and what is refused.

#![expect(clippy::print_stdout, reason = "races print how they came out")]

use std::time::Duration;

use polity_testkit::both_engines;
use serde_json::{Value, json};

use crate::ground::common::{Answer, Service};
use crate::ground::{Caller, MOMENT, account_of};

pub(crate) const AT: &str = "/api/organizations/acme/invites";

/// Three days and a second.
pub(crate) const OVER: Duration = Duration::from_secs(3 * 86_400 + 1);

/// The status, the code and the field at fault.
pub(crate) fn told(answer: &Answer) -> String {
    let body = answer.json();
    assert!(body["detail"].is_string(), "{answer:?}");
    format!("{} {} {}", answer.code(), body["code"].as_str().unwrap(), body["attr"])
}

/// Ada's organization acme.
pub(crate) fn acme(service: &Service) -> Caller {
    let ada = Caller::person(service, "ada");
    ada.founds(service, "acme");
    ada
}

/// Ada with a fresh token.
pub(crate) fn again(service: &Service) -> Caller {
    Caller::of(service, "ada", &account_of(service, "ada@acme.example"))
}

fn project(service: &Service, caller: &Caller, name: &str) -> Value {
    caller.sends_in(service, "acme", ("POST", "/v1/organizations/projects", json!({"name": name})));
    let organization = caller.does(service, "GET", "/api/organizations/acme").json();
    let projects = organization["projects"].as_array().unwrap();
    projects.iter().find(|project| project["name"] == name).unwrap()["id"].clone()
}

fn invite(service: &Service, caller: &Caller, body: Value) -> Value {
    let answer = caller.sends(service, ("POST", AT), body);
    assert_eq!(answer.code(), 201);
    answer.json()
}

fn waiting(service: &Service, caller: &Caller) -> Vec<Value> {
    let page = caller.does(service, "GET", AT).json();
    let results = page["results"].as_array().unwrap().clone();
    assert_eq!(page["count"], results.len());
    results
}

both_engines! {
    fn an_invitation_shows_all_but_what_is_only_written(kit) {
        let service = Service::start(kit);
        let ada = acme(&service);
        let body = json!({
            "target_email": " Bob@Other.Example ", "first_name": " Bob ", "level": "8", "message": "Come in.",
            "private_project_access": [], "send_email": false, "combine_pending_invites": false, "unknown": 1,
        });
        let made = invite(&service, &ada, body);
        let mut keys: Vec<&str> = made.as_object().unwrap().keys().map(String::as_str).collect();
        keys.sort_unstable();
        assert_eq!(keys, [
            "created_at", "created_by", "emailing_attempt_made", "first_name", "id", "is_expired", "level", "message",
            "private_project_access", "target_email", "updated_at",
        ]);
        assert_eq!((&made["target_email"], &made["first_name"], &made["level"]), (&json!("bob@other.example"), &json!("Bob"), &json!(8)));
        assert_eq!((&made["emailing_attempt_made"], &made["is_expired"], &made["private_project_access"]), (&json!(false), &json!(false), &Value::Null));
        assert_eq!((&made["created_at"], &made["created_by"]["uuid"]), (&json!("2026-01-15T12:00:00Z"), &json!(ada.id())));
        let plain = invite(&service, &ada, json!({"target_email": "cyd@other.example"}));
        assert_eq!((&plain["first_name"], &plain["message"], &plain["level"], &plain["emailing_attempt_made"]), (&json!(""), &Value::Null, &json!(1), &json!(true)));
        assert_eq!(waiting(&service, &ada).len(), 2);
        let bob = Caller::of(&service, "bob", &service.person("bob@other.example"));
        let invites = bob.does(&service, "GET", "/directory/invites");
        assert!(invites.text.contains("acme"), "the other family shows it: {invites:?}");
    }

    fn the_newest_come_first_and_expired_ones_stay(kit) {
        let service = Service::start(kit);
        let ada = acme(&service);
        invite(&service, &ada, json!({"target_email": "old@other.example"}));
        kit.pass(OVER);
        let ada = again(&service);
        invite(&service, &ada, json!({"target_email": "new@other.example"}));
        let shown: Vec<_> = waiting(&service, &ada).iter().map(|one| (one["target_email"].clone(), one["is_expired"].clone())).collect();
        assert_eq!(shown, [(json!("new@other.example"), json!(false)), (json!("old@other.example"), json!(true))]);
        let page = ada.does(&service, "GET", &format!("{AT}/?limit=1")).json();
        assert_eq!((&page["count"], page["results"].as_array().unwrap().len()), (&json!(2), 1));
        assert!(page["next"].as_str().unwrap().ends_with("/api/organizations/acme/invites/?limit=1&offset=1"));
        assert_eq!(ada.ask(&service, "GET", &format!("{AT}/{}", page["results"][0]["id"].as_str().unwrap())).code(), 405);
    }

    fn an_address_has_one_and_combining_keeps_what_is_more(kit) {
        let service = Service::start(kit);
        let ada = acme(&service);
        let shop = project(&service, &ada, "Shop");
        let access = |level: &str| json!([{"id": shop, "level": level}]);
        let first = invite(&service, &ada, json!({"target_email": "bob@other.example", "level": 8, "private_project_access": access("admin")}));
        assert_eq!(first["private_project_access"], access("admin"));
        kit.pass(MOMENT);
        let second = invite(&service, &ada, json!({"target_email": "BOB@other.example", "level": 1, "combine_pending_invites": true, "private_project_access": access("member")}));
        assert_ne!(first["id"], second["id"]);
        assert_eq!((&second["level"], &second["private_project_access"]), (&json!(8), &access("admin")));
        let gone = format!("{AT}/{}", first["id"].as_str().unwrap());
        assert_eq!(told(&ada.ask(&service, "DELETE", &gone)), "404 not_found null");
        assert_eq!(waiting(&service, &ada), std::slice::from_ref(&second));
        let third = invite(&service, &ada, json!({"target_email": "bob@other.example", "private_project_access": null}));
        assert_eq!((&third["level"], &third["private_project_access"]), (&json!(1), &Value::Null));
        assert_eq!(ada.ask(&service, "DELETE", &format!("{AT}/{}/", third["id"].as_str().unwrap())).code(), 204);
        assert_eq!(waiting(&service, &ada), [Value::Null; 0]);
    }

    fn what_will_not_do_is_named(kit) {
        let service = Service::start(kit);
        let (ada, eve) = (acme(&service), Caller::person(&service, "eve"));
        eve.founds(&service, "other");
        eve.sends_in(&service, "other", ("POST", "/v1/organizations/projects", json!({"name": "Far"})));
        let far = eve.does(&service, "GET", "/api/organizations/other").json()["projects"][0]["id"].clone();
        let answer = |body: Value| told(&ada.put(&service, ("POST", AT), &body));
        let with = |name: &str, value: Value| {
            let mut body = json!({"target_email": "bob@other.example"});
            body[name] = value;
            answer(body)
        };
        assert_eq!(answer(json!({})), "400 required \"target_email\"");
        assert_eq!(answer(json!([])), "400 invalid_input null");
        assert_eq!(answer(json!({"target_email": "ada@acme.example"})), "400 invalid_input null", "a member");
        for (name, value, expected) in [
            ("target_email", json!("bob"), "400 invalid_input \"target_email\""),
            ("target_email", json!(null), "400 null \"target_email\""),
            ("target_email", json!(""), "400 blank \"target_email\""),
            ("target_email", json!(format!("{}@other.example", "x".repeat(250))), "400 max_length \"target_email\""),
            ("target_email", json!("bob@other.example\r\nBcc: eve@other.example"), "400 invalid_input \"target_email\""),
            ("first_name", json!("x".repeat(31)), "400 max_length \"first_name\""),
            ("first_name", json!("Bob\r\nBcc: eve@other.example"), "400 invalid_input \"first_name\""),
            ("first_name", json!(null), "400 null \"first_name\""),
            ("level", json!(9), "400 invalid_choice \"level\""),
            ("message", json!("x".repeat(1_001)), "400 max_length \"message\""),
            ("send_email", json!("maybe"), "400 invalid_input \"send_email\""),
            ("combine_pending_invites", json!(null), "400 null \"combine_pending_invites\""),
            ("private_project_access", json!("x"), "400 invalid_input \"private_project_access\""),
            ("private_project_access", json!([7]), "400 invalid_input \"private_project_access\""),
            ("private_project_access", json!([{"id": 7}]), "400 invalid_input \"private_project_access\""),
            ("private_project_access", json!([{"id": "7", "level": "member"}]), "400 invalid_input \"private_project_access\""),
            ("private_project_access", json!([{"id": 7, "level": "owner"}]), "400 invalid_input \"private_project_access\""),
            ("private_project_access", json!([{"id": 7, "level": "member"}]), "400 invalid_input \"private_project_access\""),
            ("private_project_access", Value::Array(vec![json!({"id": far, "level": "none"}); 101]), "400 max_length \"private_project_access\""),
            ("private_project_access", json!([{"id": far, "level": "member"}]), "400 invalid_input \"private_project_access\""),
        ] {
            assert_eq!(with(name, value.clone()), expected, "{name} {value}");
        }
        assert_eq!(waiting(&service, &ada), [Value::Null; 0]);
    }

    fn who_may_invite_whom(kit) {
        let service = Service::start(kit);
        let (ada, bob, eve) = (acme(&service), Caller::person(&service, "bob"), Caller::person(&service, "eve"));
        ada.admits(&service, "acme", &bob, "member");
        eve.founds(&service, "other");
        let send = |caller: &Caller, level: i16| told_or_made(&caller.put(&service, ("POST", AT), &json!({"target_email": "zoe@other.example", "level": level})));
        assert_eq!(send(&bob, 1), "201");
        assert_eq!(send(&bob, 8), "403 permission_denied null", "above their own");
        assert_eq!(send(&eve, 1), "403 permission_denied null");
        assert_eq!(send(&Caller::anonymous(), 1), "401 not_authenticated null");
        let foreign = waiting(&service, &ada)[0]["id"].as_str().unwrap().to_owned();
        for (method, path) in [("DELETE", format!("/api/organizations/other/invites/{foreign}")), ("POST", format!("/api/organizations/other/invites/{foreign}/resend"))] {
            assert_eq!(told(&eve.ask(&service, method, &path)), "404 not_found null");
        }
        assert_eq!(eve.ask(&service, "GET", AT).code(), 403);
        let reading = bob.narrowed(&service, &["org.members.list"]);
        let refusal = reading.put(&service, ("POST", AT), &json!({"target_email": "yan@other.example"}));
        assert!(refusal.code() == 403 && refusal.text.contains("organization_member:write"), "{refusal:?}");
        assert_eq!(reading.does(&service, "GET", AT).json()["count"], 1);

        let cyd = Caller::person(&service, "cyd");
        ada.admits(&service, "acme", &cyd, "member");
        let at = format!("{AT}/{foreign}");
        assert_eq!(cyd.ask(&service, "DELETE", &at).code(), 403, "neither theirs nor an administrator");
        assert_eq!(bob.ask(&service, "DELETE", &at).code(), 204);
        ada.sends(&service, ("PATCH", "/api/organizations/acme"), json!({"members_can_invite": false}));
        assert_eq!((send(&bob, 1), send(&ada, 15)), ("403 permission_denied null".to_owned(), "201".to_owned()));
    }

    fn several_are_invited_all_or_none(kit) {
        let service = Service::start(kit);
        let ada = acme(&service);
        let at = format!("{AT}/bulk");
        let send = |body: &Value| ada.put(&service, ("POST", &at), body);
        let one = |n: usize| json!({"target_email": format!("p{n}@other.example")});
        let many = |count: usize| Value::Array((0..count).map(one).collect());
        let empty = send(&json!([]));
        assert_eq!((empty.code(), empty.json()), (201, json!([])));
        for (body, expected) in [
            (json!({}), "400 invalid_input null"),
            (many(21), "400 max_length null"),
            (json!([one(1), 7]), "400 invalid_input \"1\""),
            (json!([one(1), {}]), "400 required \"1__target_email\""),
            (json!([one(1), {"target_email": "x"}]), "400 invalid_input \"1__target_email\""),
            (json!([one(1), one(2), {"target_email": "ada@acme.example"}]), "400 invalid_input \"2__target_email\""),
            (json!([one(1), {"target_email": "q@other.example", "private_project_access": [{"id": 7, "level": "none"}]}]), "400 invalid_input \"1__private_project_access\""),
            (json!([one(1), {"target_email": "q@other.example", "first_name": "x".repeat(31)}]), "400 max_length \"1__first_name\""),
        ] {
            assert_eq!(told(&send(&body)), expected, "{body}");
        }
        assert_eq!(waiting(&service, &ada), [Value::Null; 0]);
        let made = send(&many(20));
        assert_eq!((made.code(), made.json().as_array().unwrap().len()), (201, 20));
        assert_eq!(waiting(&service, &ada).len(), 20);
        let form = service.request("POST", &at).bearer_auth(ada.bearer.as_ref().unwrap()).header("content-type", "application/x-www-form-urlencoded").body("target_email=a%40b.example");
        assert_eq!(told(&crate::ground::common::send(form)), "400 invalid_input null");
        assert_eq!(ada.ask(&service, "GET", &at).code(), 405);
    }

    fn twenty_lists_at_once_leave_one_invitation_each(kit) {
        let service = Service::start(kit);
        let ada = acme(&service);
        let at = format!("{AT}/bulk");
        let statuses = polity_testkit::at_once(20, |rival| {
            let one = |n| json!({"target_email": format!("p{}@other.example", (n + rival) % 20), "send_email": false});
            ada.put(&service, ("POST", &at), &Value::Array((0..20).map(one).collect())).code()
        });
        assert_eq!(statuses, [201; 20]);
        let mut emails: Vec<String> = waiting(&service, &ada).iter().map(|one| one["target_email"].to_string()).collect();
        emails.sort_unstable();
        emails.dedup();
        let left = waiting(&service, &ada).len();
        println!("{:?} bulk invites: {} at once, {} addresses, {left} waiting", kit.engine(), statuses.len(), emails.len());
        assert_eq!((emails.len(), left), (20, 20));
    }

    fn an_organization_has_a_hundred_mails_an_hour_and_a_thousand_that_wait(kit) {
        let service = Service::start(kit);
        let ada = acme(&service);
        let at = format!("{AT}/bulk");
        let list = |from: usize, mail: bool| {
            let one = |n| json!({"target_email": format!("p{n}@other.example"), "send_email": mail});
            ada.put(&service, ("POST", &at), &Value::Array((from..from + 20).map(one).collect()))
        };
        let mut codes = polity_testkit::at_once(20, |rival| list(rival * 20, true).code());
        codes.sort_unstable();
        let passed = codes.iter().filter(|code| **code == 201).count();
        println!("{:?} mail budget: 20 lists of 20 at once, {passed} sent, {} waiting", kit.engine(), ada.does(&service, "GET", AT).json()["count"]);
        assert_eq!((passed, codes.iter().filter(|code| **code == 429).count()), (5, 15));
        let refused = ada.put(&service, ("POST", AT), &json!({"target_email": "zoe@other.example"}));
        assert_eq!((told(&refused).as_str(), refused.header("retry-after")), ("429 throttled null", "3600"));
        for n in 20..65 {
            assert_eq!(list(n * 20, false).code(), 201);
        }
        let beyond = ada.put(&service, ("POST", AT), &json!({"target_email": "zoe@other.example", "send_email": false}));
        assert_eq!(told(&beyond), "400 invalid_input null");
        assert!(beyond.text.contains("1000 invitations of the organization wait"), "{beyond:?}");
        let more = ada.put(&service, ("PUT", "/directory/invites/orgs/acme"), &json!({"emails": ["zoe@other.example"]}));
        assert_eq!(more.code(), 200, "the other family sends no mail and is as it was");
    }

    fn an_expired_one_is_sent_again_once_a_minute(kit) {
        let service = Service::start(kit);
        let ada = acme(&service);
        let made = invite(&service, &ada, json!({"target_email": "bob@other.example"}));
        let at = format!("{AT}/{}/resend", made["id"].as_str().unwrap());
        let soon = ada.ask(&service, "POST", &at);
        assert_eq!((told(&soon).as_str(), &soon.json()["type"], soon.header("retry-after")), ("429 throttled null", &json!("throttled_error"), "60"));
        kit.pass(OVER);
        let ada = again(&service);
        let again = ada.does(&service, "POST", &at);
        assert_eq!((again.code(), &again.json()["id"], &again.json()["is_expired"]), (200, &made["id"], &json!(false)));
        assert_eq!(told(&ada.ask(&service, "POST", &at)), "429 throttled null");
        assert_eq!(told(&ada.ask(&service, "POST", &format!("{AT}/nonsense/resend"))), "404 not_found null");
    }

    fn somebody_is_asked_to_set_the_organization_up(kit) {
        let service = Service::start(kit);
        let (ada, bob) = (acme(&service), Caller::person(&service, "bob"));
        ada.admits(&service, "acme", &bob, "member");
        let at = format!("{AT}/delegate");
        let send = |caller: &Caller, body: Value| caller.put(&service, ("POST", &at), &body);
        let body = json!({"target_email": "zoe@other.example", "message": "Please.", "step_at_delegation": "install"});
        assert_eq!(told(&send(&bob, body.clone())), "403 permission_denied null", "it gives level 8");
        let made = send(&ada, body);
        assert_eq!((made.code(), &made.json()["level"], &made.json()["emailing_attempt_made"]), (200, &json!(8), &json!(false)));
        assert_eq!(told(&send(&ada, json!({"target_email": "yan@other.example"}))), "400 existing_invite null");
        assert_eq!(told(&send(&ada, json!({}))), "400 required \"target_email\"");
        assert_eq!(told(&send(&ada, json!({"target_email": "y@other.example", "message": "x".repeat(1001)}))), "400 max_length \"message\"");
        assert_eq!(told(&send(&ada, json!({"target_email": "y@other.example", "step_at_delegation": "x".repeat(65)}))), "400 max_length \"step_at_delegation\"");
    }
}

fn told_or_made(answer: &Answer) -> String {
    if answer.code() == 201 { "201".to_owned() } else { told(answer) }
}
