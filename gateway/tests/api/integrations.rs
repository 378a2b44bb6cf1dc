//! Integrations: connected, listed, read, mapped, taken away; the same rows as the apps of the other family.

use polity_testkit::both_engines;
use serde_json::{Value, json};

use crate::ground::common::{Answer, Service};
use crate::ground::{Caller, MOMENT, id_of};

const AT: &str = "/api/organizations/acme/integrations";
const SECRET: &str = "hush-7d21-quite-unlikely-elsewhere";

/// What an answer refuses: its status, code and field.
fn refused(answer: &Answer) -> String {
    let told = answer.json();
    format!("{} {} {}", answer.code(), told["code"].as_str().unwrap(), told["attr"]).replace('"', "")
}

/// Ada, who owns `acme`, and Bob, who is a member of it.
fn people(service: &Service) -> (Caller, Caller) {
    let (ada, bob) = (Caller::person(service, "ada"), Caller::person(service, "bob"));
    ada.founds(service, "acme");
    ada.admits(service, "acme", &bob, "member");
    (ada, bob)
}

/// The number of a new project.
fn project(service: &Service, caller: &Caller, name: &str) -> i64 {
    caller.sends_in(service, "acme", ("POST", "/v1/organizations/projects", json!({ "name": name })));
    let shown = caller.does(service, "GET", "/api/organizations/acme").json();
    let projects = shown["projects"].as_array().unwrap();
    assert_eq!(shown["teams"], shown["projects"]);
    projects.iter().find(|one| one["name"] == name).unwrap()["id"].as_i64().unwrap()
}

both_engines! {
    fn one_is_shown_to_who_connected_it_and_may_not_read(kit) {
        let service = Service::start(kit);
        let (ada, _) = people(&service);
        let writer = ada.narrowed(&service, &["org.integrations.create"]);
        let made = writer.put(&service, ("POST", AT), &json!({"kind": "vercel"}));
        assert_eq!((made.code(), &made.json()["created_by"]["uuid"]), (201, &json!(ada.id())), "{made:?}");
        assert_eq!(writer.ask(&service, "GET", AT).code(), 403);
    }

    fn one_is_connected_listed_read_and_taken_away(kit) {
        let service = Service::start(kit);
        let (ada, bob) = people(&service);
        let body = json!({
            "kind": "vercel", "integration_id": " icfg_1 ", "config": {"type": "connectable", "account": {"id": 7}},
            "secrets": {"token": SECRET},
        });
        assert_eq!(bob.put(&service, ("POST", AT), &body).code(), 403);
        let answer = ada.put(&service, ("POST", AT), &body);
        assert_eq!(answer.code(), 201, "{answer:?}");
        assert!(!answer.text.contains(SECRET) && !answer.text.contains("token"));
        let made = answer.json();
        let names: Vec<&str> = made.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(names, ["config", "created_at", "created_by", "id", "integration_id", "kind", "updated_at"]);
        assert_eq!((&made["kind"], &made["integration_id"]), (&json!("vercel"), &json!("icfg_1")));
        assert_eq!(made["config"], json!({"account": {"id": 7}, "type": "connectable"}));
        assert_eq!((&made["created_by"]["email"], &made["created_by"]["uuid"]), (&json!("ada@acme.example"), &json!(ada.id())));
        let at = format!("{AT}/{}/", made["id"].as_str().unwrap());
        assert_eq!(bob.does(&service, "GET", &at).json(), made);
        kit.pass(MOMENT);
        let other = ada.sends(&service, ("POST", AT), json!({"kind": "Slack", "integration_id": null})).json();
        assert_eq!((&other["integration_id"], &other["config"]), (&Value::Null, &json!({})));
        let page = bob.does(&service, "GET", &format!("{AT}?limit=1")).json();
        assert_eq!((&page["count"], &page["results"]), (&json!(2), &json!([made])));
        assert_eq!(bob.does(&service, "GET", &format!("{AT}?offset=1")).json()["results"], json!([other]));
        assert_eq!(bob.ask(&service, "DELETE", &at).code(), 403);
        assert_eq!(ada.put(&service, ("PATCH", &at), &json!({})).code(), 405);
        assert_eq!(ada.ask(&service, "DELETE", &at).code(), 204);
        assert_eq!(refused(&ada.ask(&service, "DELETE", &at)), "404 not_found null");
        assert_eq!(refused(&ada.ask(&service, "GET", &at)), "404 not_found null");
        assert_eq!(ada.does(&service, "GET", AT).json()["count"], 1);
    }

    fn they_are_the_apps_of_the_other_family(kit) {
        let service = Service::start(kit);
        let (ada, _) = people(&service);
        let apps = format!("/api/v1/organization/{}/apps", id_of(&service, "acme"));
        let made = ada.sends(&service, ("POST", AT), json!({
            "kind": "jira", "integration_id": "J1", "config": {"site": "a.example", "size": 3}, "secrets": {"token": SECRET},
        })).json();
        let there = ada.does(&service, "GET", &apps).json();
        assert_eq!((&there[0]["id"], &there[0]["type"], &there[0]["externalId"]), (&made["id"], &json!("jira"), &json!("J1")));
        assert_eq!(there[0]["appData"], json!({"site": "a.example", "size": "3"}), "texts alone");
        for found in ["by-app/jira", "by-app-id/JIRA/J1", "by-app-data/jira/site/a.example", "by-app-data/jira/size/3"] {
            assert_eq!(ada.does(&service, "GET", &format!("/api/v1/organization/{found}")).json()[0]["alias"], "acme", "{found}");
        }
        let by_secret = ("POST", "/api/v1/organization/by-app-secret/jira/token");
        assert_eq!(ada.sends(&service, by_secret, json!({ "secret": SECRET })).json()[0]["alias"], "acme");
        kit.pass(MOMENT);
        let app = ada.sends(&service, ("POST", &apps), json!({
            "type": "slack", "externalId": "T1", "appData": {"team": "T1", "Credentials": "x"}, "secretData": {"token": SECRET},
        })).json();
        let here = ada.does(&service, "GET", &format!("{AT}/{}", app["id"].as_str().unwrap())).json();
        assert_eq!((&here["kind"], &here["integration_id"]), (&json!("slack"), &json!("T1")));
        assert_eq!(here["config"], json!({"team": "T1"}), "what is called credentials is not shown");
        ada.does(&service, "DELETE", &format!("{AT}/{}", made["id"].as_str().unwrap()));
        ada.does(&service, "DELETE", &format!("{apps}/{}", app["id"].as_str().unwrap()));
        assert_eq!(ada.does(&service, "GET", &apps).json(), json!([]));
        assert_eq!(ada.does(&service, "GET", AT).json()["results"], json!([]));
        assert_eq!(ada.sends(&service, by_secret, json!({ "secret": SECRET })).json(), json!([]));
    }

    fn what_will_not_do_is_named_and_repeats_no_secret(kit) {
        let service = Service::start(kit);
        let (ada, _) = people(&service);
        let refused = |body: Value| {
            let answer = ada.put(&service, ("POST", AT), &body);
            assert!(!answer.text.contains("hush"), "{answer:?}");
            refused(&answer)
        };
        for (body, expected) in [
            (json!({}), "400 required kind"),
            (json!({"kind": null}), "400 null kind"),
            (json!({"kind": " "}), "400 blank kind"),
            (json!({"kind": "x".repeat(65)}), "400 max_length kind"),
            (json!({"kind": "a\nb"}), "400 invalid_input kind"),
            (json!({"kind": true}), "400 invalid_input kind"),
            (json!({"kind": "x", "integration_id": "x".repeat(256)}), "400 max_length integration_id"),
            (json!({"kind": "x", "integration_id": "a\nb"}), "400 invalid_input integration_id"),
            (json!({"kind": "x", "config": null}), "400 null config"),
            (json!({"kind": "x", "config": []}), "400 invalid_input config"),
            (json!({"kind": "x", "config": "hush"}), "400 invalid_input config"),
            (json!({"kind": "x", "config": {"credentials": {"token": "hush"}}}), "400 invalid_input config"),
            (json!({"kind": "x", "config": {"a": [{"CREDENTIALS": "hush"}]}}), "400 invalid_input config"),
            (json!({"kind": "x", "config": {"environment_mapping": {"production": 1}}}), "400 invalid_input config"),
            (json!({"kind": "x", "config": {"team": ""}}), "400 invalid_input config__team"),
            (json!({"kind": "x", "config": {"team": {"a": "x\ny"}}}), "400 invalid_input config__team"),
            (json!({"kind": "x", "config": {"team": "x".repeat(2001)}}), "400 invalid_input config__team"),
            (json!({"kind": "x", "secrets": "hush"}), "400 invalid_input secrets"),
            (json!({"kind": "x", "secrets": ["hush"]}), "400 invalid_input secrets"),
            (json!({"kind": "x", "secrets": {"token": ["hush"]}}), "400 invalid_input secrets"),
            (json!({"kind": "x", "secrets": {"token": "hush".repeat(600)}}), "400 invalid_input secrets__token"),
        ] {
            assert_eq!(refused(body.clone()), expected, "{body}");
        }
        assert_eq!(ada.does(&service, "GET", AT).json()["count"], 0);
        let same = json!({"kind": "vercel", "integration_id": "i"});
        ada.sends(&service, ("POST", AT), same.clone());
        assert_eq!(refused(same), "400 unique integration_id");
        for _ in 0..99 {
            ada.sends(&service, ("POST", AT), json!({"kind": "x"}));
        }
        assert_eq!(refused(json!({"kind": "x"})), "409 protected_error null");
        let page = ada.does(&service, "GET", AT).json();
        assert_eq!((&page["count"], page["results"].as_array().unwrap().len()), (&json!(100), 100));
    }

    fn environments_are_mapped_to_projects(kit) {
        let service = Service::start(kit);
        let (ada, bob) = people(&service);
        let (shop, stock) = (project(&service, &ada, "Shop"), project(&service, &ada, "Stock"));
        let made = ada.sends(&service, ("POST", AT), json!({"kind": "vercel", "config": {"type": "connectable"}})).json();
        let at = format!("{AT}/{}/environment-mapping", made["id"].as_str().unwrap());
        let map = |caller: &Caller, body: Value| caller.put(&service, ("PATCH", &at), &body);
        kit.pass(MOMENT);
        let mapped = map(&ada, json!({"production": shop}));
        assert_eq!(mapped.code(), 200, "{mapped:?}");
        let mapping = json!({"production": shop, "preview": shop, "development": shop});
        assert_eq!(mapped.json()["config"], json!({"type": "connectable", "environment_mapping": mapping}));
        assert_ne!(mapped.json()["updated_at"], made["updated_at"]);
        let mapped = map(&ada, json!({"production": shop.to_string(), "development": stock, "other": 1})).json();
        let mapping = json!({"production": shop, "preview": shop, "development": stock});
        assert_eq!(mapped["config"]["environment_mapping"], mapping);
        assert_eq!(bob.does(&service, "GET", &format!("{AT}/{}", made["id"].as_str().unwrap())).json(), mapped);
        for (body, expected) in [
            (json!({}), "400 required production"),
            (json!({"production": null}), "400 null production"),
            (json!({"production": 1.5}), "400 invalid_input production"),
            (json!({"production": "x"}), "400 invalid_input production"),
            (json!({"production": true}), "400 invalid_input production"),
            (json!({"production": [shop]}), "400 invalid_input production"),
            (json!({"production": shop, "preview": null}), "400 null preview"),
            (json!({"production": shop, "development": ""}), "400 invalid_input development"),
        ] {
            assert_eq!(refused(&map(&ada, body.clone())), expected, "{body}");
        }
        assert_eq!(refused(&map(&bob, json!({"production": shop}))), "403 permission_denied null");
        assert_eq!(refused(&map(&bob, json!({}))), "403 permission_denied null", "before the body is judged");
    }

    fn what_cannot_be_mapped_is_told_by_detail_alone(kit) {
        let service = Service::start(kit);
        let (ada, _) = people(&service);
        let shop = project(&service, &ada, "Shop");
        let eve = Caller::person(&service, "eve");
        let theirs = eve.sends(&service, ("POST", "/api/organizations"), json!({"name": "Initech"})).json();
        let theirs = theirs["projects"][0]["id"].as_i64().unwrap();
        let detail = |config: Value, body: Value| {
            kit.pass(MOMENT);
            let made = ada.sends(&service, ("POST", AT), json!({"kind": "vercel", "config": config})).json();
            let at = format!("{AT}/{}/environment-mapping/", made["id"].as_str().unwrap());
            let answer = ada.put(&service, ("PATCH", &at), &body);
            let told = answer.json();
            assert_eq!((answer.code(), told.as_object().unwrap().len()), (400, 1), "{answer:?}");
            assert_eq!(ada.does(&service, "GET", &at.replace("/environment-mapping", "")).json(), made, "nothing is changed");
            told["detail"].as_str().unwrap().to_owned()
        };
        let connectable = || json!({"type": "connectable"});
        assert!(detail(connectable(), json!({"production": shop, "preview": theirs})).contains(&theirs.to_string()));
        assert!(detail(connectable(), json!({"production": 7})).contains('7'));
        for config in [json!({}), json!({"type": "marketplace"})] {
            assert!(detail(config.clone(), json!({"production": shop})).contains("connectable"));
            assert!(detail(config, json!({"production": "x"})).contains("connectable"), "before the body is judged");
        }
        let unknown = format!("{AT}/{}/environment-mapping", ada.id());
        assert_eq!(refused(&ada.put(&service, ("PATCH", &unknown), &json!({"production": shop}))), "404 not_found null");
        assert_eq!(refused(&ada.put(&service, ("PATCH", &unknown), &json!({}))), "404 not_found null");
    }

    fn another_organization_s_are_unknown(kit) {
        let service = Service::start(kit);
        let (ada, _) = people(&service);
        let eve = Caller::person(&service, "eve");
        eve.founds(&service, "other");
        let made = ada.sends(&service, ("POST", AT), json!({"kind": "vercel", "config": {"type": "connectable"}})).json();
        let id = made["id"].as_str().unwrap();
        for (place, code) in [("acme", "403 permission_denied null"), ("other", "404 not_found null")] {
            let at = format!("/api/organizations/{place}/integrations/{id}");
            for (method, path, body) in [
                ("GET", at.clone(), json!({})),
                ("DELETE", at.clone(), json!({})),
                ("PATCH", format!("{at}/environment-mapping"), json!({"production": 1})),
            ] {
                assert_eq!(refused(&eve.put(&service, (method, &path), &body)), code, "{method} {path}");
            }
        }
        assert_eq!(refused(&eve.ask(&service, "GET", AT)), "403 permission_denied null");
        assert_eq!(refused(&eve.put(&service, ("POST", AT), &json!({"kind": "x"}))), "403 permission_denied null");
        assert_eq!(eve.does(&service, "GET", "/api/organizations/other/integrations").json()["count"], 0);
        assert_eq!(ada.does(&service, "GET", &format!("{AT}/{id}")).json(), made);
    }

    fn a_key_needs_the_scope(kit) {
        let service = Service::start(kit);
        let (ada, _) = people(&service);
        let made = ada.sends(&service, ("POST", AT), json!({"kind": "vercel", "config": {"type": "connectable"}})).json();
        let at = format!("{AT}/{}", made["id"].as_str().unwrap());
        let read = ada.narrowed(&service, &["org.integrations.list", "org.integrations.get"]);
        let writes = ["list", "get", "create", "update", "delete"].map(|verb| format!("org.integrations.{verb}"));
        let write = ada.narrowed(&service, &writes.each_ref().map(String::as_str));
        let other = ada.narrowed(&service, &["org.directory.get", "org.directory.update"]);
        assert_eq!(read.does(&service, "GET", AT).json()["count"], 1);
        assert_eq!(read.does(&service, "GET", &at).json(), made);
        let shop = project(&service, &ada, "Shop");
        let map = format!("{at}/environment-mapping");
        let lacks = |caller: &Caller, scope: &str, (method, path, body): (&str, &str, Value)| {
            let answer = caller.put(&service, (method, path), &body);
            assert_eq!(refused(&answer), "403 permission_denied null", "{method} {path}");
            assert!(answer.text.contains(scope), "{answer:?}");
        };
        for caller in [&read, &other] {
            lacks(caller, "organization_integration:write", ("POST", AT, json!({"kind": "x"})));
            lacks(caller, "organization_integration:write", ("PATCH", &map, json!({"production": shop})));
            lacks(caller, "organization_integration:write", ("DELETE", &at, json!({})));
        }
        lacks(&other, "organization_integration:read", ("GET", AT, json!({})));
        lacks(&other, "organization_integration:read", ("GET", &at, json!({})));
        assert_eq!(write.sends(&service, ("PATCH", &map), json!({"production": shop})).code(), 200);
        assert_eq!(write.sends(&service, ("POST", AT), json!({"kind": "x"})).json()["created_by"]["uuid"], json!(ada.id()));
        assert_eq!(write.ask(&service, "DELETE", &at).code(), 204);
    }
}
