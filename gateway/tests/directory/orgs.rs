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
    let done = std::iter::repeat_with(backlog).take(200_000).any(|(waiting, dead)| {
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
    insta::assert_snapshot!(script, @"");
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
    insta::assert_snapshot!(script, @"");
}

fn clashes(kit: &Kit) {
    let service = Service::start(kit);
    let (ada, eve) = (Caller::person(&service, "ada"), Caller::person(&service, "eve"));
    ada.sends(&service, ORGS, json!({"id": "acme", "subdomain": "first", "domain": "acme.example"}));
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
    insta::assert_snapshot!(script, @"");
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
    insta::assert_snapshot!(script, @"");
}
