//! Organizations themselves: made, changed, found, listed.

use polity_testkit::{Kit, both_engines};
use serde_json::json;

use crate::ground::common::Service;
use crate::ground::transcript::Transcript;
use crate::ground::{Caller, MOMENT, account_of, id_of};
use crate::staff::each;

const ORGANIZATIONS: (&str, &str) = ("POST", "/api/v1/organization");
const CURRENT: (&str, &str) = ("PATCH", "/api/v1/organization");

both_engines! {
    fn from_its_founding_on(kit) { life(kit); }

    fn a_change_merges(kit) { changes(kit); }

    fn names_have_one_organization(kit) { clashes(kit); }

    fn an_owner_is_named_by_address(kit) { owners(kit); }

    fn it_answers_to_id_key_and_alias(kit) {
        let service = Service::start(kit);
        let ada = Caller::person(&service, "ada");
        ada.sends(&service, ("POST", "/directory/orgs"), json!({"id": "Acme.Corp", "subdomain": "acme"}));
        let id = id_of(&service, "acme").to_string();
        for name in ["Acme.Corp", "acme.corp", "ACME", "acme", &id, &id.to_uppercase()] {
            let answer = ada.does(&service, "GET", &format!("/api/v1/organization/{name}"));
            assert_eq!(answer.json()["id"], id, "{name}");
        }
        for (alias, code) in [("acme", 200), ("ACME", 200), ("Acme.Corp", 404), (id.as_str(), 404), ("a_b", 404)] {
            let answer = ada.ask(&service, "GET", &format!("/api/v1/organization/alias/{alias}"));
            assert_eq!(answer.code(), code, "{alias}");
        }
    }

    fn everybody_lists_their_own_and_a_platform_administrator_all(kit) {
        let service = Service::start(kit);
        let (ada, eve, root) = (Caller::person(&service, "ada"), Caller::person(&service, "eve"), Caller::platform(&service));
        for (caller, name) in [(&ada, "one"), (&eve, "two"), (&ada, "three")] {
            kit.pass(MOMENT);
            caller.sends(&service, ORGANIZATIONS, json!({"name": name}));
        }
        eve.admits(&service, "two", &ada, "member");
        let listed = |caller: &Caller, slice: &str| {
            let answer = caller.does(&service, "GET", &format!("/api/v1/organization{slice}"));
            (each(&answer.json(), "name").join(" "), answer.header("link").to_owned())
        };
        assert_eq!(listed(&ada, "").0, "one two three");
        assert_eq!(listed(&eve, "").0, "two");
        assert_eq!(listed(&root, "").0, "one two three");
        let (names, link) = listed(&ada, "?limit=2");
        assert_eq!(names, "one two");
        let next = link.strip_prefix("</api/v1/organization").unwrap().strip_suffix(">; rel=\"next\"").unwrap();
        assert_eq!(listed(&ada, next), ("three".to_owned(), String::new()));
        let program = Caller::program(&service, "two", &["org.directory.get"]);
        assert_eq!(listed(&program, "").0, "two");
    }

    fn whoever_may_change_but_not_read_is_not_told_of_a_failure(kit) {
        let service = Service::start(kit);
        let ada = Caller::person(&service, "ada");
        let made = ada.sends(&service, ORGANIZATIONS, json!({"name": "Acme"})).json();
        let blind = ada.narrowed(&service, &["org.directory.update"]);
        let changed = blind.sends(&service, CURRENT, json!({"name": "Acme Two"})).json();
        assert_eq!((&changed["name"], &changed["owners"], changed.get("keys")), (&json!("Acme Two"), &json!([ada.id()]), None), "but who owns it");
        assert_eq!(blind.ask(&service, "GET", &format!("/api/v1/organization/{}", made["id"].as_str().unwrap())).code(), 403);
        let founder = ada.narrowed(&service, &["org.directory.create"]);
        assert_eq!(founder.sends(&service, ORGANIZATIONS, json!({"name": "Globex"})).code(), 201);
    }

    fn both_families_show_the_same(kit) {
        let service = Service::start(kit);
        let ada = Caller::person(&service, "ada");
        let made = ada.sends(&service, ORGANIZATIONS, json!({"name": "Acme", "alias": "Acme"})).json();
        let seen = ada.does(&service, "GET", "/directory/orgs/acme").json();
        assert_eq!((&seen["id"], &seen["name"], &seen["subdomain"]), (&made["id"], &json!("Acme"), &json!("acme")));
        assert_eq!(seen["owner"]["id"], made["owners"][0]);
        for (status, other) in [("PENDING", "inactive"), ("DELETED", "inactive"), ("INACTIVE", "inactive"), ("ACTIVE", "active")] {
            kit.pass(MOMENT);
            let changed = ada.sends(&service, CURRENT, json!({"status": status})).json();
            assert_eq!((&changed["status"]["current"], &changed["active"]), (&json!(status), &json!(status == "ACTIVE")));
            assert_eq!(ada.does(&service, "GET", "/directory/orgs/acme").json()["status"], other);
        }
        ada.sends(&service, ("PUT", "/directory/orgs/acme"), json!({"name": "Acme 2", "logo_url": "https://acme.example/l.png"}));
        let seen = ada.does(&service, "GET", "/api/v1/organization/acme").json();
        assert_eq!((&seen["name"], &seen["profile"]["logoUrl"]), (&json!("Acme 2"), &json!("https://acme.example/l.png")));
    }
}

fn life(kit: &Kit) {
    let service = Service::start(kit);
    let (ada, bob, eve) =
        (Caller::person(&service, "ada"), Caller::person(&service, "bob"), Caller::person(&service, "eve"));
    let mut script = Transcript::new(kit, &service);
    script.name(ada.id(), "ada");
    let made = script.send(&ada, ORGANIZATIONS, json!({"name": " Acme, Inc. ", "id": "x", "unknown": [1]}));
    let at = format!("/api/v1/organization/{}", made.json()["id"].as_str().unwrap());
    script.name(id_of(&service, "acme-inc"), "acme");
    ada.admits(&service, "acme-inc", &bob, "member");
    for caller in [&ada, &bob, &eve, &Caller::anonymous()] {
        script.ask(caller, "GET", &at);
    }
    script.ask(&bob, "GET", "/api/v1/organization/alias/Acme-INC");
    script.ask(&eve, "GET", "/api/v1/organization/alias/acme-inc");
    script.send(&ada, ("PATCH", &at), json!({"name": "Acme"}));
    script.send(&bob, ("PATCH", &at), json!({"name": "Mine"}));
    script.send(&eve, ("PATCH", &at), json!({"name": "Mine"}));
    script.ask(&eve, "GET", "/api/v1/organization");
    insta::assert_snapshot!(script, @r#"
    ada> POST /api/v1/organization {"id":"x","name":" Acme, Inc. ","unknown":[1]}
    201 {"active":true,"alias":"acme-inc","apps":[],"created":{"createdAt":"2026-01-15T12:00:00.001Z","createdBy":"[ada]"},"id":"[id]","keys":[],"name":"Acme, Inc.","owners":["[ada]"],"status":{"current":"ACTIVE"}}
    ada> GET /api/v1/organization/[acme]
    200 {"active":true,"alias":"acme-inc","apps":[],"created":{"createdAt":"2026-01-15T12:00:00.001Z","createdBy":"[ada]"},"id":"[acme]","keys":[],"name":"Acme, Inc.","owners":["[ada]"],"status":{"current":"ACTIVE"}}
    bob> GET /api/v1/organization/[acme]
    200 {"active":true,"alias":"acme-inc","apps":[],"created":{"createdAt":"2026-01-15T12:00:00.001Z","createdBy":"[ada]"},"id":"[acme]","name":"Acme, Inc.","owners":["[ada]"],"status":{"current":"ACTIVE"}}
    eve> GET /api/v1/organization/[acme]
    404 {"error":"Not Found","message":"no such organization","status":404}
    anonymous> GET /api/v1/organization/[acme]
    401 {"error":"Unauthorized","message":"a credential is required","status":401}
    bob> GET /api/v1/organization/alias/Acme-INC
    200 {"active":true,"alias":"acme-inc","apps":[],"created":{"createdAt":"2026-01-15T12:00:00.001Z","createdBy":"[ada]"},"id":"[acme]","name":"Acme, Inc.","owners":["[ada]"],"status":{"current":"ACTIVE"}}
    eve> GET /api/v1/organization/alias/acme-inc
    404 {"error":"Not Found","message":"no such organization","status":404}
    ada> PATCH /api/v1/organization/[acme] {"name":"Acme"}
    200 {"active":true,"alias":"acme-inc","apps":[],"created":{"createdAt":"2026-01-15T12:00:00.001Z","createdBy":"[ada]"},"id":"[acme]","keys":[],"name":"Acme","owners":["[ada]"],"status":{"current":"ACTIVE"}}
    bob> PATCH /api/v1/organization/[acme] {"name":"Mine"}
    403 {"error":"Forbidden","message":"permission required: org.directory.update","status":403}
    eve> PATCH /api/v1/organization/[acme] {"name":"Mine"}
    404 {"error":"Not Found","message":"no such organization","status":404}
    eve> GET /api/v1/organization
    200 []
    "#);
}

fn changes(kit: &Kit) {
    let service = Service::start(kit);
    let ada = Caller::person(&service, "ada");
    let made = ada.sends(&service, ORGANIZATIONS, json!({"name": "Acme"})).json();
    let mut script = Transcript::new(kit, &service);
    script.name(ada.id(), "ada");
    script.name(id_of(&service, "acme"), "acme");
    for body in [
        json!({}),
        json!({"alias": "Acme-2", "profile": {"mission": "ignored"}}),
        json!({"status": "INACTIVE"}),
        json!({"name": "Acme Two", "status": "ACTIVE"}),
        json!({"name": null}),
        json!({"name": " "}),
        json!({"alias": null}),
        json!({"alias": ""}),
        json!({"alias": "not one"}),
        json!({"status": "ASLEEP"}),
        json!({"status": null}),
        json!({"ownerEmail": "nobody"}),
        json!({"ownerEmail": null}),
        json!([{"name": "Acme"}]),
    ] {
        script.send(&ada, CURRENT, body);
    }
    let kept = ada.does(&service, "GET", "/api/v1/organization/acme-2").json();
    assert_eq!((&kept["created"], &kept["id"]), (&made["created"], &made["id"]));
    assert_eq!(ada.ask(&service, "GET", "/api/v1/organization/acme").code(), 404, "its old alias is free");
    insta::assert_snapshot!(script, @r#"
    ada> PATCH /api/v1/organization {}
    200 {"active":true,"alias":"acme","apps":[],"created":{"createdAt":"2026-01-15T12:00:00Z","createdBy":"[ada]"},"id":"[acme]","keys":[],"name":"Acme","owners":["[ada]"],"status":{"current":"ACTIVE"}}
    ada> PATCH /api/v1/organization {"alias":"Acme-2","profile":{"mission":"ignored"}}
    200 {"active":true,"alias":"acme-2","apps":[],"created":{"createdAt":"2026-01-15T12:00:00Z","createdBy":"[ada]"},"id":"[acme]","keys":[],"name":"Acme","owners":["[ada]"],"status":{"current":"ACTIVE"}}
    ada> PATCH /api/v1/organization {"status":"INACTIVE"}
    200 {"active":false,"alias":"acme-2","apps":[],"created":{"createdAt":"2026-01-15T12:00:00Z","createdBy":"[ada]"},"id":"[acme]","keys":[],"name":"Acme","owners":["[ada]"],"status":{"changedAt":"2026-01-15T12:00:00.003Z","changedBy":"[ada]","current":"INACTIVE"}}
    ada> PATCH /api/v1/organization {"name":"Acme Two","status":"ACTIVE"}
    200 {"active":true,"alias":"acme-2","apps":[],"created":{"createdAt":"2026-01-15T12:00:00Z","createdBy":"[ada]"},"id":"[acme]","keys":[],"name":"Acme Two","owners":["[ada]"],"status":{"changedAt":"2026-01-15T12:00:00.004Z","changedBy":"[ada]","current":"ACTIVE"}}
    ada> PATCH /api/v1/organization {"name":null}
    400 {"error":"Bad Request","fields":[{"field":"name","message":"invalid type: null, expected a string"}],"message":"name: invalid type: null, expected a string","status":400}
    ada> PATCH /api/v1/organization {"name":" "}
    400 {"error":"Bad Request","fields":[{"field":"name","message":"must not be blank"}],"message":"name: must not be blank","status":400}
    ada> PATCH /api/v1/organization {"alias":null}
    400 {"error":"Bad Request","fields":[{"field":"alias","message":"invalid type: null, expected a string"}],"message":"alias: invalid type: null, expected a string","status":400}
    ada> PATCH /api/v1/organization {"alias":""}
    400 {"error":"Bad Request","fields":[{"field":"alias","message":"must not be blank"}],"message":"alias: must not be blank","status":400}
    ada> PATCH /api/v1/organization {"alias":"not one"}
    400 {"error":"Bad Request","fields":[{"field":"alias","message":"must be 1 to 63 lower-case letters, digits and inner hyphens"}],"message":"alias: must be 1 to 63 lower-case letters, digits and inner hyphens","status":400}
    ada> PATCH /api/v1/organization {"status":"ASLEEP"}
    400 {"error":"Bad Request","fields":[{"field":"status","message":"unknown variant `ASLEEP`, expected one of `ACTIVE`, `INACTIVE`, `PENDING`, `DELETED`"}],"message":"status: unknown variant `ASLEEP`, expected one of `ACTIVE`, `INACTIVE`, `PENDING`, `DELETED`","status":400}
    ada> PATCH /api/v1/organization {"status":null}
    400 {"error":"Bad Request","fields":[{"field":"status","message":"invalid type: null, expected a string"}],"message":"status: invalid type: null, expected a string","status":400}
    ada> PATCH /api/v1/organization {"ownerEmail":"nobody"}
    400 {"error":"Bad Request","fields":[{"field":"ownerEmail","message":"must be an address like name@example.com"}],"message":"ownerEmail: must be an address like name@example.com","status":400}
    ada> PATCH /api/v1/organization {"ownerEmail":null}
    400 {"error":"Bad Request","fields":[{"field":"ownerEmail","message":"invalid type: null, expected a string"}],"message":"ownerEmail: invalid type: null, expected a string","status":400}
    ada> PATCH /api/v1/organization [{"name":"Acme"}]
    400 {"error":"Bad Request","fields":[{"field":"body","message":"invalid type: sequence, expected an object"}],"message":"body: invalid type: sequence, expected an object","status":400}
    "#);
}

fn clashes(kit: &Kit) {
    let service = Service::start(kit);
    let (ada, eve) = (Caller::person(&service, "ada"), Caller::person(&service, "eve"));
    ada.sends(&service, ORGANIZATIONS, json!({"name": "Acme"}));
    let second = eve.sends(&service, ORGANIZATIONS, json!({"name": "Acme!"})).json();
    assert_eq!(second["alias"], "acme-2", "one that is made up is made unique");
    let rows = kit.rows();
    let mut script = Transcript::new(kit, &service);
    for body in [
        json!({"name": "Other", "alias": "acme"}),
        json!({"name": "Other", "alias": "ACME"}),
        json!({"name": "Other", "alias": "profile"}),
        json!({"name": "Other", "alias": "-"}),
        json!({"name": "Other", "alias": "x".repeat(64)}),
        json!({"name": "", "alias": "other"}),
        json!({"alias": "other"}),
        json!({"name": "x".repeat(201), "alias": "-"}),
        json!({"name": "Other", "ownerEmail": "no address"}),
    ] {
        script.send(&eve, ORGANIZATIONS, body);
    }
    script.send(&eve, CURRENT, json!({"alias": "acme"}));
    assert_eq!(kit.rows(), rows, "nothing was written");
    insta::assert_snapshot!(script, @r#"
    eve> POST /api/v1/organization {"alias":"acme","name":"Other"}
    409 {"error":"Conflict","message":"this alias is taken","status":409}
    eve> POST /api/v1/organization {"alias":"ACME","name":"Other"}
    409 {"error":"Conflict","message":"this alias is taken","status":409}
    eve> POST /api/v1/organization {"alias":"profile","name":"Other"}
    409 {"error":"Conflict","message":"this alias is taken","status":409}
    eve> POST /api/v1/organization {"alias":"-","name":"Other"}
    400 {"error":"Bad Request","fields":[{"field":"alias","message":"must be 1 to 63 lower-case letters, digits and inner hyphens"}],"message":"alias: must be 1 to 63 lower-case letters, digits and inner hyphens","status":400}
    eve> POST /api/v1/organization {"alias":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx","name":"Other"}
    400 {"error":"Bad Request","fields":[{"field":"alias","message":"must be 1 to 63 lower-case letters, digits and inner hyphens"}],"message":"alias: must be 1 to 63 lower-case letters, digits and inner hyphens","status":400}
    eve> POST /api/v1/organization {"alias":"other","name":""}
    400 {"error":"Bad Request","fields":[{"field":"name","message":"must not be blank"}],"message":"name: must not be blank","status":400}
    eve> POST /api/v1/organization {"alias":"other"}
    400 {"error":"Bad Request","fields":[{"field":"name","message":"is required"}],"message":"name: is required","status":400}
    eve> POST /api/v1/organization {"alias":"-","name":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}
    400 {"error":"Bad Request","fields":[{"field":"alias","message":"must be 1 to 63 lower-case letters, digits and inner hyphens"}],"message":"alias: must be 1 to 63 lower-case letters, digits and inner hyphens","status":400}
    eve> POST /api/v1/organization {"name":"Other","ownerEmail":"no address"}
    400 {"error":"Bad Request","fields":[{"field":"ownerEmail","message":"must be an address like name@example.com"}],"message":"ownerEmail: must be an address like name@example.com","status":400}
    eve> PATCH /api/v1/organization {"alias":"acme"}
    409 {"error":"Conflict","message":"this alias is taken","status":409}
    "#);
}

fn owners(kit: &Kit) {
    let service = Service::start(kit);
    let (root, ada, bob) =
        (Caller::platform(&service), Caller::person(&service, "ada"), Caller::person(&service, "bob"));
    let mut script = Transcript::new(kit, &service);
    script.name(root.id(), "root");
    script.name(ada.id(), "ada");
    script.name(bob.id(), "bob");
    script.send(&root, ORGANIZATIONS, json!({"name": "Acme", "ownerEmail": "ADA@acme.example"}));
    script.name(id_of(&service, "acme"), "acme");
    script.send(&root, ORGANIZATIONS, json!({"name": "Globex", "ownerEmail": "zoe@globex.example"}));
    let zoe = account_of(&service, "zoe@globex.example");
    script.name(zoe.id, "zoe");
    script.send(&bob, ORGANIZATIONS, json!({"name": "Initech", "ownerEmail": "ada@acme.example"}));
    script.send(&bob, ORGANIZATIONS, json!({"name": "Umbrella", "ownerEmail": "bob@acme.example"}));
    script.send(&ada, ("PATCH", "/api/v1/organization/acme"), json!({"ownerEmail": "bob@acme.example"}));
    script.send(&ada, ("PATCH", "/api/v1/organization/acme"), json!({"ownerEmail": "bob@acme.example"}));
    let levels = ada.does(&service, "GET", &format!("/directory/orgs/acme/users/{}/roles", bob.id())).json();
    assert_eq!(levels[0]["role_id"], "owner");
    insta::assert_snapshot!(script, @r#"
    root> POST /api/v1/organization {"name":"Acme","ownerEmail":"ADA@acme.example"}
    201 {"active":true,"alias":"acme","apps":[],"created":{"createdAt":"2026-01-15T12:00:00.001Z","createdBy":"[root]"},"id":"[id]","keys":[],"name":"Acme","owners":["[ada]"],"status":{"current":"ACTIVE"}}
    root> POST /api/v1/organization {"name":"Globex","ownerEmail":"zoe@globex.example"}
    201 {"active":true,"alias":"globex","apps":[],"created":{"createdAt":"2026-01-15T12:00:00.002Z","createdBy":"[root]"},"id":"[id]","keys":[],"name":"Globex","owners":["[id]"],"status":{"current":"ACTIVE"}}
    bob> POST /api/v1/organization {"name":"Initech","ownerEmail":"ada@acme.example"}
    201 {"active":true,"alias":"initech","apps":[],"created":{"createdAt":"2026-01-15T12:00:00.003Z","createdBy":"[bob]"},"id":"[id]","keys":[],"name":"Initech","owners":["[ada]"],"status":{"current":"ACTIVE"}}
    bob> POST /api/v1/organization {"name":"Umbrella","ownerEmail":"bob@acme.example"}
    201 {"active":true,"alias":"umbrella","apps":[],"created":{"createdAt":"2026-01-15T12:00:00.004Z","createdBy":"[bob]"},"id":"[id]","keys":[],"name":"Umbrella","owners":["[bob]"],"status":{"current":"ACTIVE"}}
    ada> PATCH /api/v1/organization/acme {"ownerEmail":"bob@acme.example"}
    200 {"active":true,"alias":"acme","apps":[],"created":{"createdAt":"2026-01-15T12:00:00.001Z","createdBy":"[root]"},"id":"[acme]","keys":[],"name":"Acme","owners":["[ada]","[bob]"],"status":{"current":"ACTIVE"}}
    ada> PATCH /api/v1/organization/acme {"ownerEmail":"bob@acme.example"}
    200 {"active":true,"alias":"acme","apps":[],"created":{"createdAt":"2026-01-15T12:00:00.001Z","createdBy":"[root]"},"id":"[acme]","keys":[],"name":"Acme","owners":["[ada]","[bob]"],"status":{"current":"ACTIVE"}}
    "#);
}
