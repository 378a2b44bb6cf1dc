//! Requests that cannot be meant: the family's 4xx body, the field named, nothing written.

use polity_testkit::{Kit, both_engines};
use serde_json::{Value, json};

use crate::ground::common::{Answer, Service, send};
use crate::ground::sending::{Sending, field, places, with};
use crate::ground::{Caller, MOMENT, newest};

/// An organization with something of every kind in it.
pub(crate) struct Company {
    pub(crate) service: Service,
    pub(crate) ada: Caller,
    pub(crate) bob: Caller,
}

impl Company {
    pub(crate) fn found(kit: &Kit) -> Self {
        let service = Service::start(kit);
        let (ada, bob) = (Caller::person(&service, "ada"), Caller::person(&service, "bob"));
        ada.founds(&service, "acme");
        kit.pass(MOMENT);
        ada.admits(&service, "acme", &bob, "member");
        ada.sends(&service, ("POST", "/directory/orgs/acme/roles"), json!({"id": "clerk"}));
        let worker = json!({"code": "worker", "status": "published"});
        ada.sends(&service, ("POST", "/directory/orgs/acme/accounts/types"), worker);
        ada.does(&service, "POST", &format!("/directory/orgs/acme/accounts/users/{}/worker", bob.id()));
        Self { service, ada, bob }
    }

    pub(crate) fn sendings(&self) -> Vec<Sending> {
        let (bob, at) = (self.bob.id(), "/directory/orgs/acme");
        let sending = |method, path: String, body| Sending { method, path, body };
        let org = json!({"id": "acme", "name": "n", "subdomain": "s", "domain": "d.example", "logo_url": "https://l.example/",
            "status": "active", "external_sales_force_id": "x", "domain_verified": false, "owner": {"id": self.ada.id()}});
        let role = json!({"id": "clerk", "name": "n", "namespace": "ns", "description": "d", "stage": "beta",
            "permissions": [{"scope": "a.b"}]});
        let kind = json!({"code": "worker", "name": "n", "description": "d", "status": "test",
            "requirements": {"ekyc_required": true, "totp_required": true, "email_required": true,
                "payment_required": true, "employer_required": true},
            "specifications": {"expiry_period": "NOW+1DAY", "validity_period": "NOW+1DAY"},
            "agreements": [{"id": "a", "name": "n", "description": "d", "status": "s", "type": "t"}],
            "subscriptions": ["s"], "permissions": ["a.b"],
            "roles": [{"id": "r", "name": "n", "description": "d", "namespace": "n", "permissions": [{"scope": "a.b"}]}]});
        let invites = json!({"emails": ["x@y.example"], "roles": ["clerk"], "expireDays": 2, "secure": true});
        let accept = json!({"scope": "organization", "entity": {"id": "acme", "name": "n"}});
        let assign =
            json!({"assigned_to": bob, "assignee_type": "user", "expires_date": "2027-01-01T00:00:00Z"});
        vec![
            sending("POST", "/directory/orgs".to_owned(), org.clone()),
            sending("PUT", at.to_owned(), org),
            sending("POST", format!("{at}/roles"), role.clone()),
            sending("PUT", format!("{at}/roles/clerk"), role),
            sending("POST", format!("{at}/roles/clerk/assignments"), assign),
            sending("POST", format!("{at}/users/{bob}/roles"), json!(["clerk"])),
            sending("POST", format!("{at}/accounts/types"), kind.clone()),
            sending("PUT", format!("{at}/accounts/types/worker"), kind),
            sending("PUT", format!("{at}/accounts/users/{bob}/worker"), json!({"status": "pending"})),
            sending("PUT", "/directory/invites/orgs/acme".to_owned(), invites),
            sending("POST", "/directory/invites".to_owned(), accept),
        ]
    }

    fn raw(&self, sending: &Sending, content_type: &str, body: impl Into<reqwest::blocking::Body>) -> Answer {
        let request = self.service.request(sending.method, &sending.path);
        let request = request.bearer_auth(self.ada.bearer.clone().unwrap());
        send(request.header("content-type", content_type).body(body))
    }
}

/// The places of all strings.
pub(crate) fn strings(body: &Value) -> Vec<String> {
    places(body, None).into_iter().filter(|(_, value)| value.is_string()).map(|(at, _)| at).collect()
}

pub(crate) fn in_the_familys_words(answer: &Answer, status: u16, case: &str) -> String {
    assert_eq!(answer.code(), status, "{case}: {answer:?}");
    assert_eq!(answer.header("content-type"), "application/json", "{case}");
    let body = answer.json();
    assert_eq!(body["status"], status, "{case}");
    body["error"]["reason"].as_str().unwrap().to_owned()
}

both_engines! {
    fn what_is_no_json_is_refused(kit) {
        let company = Company::found(kit);
        let json = "application/json";
        let before = (kit.rows(), newest(kit, &[crate::ground::id_of(&company.service, "acme")]));
        for sending in company.sendings() {
            let good = sending.body.to_string();
            let case = format!("{} {}", sending.method, sending.path);
            for text in ["", "{", "nonsense", "\u{0}", "{}{}", "[1,]", "\"half \\ud800 pair\""] {
                in_the_familys_words(&company.raw(&sending, json, text), 400, &format!("{case}: {text}"));
            }
            in_the_familys_words(&company.raw(&sending, json, b"\xff\xfe".as_slice()), 400, &case);
            in_the_familys_words(&company.raw(&sending, json, "[".repeat(50_000)), 400, &case);
            for other in ["text/plain", "application/x-www-form-urlencoded", "", "application/json; charset=utf-16"] {
                in_the_familys_words(&company.raw(&sending, other, good.clone()), 415, &format!("{case}: {other}"));
            }
        }
        let after = (kit.rows(), newest(kit, &[crate::ground::id_of(&company.service, "acme")]));
        assert_eq!(after, before, "nothing was written");
    }

    fn a_value_of_another_type_is_refused_by_name(kit) {
        let company = Company::found(kit);
        let before = (kit.rows(), newest(kit, &[crate::ground::id_of(&company.service, "acme")]));
        for sending in company.sendings() {
            for (at, value) in places(&sending.body, None) {
                let others = [json!(17), json!("text"), json!(true), json!({}), json!([[]]), json!(1e300)];
                for other in others.into_iter().filter(|other| {
                    std::mem::discriminant(other) != std::mem::discriminant(&value) && !(at.is_empty() && other.is_object())
                }) {
                    let body = with(&sending.body, &at, other);
                    let case = format!("{} {}: {body}", sending.method, sending.path);
                    let answer = company.raw(&sending, "application/json", body.to_string());
                    let reason = in_the_familys_words(&answer, 400, &case);
                    let field = field(&at);
                    assert!(reason.contains(field), "{case}: {reason} does not name {field}");
                }
            }
        }
        let after = (kit.rows(), newest(kit, &[crate::ground::id_of(&company.service, "acme")]));
        assert_eq!(after, before, "nothing was written");
    }

    fn an_array_is_no_object(kit) {
        let company = Company::found(kit);
        let before = (kit.rows(), newest(kit, &[crate::ground::id_of(&company.service, "acme")]));
        for sending in company.sendings() {
            for (at, value) in places(&sending.body, None).into_iter().filter(|(_, value)| value.is_object()) {
                let values = value.as_object().unwrap().values().cloned().collect::<Vec<_>>();
                let nothing = (1..=12).map(|length| vec![Value::Null; length]);
                for fields in nothing.chain([values]) {
                    let body = with(&sending.body, &at, json!(fields));
                    let answer = company.raw(&sending, "application/json", body.to_string());
                    let reason = in_the_familys_words(&answer, 400, &format!("{} {}: {body}", sending.method, sending.path));
                    assert!(reason.contains("expected an object"), "{reason}");
                }
            }
        }
        let after = (kit.rows(), newest(kit, &[crate::ground::id_of(&company.service, "acme")]));
        assert_eq!(after, before, "nothing was written");
    }

    fn strings_that_no_field_can_have_are_refused_by_name(kit) {
        let company = Company::found(kit);
        let before = (kit.rows(), newest(kit, &[crate::ground::id_of(&company.service, "acme")]));
        for sending in company.sendings() {
            for at in strings(&sending.body) {
                // the name of the organization one accepts an invitation to is not looked at
                if at == "/entity/name" {
                    continue;
                }
                for text in ["a\u{0}b".to_owned(), "a\u{1b}[31mb".to_owned(), "x".repeat(100_000)] {
                    let case = format!("{} {} {at}: {}", sending.method, sending.path, text.escape_debug().take(9).collect::<String>());
                    let body = with(&sending.body, &at, json!(text));
                    let answer = company.raw(&sending, "application/json", body.to_string());
                    // what cannot be the name of anything may also be nothing's name
                    let named = ["/entity/id", "/assigned_to"].contains(&at.as_str()) && answer.code() == 404;
                    let reason = in_the_familys_words(&answer, if named { 404 } else { 400 }, &case);
                    let field = at.split('/').find(|part| part.parse::<usize>().is_err() && !part.is_empty()).unwrap_or_default();
                    assert!(named || reason.contains(field), "{case}: {reason}");
                }
            }
        }
        let after = (kit.rows(), newest(kit, &[crate::ground::id_of(&company.service, "acme")]));
        assert_eq!(after, before, "nothing was written");
    }

    fn a_key_that_stands_twice_is_refused(kit) {
        let company = Company::found(kit);
        for sending in company.sendings() {
            let Some(first) = sending.body.as_object().and_then(|body| body.keys().next()) else { continue };
            let text = sending.body.to_string();
            let twice = format!("{{\"{first}\": null, {}", &text[1..]);
            let reason = in_the_familys_words(&company.raw(&sending, "application/json", twice), 400, &sending.path);
            assert!(reason.contains(first) && reason.contains("twice"), "{reason}");
        }
    }

    fn ten_megabytes_are_too_much(kit) {
        let company = Company::found(kit);
        let rows = kit.rows();
        for sending in company.sendings() {
            let request = company.service.request(sending.method, &sending.path);
            let request = request.bearer_auth(company.ada.bearer.clone().unwrap());
            let large = format!("{{\"name\": \"{}\"}}", "x".repeat(10_000_000));
            let answer = send(request.header("content-type", "application/json").body(large));
            in_the_familys_words(&answer, 413, &sending.path);
        }
        assert_eq!(kit.rows(), rows, "nothing was written");
    }
}
