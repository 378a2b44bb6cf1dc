//! A suspended organization: it can be read, and changed only by setting it to work again or deleting it.

use polity_testkit::both_engines;
use serde_json::json;

use crate::ground::common::Service;
use crate::ground::{Caller, MOMENT, newest};

both_engines! {
    fn every_write_but_two_is_refused(kit) {
        let service = Service::start(kit);
        let (root, ada) = (Caller::platform(&service), Caller::person(&service, "ada"));
        let (bob, eve) = (Caller::person(&service, "bob"), Caller::person(&service, "eve"));
        let body = json!({"id": "acme", "domain": "acme.example", "domain_verified": true, "owner": {"id": ada.id()}});
        root.sends(&service, ("POST", "/directory/orgs"), body);
        kit.pass(MOMENT);
        ada.admits(&service, "acme", &bob, "member");
        ada.sends(&service, ("POST", "/directory/orgs/acme/roles"), json!({"id": "clerk"}));
        let worker = json!({"code": "worker", "status": "published"});
        ada.sends(&service, ("POST", "/directory/orgs/acme/accounts/types"), worker);
        let sent = ada.sends(&service, ("PUT", "/directory/invites/orgs/acme"), json!({"emails": ["eve@acme.example"]}));
        let invite = sent.json()[0]["id"].as_str().unwrap().to_owned();
        let suspended = ada.sends(&service, ("PUT", "/directory/orgs/acme"), json!({"domain": "acme.example", "status": "inactive"}));
        assert_eq!(suspended.json()["status"], "inactive");

        let here = [crate::ground::id_of(&service, "acme")];
        let (rows, latest) = (kit.rows(), newest(kit, &here));
        let (bob_id, at) = (bob.id(), "/directory/orgs/acme");
        let carrier = json!({"assigned_to": bob_id, "assignee_type": "user"});
        let writes = [
            (&eve, "PUT", format!("{at}/members"), None),
            (&bob, "DELETE", format!("{at}/members"), None),
            (&ada, "PUT", format!("{at}/members/{}", eve.id()), None),
            (&ada, "DELETE", format!("{at}/members/{bob_id}"), None),
            (&ada, "POST", format!("{at}/roles"), Some(json!({"id": "x"}))),
            (&ada, "PUT", format!("{at}/roles/clerk"), Some(json!({}))),
            (&ada, "DELETE", format!("{at}/roles/clerk"), None),
            (&ada, "POST", format!("{at}/roles/clerk/assignments"), Some(carrier)),
            (&ada, "DELETE", format!("{at}/roles/clerk/assignments?assigned_to={bob_id}&assignee_type=user"), None),
            (&ada, "POST", format!("{at}/users/{bob_id}/roles"), Some(json!(["clerk"]))),
            (&ada, "POST", format!("{at}/users/{bob_id}/roles/clerk"), None),
            (&ada, "DELETE", format!("{at}/users/{bob_id}/roles/clerk"), None),
            (&ada, "POST", format!("{at}/accounts/types"), Some(json!({"code": "x"}))),
            (&ada, "PUT", format!("{at}/accounts/types/worker"), Some(json!({}))),
            (&ada, "DELETE", format!("{at}/accounts/types/worker"), None),
            (&ada, "POST", format!("{at}/accounts/users/{bob_id}/worker"), None),
            (&ada, "PUT", format!("{at}/accounts/users/{bob_id}/worker"), Some(json!({"status": "active"}))),
            (&ada, "DELETE", format!("{at}/accounts/users/{bob_id}/worker"), None),
            (&ada, "PUT", "/directory/invites/orgs/acme".to_owned(), Some(json!({"emails": ["x@y.example"]}))),
            (&ada, "DELETE", format!("/directory/invites/orgs/acme/{invite}"), None),
            (&ada, "PUT", at.to_owned(), Some(json!({"name": "Other", "domain": "acme.example"}))),
            (&ada, "PUT", at.to_owned(), Some(json!({"name": "Other", "domain": "acme.example", "status": "inactive"}))),
            (&eve, "POST", "/directory/invites".to_owned(), Some(json!({"scope": "organization", "entity": {"id": "acme"}}))),
        ];
        for (who, method, path, body) in writes {
            let answer = match &body {
                Some(body) => who.put(&service, (method, &path), body),
                None => who.ask(&service, method, &path),
            };
            assert_eq!(answer.code(), 403, "{method} {path}: {answer:?}");
            assert_eq!(answer.json()["error"]["reason"], "organization is inactive", "{method} {path}");
        }
        assert_eq!((kit.rows(), newest(kit, &here)), (rows, latest), "nothing was written");

        for path in ["", "/members", "/roles", "/permissions", "/accounts/users", "/accounts/types", "/user/roles"] {
            bob.does(&service, "GET", &format!("{at}{path}"));
        }
        ada.sends(&service, ("PUT", at), json!({"domain": "acme.example", "status": "active"}));
        eve.does(&service, "PUT", "/directory/orgs/acme/members");
        ada.sends(&service, ("PUT", at), json!({"status": "inactive"}));
        ada.does(&service, "DELETE", at);
    }
}
