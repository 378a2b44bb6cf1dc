//! What a person is told apart by has one spelling, whichever family it comes in by.

use polity_testkit::both_engines;
use serde_json::{Value, json};

use crate::ground::common::{Answer, Service};
use crate::ground::{Caller, newest};

/// One way in for a text: where it is sent, the field it stands in, and what else must be said.
struct Door {
    method: &'static str,
    path: &'static str,
    /// As the answer names it; in the body its last part.
    field: &'static str,
    rest: Value,
}

fn door(request: (&'static str, &'static str), field: &'static str, rest: Value) -> Door {
    Door { method: request.0, path: request.1, field, rest }
}

impl Door {
    /// What comes of sending the text, about acme where the path names no organization.
    fn takes(&self, service: &Service, who: &Caller, text: &str) -> Answer {
        let mut body = self.rest.clone();
        body[self.field] = json!(text);
        who.asks_in(service, "acme", (self.method, self.path, Some(&body)))
    }
}

/// What people are read by.
fn names() -> Vec<Door> {
    let post = |path| ("POST", path);
    vec![
        door(post("/directory/orgs"), "name", json!({})),
        door(("PUT", "/directory/orgs/acme"), "name", json!({})),
        door(post("/directory/orgs/acme/roles"), "name", json!({"id": "clerk"})),
        door(post("/directory/orgs/acme/roles"), "namespace", json!({"id": "clerk"})),
        door(post("/directory/orgs/acme/accounts/types"), "name", json!({"code": "worker"})),
        door(post("/api/v1/organization"), "name", json!({})),
        door(("PATCH", "/api/v1/organization/acme"), "name", json!({})),
        door(post("/api/v1/organization/acme/keys"), "name", json!({})),
        door(post("/api/v1/organization/profile"), "location", json!({})),
        door(post("/api/v1/account"), "name", json!({"email": "dan@acme.example"})),
        door(post("/api/v1/employee"), "name", json!({"email": "dan@acme.example"})),
        door(post("/api/v1/employee"), "type", json!({"email": "dan@acme.example", "name": "Dan"})),
        door(post("/api/v1/group"), "name", json!({"type": "TEAM"})),
        door(
            post("/v1/organizations"),
            "organizationName",
            json!({"accountName": "x", "eulaAccepted": true}),
        ),
        door(
            post("/v1/organizations"),
            "accountName",
            json!({"organizationName": "x", "eulaAccepted": true}),
        ),
        door(post("/v1/organizations/projects"), "name", json!({})),
        door(post("/api/organizations"), "name", json!({})),
        door(("PATCH", "/api/organizations/acme"), "name", json!({})),
        door(post("/api/organizations/acme/roles"), "name", json!({})),
        door(
            post("/api/organizations/acme/invites"),
            "first_name",
            json!({"target_email": "dan@acme.example"}),
        ),
        door(
            post("/api/organizations/acme/connections"),
            "name",
            json!({"kind": "oauth2", "preset": "github", "client_id": "x", "client_secret": "x"}),
        ),
    ]
}

/// What has several lines.
fn texts() -> Vec<Door> {
    vec![
        door(("POST", "/directory/orgs/acme/roles"), "description", json!({"id": "clerk"})),
        door(("POST", "/api/v1/organization/profile"), "mission", json!({})),
        door(("POST", "/v1/organizations/projects"), "description", json!({"name": "x"})),
        door(
            ("POST", "/api/organizations/acme/invites"),
            "message",
            json!({"target_email": "dan@acme.example"}),
        ),
    ]
}

/// Where a person is found by an address.
fn addresses() -> Vec<Door> {
    vec![
        door(("POST", "/api/v1/account"), "email", json!({})),
        door(("POST", "/api/v1/employee"), "email", json!({"name": "Dan"})),
        door(("PATCH", "/api/v1/organization/acme"), "ownerEmail", json!({})),
        door(("POST", "/api/organizations/acme/invites"), "target_email", json!({})),
        door(
            ("POST", "/api/organizations/acme/legal_documents"),
            "representative_email",
            json!({"document_type": "DPA", "company_name": "x", "company_address": "x"}),
        ),
    ]
}

const HIDDEN: [&str; 12] = [
    "\u{200b}", "\u{202e}", "\u{2066}", "\u{ad}", "\u{feff}", "\u{2028}", "\u{3164}", "\u{e000}", "\u{378}",
    "\u{7}", "\u{200d}", "\u{fe0f}",
];

/// The longest text that the document lets the field have.
fn documented(document: &Value, door: &Door) -> usize {
    let parts = |path: &str| path.split('/').map(str::to_owned).collect::<Vec<_>>();
    let stands_for = |template: &str| {
        let (one, other) = (parts(template), parts(door.path));
        one.len() == other.len()
            && one.iter().zip(&other).all(|(one, other)| one == other || one.starts_with('{'))
    };
    let paths = document["paths"].as_object().unwrap();
    let path = paths
        .get(door.path)
        .or_else(|| paths.iter().find(|(path, _)| stands_for(path)).map(|(_, item)| item));
    let body =
        &path.unwrap()[door.method.to_lowercase()]["requestBody"]["content"]["application/json"]["schema"];
    let schema = document.pointer(body["$ref"].as_str().unwrap().trim_start_matches('#')).unwrap();
    let most = schema["properties"][door.field]["maxLength"].as_u64();
    most.unwrap_or_else(|| panic!("{} {}: {}", door.method, door.path, door.field)).try_into().unwrap()
}

fn refused(service: &Service, who: &Caller, door: &Door, text: &str) {
    let answer = door.takes(service, who, text);
    assert_eq!(answer.code(), 400, "{} {} {text:?}: {answer:?}", door.method, door.path);
    assert!(answer.text.contains(door.field), "{} {} {text:?}: {answer:?}", door.method, door.path);
}

both_engines! {
    fn what_is_not_seen_is_refused_by_its_field_in_every_family(kit) {
        let service = Service::start(kit);
        let ada = Caller::person(&service, "ada");
        ada.founds(&service, "acme");
        let organization = crate::ground::id_of(&service, "acme");
        let before = (kit.rows(), newest(kit, &[organization]));
        for door in names().iter().chain(&texts()) {
            for hidden in HIDDEN {
                refused(&service, &ada, door, &format!("Da{hidden}na"));
            }
        }
        for door in addresses() {
            for hidden in HIDDEN {
                refused(&service, &ada, &door, &format!("da{hidden}na@acme.example"));
            }
            for address in ["\u{212a}elvin@acme.example", "dan@ac\u{200b}me.example", "da\u{202e}n@acme.example"] {
                refused(&service, &ada, &door, address);
            }
        }
        assert_eq!((kit.rows(), newest(kit, &[organization])), before, "nothing is written");
    }

    fn a_text_is_as_long_as_the_document_says(kit) {
        let service = Service::start(kit);
        let ada = Caller::person(&service, "ada");
        ada.founds(&service, "acme");
        let document = service.get("/openapi.json").json();
        // a letter each, since some names are nobody else's
        for (door, letter) in names().iter().chain(&texts()).zip('a'..) {
            let longest = documented(&document, door);
            refused(&service, &ada, door, &letter.to_string().repeat(longest + 1));
            let answer = door.takes(&service, &ada, &letter.to_string().repeat(longest));
            assert_ne!(answer.code(), 400, "{} {}: {answer:?}", door.method, door.path);
        }
        for door in addresses() {
            assert_eq!(documented(&document, &door), 254);
        }
    }

    fn a_name_is_read_back_composed_and_may_be_shaped(kit) {
        let service = Service::start(kit);
        let ada = Caller::person(&service, "ada");
        ada.founds(&service, "acme");
        for (sent, read) in [
            (" Zoe\u{308} ", "Zo\u{eb}"),
            ("می\u{200c}خواهم", "می\u{200c}خواهم"),
            ("ශ්\u{200d}රී", "ශ්\u{200d}රී"),
            ("👩\u{200d}👧 & Co", "👩\u{200d}👧 & Co"),
        ] {
            for (method, path) in [
                ("PUT", "/directory/orgs/acme"),
                ("PATCH", "/api/v1/organization/acme"),
                ("PATCH", "/v1/organizations/acme"),
                ("PATCH", "/api/organizations/acme"),
            ] {
                ada.sends(&service, ("PUT", "/directory/orgs/acme"), json!({"name": "Before"}));
                let answer = ada.sends(&service, (method, path), json!({ "name": sent }));
                assert!(answer.text.contains(read), "{path}: {answer:?}");
            }
        }
        let text = json!({"id": "clerk", "description": "One\r\n\ttwo\nthree"});
        ada.sends(&service, ("POST", "/directory/orgs/acme/roles"), text);
    }

    fn one_person_is_one_account_however_the_address_is_spelled(kit) {
        let service = Service::start(kit);
        let ada = Caller::person(&service, "ada");
        ada.founds(&service, "acme");
        let made = ada.sends(&service, ("POST", "/api/v1/account"), json!({"email": "jo\u{308}rg@acme.example"})).json();
        assert_eq!(made["email"], "j\u{f6}rg@acme.example");
        let again = ada.put(&service, ("POST", "/api/v1/account"), &json!({"email": "J\u{f6}rg@ACME.example"}));
        assert_eq!(again.code(), 409, "{again:?}");
    }
}
