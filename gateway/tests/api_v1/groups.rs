//! Groups: making, changing, listing them, their profiles, and what is in them.

use polity_testkit::{Kit, both_engines};
use serde_json::{Value, json};

use crate::ground::transcript::Transcript;
use crate::staff::{Company, each};

const GROUPS: &str = "/api/v1/group";

both_engines! {
    fn from_making_to_deletion(kit) { grouping(kit); }

    fn profiles_of_groups(kit) { profiles(kit); }

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
        let (service, ada) = (&company.service, &company.ada);
        let teams: Vec<String> = (0..5).map(|number| company.groups(kit, (ada, &format!("Team {number}")))).collect();
        let ann = company.hires(kit, (ada, "Ann"), json!({}));
        company.places(ada, &ann, &teams.iter().map(String::as_str).collect::<Vec<_>>());
        let parts = |path: String, field: &str| {
            let mut found = Vec::new();
            let mut next = Some(path);
            while let Some(path) = next {
                let part = company.bob.does(service, "GET", &path);
                found.extend(each(&part.json(), field).into_iter().map(str::to_owned));
                next = part.header("link").strip_prefix('<').and_then(|link| link.split_once('>')).map(|(to, _)| to.to_owned());
            }
            found
        };
        assert_eq!(parts(format!("{GROUPS}?type=team&limit=2"), "id"), teams);
        assert_eq!(parts(format!("{GROUPS}?limit=2&status=INACTIVE"), "id"), Vec::<String>::new());
        assert_eq!(parts(format!("/api/v1/entity/{ann}/groups?limit=2"), "groupId"), teams);
        assert_eq!(parts(format!("/api/v1/entity/{ann}/groups"), "groupId"), teams);
    }
}

fn grouping(kit: &Kit) {
    insta::assert_snapshot!(grouping_asked(kit), @r#"
    ada> POST /api/v1/group {"name":"Sales","type":"DEPARTMENT"}
    201 {"active":true,"created":{"createdAt":"2026-01-15T12:00:00.002Z","createdBy":"[ada]"},"id":"[id]","name":"Sales","organization":"[acme]","profile":null,"status":{"current":"ACTIVE"},"type":"DEPARTMENT"}
    ada> POST /api/v1/group {"name":"Sales","status":"PENDING","type":"Guild"}
    201 {"active":false,"created":{"createdAt":"2026-01-15T12:00:00.003Z","createdBy":"[ada]"},"id":"[id]","name":"Sales","organization":"[acme]","profile":null,"status":{"current":"PENDING"},"type":"Guild"}
    eve> POST /api/v1/group {"name":"Sales","type":"DEPARTMENT"}
    201 {"active":true,"created":{"createdAt":"2026-01-15T12:00:00.004Z","createdBy":"[eve]"},"id":"[id]","name":"Sales","organization":"[globex]","profile":null,"status":{"current":"ACTIVE"},"type":"DEPARTMENT"}
    bob> POST /api/v1/group {"name":"Sales","type":"DEPARTMENT"}
    403 {"error":"Forbidden","message":"permission required: org.groups.create","status":403}
    bob> GET /api/v1/group/[sales]
    200 {"active":true,"created":{"createdAt":"2026-01-15T12:00:00.002Z","createdBy":"[ada]"},"id":"[sales]","name":"Sales","organization":"[acme]","profile":null,"status":{"current":"ACTIVE"},"type":"DEPARTMENT"}
    eve> GET /api/v1/group/[sales]
    404 {"error":"Not Found","message":"no such group","status":404}
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
    ada> PATCH /api/v1/group/[sales] {}
    200 {"active":true,"created":{"createdAt":"2026-01-15T12:00:00.002Z","createdBy":"[ada]"},"id":"[sales]","name":"Sales","organization":"[acme]","profile":null,"status":{"current":"ACTIVE"},"type":"DEPARTMENT"}
    ada> PATCH /api/v1/group/[sales] {"name":"Selling","type":"TEAM"}
    200 {"active":true,"created":{"createdAt":"2026-01-15T12:00:00.002Z","createdBy":"[ada]"},"id":"[sales]","name":"Selling","organization":"[acme]","profile":null,"status":{"current":"ACTIVE"},"type":"TEAM"}
    ada> PATCH /api/v1/group/[sales] {"status":"INACTIVE"}
    200 {"active":false,"created":{"createdAt":"2026-01-15T12:00:00.002Z","createdBy":"[ada]"},"id":"[sales]","name":"Selling","organization":"[acme]","profile":null,"status":{"changedAt":"2026-01-15T12:00:00.018Z","changedBy":"[ada]","current":"INACTIVE"},"type":"TEAM"}
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
      {"active":false,"created":{"createdAt":"2026-01-15T12:00:00.002Z","createdBy":"[ada]"},"id":"[sales]","name":"Selling","organization":"[acme]","profile":null,"status":{"changedAt":"2026-01-15T12:00:00.018Z","changedBy":"[ada]","current":"INACTIVE"},"type":"TEAM"},
      {"active":false,"created":{"createdAt":"2026-01-15T12:00:00.003Z","createdBy":"[ada]"},"id":"[id]","name":"Sales","organization":"[acme]","profile":null,"status":{"current":"PENDING"},"type":"Guild"}
    ]
    bob> GET /api/v1/group?status=INACTIVE
    200 [
      {"active":false,"created":{"createdAt":"2026-01-15T12:00:00.002Z","createdBy":"[ada]"},"id":"[sales]","name":"Selling","organization":"[acme]","profile":null,"status":{"changedAt":"2026-01-15T12:00:00.018Z","changedBy":"[ada]","current":"INACTIVE"},"type":"TEAM"}
    ]
    bob> GET /api/v1/group?status=active
    200 []
    bob> GET /api/v1/group?type=guild
    200 [
      {"active":false,"created":{"createdAt":"2026-01-15T12:00:00.003Z","createdBy":"[ada]"},"id":"[id]","name":"Sales","organization":"[acme]","profile":null,"status":{"current":"PENDING"},"type":"Guild"}
    ]
    bob> GET /api/v1/group?type=Guild&status=PENDING
    200 [
      {"active":false,"created":{"createdAt":"2026-01-15T12:00:00.003Z","createdBy":"[ada]"},"id":"[id]","name":"Sales","organization":"[acme]","profile":null,"status":{"current":"PENDING"},"type":"Guild"}
    ]
    bob> GET /api/v1/group?status=GONE
    200 []
    bob> GET /api/v1/group?type=nothing
    200 []
    ada> PATCH /api/v1/group/[sales] {"status":"DELETED"}
    200 {"active":false,"created":{"createdAt":"2026-01-15T12:00:00.002Z","createdBy":"[ada]"},"id":"[sales]","name":"Selling","organization":"[acme]","profile":null,"status":{"changedAt":"2026-01-15T12:00:00.033Z","changedBy":"[ada]","current":"DELETED"},"type":"TEAM"}
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

/// A group from making to deletion.
fn grouping_asked(kit: &Kit) -> String {
    let company = Company::found(kit);
    let Company { service, ada, bob, eve, .. } = &company;
    let mut script = Transcript::new(kit, service);
    script.name(crate::ground::id_of(service, "acme"), "acme");
    script.name(crate::ground::id_of(service, "globex"), "globex");
    script.name(ada.id(), "ada");
    script.name(eve.id(), "eve");
    let body = json!({"name": "Sales", "type": "DEPARTMENT"});
    let made = script.send(ada, ("POST", GROUPS), body.clone());
    let sales = made.json()["id"].as_str().unwrap().to_owned();
    script.name(&sales, "sales");
    script.send(ada, ("POST", GROUPS), json!({"name": "Sales", "type": "Guild", "status": "PENDING"}));
    script.send(eve, ("POST", GROUPS), body.clone());
    script.send(bob, ("POST", GROUPS), body);
    let at = format!("{GROUPS}/{sales}");
    script.ask(bob, "GET", &at);
    script.ask(eve, "GET", &at);
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
    script.send(ada, ("PATCH", &at), json!({}));
    script.send(ada, ("PATCH", &at), json!({"name": "Selling", "type": "TEAM"}));
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
    for filter in [
        "",
        "?status=INACTIVE",
        "?status=active",
        "?type=guild",
        "?type=Guild&status=PENDING",
        "?status=GONE",
        "?type=nothing",
    ] {
        script.ask(bob, "GET", &format!("{GROUPS}{filter}"));
    }
    script.send(ada, ("PATCH", &at), json!({"status": "DELETED"}));
    for id in ["x", "01999999-9999-7999-8999-999999999999"] {
        script.ask(ada, "GET", &format!("{GROUPS}/{id}"));
        script.ask(ada, "GET", &format!("{GROUPS}/{id}/members"));
        script.send(ada, ("PATCH", &format!("{GROUPS}/{id}")), json!({"name": "x"}));
    }
    script.to_string()
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
    script.name(crate::ground::id_of(service, "acme"), "acme");
    script.name(ada.id(), "ada");
    let at = format!("{GROUPS}/{sales}/profile");
    script.ask(bob, "GET", &at);
    script.send(
        ada,
        ("POST", &at),
        json!({"icon": "https://img.example/sales.png", "description": "Sells."}),
    );
    script.send(ada, ("PATCH", &at), json!({"icon": null}));
    script.send(ada, ("PATCH", &at), json!({"icon": "rocket"}));
    script.ask(bob, "GET", &at);
    script.ask(bob, "GET", &format!("{GROUPS}/{sales}"));
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
