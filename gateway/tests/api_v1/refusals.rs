//! Requests that cannot be meant: the family's 4xx body, the field named, nothing written.

use polity_testkit::{Kit, both_engines};
use serde_json::{Value, json};

use crate::ground::common::{Answer, Service, send};
use crate::ground::sending::{Sending, field, places, with};
use crate::ground::{id_of, newest};
use crate::staff::Company;

/// An organization with something of every kind in it.
struct Stage {
    company: Company,
    employee: String,
    manager: String,
    group: String,
}

impl Stage {
    fn set(kit: &Kit) -> Self {
        let company = Company::found(kit);
        let ada = &company.ada;
        let employee = company.hires(kit, (ada, "Al Brown"), json!({}));
        let manager = company.hires(kit, (ada, "Bo Green"), json!({}));
        let group = company.groups(kit, (ada, "Ropes"));
        Self { company, employee, manager, group }
    }

    fn service(&self) -> &Service {
        &self.company.service
    }

    fn sendings(&self) -> Vec<Sending> {
        let Self { employee, manager, group, .. } = self;
        let cy = self.company.cy.id();
        let at = "/api/v1";
        let sending = |method, path: &str, body: &Value| Sending {
            method,
            path: format!("{at}/{path}"),
            body: body.clone(),
        };
        let organization =
            json!({"name": "n", "alias": "a", "ownerEmail": "a@b.example", "status": "ACTIVE"});
        let new = json!({"name": "n", "alias": "a", "ownerEmail": "a@b.example"});
        let profile = json!({"logoUrl": "https://l.example/", "timezone": "t", "location": "l", "countryCode": "c",
            "companySize": "s", "website": "w.example", "mission": "m"});
        let key = json!({"name": "n", "limitToRole": "EMPLOYEE"});
        let app = json!({"type": "t", "name": "n", "externalId": "e", "internal": true, "status": "ACTIVE",
            "appData": {"a": "b"}, "secretData": {"c": "d"}});
        let account = json!({"name": "n", "email": "n@b.example"});
        let grant =
            json!({"orgId": id_of(self.service(), "acme"), "role": "EMPLOYEE", "employeeId": employee});
        let person = json!({"name": "n", "email": "n@b.example", "account": cy, "role": "EMPLOYEE", "status": "ACTIVE", "type": "t"});
        let line = json!({"managerId": manager, "type": "PRIMARY"});
        let about = json!({"employeeNumber": "1", "firstName": "f", "lastName": "l", "bio": "b", "profileImage": "https://l.example/",
            "birthDate": "2000-01-31", "gender": "g", "timezone": "t", "location": "l", "joinDate": "2020-01-31", "companyRole": "r"});
        let team = json!({"name": "n", "type": "TEAM", "status": "ACTIVE"});
        let sign = json!({"icon": "i", "description": "d"});
        let places = json!([{"groupId": group, "type": "MEMBER"}]);
        vec![
            sending("POST", "organization", &new),
            sending("PATCH", "organization", &organization),
            sending("PATCH", "organization/acme", &organization),
            sending("POST", "organization/profile", &profile),
            sending("PATCH", "organization/profile", &profile),
            sending("POST", "organization/acme/profile", &profile),
            sending("PATCH", "organization/acme/profile", &profile),
            sending("POST", "organization/keys", &key),
            sending("POST", "organization/acme/keys", &key),
            sending("POST", "organization/acme/apps", &app),
            sending("POST", "organization/by-app-secret/t/c", &json!({"secret": "d"})),
            sending("POST", "account", &account),
            sending("PATCH", &format!("account/{}", self.company.ada.id()), &account),
            sending("POST", &format!("account/{cy}/grant"), &grant),
            sending("POST", "employee", &person),
            sending("PATCH", &format!("employee/{employee}"), &person),
            sending("POST", &format!("employee/{employee}/managers"), &line),
            sending("POST", &format!("employee/{employee}/profile"), &about),
            sending("PATCH", &format!("employee/{employee}/profile"), &about),
            sending("POST", "group", &team),
            sending("PATCH", &format!("group/{group}"), &team),
            sending("POST", &format!("group/{group}/profile"), &sign),
            sending("PATCH", &format!("group/{group}/profile"), &sign),
            sending("POST", &format!("entity/{employee}/groups"), &places),
        ]
    }

    fn raw(&self, sending: &Sending, content_type: &str, body: impl Into<reqwest::blocking::Body>) -> Answer {
        let request = self.service().request(sending.method, &sending.path);
        let request =
            request.bearer_auth(self.company.ada.bearer.clone().unwrap()).header("x-organization", "acme");
        send(request.header("content-type", content_type).body(body))
    }

    /// What is written so far.
    fn state(&self, kit: &Kit) -> impl PartialEq + std::fmt::Debug + use<> {
        (kit.rows(), newest(kit, &["acme", "globex"].map(|key| id_of(self.service(), key))))
    }
}

/// Checks the family's body of a failure; what it says of the fields at fault.
pub(crate) fn refused(answer: &Answer, status: u16, case: &str) -> String {
    assert_eq!(answer.code(), status, "{case}: {answer:?}");
    assert_eq!(answer.header("content-type"), "application/json", "{case}");
    let body = answer.json();
    assert_eq!(body["status"], status, "{case}");
    assert_eq!(body["error"], answer.status.canonical_reason().unwrap(), "{case}");
    assert!(!body["message"].as_str().unwrap().is_empty(), "{case}");
    let known = ["status", "error", "message", "fields"];
    assert!(body.as_object().unwrap().keys().all(|key| known.contains(&key.as_str())), "{case}: {body}");
    if status != 400 {
        assert_eq!(body.get("fields"), None, "{case}");
    }
    body.get("fields").map(Value::to_string).unwrap_or_default()
}

both_engines! {
    fn what_is_no_json_is_refused(kit) {
        let stage = Stage::set(kit);
        let json = "application/json";
        let before = stage.state(kit);
        for sending in stage.sendings() {
            for text in ["", "{", "nonsense", "\u{0}", "{}{}", "[1,]", "\"half \\ud800 pair\""] {
                let fields = refused(&stage.raw(&sending, json, text), 400, &sending.case(text));
                assert_eq!(fields, "", "no field of it can be read");
            }
            refused(&stage.raw(&sending, json, b"\xff\xfe".as_slice()), 400, &sending.case("no UTF-8"));
            refused(&stage.raw(&sending, json, "[".repeat(50_000)), 400, &sending.case("depth"));
            refused(&stage.raw(&sending, json, "{\"a\":".repeat(50_000)), 400, &sending.case("depth"));
            for other in ["text/plain", "application/x-www-form-urlencoded", "", "application/json; charset=utf-16"] {
                refused(&stage.raw(&sending, other, sending.body.to_string()), 415, &sending.case(other));
            }
        }
        assert_eq!(stage.state(kit), before, "nothing was written");
    }

    fn a_value_of_another_type_is_refused_by_name(kit) {
        let stage = Stage::set(kit);
        let before = stage.state(kit);
        for sending in stage.sendings() {
            for (at, value) in places(&sending.body, None) {
                let others = [json!(17), json!("text"), json!(true), json!({}), json!([[]]), json!(1e300)];
                for other in others.into_iter().filter(|other| {
                    std::mem::discriminant(other) != std::mem::discriminant(&value) && !(at.is_empty() && other.is_object())
                }) {
                    let body = with(&sending.body, &at, other);
                    let answer = stage.raw(&sending, "application/json", body.to_string());
                    let fields = refused(&answer, 400, &sending.case(&body));
                    assert!(fields.contains(field(&at)), "{}: {fields} does not name {at}", sending.case(&body));
                }
            }
        }
        assert_eq!(stage.state(kit), before, "nothing was written");
    }

    fn an_array_is_no_object_and_an_object_no_array(kit) {
        let stage = Stage::set(kit);
        let before = stage.state(kit);
        for sending in stage.sendings() {
            for (at, value) in places(&sending.body, None) {
                let others = match &value {
                    Value::Object(fields) if !["/appData", "/secretData"].contains(&at.as_str()) => {
                        let values: Vec<Value> = fields.values().cloned().collect();
                        (0..=12).map(|length| vec![Value::Null; length]).chain([values]).map(Value::from).collect()
                    }
                    Value::Array(items) => vec![json!({}), json!({"0": items[0]})],
                    _ => Vec::new(),
                };
                for other in others {
                    let body = with(&sending.body, &at, other);
                    refused(&stage.raw(&sending, "application/json", body.to_string()), 400, &sending.case(&body));
                }
            }
        }
        assert_eq!(stage.state(kit), before, "nothing was written");
    }

    fn strings_that_no_field_can_have_are_refused_by_name(kit) {
        let stage = Stage::set(kit);
        let before = stage.state(kit);
        for sending in stage.sendings() {
            for (at, _) in places(&sending.body, None).into_iter().filter(|(_, value)| value.is_string()) {
                // a secret is what it is
                let secret = at == "/secret" || at.starts_with("/secretData");
                let texts = [("a\u{0}b".to_owned(), true), ("x".repeat(100_000), true), ("a\u{1b}[31mb".to_owned(), !secret)];
                for (text, _) in texts.into_iter().filter(|(_, refusable)| *refusable) {
                    let body = with(&sending.body, &at, json!(text));
                    let answer = stage.raw(&sending, "application/json", body.to_string());
                    let fields = refused(&answer, 400, &sending.case(format!("{at} {text:.20}")));
                    let named = at.split('/').find(|part| part.parse::<usize>().is_err() && !part.is_empty()).unwrap();
                    assert!(fields.contains(named), "{} {at}: {fields}", sending.case(text.len()));
                }
            }
        }
        assert_eq!(stage.state(kit), before, "nothing was written");
    }

    fn a_key_that_stands_twice_is_refused(kit) {
        let stage = Stage::set(kit);
        let before = stage.state(kit);
        for sending in stage.sendings() {
            let Some(first) = sending.body.as_object().and_then(|body| body.keys().next()) else { continue };
            let twice = format!("{{\"{first}\": null, {}", &sending.body.to_string()[1..]);
            let fields = refused(&stage.raw(&sending, "application/json", twice), 400, &sending.path);
            assert!(fields.contains(first) && fields.contains("twice"), "{fields}");
        }
        assert_eq!(stage.state(kit), before, "nothing was written");
    }

    fn ten_megabytes_are_too_much(kit) {
        let stage = Stage::set(kit);
        let before = stage.state(kit);
        for sending in stage.sendings() {
            let large = format!("{{\"name\": \"{}\"}}", "x".repeat(10_000_000));
            refused(&stage.raw(&sending, "application/json", large), 413, &sending.path);
        }
        assert_eq!(stage.state(kit), before, "nothing was written");
    }

    fn unknown_fields_are_let_through(kit) {
        let stage = Stage::set(kit);
        for sending in stage.sendings() {
            let mut body = sending.body.clone();
            let object = match &mut body {
                Value::Array(items) => items[0].as_object_mut().unwrap(),
                body => body.as_object_mut().unwrap(),
            };
            object.insert("__unknown".to_owned(), json!({"deep": [1, null, {}]}));
            let answer = stage.raw(&sending, "application/json", body.to_string());
            assert!(answer.status.is_success() || answer.code() == 409, "{}: {answer:?}", sending.case(&body));
        }
    }

    fn what_is_no_id_names_nothing(kit) {
        let stage = Stage::set(kit);
        let (service, ada) = (stage.service(), &stage.company.ada);
        let id = "0190a0a0-0000-7000-8000-000000000000";
        let braced = format!("%7B{id}%7D");
        let bare = id.replace('-', "");
        for text in [id, "x", "0", "null", "-1", "'%20OR%201=1--", "%25", "..%2F..", braced.as_str(), &bare, "%F0%9F%98%80"] {
            for (method, path) in [
                ("GET", format!("organization/{text}")),
                ("GET", format!("organization/{text}/profile")),
                ("GET", format!("organization/{text}/keys")),
                ("GET", format!("organization/{text}/apps")),
                ("GET", format!("organization/alias/{text}")),
                ("DELETE", format!("organization/keys/{text}")),
                ("DELETE", format!("organization/acme/keys/{text}")),
                ("DELETE", format!("organization/acme/apps/{text}")),
                ("DELETE", format!("organization/acme/apps?app={text}")),
                ("GET", format!("account/{text}")),
                ("GET", format!("account/{text}/employees")),
                ("GET", format!("employee/{text}")),
                ("GET", format!("employee/{text}/managers")),
                ("GET", format!("employee/{text}/profile")),
                ("GET", format!("employee/{text}/chain")),
                ("GET", format!("employee/by-account/{text}")),
                ("GET", format!("employee/by-manager/{text}")),
                ("DELETE", format!("employee/{}/managers/{text}", stage.employee)),
                ("GET", format!("group/{text}")),
                ("GET", format!("group/{text}/profile")),
                ("GET", format!("group/{text}/members")),
                ("GET", format!("entity/{text}/groups")),
                ("DELETE", format!("entity/{}/groups/{text}", stage.employee)),
            ] {
                refused(&ada.ask(service, method, &format!("/api/v1/{path}")), 404, &path);
            }
        }
    }
}
