//! API keys of an organization: made with a role as their limit, used, listed, removed.

use polity_testkit::{Kit, both_engines};
use serde_json::{Value, json};

use crate::ground::common::Service;
use crate::ground::transcript::Transcript;
use crate::ground::{Caller, id_of};
use crate::staff::{Company, each};

const KEYS: (&str, &str) = ("POST", "/api/v1/organization/keys");
const BY_ID: (&str, &str) = ("POST", "/api/v1/organization/acme/keys");

both_engines! {
    fn made_used_listed_and_removed(kit) { life(kit); }

    fn what_cannot_be_a_key_is_refused(kit) { refusing(kit); }

    fn a_key_acts_with_at_most_its_role(kit) {
        let company = Company::found(kit);
        let (service, ada) = (&company.service, &company.ada);
        ada.sends(service, ("POST", "/directory/orgs/acme/roles"),
            json!({"id": "clerk", "permissions": [{"scope": "org.directory.get"}, {"scope": "org.roles.list"}]}));
        let reads = ("GET", "/api/v1/organization/acme", Value::Null);
        let changes = ("PATCH", "/api/v1/organization", json!({"name": "Acme"}));
        let hires = ("POST", "/api/v1/employee", json!({"name": "Al", "email": "al@acme.example"}));
        let lists_roles = ("GET", "/directory/orgs/acme/roles", Value::Null);
        let deletes = ("DELETE", "/directory/orgs/acme", Value::Null);
        for (limit, expected) in [
            (json!({}), [200, 200, 201, 200, 200]),
            (json!({"limitToRole": "ORG_ADMIN"}), [200, 200, 409, 200, 200]),
            (json!({"limitToRole": "manager"}), [200, 403, 409, 200, 403]),
            (json!({"limitToRole": "EMPLOYEE"}), [200, 403, 403, 200, 403]),
            (json!({"limitToRole": "clerk"}), [200, 403, 403, 200, 403]),
        ] {
            let key = made(service, ada, KEYS, &limit).0;
            let acts = [&reads, &changes, &hires, &lists_roles];
            let codes: Vec<u16> = acts.iter().map(|act| answered(service, &key, act)).collect();
            assert_eq!(codes, expected[..4], "{limit}");
            if expected[4] == 403 {
                assert_eq!(answered(service, &key, &deletes), 403, "{limit}");
            }
        }
    }

    fn a_role_that_changes_changes_its_keys(kit) {
        let company = Company::found(kit);
        let (service, ada) = (&company.service, &company.ada);
        let role = |permissions: Value| json!({"id": "clerk", "permissions": permissions});
        ada.sends(service, ("POST", "/directory/orgs/acme/roles"), role(json!([{"scope": "org.directory.get"}])));
        let key = made(service, ada, KEYS, &json!({"limitToRole": "clerk"})).0;
        let lists = ("GET", "/directory/orgs/acme/roles", Value::Null);
        assert_eq!(answered(service, &key, &lists), 403);
        ada.sends(service, ("PUT", "/directory/orgs/acme/roles/clerk"), role(json!([{"scope": "org.roles.list"}])));
        assert_eq!(answered(service, &key, &lists), 200);
        ada.does(service, "DELETE", "/directory/orgs/acme/roles/clerk");
        assert_eq!(answered(service, &key, &lists), 401, "the key has ended with its role");
    }

    fn nobody_makes_a_key_above_their_own_role(kit) {
        let company = Company::found(kit);
        let (service, ada, bob) = (&company.service, &company.ada, &company.bob);
        let roles = format!("/directory/orgs/acme/users/{}/roles", bob.id());
        ada.sends(service, ("POST", "/directory/orgs/acme/roles"), json!({"id": "smith",
            "permissions": [{"scope": "org.keys.create"}]}));
        let code = |body: &Value| bob.put(service, KEYS, body).code();
        let [owner, admin, manager, employee] =
            ["OWNER", "ORG_ADMIN", "MANAGER", "EMPLOYEE"].map(|role| json!({"name": "k", "limitToRole": role}));
        let unlimited = json!({"name": "k"});
        assert_eq!(code(&employee), 403, "no member makes keys");
        ada.sends(service, ("POST", &roles), json!(["smith"]));
        assert_eq!([&employee, &manager, &admin, &owner, &unlimited].map(code), [201, 403, 403, 403, 403]);
        ada.sends(service, ("POST", &roles), json!(["admin"]));
        assert_eq!([&employee, &manager, &admin, &owner, &unlimited].map(code), [201, 201, 201, 403, 201]);
        let by_key = made(service, ada, KEYS, &json!({"limitToRole": "ORG_ADMIN"})).0;
        let code = |body: &Value| by_key.put(service, KEYS, body).code();
        assert_eq!([&employee, &manager, &admin, &owner, &unlimited].map(code), [201, 201, 201, 403, 201]);
    }

    fn a_key_is_refused_on_the_request_after_its_end(kit) {
        let company = Company::found(kit);
        let (service, ada) = (&company.service, &company.ada);
        let (key, id) = made(service, ada, KEYS, &json!({}));
        let reads = ("GET", "/api/v1/organization/acme", Value::Null);
        assert_eq!(answered(service, &key, &reads), 200);
        ada.does(service, "DELETE", &format!("/api/v1/organization/keys/{id}"));
        assert_eq!(answered(service, &key, &reads), 401);
        assert_eq!(ada.ask(service, "DELETE", &format!("/api/v1/organization/keys/{id}")).code(), 404);
    }

    fn keys_stand_in_the_organization_for_whoever_may_list_them(kit) {
        let company = Company::found(kit);
        let (service, ada, bob) = (&company.service, &company.ada, &company.bob);
        for name in ["one", "two"] {
            kit.pass(crate::ground::MOMENT);
            ada.sends(service, KEYS, json!({"name": name}));
        }
        let shown = ada.does(service, "GET", "/api/v1/organization/acme").json();
        assert_eq!(each(&shown["keys"], "name"), ["one", "two"]);
        assert_eq!(bob.does(service, "GET", "/api/v1/organization/acme").json().get("keys"), None);
        let page = ada.does(service, "GET", "/api/v1/organization/keys?limit=1");
        assert_eq!(each(&page.json(), "name"), ["one"]);
        assert!(page.header("link").starts_with("</api/v1/organization/keys?limit=1&cursor="));
        assert_eq!(ada.does(service, "GET", "/api/v1/organization/acme/keys").json(), shown["keys"]);
    }
}

/// A key of this kind, to call with, and its id.
fn made(service: &Service, who: &Caller, at: (&str, &str), limit: &Value) -> (Caller, String) {
    let mut body = limit.clone();
    body.as_object_mut().unwrap().insert("name".to_owned(), json!("k"));
    let made = who.sends(service, at, body).json();
    let text = |field: &str| made[field].as_str().unwrap().to_owned();
    (Caller { name: "key", bearer: Some(text("key")), account: None, session: None }, text("id"))
}

fn answered(service: &Service, who: &Caller, (method, path, body): &(&str, &str, Value)) -> u16 {
    match body {
        Value::Null => who.ask(service, method, path).code(),
        body => who.put(service, (method, path), body).code(),
    }
}

fn life(kit: &Kit) {
    use base64::Engine as _;

    let company = Company::found(kit);
    let (service, ada) = (&company.service, &company.ada);
    let made = ada.sends(service, KEYS, json!({"name": " deploy ", "limitToRole": "org_admin"}));
    assert_eq!(made.code(), 201);
    let made = made.json();
    let key = made["key"].as_str().unwrap();
    let decoded = base64::engine::general_purpose::STANDARD.decode(made["secretBase64"].as_str().unwrap());
    assert_eq!(decoded.unwrap(), key.as_bytes());
    assert!(key.starts_with(made["prefix"].as_str().unwrap()));
    let bearer = Caller { name: "key", bearer: Some(key.to_owned()), account: None, session: None };
    let mut script = Transcript::new(kit, service);
    script.name(made["id"].as_str().unwrap(), "key");
    script.name(id_of(service, "acme"), "acme");
    script.name(ada.id(), "ada");
    script.name(made["prefix"].as_str().unwrap(), "prefix");
    script.ask(&bearer, "GET", "/api/v1/organization");
    script.ask(ada, "GET", "/api/v1/organization/keys");
    script.ask(&company.bob, "GET", "/api/v1/organization/keys");
    let at = format!("/api/v1/organization/{}/keys", id_of(service, "acme"));
    let one = format!("{at}/{}", made["id"].as_str().unwrap());
    script.ask(&company.eve, "GET", &at);
    script.ask(&company.eve, "DELETE", &one);
    script.ask(
        &company.eve,
        "DELETE",
        &format!("/api/v1/organization/keys/{}", made["id"].as_str().unwrap()),
    );
    script.ask(&company.bob, "DELETE", &one);
    script.ask(ada, "DELETE", &one);
    script.ask(ada, "GET", &at);
    assert!(!script.to_string().contains(key), "a key is shown once");
    insta::assert_snapshot!(script, @r#"
    key> GET /api/v1/organization
    200 [
      {"active":true,"alias":"acme","apps":[],"created":{"createdAt":"2026-01-15T12:00:00Z","createdBy":"[ada]"},"id":"[acme]","keys":[{"createdAt":"2026-01-15T12:00:00.001Z","id":"[key]","limitToRole":"ORG_ADMIN","name":"deploy","prefix":"[prefix]"}],"name":"acme","owners":["[ada]"],"status":{"current":"ACTIVE"}}
    ]
    ada> GET /api/v1/organization/keys
    200 [
      {"createdAt":"2026-01-15T12:00:00.001Z","id":"[key]","limitToRole":"ORG_ADMIN","name":"deploy","prefix":"[prefix]"}
    ]
    bob> GET /api/v1/organization/keys
    403 {"error":"Forbidden","message":"permission required: org.keys.list","status":403}
    eve> GET /api/v1/organization/[acme]/keys
    404 {"error":"Not Found","message":"no such organization","status":404}
    eve> DELETE /api/v1/organization/[acme]/keys/[key]
    404 {"error":"Not Found","message":"no such organization","status":404}
    eve> DELETE /api/v1/organization/keys/[key]
    404 {"error":"Not Found","message":"no such key","status":404}
    bob> DELETE /api/v1/organization/[acme]/keys/[key]
    403 {"error":"Forbidden","message":"permission required: org.keys.delete","status":403}
    ada> DELETE /api/v1/organization/[acme]/keys/[key]
    200 {"createdAt":"2026-01-15T12:00:00.001Z","id":"[key]","limitToRole":"ORG_ADMIN","name":"deploy","prefix":"[prefix]"}
    ada> GET /api/v1/organization/[acme]/keys
    200 []
    "#);
}

fn refusing(kit: &Kit) {
    let company = Company::found(kit);
    let (service, ada) = (&company.service, &company.ada);
    let rows = kit.rows();
    let mut script = Transcript::new(kit, service);
    for body in [
        json!({}),
        json!({"name": " "}),
        json!({"name": null}),
        json!({"name": "x".repeat(201)}),
        json!({"name": "a\u{1b}b"}),
        json!({"name": "k", "limitToRole": "NOBODY"}),
        json!({"name": "k", "limitToRole": "no role"}),
        json!({"name": "k", "limitToRole": ""}),
        json!({"name": "k", "limitToRole": ["ADMIN"]}),
    ] {
        script.send(ada, KEYS, body);
    }
    script.send(&company.eve, BY_ID, json!({"name": "k"}));
    script.send(&company.bob, BY_ID, json!({"name": "k"}));
    script.ask(ada, "DELETE", "/api/v1/organization/keys/no-id");
    script.ask(ada, "DELETE", "/api/v1/organization/keys/0190a0a0-0000-7000-8000-000000000000");
    assert_eq!(kit.rows(), rows, "nothing was written");
    insta::assert_snapshot!(script, @r#"
    ada> POST /api/v1/organization/keys {}
    400 {"error":"Bad Request","fields":[{"field":"name","message":"is required"}],"message":"name: is required","status":400}
    ada> POST /api/v1/organization/keys {"name":" "}
    400 {"error":"Bad Request","fields":[{"field":"name","message":"must not be blank"}],"message":"name: must not be blank","status":400}
    ada> POST /api/v1/organization/keys {"name":null}
    400 {"error":"Bad Request","fields":[{"field":"name","message":"invalid type: null, expected a string"}],"message":"name: invalid type: null, expected a string","status":400}
    ada> POST /api/v1/organization/keys {"name":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}
    400 {"error":"Bad Request","fields":[{"field":"name","message":"must be 1 to 200 characters"}],"message":"name: must be 1 to 200 characters","status":400}
    ada> POST /api/v1/organization/keys {"name":"a\u001bb"}
    400 {"error":"Bad Request","fields":[{"field":"name","message":"holds a control character"}],"message":"name: holds a control character","status":400}
    ada> POST /api/v1/organization/keys {"limitToRole":"NOBODY","name":"k"}
    400 {"error":"Bad Request","fields":[{"field":"limitToRole","message":"no such role"}],"message":"limitToRole: no such role","status":400}
    ada> POST /api/v1/organization/keys {"limitToRole":"no role","name":"k"}
    400 {"error":"Bad Request","fields":[{"field":"limitToRole","message":"no such role"}],"message":"limitToRole: no such role","status":400}
    ada> POST /api/v1/organization/keys {"limitToRole":"","name":"k"}
    400 {"error":"Bad Request","fields":[{"field":"limitToRole","message":"is not a role"}],"message":"limitToRole: is not a role","status":400}
    ada> POST /api/v1/organization/keys {"limitToRole":["ADMIN"],"name":"k"}
    400 {"error":"Bad Request","fields":[{"field":"limitToRole","message":"invalid type: sequence, expected a string"}],"message":"limitToRole: invalid type: sequence, expected a string","status":400}
    eve> POST /api/v1/organization/acme/keys {"name":"k"}
    404 {"error":"Not Found","message":"no such organization","status":404}
    bob> POST /api/v1/organization/acme/keys {"name":"k"}
    403 {"error":"Forbidden","message":"permission required: org.keys.create","status":403}
    ada> DELETE /api/v1/organization/keys/no-id
    404 {"error":"Not Found","message":"no such key","status":404}
    ada> DELETE /api/v1/organization/keys/[id]
    404 {"error":"Not Found","message":"no such key","status":404}
    "#);
}
