//! Roles: built in and own, who carries them, and what nobody may do with them.

use polity_testkit::{Kit, both_engines};
use serde_json::{Value, json};

use crate::ground::common::Service;
use crate::ground::transcript::Transcript;
use crate::ground::{Caller, MOMENT, group};

const ROLES: &str = "/directory/orgs/acme/roles";

both_engines! {
    fn from_being_made_to_being_deleted(kit) { life(kit); }

    fn people_and_groups_carry_them(kit) { assignments(kit); }

    fn nobody_gives_what_they_lack(kit) { escalation(kit); }

    fn every_organization_has_the_built_in_ones(kit) {
        let service = Service::start(kit);
        let (ada, bob) = company(kit, &service);
        let roles = bob.does(&service, "GET", ROLES).json();
        let ids: Vec<&str> = roles.as_array().unwrap().iter().map(|role| role["id"].as_str().unwrap()).collect();
        assert_eq!((ids.len(), &ids[..5]), (54, &["owner", "admin", "manager", "member", "user.consent.admin.role"][..]));
        let one = ada.does(&service, "GET", &format!("{ROLES}/org.directory.read-only.role")).json();
        assert_eq!(one, json!({"id": "org.directory.read-only.role", "name": "org.directory - Read Only",
            "namespace": "org.directory", "stage": "alpha", "permissions": [{"scope": "org.directory.find"},
            {"scope": "org.directory.get"}, {"scope": "org.directory.list"}]}));
        for (method, body) in [("PUT", Some(json!({"name": "x"}))), ("DELETE", None)] {
            let path = format!("{ROLES}/admin");
            let answer = match &body {
                Some(body) => ada.put(&service, (method, &path), body),
                None => ada.ask(&service, method, &path),
            };
            assert_eq!(answer.code(), 409, "{answer:?}");
        }
    }

    fn permissions_are_the_union_over_all_roles(kit) {
        let service = Service::start(kit);
        let (ada, bob) = company(kit, &service);
        for (id, stage, scope) in [("x", "ga", "shop.refund"), ("y", "disabled", "shop.close")] {
            let role = json!({"id": id, "stage": stage, "permissions": [{"scope": scope}]});
            ada.sends(&service, ("POST", ROLES), role);
        }
        let listed = |path: &str| -> Vec<String> {
            let all = bob.does(&service, "GET", path).json();
            all.as_array().unwrap().iter().map(|one| one["scope"].as_str().unwrap().to_owned()).collect()
        };
        let scopes = listed("/directory/orgs/acme/permissions");
        assert_eq!(scopes.len(), 25 * 6 + 1);
        assert!(scopes.is_sorted() && scopes.contains(&"shop.refund".to_owned()));
        assert_eq!(listed(&format!("{ROLES}/permissions")), scopes);
    }
}

/// An organization with its owner and a plain member.
fn company(kit: &Kit, service: &Service) -> (Caller, Caller) {
    let (ada, bob) = (Caller::person(service, "ada"), Caller::person(service, "bob"));
    ada.founds(service, "acme");
    kit.pass(MOMENT);
    ada.admits(service, "acme", &bob, "member");
    (ada, bob)
}

fn scopes(names: &[&str]) -> Value {
    names.iter().map(|name| json!({"scope": name})).collect()
}

fn life(kit: &Kit) {
    let service = Service::start(kit);
    let (ada, bob) = company(kit, &service);
    let eve = Caller::person(&service, "eve");
    let mut script = Transcript::new(kit, &service);
    let clerk = format!("{ROLES}/clerk");
    let made = json!({"id": "clerk", "name": "Clerk", "namespace": "shop", "description": "At the till.",
        "stage": "beta", "permissions": scopes(&["shop.sell", "shop.greet", "shop.sell"])});
    script.send(&ada, ("POST", ROLES), made.clone());
    script.send(&ada, ("POST", ROLES), made.clone());
    script.send(&bob, ("POST", ROLES), made.clone());
    script.send(&eve, ("POST", ROLES), made);
    script.ask(&bob, "GET", &clerk);
    script.ask(&eve, "GET", &clerk);
    script.send(&ada, ("PUT", &clerk), json!({"permissions": scopes(&["shop.sell"])}));
    script.send(&ada, ("PUT", &clerk), json!({"id": "other"}));
    script.send(&bob, ("PUT", &clerk), json!({}));
    script.send(&ada, ("PUT", &format!("{ROLES}/nothing")), json!({}));
    script.send(&ada, ("POST", ROLES), json!({"id": "admin"}));
    script.send(&ada, ("POST", ROLES), json!({"name": "No id"}));
    script.send(&ada, ("POST", ROLES), json!({"id": "a b", "permissions": []}));
    script.send(
        &ada,
        ("POST", ROLES),
        json!({"id": "x", "permissions": scopes(&["shop.sell", "No Permission"])}),
    );
    script.ask(&bob, "DELETE", &clerk);
    script.ask(&ada, "DELETE", &clerk);
    script.ask(&ada, "DELETE", &clerk);
    script.ask(&ada, "GET", &clerk);
    insta::assert_snapshot!(script, @"");
}

fn assignments(kit: &Kit) {
    let service = Service::start(kit);
    let (ada, bob) = company(kit, &service);
    let (eve, team) = (Caller::person(&service, "eve"), group(&service, "acme", "team", None));
    ada.sends(&service, ("POST", ROLES), json!({"id": "clerk", "permissions": scopes(&["shop.sell"])}));
    let mut script = Transcript::new(kit, &service);
    for (who, name) in [(&ada, "ada"), (&bob, "bob"), (&eve, "eve")] {
        script.name(who.id(), name);
    }
    script.name(team, "team");
    let clerks = format!("{ROLES}/clerk/assignments");
    let to = |id: &str, kind: &str| json!({"assigned_to": id, "assignee_type": kind});
    script.send(&ada, ("POST", &clerks), to(&team.to_string(), "group"));
    let mut ending = to(&bob.id().to_string(), "user");
    ending["expires_date"] = json!("2026-01-15T13:00:00+00:30");
    script.send(&ada, ("POST", &clerks), ending.clone());
    ending["expires_date"] = json!("2026-01-15T11:00:00Z");
    script.send(&ada, ("POST", &clerks), ending);
    script.send(&ada, ("POST", &clerks), to(&eve.id().to_string(), "user"));
    script.send(&ada, ("POST", &clerks), to("not-an-id", "group"));
    script.send(&ada, ("POST", &clerks), to(&team.to_string(), "robot"));
    script.ask(&bob, "GET", &clerks);
    script.ask(&bob, "GET", "/directory/orgs/acme/user/roles");
    let bobs = format!("/directory/orgs/acme/users/{}/roles", bob.id());
    script.ask(&eve, "GET", &bobs);
    script.send(&ada, ("POST", &bobs), json!(["clerk", "manager"]));
    script.send(&ada, ("POST", &bobs), json!(["clerk", "nothing"]));
    script.send(&ada, ("POST", &bobs), json!({"roles": []}));
    script.ask(&ada, "DELETE", &format!("{bobs}/manager"));
    script.ask(&ada, "POST", &format!("{bobs}/admin"));
    script.ask(&ada, "GET", &bobs);
    script.ask(&ada, "POST", &format!("{bobs}/nothing"));
    script.ask(&ada, "DELETE", &format!("{clerks}?assigned_to={team}&assignee_type=group"));
    script.ask(&ada, "DELETE", &format!("{clerks}?assigned_to={team}"));
    script.ask(&ada, "GET", &clerks);
    insta::assert_snapshot!(script, @"");
}

fn escalation(kit: &Kit) {
    let service = Service::start(kit);
    let (ada, bob) = company(kit, &service);
    let clerk = Caller::person(&service, "clerk");
    kit.pass(MOMENT);
    ada.admits(&service, "acme", &clerk, "member");
    let role = json!({"id": "hr", "permissions": scopes(&["org.user.roles.update", "org.roles.create"])});
    ada.sends(&service, ("POST", ROLES), role);
    ada.does(&service, "POST", &format!("/directory/orgs/acme/users/{}/roles/hr", clerk.id()));
    let rows = kit.rows();
    let mut script = Transcript::new(kit, &service);
    for (who, name) in [(&ada, "ada"), (&bob, "bob"), (&clerk, "clerk")] {
        script.name(who.id(), name);
    }
    let own = format!("/directory/orgs/acme/users/{}/roles", clerk.id());
    script.ask(&clerk, "POST", &format!("{own}/owner"));
    script.ask(&clerk, "POST", &format!("{own}/org.groups.admin.role"));
    script.send(
        &clerk,
        ("POST", ROLES),
        json!({"id": "x", "permissions": scopes(&["org.directory.delete"])}),
    );
    script.send(&clerk, ("POST", ROLES), json!({"id": "x", "permissions": scopes(&["org.keys.create"])}));
    script.ask(&clerk, "DELETE", &format!("/directory/orgs/acme/users/{}/roles/owner", ada.id()));
    script.ask(&ada, "POST", &format!("/directory/orgs/acme/users/{}/roles/member", ada.id()));
    assert_eq!(kit.rows(), rows, "nothing was written");
    script.send(&clerk, ("POST", ROLES), json!({"id": "x", "permissions": scopes(&["shop.sell"])}));
    script.ask(&clerk, "POST", &format!("/directory/orgs/acme/users/{}/roles/hr", bob.id()));
    insta::assert_snapshot!(script, @"");
}
