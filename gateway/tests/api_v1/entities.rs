//! Entities in groups: employees, accounts and groups, and what they may do through them.

use polity_testkit::{Kit, both_engines};
use serde_json::json;

use crate::ground::transcript::Transcript;
use crate::ground::{Caller, newest};
use crate::staff::{Company, each};

both_engines! {
    fn set_replaced_and_left(kit) { setting(kit); }

    fn all_or_nothing(kit) {
        let company = Company::found(kit);
        let (service, ada) = (&company.service, &company.ada);
        let [one, two] = ["One", "Two"].map(|name| company.groups(kit, (ada, name)));
        let foreign = company.groups(kit, (&company.eve, "Foreign"));
        let ann = company.hires(kit, (ada, "Ann"), json!({}));
        company.places(ada, &ann, &[&one]);
        let here = [crate::ground::id_of(service, "acme")];
        let (rows, latest) = (kit.rows(), newest(kit, &here));
        let at = format!("/api/v1/entity/{ann}/groups");
        for (body, status, told) in [
            (json!([{"groupId": two}, {"groupId": foreign}]), 404, "group"),
            (json!([{"groupId": two}, {"groupId": ann}]), 404, "group"),
            (json!([{"groupId": two}, {"type": "LEAD"}]), 400, "[1].groupId"),
            (json!([{"groupId": two}, {}]), 400, "[1].groupId"),
            (json!([{"groupId": two}, {"groupId": null}]), 400, "[1].groupId"),
            (json!([{"groupId": "x"}]), 400, "[0].groupId"),
            (json!([{"groupId": two, "type": "x".repeat(65)}]), 400, "[0].type"),
            (json!([{"groupId": two, "type": 7}]), 400, "[0].type"),
            (json!([{"groupId": two}, 7]), 400, "[1]"),
            (json!({"groupId": two}), 400, "body"),
            (json!(null), 400, "body"),
            (json!(vec![json!({"groupId": two}); 1_001]), 400, "body"),
        ] {
            let answer = ada.put(service, ("POST", &at), &body);
            assert_eq!(answer.code(), status, "{body}: {answer:?}");
            assert!(answer.json()["message"].as_str().unwrap().contains(told), "{body}: {answer:?}");
        }
        assert_eq!((kit.rows(), newest(kit, &here)), (rows, latest), "nothing was written");
        assert_eq!(each(&ada.does(service, "GET", &at).json(), "groupId"), [one.as_str()]);
    }

    fn no_group_contains_itself(kit) {
        let company = Company::found(kit);
        let (service, ada) = (&company.service, &company.ada);
        let [outer, middle, inner] = ["Outer", "Middle", "Inner"].map(|name| company.groups(kit, (ada, name)));
        company.places(ada, &middle, &[&outer]);
        company.places(ada, &inner, &[&middle]);
        let rows = kit.rows();
        for (entity, group) in [(&outer, &outer), (&outer, &middle), (&outer, &inner), (&middle, &inner)] {
            let answer = ada.put(service, ("POST", &format!("/api/v1/entity/{entity}/groups")), &json!([{"groupId": group}]));
            assert_eq!((answer.code(), &answer.json()["error"]), (409, &json!("Conflict")), "{answer:?}");
        }
        assert_eq!(kit.rows(), rows, "nothing was written");
    }

    fn what_is_no_entity_here_is_unknown(kit) {
        let company = Company::found(kit);
        let (service, ada) = (&company.service, &company.ada);
        let one = company.groups(kit, (ada, "One"));
        let foreign = company.groups(kit, (&company.eve, "Foreign"));
        let stranger = company.hires(kit, (&company.eve, "Stranger"), json!({}));
        let rows = kit.rows();
        for entity in [
            company.cy.id().to_string(), company.eve.id().to_string(), foreign, stranger, crate::ground::id_of(service, "acme").to_string(),
            "01999999-9999-7999-8999-999999999999".to_owned(), "x".to_owned(), "%00".to_owned(), "ada@acme.example".to_owned(),
        ] {
            let at = format!("/api/v1/entity/{entity}/groups");
            for answer in [
                ada.ask(service, "GET", &at),
                ada.put(service, ("POST", &at), &json!([])),
                ada.put(service, ("POST", &at), &json!([{"groupId": one}])),
                ada.ask(service, "DELETE", &format!("{at}/{one}")),
            ] {
                assert_eq!(answer.code(), 404, "{entity}: {answer:?}");
            }
        }
        assert_eq!(kit.rows(), rows, "nothing was written");
    }

    fn a_role_of_the_group_is_its_employees(kit) {
        let company = Company::found(kit);
        let (service, ada, bob) = (&company.service, &company.ada, &company.bob);
        let [firm, sales] = ["Firm", "Sales"].map(|name| company.groups(kit, (ada, name)));
        company.places(ada, &sales, &[&firm]);
        let jones = company.hires(kit, (ada, "Bob Jones"), json!({"account": bob.id()}));
        company.places(ada, &jones, &[&sales]);
        let roles = "/directory/orgs/acme/roles";
        ada.sends(service, ("POST", roles), json!({"id": "seller", "permissions": [{"scope": "shop.sell"}]}));
        ada.sends(service, ("POST", &format!("{roles}/seller/assignments")), json!({"assigned_to": firm, "assignee_type": "group"}));
        let via = || {
            let path = format!("/directory/orgs/acme/permissions?subject={}&explain=true", bob.id());
            let explained = ada.does(service, "GET", &path).json();
            let found = explained.as_array().unwrap().iter().find(|one| one["scope"] == "shop.sell");
            found.map(|one| one["via"].clone())
        };
        let chain = json!([{"type": "group", "id": sales, "name": "Sales"}, {"type": "group", "id": firm, "name": "Firm"},
            {"type": "role", "id": "seller"}]);
        assert_eq!(via(), Some(chain.clone()));
        for (change, back) in [
            (json!({"status": "INACTIVE"}), json!({"status": "ACTIVE"})),
            (json!({"account": null}), json!({"account": bob.id()})),
        ] {
            let at = format!("/api/v1/employee/{jones}");
            ada.sends(service, ("PATCH", &at), change);
            assert_eq!(via(), None);
            ada.sends(service, ("PATCH", &at), back);
            assert_eq!(via(), Some(chain.clone()));
        }
        ada.sends(service, ("PATCH", &format!("/api/v1/group/{sales}")), json!({"status": "INACTIVE"}));
        assert_eq!(via(), None);
        ada.sends(service, ("PATCH", &format!("/api/v1/group/{sales}")), json!({"status": "ACTIVE"}));
        ada.does(service, "DELETE", &format!("/api/v1/entity/{jones}/groups/{sales}"));
        assert_eq!(via(), None);
    }

    fn nobody_gives_themselves_what_a_group_carries(kit) {
        let company = Company::found(kit);
        let (service, ada, bob) = (&company.service, &company.ada, &company.bob);
        let admins = company.groups(kit, (ada, "Admins"));
        let to = json!({"assigned_to": admins, "assignee_type": "group"});
        ada.sends(service, ("POST", "/directory/orgs/acme/roles/admin/assignments"), to);
        ada.sends(service, ("POST", &format!("/directory/orgs/acme/users/{}/roles", bob.id())), json!(["manager"]));
        let jones = company.hires(kit, (ada, "Bob Jones"), json!({"account": bob.id()}));
        for entity in [jones, bob.id().to_string()] {
            let answer = bob.put(service, ("POST", &format!("/api/v1/entity/{entity}/groups")), &json!([{"groupId": admins}]));
            assert_eq!(answer.code(), 403, "{answer:?}");
        }
    }
}

fn setting(kit: &Kit) {
    insta::assert_snapshot!(setting_asked(kit), @r#"
    bob> GET /api/v1/entity/[ann]/groups
    200 []
    ada> POST /api/v1/entity/[ann]/groups [{"groupId":"[one]","type":"Lead"},{"groupId":"[two]"}]
    200
    bob> GET /api/v1/entity/[ann]/groups
    200 [
      {"group":{"active":true,"created":{"createdAt":"2026-01-15T12:00:00.002Z","createdBy":"[ada]"},"id":"[one]","name":"One","organization":"[acme]","profile":null,"status":{"current":"ACTIVE"},"type":"TEAM"},"groupId":"[one]","type":"Lead"},
      {"group":{"active":true,"created":{"createdAt":"2026-01-15T12:00:00.003Z","createdBy":"[ada]"},"id":"[two]","name":"Two","organization":"[acme]","profile":null,"status":{"current":"ACTIVE"},"type":"TEAM"},"groupId":"[two]","type":"MEMBER"}
    ]
    ada> POST /api/v1/entity/[ann]/groups [{"groupId":"[two]","type":null},{"groupId":"[outer]","type":"OWNER"}]
    200
    bob> GET /api/v1/entity/[ann]/groups
    200 [
      {"group":{"active":true,"created":{"createdAt":"2026-01-15T12:00:00.003Z","createdBy":"[ada]"},"id":"[two]","name":"Two","organization":"[acme]","profile":null,"status":{"current":"ACTIVE"},"type":"TEAM"},"groupId":"[two]","type":"MEMBER"},
      {"group":{"active":true,"created":{"createdAt":"2026-01-15T12:00:00.004Z","createdBy":"[ada]"},"id":"[outer]","name":"Outer","organization":"[acme]","profile":null,"status":{"current":"ACTIVE"},"type":"TEAM"},"groupId":"[outer]","type":"OWNER"}
    ]
    ada> POST /api/v1/entity/[bob]/groups [{"groupId":"[one]"}]
    200
    ada> POST /api/v1/entity/[one]/groups [{"groupId":"[outer]"}]
    200
    bob> GET /api/v1/group/[outer]/members
    200 [
      {"created":{"createdAt":"2026-01-15T12:00:00.012Z","createdBy":"[ada]"},"entity":"[one]","entityType":"GROUP","groupId":"[outer]","type":"MEMBER"},
      {"created":{"createdAt":"2026-01-15T12:00:00.009Z","createdBy":"[ada]"},"entity":"[ann]","entityType":"EMPLOYEE","groupId":"[outer]","type":"OWNER"}
    ]
    bob> GET /api/v1/group/[outer]/members?transitive=true
    200 [
      {"created":{"createdAt":"2026-01-15T12:00:00.011Z","createdBy":"[ada]"},"entity":"[bob]","entityType":"ACCOUNT","groupId":"[one]","type":"MEMBER"},
      {"created":{"createdAt":"2026-01-15T12:00:00.009Z","createdBy":"[ada]"},"entity":"[ann]","entityType":"EMPLOYEE","groupId":"[outer]","type":"OWNER"}
    ]
    bob> POST /api/v1/entity/[ann]/groups []
    403 {"error":"Forbidden","message":"permission required: org.groups.update","status":403}
    bob> DELETE /api/v1/entity/[ann]/groups/[outer]
    403 {"error":"Forbidden","message":"permission required: org.groups.update","status":403}
    eve> GET /api/v1/entity/[ann]/groups
    404 {"error":"Not Found","message":"no such entity","status":404}
    ada> DELETE /api/v1/entity/[ann]/groups/[outer]
    200
    ada> DELETE /api/v1/entity/[ann]/groups/[outer]
    404 {"error":"Not Found","message":"no such group membership","status":404}
    ada> DELETE /api/v1/entity/[ann]/groups/x
    404 {"error":"Not Found","message":"no such group","status":404}
    ada> POST /api/v1/entity/[ann]/groups []
    200
    bob> GET /api/v1/entity/[ann]/groups
    200 []
    anonymous> GET /api/v1/entity/[ann]/groups
    401 {"error":"Unauthorized","message":"a credential is required","status":401}
    "#);
}

/// Groups of an employee, an account and a group.
fn setting_asked(kit: &Kit) -> String {
    let company = Company::found(kit);
    let Company { service, ada, bob, eve, .. } = &company;
    let [one, two, outer] = ["One", "Two", "Outer"].map(|name| company.groups(kit, (ada, name)));
    let ann = company.hires(kit, (ada, "Ann"), json!({}));
    let mut script = Transcript::new(kit, service);
    script.name(crate::ground::id_of(service, "acme"), "acme");
    for who in [ada, bob] {
        script.name(who.id(), who.name);
    }
    for (id, name) in [(&one, "one"), (&two, "two"), (&outer, "outer"), (&ann, "ann")] {
        script.name(id, name);
    }
    let groups = |entity: &str| format!("/api/v1/entity/{entity}/groups");
    let at = groups(&ann);
    script.ask(bob, "GET", &at);
    script.send(ada, ("POST", &at), json!([{"groupId": one, "type": "Lead"}, {"groupId": two}]));
    script.ask(bob, "GET", &at);
    script.send(
        ada,
        ("POST", &at),
        json!([{"groupId": two, "type": null}, {"groupId": outer, "type": "OWNER"}]),
    );
    script.ask(bob, "GET", &at);
    script.send(ada, ("POST", &groups(&bob.id().to_string())), json!([{"groupId": one}]));
    script.send(ada, ("POST", &groups(&one)), json!([{"groupId": outer}]));
    script.ask(bob, "GET", &format!("/api/v1/group/{outer}/members"));
    script.ask(bob, "GET", &format!("/api/v1/group/{outer}/members?transitive=true"));
    script.send(bob, ("POST", &at), json!([]));
    script.ask(bob, "DELETE", &format!("{at}/{outer}"));
    script.ask(eve, "GET", &at);
    script.ask(ada, "DELETE", &format!("{at}/{outer}"));
    script.ask(ada, "DELETE", &format!("{at}/{outer}"));
    script.ask(ada, "DELETE", &format!("{at}/x"));
    script.send(ada, ("POST", &at), json!([]));
    script.ask(bob, "GET", &at);
    script.ask(&Caller::anonymous(), "GET", &at);
    script.to_string()
}
