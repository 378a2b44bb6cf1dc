//! Organizations themselves: founded, read, replaced, deleted, looked for.

use polity_kernel::job;
use polity_testkit::{Kit, both_engines};
use serde_json::json;

use crate::ground::common::Service;
use crate::ground::transcript::Transcript;
use crate::ground::{Caller, MOMENT, newest};

const ORGS: (&str, &str) = ("POST", "/directory/orgs");

both_engines! {
    fn from_its_founding_to_its_end(kit) { life(kit); }

    fn what_is_not_said_is_made_up(kit) { defaults(kit); }

    fn names_have_one_organization(kit) { clashes(kit); }

    fn who_may_join_is_suggested(kit) { suggestions(kit); }

    fn it_answers_to_id_key_and_alias_in_any_case(kit) {
        let service = Service::start(kit);
        let ada = Caller::person(&service, "ada");
        ada.sends(&service, ORGS, json!({"id": "Acme.Corp", "subdomain": "acme"}));
        let id = crate::ground::id_of(&service, "acme");
        for name in ["Acme.Corp", "acme.corp", "ACME", "acme", &id.to_string(), &id.to_string().to_uppercase()] {
            let answer = ada.does(&service, "GET", &format!("/directory/orgs/{name}"));
            assert_eq!(answer.json()["id"], "Acme.Corp", "{name}");
        }
    }

    fn a_platform_administrator_sees_all_in_parts(kit) {
        let service = Service::start(kit);
        let (root, ada) = (Caller::platform(&service), Caller::person(&service, "ada"));
        for key in ["one", "two", "three"] {
            kit.pass(MOMENT);
            ada.founds(&service, key);
        }
        let part = root.does(&service, "GET", "/directory/admin/orgs?limit=2&start=1").json();
        assert_eq!((&part["count"], &part["limit"], &part["skip"]), (&json!(2), &json!(2), &json!(1)));
        assert_eq!((&part["docs"][0]["id"], &part["docs"][1]["id"]), (&json!("two"), &json!("three")));
        assert_eq!(root.does(&service, "GET", "/directory/admin/orgs").json()["count"], 3);
        assert_eq!(ada.ask(&service, "GET", "/directory/admin/orgs").code(), 403);
    }

    fn a_deleted_organization_leaves_nothing_behind(kit) {
        let service = Service::start(kit);
        let (ada, bob) = (Caller::person(&service, "ada"), Caller::person(&service, "bob"));
        let before = kit.rows();
        ada.sends(&service, ORGS, json!({"id": "acme", "domain": "acme.example"}));
        let id = crate::ground::id_of(&service, "acme");
        kit.pass(MOMENT);
        ada.admits(&service, "acme", &bob, "manager");
        let role = json!({"id": "r", "permissions": [{"scope": "x.y"}]});
        ada.sends(&service, ("POST", "/directory/orgs/acme/roles"), role);
        ada.sends(&service, ("PUT", "/directory/invites/orgs/acme"), json!({"emails": ["eve@x.example"]}));
        let kind = json!({"code": "worker", "status": "published"});
        ada.sends(&service, ("POST", "/directory/orgs/acme/accounts/types"), kind);
        ada.does(&service, "POST", &format!("/directory/orgs/acme/accounts/users/{}/worker", bob.id()));
        crate::ground::group(&service, "acme", "team", None);
        let program = Caller::program(&service, "acme", &["org.directory.get"]);
        program.does(&service, "GET", "/directory/orgs/acme");

        ada.does(&service, "DELETE", "/directory/orgs/acme");
        for caller in [&ada, &bob] {
            assert_eq!(caller.ask(&service, "GET", "/directory/orgs/acme").code(), 404, "gone at once");
        }
        assert_eq!(program.ask(&service, "GET", "/directory/orgs/acme").code() / 100, 4);
        let again = ada.sends(&service, ORGS, json!({"id": "acme", "domain": "acme.example"}));
        assert_eq!(again.json()["subdomain"], "acme", "its names are free");
        ada.does(&service, "DELETE", "/directory/orgs/acme");

        finish_jobs(kit);
        assert_eq!(newest(kit, &[id])[0], None, "its events went with it");
        let mut after = kit.rows();
        // the platform's own log of it, and the keys that sign tokens, stay
        for (table, kept) in [("events", 3), ("signing_keys", 1)] {
            assert!(after[table] - before[table] <= kept, "{table}: {after:?}");
            after.insert(table.to_owned(), before[table]);
        }
        assert_eq!(after, before);
    }
}

/// Waits until the service's worker has done what was promised.
fn finish_jobs(kit: &Kit) {
    let backlog = || kit.ctx.read(job::backlog).unwrap();
    let done = std::iter::repeat_with(backlog).take(1_000_000).any(|(waiting, dead)| {
        assert_eq!(dead, 0);
        waiting == 0
    });
    assert!(done, "jobs wait for too long");
}

fn life(kit: &Kit) {
    let service = Service::start(kit);
    let (ada, eve) = (Caller::person(&service, "ada"), Caller::person(&service, "eve"));
    let mut script = Transcript::new(kit, &service);
    script.name(ada.id(), "ada");
    let acme = json!({"id": "acme", "name": " Acme, Inc. ", "domain": "ACME.example.", "unknown": [1],
        "logo_url": "https://acme.example/logo.png", "external_sales_force_id": "001A", "creation_date": "1999"});
    script.send(&ada, ORGS, acme);
    script.ask(&ada, "GET", "/directory/orgs/acme");
    script.ask(&eve, "GET", "/directory/orgs/acme");
    script.ask(&ada, "GET", "/directory/orgs/domains?domain=acme.EXAMPLE");
    kit.pass(std::time::Duration::from_secs(60));
    script.send(&ada, ("PUT", "/directory/orgs/acme"), json!({"subdomain": "Acme-2"}));
    script.send(&ada, ("PUT", "/directory/orgs/acme-2"), json!({"id": "ACME", "name": "Acme"}));
    script.send(&ada, ("PUT", "/directory/orgs/acme"), json!({"id": "other"}));
    script.send(&eve, ("PUT", "/directory/orgs/acme"), json!({"name": "Mine"}));
    script.ask(&eve, "DELETE", "/directory/orgs/acme");
    script.ask(&ada, "DELETE", "/directory/orgs/acme");
    script.ask(&ada, "GET", "/directory/orgs/acme");
    script.ask(&ada, "DELETE", "/directory/orgs/acme");
    insta::assert_snapshot!(script, @r#"
    ada> POST /directory/orgs {"creation_date":"1999","domain":"ACME.example.","external_sales_force_id":"001A","id":"acme","logo_url":"https://acme.example/logo.png","name":" Acme, Inc. ","unknown":[1]}
    200 {"creation_date":"2026-01-15T12:00:00.001Z","domain":"acme.example","domain_verified":false,"external_sales_force_id":"001A","id":"acme","logo_url":"https://acme.example/logo.png","modified_date":"2026-01-15T12:00:00.001Z","name":"Acme, Inc.","owner":{"id":"[ada]"},"status":"active","subdomain":"acme"}
    ada> GET /directory/orgs/acme
    200 {"creation_date":"2026-01-15T12:00:00.001Z","domain":"acme.example","domain_verified":false,"external_sales_force_id":"001A","id":"acme","logo_url":"https://acme.example/logo.png","modified_date":"2026-01-15T12:00:00.001Z","name":"Acme, Inc.","owner":{"id":"[ada]"},"status":"active","subdomain":"acme"}
    eve> GET /directory/orgs/acme
    404 {"error":{"reason":"no such organization"},"status":404}
    ada> GET /directory/orgs/domains?domain=acme.EXAMPLE
    200 {"available":true}
    ada> PUT /directory/orgs/acme {"subdomain":"Acme-2"}
    200 {"creation_date":"2026-01-15T12:00:00.001Z","id":"acme","modified_date":"2026-01-15T12:01:00.005Z","name":"acme","owner":{"id":"[ada]"},"status":"active","subdomain":"acme-2"}
    ada> PUT /directory/orgs/acme-2 {"id":"ACME","name":"Acme"}
    200 {"creation_date":"2026-01-15T12:00:00.001Z","id":"acme","modified_date":"2026-01-15T12:01:00.006Z","name":"Acme","owner":{"id":"[ada]"},"status":"active","subdomain":"acme-2"}
    ada> PUT /directory/orgs/acme {"id":"other"}
    400 {"error":{"reason":"id: is not the one in the path"},"status":400}
    eve> PUT /directory/orgs/acme {"name":"Mine"}
    404 {"error":{"reason":"no such organization"},"status":404}
    eve> DELETE /directory/orgs/acme
    404 {"error":{"reason":"no such organization"},"status":404}
    ada> DELETE /directory/orgs/acme
    200
    ada> GET /directory/orgs/acme
    404 {"error":{"reason":"no such organization"},"status":404}
    ada> DELETE /directory/orgs/acme
    404 {"error":{"reason":"no such organization"},"status":404}
    "#);
}

fn defaults(kit: &Kit) {
    let service = Service::start(kit);
    let ada = Caller::person(&service, "ada");
    let mut script = Transcript::new(kit, &service);
    script.name(ada.id(), "ada");
    script.send(&ada, ORGS, json!({"name": "Ünï & Co"}));
    script.send(&ada, ORGS, json!({"domain": "shop.acme.co.uk"}));
    script.send(&ada, ORGS, json!({"id": "Acme"}));
    script.send(&ada, ORGS, json!({"name": "Acme", "status": "inactive"}));
    script.send(&ada, ORGS, json!({}));
    script.send(&ada, ORGS, json!({"id": null, "name": "", "domain": " "}));
    insta::assert_snapshot!(script, @r#"
    ada> POST /directory/orgs {"name":"Ünï & Co"}
    200 {"creation_date":"2026-01-15T12:00:00.001Z","id":"[id]","modified_date":"2026-01-15T12:00:00.001Z","name":"Ünï & Co","owner":{"id":"[ada]"},"status":"active","subdomain":"n-co"}
    ada> POST /directory/orgs {"domain":"shop.acme.co.uk"}
    200 {"creation_date":"2026-01-15T12:00:00.002Z","domain":"shop.acme.co.uk","domain_verified":false,"id":"[id]","modified_date":"2026-01-15T12:00:00.002Z","name":"shop.acme.co.uk","owner":{"id":"[ada]"},"status":"active","subdomain":"acme"}
    ada> POST /directory/orgs {"id":"Acme"}
    409 {"error":{"reason":"this id is taken"},"status":409}
    ada> POST /directory/orgs {"name":"Acme","status":"inactive"}
    200 {"creation_date":"2026-01-15T12:00:00.004Z","id":"[id]","modified_date":"2026-01-15T12:00:00.004Z","name":"Acme","owner":{"id":"[ada]"},"status":"inactive","subdomain":"acme-2"}
    ada> POST /directory/orgs {}
    400 {"error":{"reason":"one of id, name and domain is required"},"status":400}
    ada> POST /directory/orgs {"domain":" ","id":null,"name":""}
    400 {"error":{"reason":"one of id, name and domain is required"},"status":400}
    "#);
}

fn clashes(kit: &Kit) {
    let service = Service::start(kit);
    let (ada, eve) = (Caller::person(&service, "ada"), Caller::person(&service, "eve"));
    let acme = json!({"subdomain": "first", "domain": "acme.example", "domain_verified": true});
    ada.founds(&service, "acme");
    Caller::platform(&service).sends(&service, ("PUT", "/directory/orgs/acme"), acme);
    let id = crate::ground::id_of(&service, "acme");
    let rows = kit.rows();
    let mut script = Transcript::new(kit, &service);
    script.name(id, "acme");
    script.send(&eve, ORGS, json!({"id": "ACME"}));
    script.send(&eve, ORGS, json!({"id": "first"}));
    script.send(&eve, ORGS, json!({"id": id}));
    script.send(&eve, ORGS, json!({"id": "b", "subdomain": "acme"}));
    script.send(&eve, ORGS, json!({"id": "b", "subdomain": "admin"}));
    script.send(&eve, ORGS, json!({"id": "b", "domain": "acme.example"}));
    script.send(&eve, ORGS, json!({"id": "b", "domain": "co.uk"}));
    script.send(&eve, ORGS, json!({"id": "b", "domain": "gmail.com"}));
    script.send(&eve, ORGS, json!({"id": "b", "domain": "b.example", "domain_verified": true}));
    script.send(&eve, ORGS, json!({"id": "b", "owner": {"id": ada.id()}}));
    assert_eq!(kit.rows(), rows, "nothing was written");
    script.ask(&eve, "GET", "/directory/orgs/domains?domain=acme.example&subdomain=free");
    script.ask(&eve, "GET", "/directory/orgs/domains?subdomain=%20ACME%20");
    script.ask(&eve, "GET", "/directory/orgs/domains?subdomain=free&domain=free.example");
    script.ask(&eve, "GET", "/directory/orgs/domains");
    script.ask(&eve, "GET", "/directory/orgs/domains?subdomain=not%20one");
    script.name(ada.id(), "ada");
    insta::assert_snapshot!(script, @r#"
    eve> POST /directory/orgs {"id":"ACME"}
    409 {"error":{"reason":"this id is taken"},"status":409}
    eve> POST /directory/orgs {"id":"first"}
    409 {"error":{"reason":"this id is taken"},"status":409}
    eve> POST /directory/orgs {"id":"[acme]"}
    409 {"error":{"reason":"this id is taken"},"status":409}
    eve> POST /directory/orgs {"id":"b","subdomain":"acme"}
    409 {"error":{"reason":"this subdomain is taken"},"status":409}
    eve> POST /directory/orgs {"id":"b","subdomain":"admin"}
    409 {"error":{"reason":"this subdomain is taken"},"status":409}
    eve> POST /directory/orgs {"domain":"acme.example","id":"b"}
    409 {"error":{"reason":"this domain is taken"},"status":409}
    eve> POST /directory/orgs {"domain":"co.uk","id":"b"}
    400 {"error":{"reason":"domain: is a public suffix, under which anybody can register"},"status":400}
    eve> POST /directory/orgs {"domain":"gmail.com","id":"b"}
    400 {"error":{"reason":"domain: belongs to a provider of free mail"},"status":400}
    eve> POST /directory/orgs {"domain":"b.example","domain_verified":true,"id":"b"}
    403 {"error":{"reason":"only a platform administrator's word verifies a domain"},"status":403}
    eve> POST /directory/orgs {"id":"b","owner":{"id":"[id]"}}
    403 {"error":{"reason":"only a platform administrator names another owner"},"status":403}
    eve> GET /directory/orgs/domains?domain=acme.example&subdomain=free
    200 {"available":false}
    eve> GET /directory/orgs/domains?subdomain=%20ACME%20
    200 {"available":false}
    eve> GET /directory/orgs/domains?subdomain=free&domain=free.example
    200 {"available":true}
    eve> GET /directory/orgs/domains
    200 {"available":true}
    eve> GET /directory/orgs/domains?subdomain=not%20one
    400 {"error":{"reason":"subdomain: must be 1 to 63 lower-case letters, digits and inner hyphens"},"status":400}
    "#);
}

fn suggestions(kit: &Kit) {
    let service = Service::start(kit);
    let root = Caller::platform(&service);
    let (ada, eve) = (Caller::person(&service, "ada"), Caller::person(&service, "eve"));
    let owned = |key: &str, more: serde_json::Value| {
        let mut body = json!({"id": key, "owner": {"id": ada.id()}});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        root.sends(&service, ORGS, body);
    };
    owned("acme", json!({"domain": "acme.example", "domain_verified": true}));
    owned("claimed", json!({"domain": "claimed.example"}));
    owned("host", json!({}));
    ada.sends(&service, ("PUT", "/directory/invites/orgs/host"), json!({"emails": ["EVE@acme.example"]}));
    let mut script = Transcript::new(kit, &service);
    script.name(ada.id(), "ada");
    script.ask(&eve, "GET", "/directory/orgs/suggest");
    eve.does(&service, "PUT", "/directory/orgs/acme/members");
    ada.sends(&service, ("PUT", "/directory/orgs/host"), json!({"status": "inactive"}));
    script.ask(&eve, "GET", "/directory/orgs/suggest");
    script.ask(&ada, "GET", "/directory/orgs/suggest");
    let program = Caller::program(&service, "acme", &["org.directory.list"]);
    script.ask(&program, "GET", "/directory/orgs/suggest");
    insta::assert_snapshot!(script, @r#"
    eve> GET /directory/orgs/suggest
    200 [
      {"creation_date":"2026-01-15T12:00:00Z","id":"host","modified_date":"2026-01-15T12:00:00Z","name":"host","owner":{"id":"[ada]"},"status":"active","subdomain":"host"},
      {"creation_date":"2026-01-15T12:00:00Z","domain":"acme.example","domain_verified":true,"id":"acme","modified_date":"2026-01-15T12:00:00Z","name":"acme.example","owner":{"id":"[ada]"},"status":"active","subdomain":"acme"}
    ]
    eve> GET /directory/orgs/suggest
    200 []
    ada> GET /directory/orgs/suggest
    200 []
    program> GET /directory/orgs/suggest
    403 {"error":{"reason":"permission required: org.directory.list"},"missing_permissions":["org.directory.list"],"status":403}
    "#);
}
