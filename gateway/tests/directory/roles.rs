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
        assert_eq!(scopes.len(), (25 + 9) * 6 + 1);
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
    insta::assert_snapshot!(life_asked(kit), @r#"
    ada> POST /directory/orgs/acme/roles {"description":"At the till.","id":"clerk","name":"Clerk","namespace":"shop","permissions":[{"scope":"shop.sell"},{"scope":"shop.greet"},{"scope":"shop.sell"}],"stage":"beta"}
    200 {"description":"At the till.","id":"clerk","name":"Clerk","namespace":"shop","permissions":[{"scope":"shop.greet"},{"scope":"shop.sell"}],"stage":"beta"}
    ada> POST /directory/orgs/acme/roles {"description":"At the till.","id":"clerk","name":"Clerk","namespace":"shop","permissions":[{"scope":"shop.sell"},{"scope":"shop.greet"},{"scope":"shop.sell"}],"stage":"beta"}
    409 {"error":{"reason":"this role id is taken"},"status":409}
    bob> POST /directory/orgs/acme/roles {"description":"At the till.","id":"clerk","name":"Clerk","namespace":"shop","permissions":[{"scope":"shop.sell"},{"scope":"shop.greet"},{"scope":"shop.sell"}],"stage":"beta"}
    403 {"error":{"reason":"permission required: org.roles.create"},"missing_permissions":["org.roles.create"],"status":403}
    eve> POST /directory/orgs/acme/roles {"description":"At the till.","id":"clerk","name":"Clerk","namespace":"shop","permissions":[{"scope":"shop.sell"},{"scope":"shop.greet"},{"scope":"shop.sell"}],"stage":"beta"}
    404 {"error":{"reason":"no such organization"},"status":404}
    bob> GET /directory/orgs/acme/roles/clerk
    200 {"description":"At the till.","id":"clerk","name":"Clerk","namespace":"shop","permissions":[{"scope":"shop.greet"},{"scope":"shop.sell"}],"stage":"beta"}
    eve> GET /directory/orgs/acme/roles/clerk
    404 {"error":{"reason":"no such organization"},"status":404}
    ada> PUT /directory/orgs/acme/roles/clerk {"permissions":[{"scope":"shop.sell"}]}
    200 {"id":"clerk","name":"clerk","namespace":"","permissions":[{"scope":"shop.sell"}],"stage":"ga"}
    ada> PUT /directory/orgs/acme/roles/clerk {"id":"other"}
    400 {"error":{"reason":"id: is not the one in the path"},"status":400}
    bob> PUT /directory/orgs/acme/roles/clerk {}
    403 {"error":{"reason":"permission required: org.roles.update"},"missing_permissions":["org.roles.update"],"status":403}
    ada> PUT /directory/orgs/acme/roles/nothing {}
    404 {"error":{"reason":"no such role"},"status":404}
    ada> POST /directory/orgs/acme/roles {"id":"admin"}
    409 {"error":{"reason":"this role id is taken"},"status":409}
    ada> POST /directory/orgs/acme/roles {"name":"No id"}
    400 {"error":{"reason":"id: must be 1 to 128 letters, digits, dots, underscores and hyphens"},"status":400}
    ada> POST /directory/orgs/acme/roles {"id":"a b","permissions":[]}
    400 {"error":{"reason":"id: must be 1 to 128 letters, digits, dots, underscores and hyphens"},"status":400}
    ada> POST /directory/orgs/acme/roles {"id":"x","permissions":[{"scope":"shop.sell"},{"scope":"No Permission"}]}
    400 {"error":{"reason":"permissions.1: must be lower-case parts joined by dots, at most 128 characters"},"status":400}
    bob> DELETE /directory/orgs/acme/roles/clerk
    403 {"error":{"reason":"permission required: org.roles.delete"},"missing_permissions":["org.roles.delete"],"status":403}
    ada> DELETE /directory/orgs/acme/roles/clerk
    200
    ada> DELETE /directory/orgs/acme/roles/clerk
    404 {"error":{"reason":"no such role"},"status":404}
    ada> GET /directory/orgs/acme/roles/clerk
    404 {"error":{"reason":"no such role"},"status":404}
    "#);
}

/// A role from its founding to its end.
fn life_asked(kit: &Kit) -> String {
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
    script.to_string()
}

fn assignments(kit: &Kit) {
    insta::assert_snapshot!(assignments_asked(kit), @r#"
    ada> POST /directory/orgs/acme/roles/clerk/assignments {"assigned_to":"[team]","assignee_type":"group"}
    200 {"assigned_to":"[team]","assignee_type":"group","id":"[id]","org_id":"acme","role_id":"clerk"}
    ada> POST /directory/orgs/acme/roles/clerk/assignments {"assigned_to":"[bob]","assignee_type":"user","expires_date":"2026-01-15T13:00:00+00:30"}
    200 {"assigned_to":"[bob]","assignee_type":"user","expires_date":"2026-01-15T12:30:00Z","id":"[id]","org_id":"acme","role_id":"clerk"}
    ada> POST /directory/orgs/acme/roles/clerk/assignments {"assigned_to":"[bob]","assignee_type":"user","expires_date":"2026-01-15T11:00:00Z"}
    400 {"error":{"reason":"expires_date: is in the past"},"status":400}
    ada> POST /directory/orgs/acme/roles/clerk/assignments {"assigned_to":"[eve]","assignee_type":"user"}
    404 {"error":{"reason":"no such member"},"status":404}
    ada> POST /directory/orgs/acme/roles/clerk/assignments {"assigned_to":"not-an-id","assignee_type":"group"}
    400 {"error":{"reason":"assigned_to: is not an id"},"status":400}
    ada> POST /directory/orgs/acme/roles/clerk/assignments {"assigned_to":"[team]","assignee_type":"robot"}
    400 {"error":{"reason":"assignee_type: unknown variant `robot`, expected `user` or `group`"},"status":400}
    bob> GET /directory/orgs/acme/roles/clerk/assignments
    200 {"count":2,"docs":[{"assigned_to":"[team]","assignee_type":"group","id":"[id]","org_id":"acme","role_id":"clerk"},{"assigned_to":"[bob]","assignee_type":"user","expires_date":"2026-01-15T12:30:00Z","id":"[id]","org_id":"acme","role_id":"clerk"}],"limit":1024,"skip":0}
    bob> GET /directory/orgs/acme/user/roles
    200 {"org_id":"acme","roles":[{"id":"member","name":"Member","namespace":"admin","permissions":[{"scope":"org.directory.find"},{"scope":"org.directory.get"},{"scope":"org.directory.list"},{"scope":"org.directory.members.find"},{"scope":"org.directory.members.get"},{"scope":"org.directory.members.list"},{"scope":"org.domains.find"},{"scope":"org.domains.get"},{"scope":"org.domains.list"},{"scope":"org.employees.find"},{"scope":"org.employees.get"},{"scope":"org.employees.list"},{"scope":"org.groups.find"},{"scope":"org.groups.get"},{"scope":"org.groups.list"},{"scope":"org.integrations.find"},{"scope":"org.integrations.get"},{"scope":"org.integrations.list"},{"scope":"org.members.find"},{"scope":"org.members.get"},{"scope":"org.members.list"},{"scope":"org.roles.find"},{"scope":"org.roles.get"},{"scope":"org.roles.list"},{"scope":"org.user.account.find"},{"scope":"org.user.account.get"},{"scope":"org.user.account.list"},{"scope":"org.user.account.types.find"},{"scope":"org.user.account.types.get"},{"scope":"org.user.account.types.list"},{"scope":"org.user.assignment.find"},{"scope":"org.user.assignment.get"},{"scope":"org.user.assignment.list"}],"stage":"ga"},{"id":"clerk","name":"clerk","namespace":"","permissions":[{"scope":"shop.sell"}],"stage":"ga"}],"user_id":"[bob]"}
    eve> GET /directory/orgs/acme/users/[bob]/roles
    404 {"error":{"reason":"no such organization"},"status":404}
    ada> POST /directory/orgs/acme/users/[bob]/roles ["clerk","manager"]
    200 [
      {"assigned_to":"[bob]","assignee_type":"user","id":"[id]","org_id":"acme","role_id":"member"},
      {"assigned_to":"[bob]","assignee_type":"user","expires_date":"2026-01-15T12:30:00Z","id":"[id]","org_id":"acme","role_id":"clerk"},
      {"assigned_to":"[bob]","assignee_type":"user","id":"[id]","org_id":"acme","role_id":"manager"}
    ]
    ada> POST /directory/orgs/acme/users/[bob]/roles ["clerk","nothing"]
    400 {"error":{"reason":"roles: no such role: nothing"},"status":400}
    ada> POST /directory/orgs/acme/users/[bob]/roles {"roles":[]}
    400 {"error":{"reason":"body: invalid type: map, expected a sequence"},"status":400}
    ada> DELETE /directory/orgs/acme/users/[bob]/roles/manager
    200
    ada> POST /directory/orgs/acme/users/[bob]/roles/admin
    200
    ada> GET /directory/orgs/acme/users/[bob]/roles
    200 [
      {"assigned_to":"[bob]","assignee_type":"user","id":"[id]","org_id":"acme","role_id":"admin"},
      {"assigned_to":"[bob]","assignee_type":"user","expires_date":"2026-01-15T12:30:00Z","id":"[id]","org_id":"acme","role_id":"clerk"}
    ]
    ada> POST /directory/orgs/acme/users/[bob]/roles/nothing
    404 {"error":{"reason":"no such role"},"status":404}
    ada> DELETE /directory/orgs/acme/roles/clerk/assignments?assigned_to=[team]&assignee_type=group
    200
    ada> DELETE /directory/orgs/acme/roles/clerk/assignments?assigned_to=[team]
    400 {"error":{"reason":"assignee_type: is required"},"status":400}
    ada> GET /directory/orgs/acme/roles/clerk/assignments
    200 {"count":1,"docs":[{"assigned_to":"[bob]","assignee_type":"user","expires_date":"2026-01-15T12:30:00Z","id":"[id]","org_id":"acme","role_id":"clerk"}],"limit":1024,"skip":0}
    "#);
}

/// A role given, seen and taken away in every way there is.
fn assignments_asked(kit: &Kit) -> String {
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
    script.to_string()
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
    insta::assert_snapshot!(script, @r#"
    clerk> POST /directory/orgs/acme/users/[clerk]/roles/owner
    403 {"error":{"reason":"only an owner gives ownership"},"status":403}
    clerk> POST /directory/orgs/acme/users/[clerk]/roles/org.groups.admin.role
    403 {"error":{"reason":"permission required: org.groups.create, org.groups.delete, org.groups.update"},"missing_permissions":["org.groups.create","org.groups.delete","org.groups.update"],"status":403}
    clerk> POST /directory/orgs/acme/roles {"id":"x","permissions":[{"scope":"org.directory.delete"}]}
    403 {"error":{"reason":"permission required: org.directory.delete"},"missing_permissions":["org.directory.delete"],"status":403}
    clerk> POST /directory/orgs/acme/roles {"id":"x","permissions":[{"scope":"org.keys.create"}]}
    403 {"error":{"reason":"permission required: org.keys.create"},"missing_permissions":["org.keys.create"],"status":403}
    clerk> DELETE /directory/orgs/acme/users/[ada]/roles/owner
    403 {"error":{"reason":"level owner or higher required"},"status":403}
    ada> POST /directory/orgs/acme/users/[ada]/roles/member
    409 {"error":{"reason":"the last owner cannot go; make somebody else an owner first"},"status":409}
    clerk> POST /directory/orgs/acme/roles {"id":"x","permissions":[{"scope":"shop.sell"}]}
    200 {"id":"x","name":"x","namespace":"","permissions":[{"scope":"shop.sell"}],"stage":"ga"}
    clerk> POST /directory/orgs/acme/users/[bob]/roles/hr
    200
    "#);
}
