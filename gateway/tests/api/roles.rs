//! Roles: listed, made, renamed, deleted.

use polity_testkit::both_engines;
use serde_json::{Value, json};

use crate::ground::Caller;
use crate::ground::common::Service;

const AT: &str = "/api/organizations/acme/roles";

both_engines! {
    fn one_is_made_read_renamed_and_deleted(kit) {
        let service = Service::start(kit);
        let (ada, bob) = (Caller::person(&service, "ada"), Caller::person(&service, "bob"));
        ada.founds(&service, "acme");
        ada.admits(&service, "acme", &bob, "member");
        let answer = ada.put(&service, ("POST", AT), &json!({"name": "Night Shift"}));
        assert_eq!(answer.code(), 201, "{answer:?}");
        let made = answer.json();
        let at = format!("{AT}/{}/", made["id"].as_str().unwrap());
        assert_eq!((&made["name"], &made["members"], &made["is_default"]), (&json!("Night Shift"), &json!([]), &json!(false)));
        assert_eq!(bob.does(&service, "GET", &at).json(), made);
        assert_eq!(made["created_by"]["uuid"], json!(ada.id()));
        let role = ada.does(&service, "GET", "/directory/orgs/acme/roles/night-shift").json();
        assert_eq!(role["name"], "Night Shift", "the other family has it too: {role}");
        assert_eq!(bob.put(&service, ("PATCH", &at), &json!({"name": "x"})).code(), 403);
        assert_eq!(bob.put(&service, ("POST", AT), &json!({"name": "x"})).code(), 403);
        assert_eq!(ada.sends(&service, ("PATCH", &at), json!({"name": "Day"})).json()["name"], "Day");
        assert_eq!(ada.sends(&service, ("PATCH", &at), json!({})).json()["name"], "Day");
        assert_eq!(bob.ask(&service, "DELETE", &at).code(), 403);
        assert_eq!(ada.ask(&service, "DELETE", &at).code(), 204);
        assert_eq!(ada.ask(&service, "GET", &at).code(), 404);
    }

    fn a_name_is_one_roles(kit) {
        let service = Service::start(kit);
        let ada = Caller::person(&service, "ada");
        ada.founds(&service, "acme");
        ada.sends(&service, ("POST", AT), json!({"name": "Clerks"}));
        let refused = |body: Value| {
            let answer = ada.put(&service, ("POST", AT), &body);
            assert_eq!(answer.code(), 400, "{answer:?}");
            format!("{} {}", answer.json()["code"].as_str().unwrap(), answer.json()["attr"].as_str().unwrap())
        };
        assert_eq!(refused(json!({"name": " CLERKS "})), "unique name");
        assert_eq!(refused(json!({"name": "manager"})), "unique name", "a built-in role's");
        assert_eq!(refused(json!({"name": "x".repeat(201)})), "max_length name");
        assert_eq!(refused(json!({})), "required name");
        let other = ada.sends(&service, ("POST", AT), json!({"name": "Élan!"})).json();
        let at = format!("{AT}/{}", other["id"].as_str().unwrap());
        assert_eq!(ada.put(&service, ("PATCH", &at), &json!({"name": "clerks"})).json()["code"], "unique");
        assert_eq!(ada.sends(&service, ("PATCH", &at), json!({"name": "élan!"})).json()["name"], "élan!", "its own");
    }

    fn what_was_written_is_shown_to_who_may_not_read(kit) {
        let service = Service::start(kit);
        let ada = Caller::person(&service, "ada");
        ada.founds(&service, "acme");
        let made = ada.narrowed(&service, &["org.roles.create"]).put(&service, ("POST", AT), &json!({"name": "Clerks"}));
        assert_eq!((made.code(), &made.json()["name"]), (201, &json!("Clerks")), "{made:?}");
        let at = format!("{AT}/{}", made.json()["id"].as_str().unwrap());
        let writer = ada.narrowed(&service, &["org.roles.update"]);
        let renamed = writer.put(&service, ("PATCH", &at), &json!({"name": "Night Shift"}));
        assert_eq!((renamed.code(), &renamed.json()["name"]), (200, &json!("Night Shift")), "{renamed:?}");
        assert_eq!(writer.put(&service, ("PATCH", &at), &json!({})).code(), 200);
        assert_eq!(writer.ask(&service, "GET", &at).code(), 403);
    }

    fn built_in_roles_are_there_and_stay(kit) {
        let service = Service::start(kit);
        let ada = Caller::person(&service, "ada");
        ada.founds(&service, "acme");
        assert_eq!(ada.does(&service, "GET", AT).json()["count"], 0, "it has none of its own");
        let page = ada.does(&service, "GET", &format!("{AT}?built_in=true&limit=1")).json();
        assert_eq!((&page["results"][0]["name"], &page["results"][0]["created_at"]), (&json!("Manager"), &Value::Null));
        let at = format!("{AT}/{}", page["results"][0]["id"].as_str().unwrap());
        assert_eq!(ada.put(&service, ("PATCH", &at), &json!({"name": "x"})).code(), 403);
        assert_eq!(ada.ask(&service, "DELETE", &at).code(), 403);
        let names = ada.does(&service, "GET", &format!("{AT}?built_in=true&limit=500")).text;
        assert!(names.contains("org.groups - Admin"));
        assert!(!names.contains("\"Owner\"") && !names.contains("\"Member\""), "levels are no roles here");
    }

    fn one_made_elsewhere_is_its_makers_too(kit) {
        let service = Service::start(kit);
        let (ada, root) = (Caller::person(&service, "ada"), Caller::platform(&service));
        ada.founds(&service, "acme");
        ada.sends(&service, ("POST", "/directory/orgs/acme/roles"), json!({"id": "clerk", "name": "Clerk", "permissions": []}));
        root.sends(&service, ("POST", "/directory/orgs/acme/roles"), json!({"id": "porter", "name": "Porter", "permissions": []}));
        let page = ada.does(&service, "GET", AT).json();
        let maker = |name: &str| {
            let found = page["results"].as_array().unwrap().iter().find(|role| role["name"] == name).unwrap().clone();
            found["created_by"]["email"].clone()
        };
        assert_eq!((&page["count"], maker("Clerk"), maker("Porter")), (&json!(2), json!("ada@acme.example"), json!("root@platform.example")));
    }
}
