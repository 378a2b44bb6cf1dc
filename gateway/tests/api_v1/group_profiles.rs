//! Profiles of groups: who reads them, who writes them, and what stands in them.

use polity_testkit::{Kit, both_engines};
use serde_json::json;

use crate::ground::id_of;
use crate::ground::transcript::Transcript;
use crate::staff::Company;

both_engines! {
    fn made_replaced_and_merged(kit) { profiles(kit); }
}

fn profiles(kit: &Kit) {
    insta::assert_snapshot!(profiles_asked(kit), @r#"
    bob> GET /api/v1/group/[sales]/profile
    404 {"error":"Not Found","message":"no such group profile","status":404}
    ada> POST /api/v1/group/[sales]/profile {"description":"Sells.","icon":"https://img.example/sales.png"}
    201 {"description":"Sells.","icon":"https://img.example/sales.png"}
    ada> PATCH /api/v1/group/[sales]/profile {"icon":null}
    200 {"description":"Sells."}
    ada> PATCH /api/v1/group/[sales]/profile {"icon":"rocket"}
    200 {"description":"Sells.","icon":"rocket"}
    bob> GET /api/v1/group/[sales]/profile
    200 {"description":"Sells.","icon":"rocket"}
    bob> GET /api/v1/group/[sales]
    200 {"active":true,"created":{"createdAt":"2026-01-15T12:00:00.002Z","createdBy":"[ada]"},"id":"[sales]","name":"Sales","organization":"[acme]","profile":{"description":"Sells.","icon":"rocket"},"status":{"current":"ACTIVE"},"type":"TEAM"}
    ada> POST /api/v1/group/[sales]/profile {"icon":"star"}
    201 {"icon":"star"}
    ada> POST /api/v1/group/[sales]/profile {"icon":7}
    400 {"error":"Bad Request","fields":[{"field":"icon","message":"invalid type: integer `7`, expected a string"}],"message":"icon: invalid type: integer `7`, expected a string","status":400}
    ada> PATCH /api/v1/group/[sales]/profile {"icon":7}
    400 {"error":"Bad Request","fields":[{"field":"icon","message":"invalid type: integer `7`, expected a string"}],"message":"icon: invalid type: integer `7`, expected a string","status":400}
    ada> POST /api/v1/group/[sales]/profile {"icon":"a\u0007b"}
    400 {"error":"Bad Request","fields":[{"field":"icon","message":"holds a control character"}],"message":"icon: holds a control character","status":400}
    ada> PATCH /api/v1/group/[sales]/profile {"icon":"a\u0007b"}
    400 {"error":"Bad Request","fields":[{"field":"icon","message":"holds a control character"}],"message":"icon: holds a control character","status":400}
    ada> POST /api/v1/group/[sales]/profile []
    400 {"error":"Bad Request","fields":[{"field":"body","message":"invalid type: sequence, expected an object"}],"message":"body: invalid type: sequence, expected an object","status":400}
    ada> PATCH /api/v1/group/[sales]/profile []
    400 {"error":"Bad Request","fields":[{"field":"body","message":"invalid type: sequence, expected an object"}],"message":"body: invalid type: sequence, expected an object","status":400}
    bob> POST /api/v1/group/[sales]/profile {}
    403 {"error":"Forbidden","message":"permission required: org.groups.update","status":403}
    bob> PATCH /api/v1/group/[sales]/profile {"icon":"mine"}
    403 {"error":"Forbidden","message":"permission required: org.groups.update","status":403}
    eve> GET /api/v1/group/[sales]/profile
    404 {"error":"Not Found","message":"no such group","status":404}
    eve> PATCH /api/v1/group/[sales]/profile {"icon":"mine"}
    404 {"error":"Not Found","message":"no such group","status":404}
    ada> POST /api/v1/group/[sales]/profile {}
    201 {}
    bob> GET /api/v1/group/[sales]/profile
    200 {}
    "#);
}

/// A group's profile from none to full and back.
fn profiles_asked(kit: &Kit) -> String {
    let company = Company::found(kit);
    let Company { service, ada, bob, eve, .. } = &company;
    let sales = company.groups(kit, (ada, "Sales"));
    let mut script = Transcript::new(kit, service);
    script.name(&sales, "sales");
    script.name(id_of(service, "acme"), "acme");
    script.name(ada.id(), "ada");
    let at = format!("/api/v1/group/{sales}/profile");
    script.ask(bob, "GET", &at);
    script.send(
        ada,
        ("POST", &at),
        json!({"icon": "https://img.example/sales.png", "description": "Sells."}),
    );
    script.send(ada, ("PATCH", &at), json!({"icon": null}));
    script.send(ada, ("PATCH", &at), json!({"icon": "rocket"}));
    script.ask(bob, "GET", &at);
    script.ask(bob, "GET", &format!("/api/v1/group/{sales}"));
    script.send(ada, ("POST", &at), json!({"icon": "star"}));
    for body in [json!({"icon": 7}), json!({"icon": "a\u{7}b"}), json!([])] {
        script.send(ada, ("POST", &at), body.clone());
        script.send(ada, ("PATCH", &at), body);
    }
    script.send(bob, ("POST", &at), json!({}));
    script.send(bob, ("PATCH", &at), json!({"icon": "mine"}));
    script.ask(eve, "GET", &at);
    script.send(eve, ("PATCH", &at), json!({"icon": "mine"}));
    script.send(ada, ("POST", &at), json!({}));
    script.ask(bob, "GET", &at);
    script.to_string()
}
