//! Groups: making, changing, listing them, their profiles, and what is in them.

use polity_testkit::{Kit, both_engines};
use serde_json::{Value, json};

use crate::ground::id_of;
use crate::ground::transcript::Transcript;
use crate::staff::{Company, each};

const GROUPS: &str = "/api/v1/group";

both_engines! {
    fn made_and_read(kit) { making(kit); }

    fn changed_and_listed(kit) { changing(kit); }

    fn members_by_kind_id_and_membership(kit) {
        let company = Company::found(kit);
        let (service, ada) = (&company.service, &company.ada);
        let [team, inner] = ["Team", "Inner"].map(|name| company.groups(kit, (ada, name)));
        let ann = company.hires(kit, (ada, "Ann"), json!({}));
        let deep = company.hires(kit, (ada, "Deep"), json!({}));
        let bob = company.bob.id().to_string();
        let put = |entity: &str, list: Value| {
            ada.sends(service, ("POST", &format!("/api/v1/entity/{entity}/groups")), list);
        };
        put(&ann, json!([{"groupId": team, "type": "Lead"}, {"groupId": inner}]));
        put(&bob, json!([{"groupId": team}]));
        put(&inner, json!([{"groupId": team}]));
        put(&deep, json!([{"groupId": inner, "type": "LEAD"}]));
        let ask = |rest: &str| {
            let answer = company.bob.does(service, "GET", &format!("{GROUPS}/{team}/members{rest}"));
            let mut found: Vec<String> = each(&answer.json(), "entity").into_iter().map(str::to_owned).collect();
            found.sort();
            found
        };
        let sorted = |all: &[&String]| {
            let mut all: Vec<String> = all.iter().map(|one| (*one).clone()).collect();
            all.sort();
            all
        };
        for (rest, found) in [
            ("", vec![&ann, &bob, &inner]),
            ("?entity=EMPLOYEE", vec![&ann]),
            ("?entity=account", vec![&bob]),
            ("?entity=Group", vec![&inner]),
            ("?membership=lead", vec![&ann]),
            ("?membership=MEMBER", vec![&bob, &inner]),
            ("?membership=member&entity=GROUP", vec![&inner]),
            ("?membership=nothing", vec![]),
            (&format!("?entity={bob}"), vec![&bob]),
            (&format!("?entity={deep}"), vec![]),
            ("?transitive=true", vec![&ann, &bob, &deep]),
            ("?transitive=true&entity=EMPLOYEE", vec![&ann, &deep]),
            ("?transitive=true&entity=ACCOUNT", vec![&bob]),
            (&format!("?transitive=true&entity={deep}"), vec![&deep]),
            ("?transitive=true&membership=LEAD", vec![&ann, &deep]),
            ("?transitive=false", vec![&ann, &bob, &inner]),
        ] {
            assert_eq!(ask(rest), sorted(&found), "{rest}");
        }
        let whole = company.bob.does(service, "GET", &format!("{GROUPS}/{team}/members?entity={ann}")).json();
        assert_eq!((&whole[0]["entityType"], &whole[0]["type"], &whole[0]["groupId"]), (&json!("EMPLOYEE"), &json!("Lead"), &json!(team)));
        assert!(whole[0]["created"]["createdAt"].is_string());
        for (bad, field) in [
            ("entity=PERSON", "entity"), ("entity=", "entity"), ("entity=0191", "entity"), ("transitive=perhaps", "transitive"),
            ("limit=0", "limit"), ("cursor=x", "cursor"),
        ] {
            let answer = ada.ask(service, "GET", &format!("{GROUPS}/{team}/members?{bad}"));
            assert_eq!(answer.code(), 400, "{bad}: {answer:?}");
            assert!(answer.json()["message"].as_str().unwrap().starts_with(field), "{bad}: {answer:?}");
        }
    }

    fn lists_come_whole_or_in_parts(kit) {
        let company = Company::found(kit);
        let ada = &company.ada;
        let teams: Vec<String> = (0..5).map(|number| company.groups(kit, (ada, &format!("Team {number}")))).collect();
        let ann = company.hires(kit, (ada, "Ann"), json!({}));
        company.places(ada, &ann, &teams.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(company.parts(&company.bob, &format!("{GROUPS}?type=team&limit=2"), "id"), teams);
        assert_eq!(company.parts(&company.bob, &format!("{GROUPS}?limit=2&status=INACTIVE"), "id"), Vec::<String>::new());
        assert_eq!(company.parts(&company.bob, &format!("/api/v1/entity/{ann}/groups?limit=2"), "groupId"), teams);
        assert_eq!(company.parts(&company.bob, &format!("/api/v1/entity/{ann}/groups"), "groupId"), teams);
    }
}

fn making(kit: &Kit) {
    insta::assert_snapshot!(making_asked(kit), @r#"
    ada> POST /api/v1/group {"name":"Sales","type":"DEPARTMENT"}
    201 {"active":true,"created":{"createdAt":"2026-01-15T12:00:00.002Z","createdBy":"[ada]"},"id":"[id]","name":"Sales","organization":"[acme]","profile":null,"status":{"current":"ACTIVE"},"type":"DEPARTMENT"}
    ada> POST /api/v1/group {"name":"Sales","status":"PENDING","type":"Guild"}
    201 {"active":false,"created":{"createdAt":"2026-01-15T12:00:00.003Z","createdBy":"[ada]"},"id":"[id]","name":"Sales","organization":"[acme]","profile":null,"status":{"current":"PENDING"},"type":"Guild"}
    eve> POST /api/v1/group {"name":"Sales","type":"DEPARTMENT"}
    201 {"active":true,"created":{"createdAt":"2026-01-15T12:00:00.004Z","createdBy":"[eve]"},"id":"[id]","name":"Sales","organization":"[globex]","profile":null,"status":{"current":"ACTIVE"},"type":"DEPARTMENT"}
    bob> POST /api/v1/group {"name":"Sales","type":"DEPARTMENT"}
    403 {"error":"Forbidden","message":"permission required: org.groups.create","status":403}
    ada> POST /api/v1/group {}
    400 {"error":"Bad Request","fields":[{"field":"name","message":"is required"}],"message":"name: is required","status":400}
    ada> POST /api/v1/group {"name":"x"}
    400 {"error":"Bad Request","fields":[{"field":"type","message":"is required"}],"message":"type: is required","status":400}
    ada> POST /api/v1/group {"type":"TEAM"}
    400 {"error":"Bad Request","fields":[{"field":"name","message":"is required"}],"message":"name: is required","status":400}
    ada> POST /api/v1/group {"name":"","type":"TEAM"}
    400 {"error":"Bad Request","fields":[{"field":"name","message":"must not be blank"}],"message":"name: must not be blank","status":400}
    ada> POST /api/v1/group {"name":"x","type":" "}
    400 {"error":"Bad Request","fields":[{"field":"type","message":"must not be blank"}],"message":"type: must not be blank","status":400}
    ada> POST /api/v1/group {"name":"x","type":null}
    400 {"error":"Bad Request","fields":[{"field":"type","message":"invalid type: null, expected a string"}],"message":"type: invalid type: null, expected a string","status":400}
    ada> POST /api/v1/group {"name":"x","type":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}
    400 {"error":"Bad Request","fields":[{"field":"type","message":"is longer than 64 characters"}],"message":"type: is longer than 64 characters","status":400}
    ada> POST /api/v1/group {"name":"x","status":"gone","type":"TEAM"}
    400 {"error":"Bad Request","fields":[{"field":"status","message":"unknown variant `gone`, expected one of `ACTIVE`, `INACTIVE`, `PENDING`, `DELETED`"}],"message":"status: unknown variant `gone`, expected one of `ACTIVE`, `INACTIVE`, `PENDING`, `DELETED`","status":400}
    bob> GET /api/v1/group/[sales]
    200 {"active":true,"created":{"createdAt":"2026-01-15T12:00:00.002Z","createdBy":"[ada]"},"id":"[sales]","name":"Sales","organization":"[acme]","profile":null,"status":{"current":"ACTIVE"},"type":"DEPARTMENT"}
    eve> GET /api/v1/group/[sales]
    404 {"error":"Not Found","message":"no such group","status":404}
    ada> GET /api/v1/group/x
    404 {"error":"Not Found","message":"no such group","status":404}
    ada> GET /api/v1/group/x/members
    404 {"error":"Not Found","message":"no such group","status":404}
    ada> PATCH /api/v1/group/x {"name":"x"}
    404 {"error":"Not Found","message":"no such group","status":404}
    ada> GET /api/v1/group/[id]
    404 {"error":"Not Found","message":"no such group","status":404}
    ada> GET /api/v1/group/[id]/members
    404 {"error":"Not Found","message":"no such group","status":404}
    ada> PATCH /api/v1/group/[id] {"name":"x"}
    404 {"error":"Not Found","message":"no such group","status":404}
    "#);
}

/// Groups as they are made.
fn making_asked(kit: &Kit) -> String {
    let company = Company::found(kit);
    let Company { service, ada, bob, eve, .. } = &company;
    let mut script = Transcript::new(kit, service);
    for (id, name) in [("acme", "acme"), ("globex", "globex")] {
        script.name(id_of(service, id), name);
    }
    script.name(ada.id(), "ada");
    script.name(eve.id(), "eve");
    let body = json!({"name": "Sales", "type": "DEPARTMENT"});
    let made = script.send(ada, ("POST", GROUPS), body.clone());
    let sales = made.json()["id"].as_str().unwrap().to_owned();
    script.name(&sales, "sales");
    script.send(ada, ("POST", GROUPS), json!({"name": "Sales", "type": "Guild", "status": "PENDING"}));
    script.send(eve, ("POST", GROUPS), body.clone());
    script.send(bob, ("POST", GROUPS), body);
    for body in [
        json!({}),
        json!({"name": "x"}),
        json!({"type": "TEAM"}),
        json!({"name": "", "type": "TEAM"}),
        json!({"name": "x", "type": " "}),
        json!({"name": "x", "type": null}),
        json!({"name": "x", "type": "x".repeat(65)}),
        json!({"name": "x", "type": "TEAM", "status": "gone"}),
    ] {
        script.send(ada, ("POST", GROUPS), body);
    }
    script.ask(bob, "GET", &format!("{GROUPS}/{sales}"));
    script.ask(eve, "GET", &format!("{GROUPS}/{sales}"));
    for id in ["x", "01999999-9999-7999-8999-999999999999"] {
        script.ask(ada, "GET", &format!("{GROUPS}/{id}"));
        script.ask(ada, "GET", &format!("{GROUPS}/{id}/members"));
        script.send(ada, ("PATCH", &format!("{GROUPS}/{id}")), json!({"name": "x"}));
    }
    script.to_string()
}

fn changing(kit: &Kit) {
    insta::assert_snapshot!(changing_asked(kit), @r#"
    ada> PATCH /api/v1/group/[sales] {}
    200 {"active":true,"created":{"createdAt":"2026-01-15T12:00:00.002Z","createdBy":"[ada]"},"id":"[sales]","name":"Sales","organization":"[acme]","profile":null,"status":{"current":"ACTIVE"},"type":"TEAM"}
    ada> PATCH /api/v1/group/[sales] {"name":"Selling","type":"Department"}
    200 {"active":true,"created":{"createdAt":"2026-01-15T12:00:00.002Z","createdBy":"[ada]"},"id":"[sales]","name":"Selling","organization":"[acme]","profile":null,"status":{"current":"ACTIVE"},"type":"Department"}
    ada> PATCH /api/v1/group/[sales] {"status":"INACTIVE"}
    200 {"active":false,"created":{"createdAt":"2026-01-15T12:00:00.002Z","createdBy":"[ada]"},"id":"[sales]","name":"Selling","organization":"[acme]","profile":null,"status":{"changedAt":"2026-01-15T12:00:00.006Z","changedBy":"[ada]","current":"INACTIVE"},"type":"Department"}
    ada> PATCH /api/v1/group/[sales] {"name":null}
    400 {"error":"Bad Request","fields":[{"field":"name","message":"invalid type: null, expected a string"}],"message":"name: invalid type: null, expected a string","status":400}
    ada> PATCH /api/v1/group/[sales] {"name":" "}
    400 {"error":"Bad Request","fields":[{"field":"name","message":"must not be blank"}],"message":"name: must not be blank","status":400}
    ada> PATCH /api/v1/group/[sales] {"type":null}
    400 {"error":"Bad Request","fields":[{"field":"type","message":"invalid type: null, expected a string"}],"message":"type: invalid type: null, expected a string","status":400}
    ada> PATCH /api/v1/group/[sales] {"type":""}
    400 {"error":"Bad Request","fields":[{"field":"type","message":"must not be blank"}],"message":"type: must not be blank","status":400}
    ada> PATCH /api/v1/group/[sales] {"status":null}
    400 {"error":"Bad Request","fields":[{"field":"status","message":"invalid type: null, expected a string"}],"message":"status: invalid type: null, expected a string","status":400}
    bob> PATCH /api/v1/group/[sales] {"name":"Mine"}
    403 {"error":"Forbidden","message":"permission required: org.groups.update","status":403}
    eve> PATCH /api/v1/group/[sales] {"name":"Mine"}
    404 {"error":"Not Found","message":"no such group","status":404}
    bob> GET /api/v1/group
    200 [
      {"active":false,"created":{"createdAt":"2026-01-15T12:00:00.002Z","createdBy":"[ada]"},"id":"[sales]","name":"Selling","organization":"[acme]","profile":null,"status":{"changedAt":"2026-01-15T12:00:00.006Z","changedBy":"[ada]","current":"INACTIVE"},"type":"Department"},
      {"active":true,"created":{"createdAt":"2026-01-15T12:00:00.003Z","createdBy":"[ada]"},"id":"[guild]","name":"Guild","organization":"[acme]","profile":null,"status":{"current":"ACTIVE"},"type":"TEAM"}
    ]
    ada> PATCH /api/v1/group/[sales] {"status":"DELETED"}
    200 {"active":false,"created":{"createdAt":"2026-01-15T12:00:00.002Z","createdBy":"[ada]"},"id":"[sales]","name":"Selling","organization":"[acme]","profile":null,"status":{"changedAt":"2026-01-15T12:00:00.015Z","changedBy":"[ada]","current":"DELETED"},"type":"Department"}
    "#);
}

/// A group as it changes, and where it is found.
fn changing_asked(kit: &Kit) -> String {
    let company = Company::found(kit);
    let Company { service, ada, bob, eve, .. } = &company;
    let [sales, guild] = ["Sales", "Guild"].map(|name| company.groups(kit, (ada, name)));
    let mut script = Transcript::new(kit, service);
    script.name(id_of(service, "acme"), "acme");
    for (id, name) in [(&sales, "sales"), (&guild, "guild"), (&ada.id().to_string(), "ada")] {
        script.name(id, name);
    }
    let at = format!("{GROUPS}/{sales}");
    script.send(ada, ("PATCH", &at), json!({}));
    script.send(ada, ("PATCH", &at), json!({"name": "Selling", "type": "Department"}));
    script.send(ada, ("PATCH", &at), json!({"status": "INACTIVE"}));
    for body in [
        json!({"name": null}),
        json!({"name": " "}),
        json!({"type": null}),
        json!({"type": ""}),
        json!({"status": null}),
    ] {
        script.send(ada, ("PATCH", &at), body);
    }
    script.send(bob, ("PATCH", &at), json!({"name": "Mine"}));
    script.send(eve, ("PATCH", &at), json!({"name": "Mine"}));
    script.ask(bob, "GET", GROUPS);
    script.send(ada, ("PATCH", &at), json!({"status": "DELETED"}));
    for (filter, found) in [
        ("", vec![&sales, &guild]),
        ("?status=ACTIVE", vec![&guild]),
        ("?status=deleted", vec![&sales]),
        ("?type=department", vec![&sales]),
        ("?type=Team&status=ACTIVE", vec![&guild]),
        ("?type=TEAM&status=DELETED", vec![]),
        ("?status=GONE", vec![]),
        ("?type=nothing", vec![]),
    ] {
        let list = bob.does(service, "GET", &format!("{GROUPS}{filter}")).json();
        assert_eq!(each(&list, "id"), found, "{filter}");
    }
    script.to_string()
}
