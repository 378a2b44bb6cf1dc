//! Taking an invitation up: over the API and on the page.

#![expect(clippy::print_stdout, reason = "races print how they came out")]

use polity::gate::guesses::Patience;
use polity::gate::pace::Pace;
use polity_directory::InvitationId;
use polity_signin::RequestId;
use polity_testkit::{Kit, at_once, both_engines};
use serde_json::{Value, json};

use crate::ground::common::{Answer, Service, send};
use crate::ground::{Caller, account_of};
use crate::invites::{AT, OVER, acme, again, told};

const PASSWORD: &str = "correct horse battery";

/// A service that lets one address sign up as often as it likes.
fn unhurried(kit: &Kit) -> Service {
    Service::start_set(kit, Patience::default(), |settings| {
        settings.stranger_pace = Pace { per_minute: 0, per_hour: 0 };
    })
}

/// Invites an address; the end of the link.
fn invited(service: &Service, ada: &Caller, body: Value) -> String {
    ada.sends(service, ("POST", AT), body).json()["id"].as_str().unwrap().to_owned()
}

fn at(id: &str) -> String {
    format!("/api/signup/{id}")
}

fn stranger() -> Value {
    json!({"first_name": "Bob", "password": PASSWORD})
}

/// Sends the form of the page.
fn fills(service: &Service, id: &str, fields: &[(&str, &str)]) -> Answer {
    let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let request = service.request("POST", &format!("/signup/{id}"));
    send(request.header("content-type", "application/x-www-form-urlencoded").body(form))
}

both_engines! {
    fn whoever_has_the_link_sees_where_it_leads(kit) {
        let service = unhurried(kit);
        let ada = acme(&service);
        let id = invited(&service, &ada, json!({"target_email": "bob@other.example", "first_name": "Bob"}));
        let shown = service.get(&at(&id));
        assert_eq!(shown.json(), json!({"id": id, "target_email": "bob@other.example", "first_name": "Bob", "organization_name": "acme"}));
        assert_eq!(service.get(&format!("{}/", at(&id))).code(), 200);
        let unknown = InvitationId::new(kit.ctx.ids().secret()).to_string();
        for nothing in [unknown.as_str(), "nonsense"] {
            assert_eq!(told(&service.get(&at(nothing))), "400 invalid_input null");
            assert_eq!(service.get(&format!("/signup/{nothing}")).code(), 404);
        }
        let (bob, eve) = (Caller::of(&service, "bob", &service.person("bob@other.example")), Caller::person(&service, "eve"));
        assert_eq!(bob.ask(&service, "GET", &at(&id)).code(), 200);
        assert_eq!(told(&eve.ask(&service, "GET", &at(&id))), "400 invalid_recipient null");
        let anybody = service.get(&at(&id));
        assert_eq!((told(&anybody).as_str(), &anybody.json()["detail"]), ("400 account_exists null", &json!(format!("/login?next=/signup/{id}"))));
        let led = service.get(&format!("/login?next=/signup/{id}"));
        assert_eq!((led.code(), led.header("location")), (303, format!("/signup/{id}").as_str()));
        for elsewhere in ["?next=", "?next=https://evil.example", "?next=//evil.example", "?next=/signup/x", "?next=/signup//evil.example"] {
            assert_eq!(service.get(&format!("/login{elsewhere}")).code(), 404, "{elsewhere}");
        }
        let bad = Caller { bearer: Some("nonsense".to_owned()), ..Caller::anonymous() };
        assert_eq!(bad.ask(&service, "GET", &at(&id)).code(), 401, "a bad credential is not none");
    }

    fn who_is_signed_in_joins_once(kit) {
        let service = unhurried(kit);
        let ada = acme(&service);
        let id = invited(&service, &ada, json!({"target_email": "bob@other.example", "level": 8}));
        let (bob, eve) = (Caller::of(&service, "bob", &service.person("bob@other.example")), Caller::person(&service, "eve"));
        assert_eq!(told(&eve.ask(&service, "POST", &at(&id))), "400 invalid_recipient null");
        assert_eq!(told(&service_post(&service, &id, &stranger())), "400 account_exists null");
        let joined = bob.does(&service, "POST", &at(&id));
        let body = joined.json();
        assert_eq!((joined.code(), &body["uuid"], &body["redirect_url"]), (201, &json!(bob.id()), &json!("/signup/joined")));
        assert_eq!(service.get("/signup/joined").code(), 200);
        assert_eq!(told(&bob.ask(&service, "POST", &at(&id))), "400 expired null");
        let members = ada.does(&service, "GET", "/api/organizations/acme/members").json();
        let level = members["results"].as_array().unwrap().iter().find(|one| one["user"]["uuid"] == json!(bob.id())).unwrap()["level"].clone();
        assert_eq!(level, 8);
        assert_eq!(ada.does(&service, "GET", AT).json()["count"], 0);

        let again = invited(&service, &ada, json!({"target_email": "cyd@other.example"}));
        let cyd = Caller::of(&service, "cyd", &service.person("cyd@other.example"));
        ada.admits(&service, "acme", &cyd, "member");
        assert_eq!(told(&cyd.ask(&service, "GET", &at(&again))), "400 user_already_member null");
        assert_eq!(told(&cyd.ask(&service, "POST", &at(&again))), "400 user_already_member null");
    }

    fn a_stranger_signs_up_and_is_not_let_in_before_the_address_is_proven(kit) {
        let service = unhurried(kit);
        let ada = acme(&service);
        let id = invited(&service, &ada, json!({"target_email": "bob@other.example"}));
        for (body, expected) in [
            (json!({}), "400 required \"first_name\""),
            (json!({"first_name": "Bob"}), "400 required \"password\""),
            (json!({"first_name": "Bob", "password": "short"}), "400 invalid_input \"password\""),
            (json!({"first_name": "Bob", "password": "x".repeat(129)}), "400 max_length \"password\""),
            (json!({"first_name": "Bob\r\nBcc: eve@other.example", "password": PASSWORD}), "400 invalid_input \"first_name\""),
            (json!({"first_name": "Bob", "password": PASSWORD, "role_at_organization": "x".repeat(129)}), "400 max_length \"role_at_organization\""),
        ] {
            assert_eq!(told(&service_post(&service, &id, &body)), expected, "{body}");
        }
        let answer = service_post(&service, &id, &json!({"first_name": "Bob", "password": PASSWORD, "role_at_organization": "engineering"}));
        assert_eq!(answer.code(), 201, "{answer:?}");
        let body = answer.json();
        assert_eq!((&body["email"], &body["first_name"], &body["is_email_verified"]), (&json!("bob@other.example"), &json!("Bob"), &json!(false)));
        assert_eq!(body["redirect_url"], "/signup/confirm");
        assert!(!answer.text.contains(PASSWORD));
        assert_eq!(told(&service_post(&service, &id, &stranger())), "400 expired null");
        let login = send(service.request("POST", "/api/login").json(&json!({"email": "bob@other.example", "password": PASSWORD})));
        assert_eq!(login.code(), 401, "{login:?}");
        assert!(!account_of(&service, "bob@other.example").email_verified);
    }

    fn three_days_and_a_second_are_too_long(kit) {
        let service = unhurried(kit);
        let ada = acme(&service);
        let id = invited(&service, &ada, json!({"target_email": "bob@other.example"}));
        kit.pass(OVER);
        assert_eq!(told(&service.get(&at(&id))), "400 expired null");
        assert_eq!(told(&service_post(&service, &id, &stranger())), "400 expired null");
        assert_eq!(service.get(&format!("/signup/{id}")).code(), 410);
        assert_eq!(fills(&service, &id, &[("first_name", "Bob"), ("password", PASSWORD)]).code(), 410);
        again(&service).does(&service, "POST", &format!("{AT}/{id}/resend"));
        assert_eq!(service_post(&service, &id, &stranger()).code(), 201);
    }

    fn of_many_at_once_one_gets_in(kit) {
        let service = unhurried(kit);
        let ada = acme(&service);
        let id = invited(&service, &ada, json!({"target_email": "bob@other.example"}));
        let stranger = at_once(4, |_| service_post(&service, &id, &stranger()).code());
        let id = invited(&service, &ada, json!({"target_email": "cyd@other.example"}));
        let cyd = Caller::of(&service, "cyd", &service.person("cyd@other.example"));
        let person = at_once(4, |_| cyd.ask(&service, "POST", &at(&id)).code());
        // by the link, and by the other family's list, at the same moment
        let id = invited(&service, &ada, json!({"target_email": "dan@other.example"}));
        let dan = Caller::of(&service, "dan", &service.person("dan@other.example"));
        let body = json!({"scope": "organization", "entity": {"id": "acme"}});
        let mixed = at_once(8, |rival| match rival % 2 {
            0 => dan.ask(&service, "POST", &at(&id)).code(),
            _ => dan.put(&service, ("POST", "/directory/invites"), &body).code(),
        });
        let won = |codes: &[u16]| codes.iter().filter(|code| **code < 300).count();
        let members = ada.does(&service, "GET", "/api/organizations/acme/members").json()["count"].clone();
        println!(
            "{:?} accepting at once: stranger {} of 4, person {} of 4, person over two families {} of 8, {members} members",
            kit.engine(), won(&stranger), won(&person), won(&mixed),
        );
        assert_eq!((won(&stranger), won(&person), won(&mixed)), (1, 1, 1), "{stranger:?} {person:?} {mixed:?}");
        assert!([stranger, person, mixed].concat().iter().all(|code| [200, 201, 400, 404].contains(code)));
        assert_eq!(members, 4, "Ada, and each of the three once");
    }

    fn who_owns_the_mailbox_gets_in_though_another_has_used_the_link(kit) {
        let service = unhurried(kit);
        let ada = acme(&service);
        let eve = Caller::person(&service, "eve");
        ada.admits(&service, "acme", &eve, "member");
        invited(&service, &ada, json!({"target_email": "bob@other.example", "level": 8}));
        let seen = eve.does(&service, "GET", AT).json()["results"][0]["id"].as_str().unwrap().to_owned();
        assert_eq!(service_post(&service, &seen, &json!({"first_name": "Bob", "password": "the password of eve"})).code(), 201);
        let log_in = |password: &str| send(service.request("POST", "/api/login").json(&json!({"email": "bob@other.example", "password": password})));
        assert_eq!(told(&log_in("the password of eve")), "401 not_verified null");

        let used = service.get(&format!("/signup/{seen}"));
        assert!(used.code() == 410 && used.text.contains("href=\"/reset\""), "Bob is told what to do: {}", used.text);
        assert_eq!(send(service.request("POST", "/api/reset").json(&json!({"email": "bob@other.example"}))).code(), 204);
        let request = RequestId::new(uuid::Uuid::from_u128(1));
        let mail = service.polity.signin.reset_mail(&"bob@other.example".parse().unwrap(), request).unwrap().unwrap();
        let page = service.request("POST", &format!("/reset/{}", mail.secret.reveal()));
        let set = send(page.header("content-type", "application/x-www-form-urlencoded").body(format!("password={PASSWORD}")));
        assert_eq!(set.code(), 200, "{set:?}");

        assert_eq!(told(&log_in("the password of eve")), "401 authentication_failed null");
        let found = log_in(PASSWORD).json();
        assert_eq!(found["user"]["is_email_verified"], true);
        let bob = Caller { name: "bob", bearer: found["access_token"].as_str().map(str::to_owned), account: None, session: None };
        assert_eq!(bob.does(&service, "GET", "/api/organizations/acme").json()["membership_level"], 8);
    }

    fn one_address_signs_up_a_few_times_a_minute(kit) {
        let service = Service::start(kit);
        let ada = acme(&service);
        let id = invited(&service, &ada, json!({"target_email": "bob@other.example"}));
        for _ in 0..6 {
            assert_eq!(told(&service_post(&service, &id, &json!({}))), "400 required \"first_name\"", "what says nothing does not count");
        }
        let unknown = InvitationId::new(kit.ctx.ids().secret()).to_string();
        let codes: Vec<u16> = (0..3).map(|_| service_post(&service, &unknown, &stranger()).code()).collect();
        let pages: Vec<u16> = (0..3).map(|_| fills(&service, &unknown, &[("password", PASSWORD)]).code()).collect();
        assert_eq!((codes, pages), (vec![400; 3], vec![404, 404, 429]), "the page and the API together");
        let refused = service_post(&service, &id, &stranger());
        assert!(told(&refused) == "429 throttled null" && refused.header("retry-after").parse::<u64>().unwrap() <= 60, "{refused:?}");
        let cyd = invited(&service, &ada, json!({"target_email": "cyd@other.example"}));
        let person = Caller::of(&service, "cyd", &service.person("cyd@other.example"));
        assert_eq!(person.ask(&service, "POST", &at(&cyd)).code(), 201, "who is signed in is not held up");
    }

    fn the_page_signs_a_stranger_up(kit) {
        let service = unhurried(kit);
        let ada = acme(&service);
        let id = invited(&service, &ada, json!({
            "target_email": "bob@other.example", "first_name": "<b>Bob", "message": "Come in.\n<script>alert(1)</script>",
        }));
        let page = service.get(&format!("/signup/{id}"));
        assert_eq!((page.code(), page.header("content-type")), (200, "text/html; charset=utf-8"));
        for (name, value) in [
            ("content-security-policy", "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"),
            ("referrer-policy", "no-referrer"), ("cache-control", "no-store"), ("x-content-type-options", "nosniff"),
        ] {
            assert_eq!(page.header(name), value);
        }
        assert!(!page.text.contains("<script") && !page.text.contains("<b>"), "{}", page.text);
        assert!(page.text.contains("Invitation to acme") && page.text.contains("2026-01-18 12:00 UTC"), "{}", page.text);
        assert_eq!(service.get("/pages/style.css").header("content-type"), "text/css; charset=utf-8");

        let wrong = fills(&service, &id, &[("first_name", "Bob \"B\" <i>"), ("password", "short")]);
        assert_eq!(wrong.code(), 400);
        assert!(wrong.text.contains("shorter than 8") && wrong.text.contains("aria-invalid") && !wrong.text.contains("<i>"), "{}", wrong.text);
        assert!(!wrong.text.contains("value=\"short\""), "a password does not come back");
        let done = fills(&service, &id, &[("first_name", "Bob"), ("password", PASSWORD), ("role_at_organization", "")]);
        assert_eq!((done.code(), done.header("location")), (303, "/signup/confirm"));
        assert!(service.get("/signup/confirm").text.contains("mailbox"));
        assert_eq!(fills(&service, &id, &[("first_name", "Bob"), ("password", PASSWORD)]).code(), 410);
        let (json, multipart) = ("application/json", "multipart/form-data; boundary=x");
        for media_type in [json, multipart] {
            let refused = send(service.request("POST", &format!("/signup/{id}")).header("content-type", media_type).body("{}"));
            assert_eq!((refused.code(), refused.header("content-type")), (415, "text/html; charset=utf-8"));
        }
        assert_eq!(send(service.request("DELETE", &format!("/signup/{id}"))).code(), 405);
    }

    fn the_page_asks_who_has_an_account_for_its_password(kit) {
        let service = unhurried(kit);
        let ada = acme(&service);
        let first = invited(&service, &ada, json!({"target_email": "bob@other.example"}));
        assert_eq!(service_post(&service, &first, &stranger()).code(), 201);
        let zoe = Caller::person(&service, "zoe");
        zoe.founds(&service, "zoos");
        let id = zoe.sends(&service, ("POST", "/api/organizations/zoos/invites"), json!({"target_email": "bob@other.example"})).json()["id"].as_str().unwrap().to_owned();
        let page = service.get(&format!("/signup/{id}"));
        assert!(page.text.contains("has an account here") && !page.text.contains("name=\"first_name\""), "{}", page.text);
        let wrong = fills(&service, &id, &[("password", "another password")]);
        assert!(wrong.code() == 400 && wrong.text.contains("is not the one of your account"), "{wrong:?}");
        let unproven = fills(&service, &id, &[("password", PASSWORD)]);
        assert!(unproven.code() == 400 && unproven.text.contains("not confirmed yet"), "{unproven:?}");
        let bob = account_of(&service, "bob@other.example");
        proven(&service, &bob);
        let joined = fills(&service, &id, &[("password", PASSWORD)]);
        assert_eq!((joined.code(), joined.header("location")), (303, "/signup/joined"), "{joined:?}");
        assert_eq!(zoe.does(&service, "GET", "/api/organizations/zoos/members").json()["count"], 2);
    }
}

fn service_post(service: &Service, id: &str, body: &Value) -> Answer {
    send(service.request("POST", &at(id)).json(body))
}

/// Has the address be known to be the person's.
fn proven(service: &Service, account: &polity_accounts::Account) {
    let patch = polity_accounts::AccountPatch { email_verified: Some(true), ..Default::default() };
    polity_accounts::People::update(
        service.polity.accounts.as_ref(),
        &polity_kernel::Actor::system(),
        account.id,
        patch,
    )
    .unwrap();
}
