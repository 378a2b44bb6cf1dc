//! Role memberships: given, listed, read, taken.

use polity_testkit::both_engines;
use serde_json::{Value, json};

use crate::ground::Caller;
use crate::ground::common::Service;

fn role(service: &Service, caller: &Caller) -> String {
    let made =
        caller.sends(service, ("POST", "/api/organizations/acme/roles"), json!({"name": "Clerks"})).json();
    format!("/api/organizations/acme/roles/{}", made["id"].as_str().unwrap())
}

both_engines! {
    fn a_role_is_given_once_and_taken(kit) {
        let service = Service::start(kit);
        let (ada, bob) = (Caller::person(&service, "ada"), Caller::person(&service, "bob"));
        ada.founds(&service, "acme");
        ada.admits(&service, "acme", &bob, "member");
        let role = role(&service, &ada);
        let at = format!("{role}/role_memberships/");
        assert_eq!(bob.put(&service, ("POST", &at), &json!({"user_uuid": bob.id()})).code(), 403);
        let answer = ada.put(&service, ("POST", &at), &json!({"user_uuid": bob.id()}));
        assert_eq!(answer.code(), 201, "{answer:?}");
        let given = answer.json();
        assert_eq!((&given["user"]["uuid"], &given["organization_member"]["level"]), (&json!(bob.id()), &json!(1)));
        let one = format!("{at}{}", given["id"].as_str().unwrap());
        assert_eq!(bob.does(&service, "GET", &one).json(), given);
        let page = bob.does(&service, "GET", &at).json();
        assert_eq!((&page["count"], &page["results"]), (&json!(1), &json!([given])));
        assert_eq!(bob.does(&service, "GET", &role).json()["members"], json!([given]));
        let roles = ada.does(&service, "GET", &format!("/directory/orgs/acme/users/{}/roles", bob.id()));
        assert!(roles.text.contains("clerks"), "{roles:?}");
        assert_eq!(ada.put(&service, ("PATCH", &one), &json!({})).code(), 405);
        assert_eq!(bob.ask(&service, "DELETE", &one).code(), 403);
        assert_eq!(ada.ask(&service, "DELETE", &one).code(), 204);
        assert_eq!(ada.ask(&service, "DELETE", &one).code(), 404);
        assert_eq!(ada.does(&service, "GET", &at).json()["count"], 0);
    }

    fn what_cannot_be_given_is_refused(kit) {
        let service = Service::start(kit);
        let (ada, bob, eve) = (Caller::person(&service, "ada"), Caller::person(&service, "bob"), Caller::person(&service, "eve"));
        ada.founds(&service, "acme");
        ada.admits(&service, "acme", &bob, "member");
        let at = format!("{}/role_memberships", role(&service, &ada));
        let give = |at: &str, body: Value| {
            let answer = ada.put(&service, ("POST", at), &body);
            format!("{} {} {}", answer.code(), answer.json()["code"].as_str().unwrap_or_default(), answer.json()["attr"])
        };
        assert_eq!(give(&at, json!({"user_uuid": eve.id()})), "400 invalid_input null", "no member");
        assert_eq!(give(&at, json!({})), "400 required \"user_uuid\"");
        assert_eq!(give(&at, json!({"user_uuid": "x"})), "400 invalid_input \"user_uuid\"");
        let unknown = format!("/api/organizations/acme/roles/{}/role_memberships", eve.id());
        assert_eq!(give(&unknown, json!({"user_uuid": bob.id()})), "400 invalid_input null", "no such role");
        ada.sends(&service, ("POST", &at), json!({"user_uuid": bob.id()}));
        assert_eq!(give(&at, json!({"user_uuid": bob.id()})), "400 invalid_input null", "once is enough");
    }
}
