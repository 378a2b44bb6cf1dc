//! Requests that cannot be meant: the family's 4xx body, the field named, nothing written.

use polity_testkit::{Kit, both_engines};
use serde_json::{Value, json};

use crate::ground::common::{Answer, send};
use crate::ground::license::{growth, sign};
use crate::ground::sending::{Sending, field, places, with};
use crate::ground::{id_of, newest};
use crate::stage::Stage;

/// What these requests are sent to; what a parameter is set to may be anything.
struct Ground(Stage);

impl Ground {
    fn sendings(&self) -> Vec<Sending> {
        let sending = |method, path: &str, body: Value| Sending { method, path: format!("/v1/{path}"), body };
        let parameter = json!({"name": "a", "value": 1, "sensitive": true, "credential": false});
        let (main, key) = (self.0.main.as_str(), sign(&growth(&json!({}))));
        let founding = json!({"organizationName": "n", "accountName": "a", "eulaAccepted": true, "licenseType": "free",
            "licenseKey": key});
        let project = json!({"name": "n", "description": "d", "parameters": [parameter]});
        vec![
            sending("POST", "organizations", founding),
            sending("PUT", "organizations/verify", json!({"name": "n"})),
            sending("PATCH", "organizations/acme/metadata", json!({"name": "n 2"})),
            sending("PATCH", "organizations/acme", json!({"name": "n 3", "parameters": [parameter]})),
            sending("PUT", "organization-license", json!({ "licenseKey": key })),
            sending("PUT", "organizations/acme/license", json!({ "licenseKey": key })),
            sending("PUT", "organizations/acme/license", json!({"createLicenseType": "trial"})),
            sending("POST", "organizations/projects", project.clone()),
            sending("PATCH", &format!("organizations/projects/{main}"), project),
            sending(
                "PUT",
                &format!("organizations/projects/{main}/users/{}", self.0.bob.id()),
                json!({"role": "user"}),
            ),
        ]
    }

    fn raw(&self, sending: &Sending, content_type: &str, body: impl Into<reqwest::blocking::Body>) -> Answer {
        let request = self.0.service.request(sending.method, &sending.path);
        let request =
            request.bearer_auth(self.0.ada.bearer.clone().unwrap()).header("x-organization", "acme");
        send(request.header("content-type", content_type).body(body))
    }

    /// What is written so far.
    fn state(&self, kit: &Kit) -> impl PartialEq + std::fmt::Debug + use<> {
        (kit.rows(), newest(kit, &["acme", "globex"].map(|name| id_of(&self.0.service, name))))
    }
}

/// Checks the family's body of a failure, and returns its texts.
fn refused(answer: &Answer, status: u16, case: &str) -> String {
    assert_eq!(answer.code(), status, "{case}: {answer:?}");
    assert_eq!(answer.header("content-type"), "application/json", "{case}");
    let body = answer.json();
    assert_eq!(body.as_object().unwrap().len(), 1, "{case}: {body}");
    let texts = body["errors"].as_array().unwrap();
    assert!(texts.iter().all(|text| text.as_str().is_some_and(|text| !text.is_empty())), "{case}: {body}");
    assert!(!texts.is_empty(), "{case}");
    body["errors"].to_string()
}

both_engines! {
    fn what_is_no_json_is_refused(kit) {
        let stage = Ground(Stage::set(kit));
        let json = "application/json";
        let before = stage.state(kit);
        for sending in stage.sendings() {
            for text in ["", "{", "nonsense", "\u{0}", "{}{}", "[1,]", "\"half \\ud800 pair\""] {
                refused(&stage.raw(&sending, json, text), 400, &sending.case(text));
            }
            refused(&stage.raw(&sending, json, b"\xff\xfe".as_slice()), 400, &sending.case("no UTF-8"));
            refused(&stage.raw(&sending, json, "[".repeat(50_000)), 400, &sending.case("depth"));
            for other in ["text/plain", "application/x-www-form-urlencoded", "", "application/json; charset=utf-16"] {
                refused(&stage.raw(&sending, other, sending.body.to_string()), 415, &sending.case(other));
            }
            let large = format!("{{\"name\": \"{}\"}}", "x".repeat(10_000_000));
            refused(&stage.raw(&sending, json, large), 413, &sending.path);
        }
        assert_eq!(stage.state(kit), before, "nothing was written");
    }

    fn a_value_of_another_type_is_refused_by_name(kit) {
        let stage = Ground(Stage::set(kit));
        let before = stage.state(kit);
        for sending in stage.sendings() {
            for (at, value) in places(&sending.body, Some("value")) {
                let others = [json!(17), json!("text"), json!(true), json!({}), json!([[]]), json!(1e300)];
                for other in others.into_iter().filter(|other| {
                    std::mem::discriminant(other) != std::mem::discriminant(&value) && !(at.is_empty() && other.is_object())
                }) {
                    let body = with(&sending.body, &at, other);
                    let answer = stage.raw(&sending, "application/json", body.to_string());
                    let texts = refused(&answer, 400, &sending.case(&body));
                    assert!(texts.contains(field(&at)), "{}: {texts} does not name {at}", sending.case(&body));
                }
            }
        }
        assert_eq!(stage.state(kit), before, "nothing was written");
    }

    fn strings_that_no_field_can_have_are_refused_by_name(kit) {
        let stage = Ground(Stage::set(kit));
        let before = stage.state(kit);
        // asking is allowed for any name at all
        for sending in stage.sendings().into_iter().filter(|sending| !sending.path.ends_with("/verify")) {
            for (at, _) in places(&sending.body, Some("value")).into_iter().filter(|(_, value)| value.is_string()) {
                for text in ["a\u{0}b".to_owned(), "x".repeat(100_000), "a\u{1b}[31mb".to_owned()] {
                    let body = with(&sending.body, &at, json!(text));
                    let answer = stage.raw(&sending, "application/json", body.to_string());
                    let texts = refused(&answer, 400, &sending.case(format!("{at} {text:.20}")));
                    let named = at.split('/').find(|part| part.parse::<usize>().is_err() && !part.is_empty()).unwrap();
                    assert!(texts.contains(named), "{} {at}: {texts}", sending.case(text.len()));
                }
            }
        }
        assert_eq!(stage.state(kit), before, "nothing was written");
    }

    fn a_key_that_stands_twice_is_refused(kit) {
        let stage = Ground(Stage::set(kit));
        let before = stage.state(kit);
        for sending in stage.sendings() {
            let first = sending.body.as_object().unwrap().keys().next().unwrap();
            let twice = format!("{{\"{first}\": null, {}", &sending.body.to_string()[1..]);
            let texts = refused(&stage.raw(&sending, "application/json", twice), 400, &sending.path);
            assert!(texts.contains(first) && texts.contains("twice"), "{texts}");
        }
        assert_eq!(stage.state(kit), before, "nothing was written");
    }

    fn unknown_fields_are_let_through(kit) {
        let stage = Ground(Stage::set(kit));
        for sending in stage.sendings() {
            let mut body = sending.body.clone();
            body.as_object_mut().unwrap().insert("__unknown".to_owned(), json!({"deep": [1, null, {}]}));
            let answer = stage.raw(&sending, "application/json", body.to_string());
            assert!(answer.status.is_success() || answer.code() == 409, "{}: {answer:?}", sending.case(&body));
        }
    }

    fn what_is_no_route_or_method_is_answered_in_the_familys_words(kit) {
        let stage = Ground(Stage::set(kit));
        let ask = |method, path: &str| stage.0.ada.ask(&stage.0.service, method, path);
        assert_eq!(refused(&ask("GET", "/v1/organizations/acme/nothing"), 404, ""), r#"["no such route"]"#);
        for (method, path, allow) in [
            ("PUT", "/v1/organizations/acme", "GET, PATCH, DELETE, HEAD"),
            ("POST", "/v1/organizations/verify", "PUT"),
            ("GET", "/v1/organizations/acme/metadata", "PATCH"),
        ] {
            let answer = ask(method, path);
            refused(&answer, 405, path);
            assert_eq!(answer.header("allow"), allow);
        }
    }

    fn what_is_no_id_names_nothing(kit) {
        let stage = Ground(Stage::set(kit));
        let (id, main) = ("01900000-0000-7000-8000-000000000000", &stage.0.main);
        let braced = format!("%7B{id}%7D");
        for text in [id, "x", "0", "null", "-1", "'%20OR%201=1--", "%25", "..%2F..", &braced, &id.replace('-', ""), "%F0%9F%98%80"] {
            for (method, path) in [
                ("GET", format!("organizations/{text}")),
                ("GET", format!("organizations/{text}/license")),
                ("DELETE", format!("organizations/{text}")),
                ("GET", format!("organizations/projects/{text}")),
                ("DELETE", format!("organizations/projects/{text}")),
                ("PUT", format!("organizations/projects/{text}/active")),
                ("GET", format!("organizations/projects/{text}/users")),
                ("DELETE", format!("organizations/projects/{text}/users/{}", stage.0.bob.id())),
                ("DELETE", format!("secret-keys/{text}")),
                ("POST", format!("secret-keys/{text}/default")),
                ("GET", format!("secret-keys?project={text}")),
            ] {
                refused(&stage.0.ada.ask(&stage.0.service, method, &format!("/v1/{path}")), 404, &path);
            }
        }
        let path = format!("/v1/organizations/projects/{main}/users/x");
        refused(&stage.0.ada.ask(&stage.0.service, "DELETE", &path), 404, &path);
    }
}
