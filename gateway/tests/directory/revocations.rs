//! What is taken away is gone on the very next request.

use polity_identity::Credential;
use polity_testkit::both_engines;
use serde_json::json;

use crate::ground::common::Service;
use crate::ground::{Caller, MOMENT, patient};

const ACME: &str = "/directory/orgs/acme";

both_engines! {
    fn a_removed_member_is_a_stranger(kit) {
        let service = Service::start(kit);
        let (ada, bob) = (Caller::person(&service, "ada"), Caller::person(&service, "bob"));
        ada.founds(&service, "acme");
        for _ in 0..3 {
            kit.pass(MOMENT);
            ada.admits(&service, "acme", &bob, "admin");
            bob.does(&service, "GET", ACME);
            ada.does(&service, "DELETE", &format!("{ACME}/members/{}", bob.id()));
            assert_eq!(bob.ask(&service, "GET", ACME).code(), 404);
            assert_eq!(bob.put(&service, ("PUT", ACME), &json!({"name": "x"})).code(), 404);
        }
    }

    fn a_role_that_was_taken_gives_nothing(kit) {
        let service = Service::start(kit);
        let (ada, bob) = (Caller::person(&service, "ada"), Caller::person(&service, "bob"));
        ada.founds(&service, "acme");
        kit.pass(MOMENT);
        ada.admits(&service, "acme", &bob, "org.roles.admin.role");
        let make = |id: &str| bob.put(&service, ("POST", "/directory/orgs/acme/roles"), &json!({"id": id})).code();
        assert_eq!(make("a"), 200);
        ada.does(&service, "DELETE", &format!("{ACME}/users/{}/roles/org.roles.admin.role", bob.id()));
        assert_eq!(make("b"), 403);
    }

    fn a_revoked_token_or_key_is_no_credential(kit) {
        let service = patient(kit);
        let ada = Caller::person(&service, "ada");
        ada.founds(&service, "acme");
        let key = ada.narrowed(&service, &["org.directory.get"]);
        for caller in [&ada, &key] {
            caller.does(&service, "GET", ACME);
            let credential: Credential = caller.bearer.clone().unwrap().parse().unwrap();
            service.polity.identity.withdraw(&credential).unwrap();
            let answer = caller.ask(&service, "GET", ACME);
            assert_eq!(answer.code(), 401, "{answer:?}");
            assert!(answer.header("www-authenticate").contains("invalid_token"));
        }
    }

    fn a_narrowed_key_may_only_what_it_names(kit) {
        let service = Service::start(kit);
        let ada = Caller::person(&service, "ada");
        ada.founds(&service, "acme");
        let key = ada.narrowed(&service, &["org.directory.get"]);
        key.does(&service, "GET", ACME);
        for (method, path, missing) in [
            ("DELETE", ACME, "org.directory.delete"),
            ("GET", "/directory/orgs/acme/members", "org.directory.list"),
            ("GET", "/directory/orgs/acme/roles", "org.roles.list"),
            ("GET", "/directory/orgs/suggest", "org.directory.list"),
        ] {
            let answer = key.ask(&service, method, path);
            assert_eq!((answer.code(), &answer.json()["missing_permissions"]), (403, &json!([missing])), "{path}");
        }
    }
}
