//! What accounts are granted in an organization.

use polity_testkit::{Kit, both_engines};
use serde_json::json;

use crate::ground::transcript::Transcript;
use crate::ground::{Caller, MOMENT, id_of, newest};
use crate::staff::{Company, each};

/// The id of nothing.
const UNKNOWN: &str = "0190a0a0-0000-7000-8000-000000000000";

both_engines! {
    fn a_role_is_granted(kit) { granting(kit); }

    fn what_cannot_be_granted_is_refused(kit) { refusing(kit); }

    fn who_may_not_grant_is_refused(kit) { strangers(kit); }

    fn a_role_is_meant_by_id_or_name(kit) {
        let company = Company::found(kit);
        let (service, ada) = (&company.service, &company.ada);
        let role = ada.sends(service, ("POST", "/api/organizations/acme/roles"), json!({"name": "Night Shift"})).json()["id"].clone();
        for (number, word) in [json!("night SHIFT"), role, json!("night-shift")].into_iter().enumerate() {
            let cy = Caller::person(service, ["one", "two", "three"][number]);
            let granted = ada.sends(service, ("POST", &format!("/api/v1/account/{}/grant", cy.id())), json!({"role": word})).json();
            assert_eq!(granted["grants"][1]["role"], "night-shift", "{word}");
            let key = ada.sends(service, ("POST", "/api/v1/organization/keys"), json!({"name": "k", "limitToRole": word}));
            assert_eq!((key.code(), &key.json()["limitToRole"]), (201, &json!("night-shift")), "{word}");
            let body = json!({"name": "New", "email": format!("new{number}@acme.example"), "role": word});
            let hired = ada.sends(service, ("POST", "/api/v1/employee"), body).json();
            assert_eq!(hired["role"], "night-shift", "{word}");
            let at = format!("/api/v1/employee/{}", hired["id"].as_str().unwrap());
            let changed = ada.sends(service, ("PATCH", &at), json!({"role": "Manager"}));
            assert_eq!(changed.json()["role"], "MANAGER");
            assert_eq!(ada.sends(service, ("PATCH", &at), json!({"role": word})).json()["role"], "night-shift");
            assert_eq!(ada.sends(service, ("PATCH", &at), json!({"role": null})).json()["role"], json!(null));
        }
        let at = format!("/api/v1/account/{}/grant", company.cy.id());
        let unknown = ada.put(service, ("POST", &at), &json!({"role": "Day Shift"}));
        assert_eq!((unknown.code(), &unknown.json()["fields"][0]["field"]), (400, &json!("role")));
    }

    fn granting_twice_is_granting_once(kit) {
        let company = Company::found(kit);
        let (service, ada) = (&company.service, &company.ada);
        let at = format!("/api/v1/account/{}/grant", company.cy.id());
        let grant = json!({"role": "MANAGER"});
        let first = ada.sends(service, ("POST", &at), grant.clone());
        assert_eq!(first.code(), 200);
        kit.pass(MOMENT);
        let rows = kit.rows();
        let second = ada.sends(service, ("POST", &at), grant);
        assert_eq!((second.json(), kit.rows()), (first.json(), rows));
    }

    fn what_could_not_be_shown_is_not_granted(kit) {
        let company = Company::found(kit);
        let (service, ada) = (&company.service, &company.ada);
        let blind = ada.narrowed(service, &["org.user.roles.update", "org.directory.members.create"]);
        let at = format!("/api/v1/account/{}", company.cy.id());
        let answer = blind.put(service, ("POST", &format!("{at}/grant")), &json!({"role": "EMPLOYEE"}));
        assert_eq!((answer.code(), &answer.json()["message"]), (403, &json!("permission required: org.members.get")));
        assert_eq!(ada.ask(service, "GET", &at).code(), 404, "no member");
    }
}

fn granting(kit: &Kit) {
    let company = Company::found(kit);
    let (service, ada, bob, cy) = (&company.service, &company.ada, &company.bob, &company.cy);
    ada.sends(service, ("POST", "/directory/orgs/acme/roles"), json!({"id": "clerk"}));
    let employee = company.hires(kit, (ada, "Cy Stone"), json!({}));
    let mut script = Transcript::new(kit, service);
    for (id, name) in [(ada.id(), "ada"), (bob.id(), "bob"), (cy.id(), "cy")] {
        script.name(id, name);
    }
    script.name(&employee, "employee");
    script.name(id_of(service, "acme"), "acme");
    let grant = |account: &Caller| format!("/api/v1/account/{}/grant", account.id());
    script.send(ada, ("POST", &grant(cy)), json!({"role": "employee", "employeeId": employee}));
    script.send(ada, ("POST", &grant(cy)), json!({"role": "clerk", "orgId": id_of(service, "acme")}));
    script.send(ada, ("POST", &grant(cy)), json!({"role": "ORG_ADMIN"}));
    script.send(ada, ("POST", &grant(bob)), json!({"role": "Owner"}));
    let roles = ada.does(service, "GET", &format!("/directory/orgs/acme/users/{}/roles", cy.id())).json();
    assert_eq!(each(&roles, "role_id"), ["admin", "clerk"]);
    let linked = ada.does(service, "GET", &format!("/api/v1/employee/{employee}")).json();
    assert_eq!((&linked["account"], &linked["role"]), (&json!(cy.id()), &json!("ORG_ADMIN")));
    insta::assert_snapshot!(script, @r#"
    ada> POST /api/v1/account/[cy]/grant {"employeeId":"[employee]","role":"employee"}
    200 {"active":true,"created":{"createdAt":"2026-01-15T12:00:00Z"},"email":"cy@acme.example","grants":[{"accepted":false,"employeeId":"[employee]","orgId":"[acme]","role":"EMPLOYEE"}],"id":"[cy]","status":{"current":"ACTIVE"}}
    ada> POST /api/v1/account/[cy]/grant {"orgId":"[acme]","role":"clerk"}
    200 {"active":true,"created":{"createdAt":"2026-01-15T12:00:00Z"},"email":"cy@acme.example","grants":[{"accepted":false,"employeeId":"[employee]","orgId":"[acme]","role":"EMPLOYEE"},{"accepted":false,"employeeId":"[employee]","orgId":"[acme]","role":"clerk"}],"id":"[cy]","status":{"current":"ACTIVE"}}
    ada> POST /api/v1/account/[cy]/grant {"role":"ORG_ADMIN"}
    200 {"active":true,"created":{"createdAt":"2026-01-15T12:00:00Z"},"email":"cy@acme.example","grants":[{"accepted":false,"employeeId":"[employee]","orgId":"[acme]","role":"ORG_ADMIN"},{"accepted":false,"employeeId":"[employee]","orgId":"[acme]","role":"clerk"}],"id":"[cy]","status":{"current":"ACTIVE"}}
    ada> POST /api/v1/account/[bob]/grant {"role":"Owner"}
    200 {"active":true,"created":{"createdAt":"2026-01-15T12:00:00Z"},"email":"bob@acme.example","grants":[{"orgId":"[acme]","role":"OWNER"}],"id":"[bob]","status":{"current":"ACTIVE"}}
    "#);
}

fn refusing(kit: &Kit) {
    let company = Company::found(kit);
    let service = &company.service;
    let (ada, cy, eve) = (&company.ada, &company.cy, &company.eve);
    let foreign = company.hires(kit, (eve, "Zoe"), json!({}));
    let (acme, globex) = (id_of(service, "acme"), id_of(service, "globex"));
    let before = (kit.rows(), newest(kit, &[acme, globex]));
    let mut script = Transcript::new(kit, service);
    script.name(acme, "acme");
    script.name(globex, "globex");
    script.name(&foreign, "foreign");
    script.name(cy.id(), "cy");
    let at = format!("/api/v1/account/{}/grant", cy.id());
    for body in [
        json!({}),
        json!({"role": null}),
        json!({"role": ""}),
        json!({"role": "NOBODY"}),
        json!({"role": "no role"}),
        json!({"role": 8}),
        json!({"role": "EMPLOYEE", "orgId": "acme"}),
        json!({"role": "EMPLOYEE", "orgId": UNKNOWN}),
        json!({"role": "EMPLOYEE", "orgId": globex}),
        json!({"role": "EMPLOYEE", "employeeId": "x"}),
        json!({"role": "EMPLOYEE", "employeeId": UNKNOWN}),
        json!({"role": "EMPLOYEE", "employeeId": foreign}),
    ] {
        script.send(ada, ("POST", &at), body);
    }
    assert_eq!((kit.rows(), newest(kit, &[acme, globex])), before, "nothing was written");
    insta::assert_snapshot!(script, @r#"
    ada> POST /api/v1/account/[cy]/grant {}
    400 {"error":"Bad Request","fields":[{"field":"role","message":"is required"}],"message":"role: is required","status":400}
    ada> POST /api/v1/account/[cy]/grant {"role":null}
    400 {"error":"Bad Request","fields":[{"field":"role","message":"invalid type: null, expected a string"}],"message":"role: invalid type: null, expected a string","status":400}
    ada> POST /api/v1/account/[cy]/grant {"role":""}
    400 {"error":"Bad Request","fields":[{"field":"role","message":"is not a role"}],"message":"role: is not a role","status":400}
    ada> POST /api/v1/account/[cy]/grant {"role":"NOBODY"}
    400 {"error":"Bad Request","fields":[{"field":"role","message":"no such role: NOBODY"}],"message":"role: no such role: NOBODY","status":400}
    ada> POST /api/v1/account/[cy]/grant {"role":"no role"}
    400 {"error":"Bad Request","fields":[{"field":"role","message":"no such role: no role"}],"message":"role: no such role: no role","status":400}
    ada> POST /api/v1/account/[cy]/grant {"role":8}
    400 {"error":"Bad Request","fields":[{"field":"role","message":"invalid type: integer `8`, expected a string"}],"message":"role: invalid type: integer `8`, expected a string","status":400}
    ada> POST /api/v1/account/[cy]/grant {"orgId":"acme","role":"EMPLOYEE"}
    400 {"error":"Bad Request","fields":[{"field":"orgId","message":"is not an id"}],"message":"orgId: is not an id","status":400}
    ada> POST /api/v1/account/[cy]/grant {"orgId":"[id]","role":"EMPLOYEE"}
    404 {"error":"Not Found","message":"no such organization","status":404}
    ada> POST /api/v1/account/[cy]/grant {"orgId":"[globex]","role":"EMPLOYEE"}
    404 {"error":"Not Found","message":"no such organization","status":404}
    ada> POST /api/v1/account/[cy]/grant {"employeeId":"x","role":"EMPLOYEE"}
    400 {"error":"Bad Request","fields":[{"field":"employeeId","message":"is not an id"}],"message":"employeeId: is not an id","status":400}
    ada> POST /api/v1/account/[cy]/grant {"employeeId":"[id]","role":"EMPLOYEE"}
    400 {"error":"Bad Request","fields":[{"field":"employeeId","message":"no such employee"}],"message":"employeeId: no such employee","status":400}
    ada> POST /api/v1/account/[cy]/grant {"employeeId":"[foreign]","role":"EMPLOYEE"}
    400 {"error":"Bad Request","fields":[{"field":"employeeId","message":"no such employee"}],"message":"employeeId: no such employee","status":400}
    "#);
}

fn strangers(kit: &Kit) {
    let company = Company::found(kit);
    let service = &company.service;
    let (ada, bob, cy, eve) = (&company.ada, &company.bob, &company.cy, &company.eve);
    let (acme, globex) = (id_of(service, "acme"), id_of(service, "globex"));
    let before = (kit.rows(), newest(kit, &[acme, globex]));
    let mut script = Transcript::new(kit, service);
    script.name(acme, "acme");
    script.name(cy.id(), "cy");
    let at = format!("/api/v1/account/{}/grant", cy.id());
    script.send(ada, ("POST", &format!("/api/v1/account/{UNKNOWN}/grant")), json!({"role": "EMPLOYEE"}));
    script.send(ada, ("POST", "/api/v1/account/cy@acme.example/grant"), json!({"role": "EMPLOYEE"}));
    script.send(bob, ("POST", &at), json!({"role": "EMPLOYEE"}));
    script.send(eve, ("POST", &at), json!({"role": "EMPLOYEE", "orgId": acme}));
    script.send(cy, ("POST", &at), json!({"role": "EMPLOYEE", "orgId": acme}));
    assert_eq!((kit.rows(), newest(kit, &[acme, globex])), before, "nothing was written");
    ada.admits(service, "acme", bob, "admin");
    script.send(bob, ("POST", &at), json!({"role": "OWNER"}));
    insta::assert_snapshot!(script, @r#"
    ada> POST /api/v1/account/[id]/grant {"role":"EMPLOYEE"}
    404 {"error":"Not Found","message":"no such account","status":404}
    ada> POST /api/v1/account/cy@acme.example/grant {"role":"EMPLOYEE"}
    404 {"error":"Not Found","message":"no such account","status":404}
    bob> POST /api/v1/account/[cy]/grant {"role":"EMPLOYEE"}
    403 {"error":"Forbidden","message":"permission required: org.user.roles.update","status":403}
    eve> POST /api/v1/account/[cy]/grant {"orgId":"[acme]","role":"EMPLOYEE"}
    404 {"error":"Not Found","message":"no such organization","status":404}
    cy> POST /api/v1/account/[cy]/grant {"orgId":"[acme]","role":"EMPLOYEE"}
    404 {"error":"Not Found","message":"no such organization","status":404}
    bob> POST /api/v1/account/[cy]/grant {"role":"OWNER"}
    403 {"error":"Forbidden","message":"only an owner gives ownership","status":403}
    "#);
}
