//! Failures: who is refused, with which words, and what a body may be.

use polity_identity::Owner;
use polity_kernel::{Actor, Limits, Page, PermissionSet, Subject};
use polity_testkit::both_engines;
use serde_json::{Value, json};

use crate::ground::common::{Service, send};
use crate::ground::{Caller, patient};

fn words(answer: &crate::ground::common::Answer) -> (u16, String, String, Value) {
    let told = answer.json();
    assert_eq!(told.as_object().unwrap().len(), 4, "{told}");
    let word = |name: &str| told[name].as_str().unwrap().to_owned();
    (answer.code(), word("type"), word("code"), told["attr"].clone())
}

fn told(code: u16, kind: &str, word: &str, attr: impl Into<Value>) -> (u16, String, String, Value) {
    (code, kind.to_owned(), word.to_owned(), attr.into())
}

/// Revokes every key of this person.
fn revoked(service: &Service, caller: &Caller) {
    let owner =
        Owner::Actor(Actor::new(Subject::Person(caller.id()), Limits::default(), PermissionSet::all()));
    for key in service.polity.identity.keys(&owner, Page::first(10)).unwrap().items {
        service.polity.identity.revoke_key(&owner, key.id).unwrap();
    }
}

both_engines! {
    fn who_is_refused_hears_why(kit) {
        let service = patient(kit);
        let (ada, eve) = (Caller::person(&service, "ada"), Caller::person(&service, "eve"));
        ada.founds(&service, "acme");
        let members = "/api/organizations/acme/members";
        assert_eq!(words(&Caller::anonymous().ask(&service, "GET", members)), told(401, "authentication_error", "not_authenticated", Value::Null));
        let gone = ada.narrowed(&service, &["org.members.list"]);
        revoked(&service, &ada);
        let mistyped = gone.bearer.as_deref().unwrap().replace("pol_", "pol_x");
        for (bad, word) in [
            ("pol_x", "invalid_personal_api_key"),
            (mistyped.as_str(), "invalid_personal_api_key"),
            (gone.bearer.as_deref().unwrap(), "invalid_personal_api_key"),
            ("x", "authentication_failed"),
            ("a.b.c", "authentication_failed"),
        ] {
            let bad = Caller { name: "bad", bearer: Some(bad.to_owned()), account: None, session: None };
            let answer = bad.ask(&service, "GET", members);
            assert_eq!(words(&answer), told(401, "authentication_error", word, Value::Null));
            assert!(answer.header("www-authenticate").contains("invalid_token"), "{answer:?}");
        }
        let refused = || told(403, "authentication_error", "permission_denied", Value::Null);
        assert_eq!(words(&eve.ask(&service, "GET", members)), refused());
        assert_eq!(words(&eve.ask(&service, "GET", "/api/organizations/nowhere/members")), refused(), "as an unknown one");
        let missing = || told(404, "invalid_request", "not_found", Value::Null);
        assert_eq!(words(&eve.ask(&service, "GET", "/api/organizations/acme")), missing());
        assert_eq!(words(&ada.ask(&service, "GET", "/api/organizations/acme/roles/x")), missing());
        assert_eq!(words(&ada.ask(&service, "GET", "/api/nothing")), missing());
        let method = ada.ask(&service, "PATCH", members);
        assert_eq!(words(&method), told(405, "invalid_request", "method_not_allowed", Value::Null));
        assert_eq!(method.header("allow"), "GET, HEAD");
    }

    fn who_takes_no_json_gets_none(kit) {
        let service = Service::start(kit);
        let ada = Caller::person(&service, "ada");
        ada.founds(&service, "acme");
        let asked = |method: &str, path: &str, accept: &str| {
            let request = service.request(method, &format!("/api/organizations{path}"));
            send(request.bearer_auth(ada.bearer.as_ref().unwrap()).header("accept", accept).json(&json!({"name": "Acme"})))
        };
        for (method, path) in [("GET", ""), ("POST", ""), ("GET", "/acme"), ("PATCH", "/acme"), ("DELETE", "/acme"), ("GET", "/acme/members"), ("GET", "/acme/activity_log")] {
            for accept in ["text/html", "application/xml;q=1, text/*", "application/json;q=0, */*"] {
                let answer = asked(method, path, accept);
                assert_eq!(words(&answer), told(406, "invalid_request", "not_acceptable", Value::Null), "{method} {path}");
                assert_eq!(answer.json()["detail"], "Could not satisfy the request Accept header.");
            }
        }
        for accept in ["*/*", "text/html, application/*;q=0.1", "application/json; indent=4"] {
            assert_eq!(asked("GET", "/acme", accept).code(), 200, "{accept}");
        }
        let count = ada.does(&service, "GET", "/api/organizations").json()["count"].clone();
        assert_eq!(count, 1, "none was started, none deleted");
    }

    fn a_value_that_will_not_do_is_named_with_why(kit) {
        let service = Service::start(kit);
        let (ada, bob) = (Caller::person(&service, "ada"), Caller::person(&service, "bob"));
        ada.founds(&service, "acme");
        ada.admits(&service, "acme", &bob, "member");
        let role = ada.sends(&service, ("POST", "/api/organizations/acme/roles"), json!({"name": "Keepers"})).json();
        let carriers = format!("/acme/roles/{}/role_memberships", role["id"].as_str().unwrap());
        let (member, me) = (format!("/acme/members/{}", bob.id()), "/acme/members/@me".to_owned());
        let (whole, here, roles) = (String::new(), "/acme".to_owned(), "/acme/roles".to_owned());
        for (method, path, body, expected) in [
            ("POST", &whole, json!({}), told(400, "validation_error", "required", "name")),
            ("POST", &whole, json!("name"), told(400, "validation_error", "invalid_input", Value::Null)),
            ("PUT", &here, json!({}), told(400, "validation_error", "required", "name")),
            ("PATCH", &here, json!({"name": {"a": 1}}), told(400, "validation_error", "invalid_input", "name")),
            ("PATCH", &here, json!({"members_can_invite": "perhaps"}), told(400, "validation_error", "invalid_input", "members_can_invite")),
            ("PATCH", &member, json!({"level": 9}), told(400, "validation_error", "invalid_choice", "level")),
            ("PATCH", &member, json!({"level": 1.5}), told(400, "validation_error", "invalid_choice", "level")),
            ("PATCH", &member, json!({"level": null}), told(400, "validation_error", "null", "level")),
            ("POST", &carriers, json!({}), told(400, "validation_error", "required", "user_uuid")),
            ("POST", &carriers, json!({"user_uuid": "bob"}), told(400, "validation_error", "invalid_input", "user_uuid")),
            ("POST", &roles, json!({"name": "KEEPERS"}), told(400, "validation_error", "unique", "name")),
            ("DELETE", &me, json!({}), told(409, "invalid_request", "protected_error", Value::Null)),
        ] {
            let answer = ada.put(&service, (method, &format!("/api/organizations{path}")), &body);
            assert_eq!(words(&answer), expected, "{method} {path} {body}");
        }
    }

    fn a_body_is_json_or_a_form(kit) {
        let service = Service::start(kit);
        let ada = Caller::person(&service, "ada");
        ada.founds(&service, "acme");
        let at = "/api/organizations/acme/";
        let sent = |kind: &str, body: &str| {
            let request = service.request("PATCH", at).bearer_auth(ada.bearer.as_ref().unwrap());
            send(request.header("content-type", kind).body(body.to_owned()))
        };
        let name = |kind: &str, body: &str| sent(kind, body).json()["name"].clone();
        assert_eq!(name("application/json", r#"{"name": "One", "other": [1]}"#), "One");
        assert_eq!(name("application/x-www-form-urlencoded", "name=Two+too&other=1"), "Two too");
        let parts = "--b\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nThree\r\n--b--\r\n";
        assert_eq!(name("multipart/form-data; boundary=b", parts), "Three");
        for (kind, body, expected) in [
            ("application/xml", "<name/>", told(415, "invalid_request", "unsupported_media_type", Value::Null)),
            ("application/json", "{", told(400, "invalid_request", "parse_error", Value::Null)),
            ("multipart/form-data", "x", told(400, "invalid_request", "parse_error", Value::Null)),
            ("multipart/form-data; boundary=b", "--b\r\nnothing", told(400, "invalid_request", "parse_error", Value::Null)),
            ("application/json", "[]", told(400, "validation_error", "invalid_input", Value::Null)),
            ("application/json", r#"{"name": ""}"#, told(400, "validation_error", "blank", "name")),
            ("application/json", r#"{"name": null}"#, told(400, "validation_error", "null", "name")),
            ("application/json", r#"{"name": [1]}"#, told(400, "validation_error", "invalid_input", "name")),
            ("application/json", r#"{"name": true}"#, told(400, "validation_error", "invalid_input", "name")),
            ("application/x-www-form-urlencoded", "name=a%00b", told(400, "validation_error", "invalid_input", "name")),
        ] {
            assert_eq!(words(&sent(kind, body)), expected, "{kind} {body}");
        }
        let large = sent("application/json", &format!("{{\"name\": \"{}\"}}", "x".repeat(3 << 20)));
        assert_eq!(words(&large), told(413, "invalid_request", "request_too_large", Value::Null));
        let list = sent("application/json", "[]");
        assert_eq!(list.json()["detail"], "Invalid data. Expected a dictionary, but got list.");
        let long = sent("application/json", &json!({"name": "x".repeat(65)}).to_string());
        assert_eq!(words(&long), told(400, "validation_error", "max_length", "name"));
        assert_eq!(long.json()["detail"], "Ensure this field has no more than 64 characters.");
    }
}
