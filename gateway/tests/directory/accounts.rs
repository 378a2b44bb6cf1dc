//! Account types, and who holds them.

use polity_testkit::{Kit, both_engines};
use serde_json::json;

use crate::ground::{Caller, MOMENT};
use crate::ground::common::Service;
use crate::ground::transcript::Transcript;

const TYPES: &str = "/directory/orgs/acme/accounts/types";
const USERS: &str = "/directory/orgs/acme/accounts/users";

both_engines! {
    fn types_from_draft_to_retirement(kit) { types(kit); }

    fn assignments_from_giving_to_taking(kit) { assignments(kit); }

    fn an_assignment_gives_permissions_until_it_expires(kit) {
        let service = Service::start(kit);
        let (ada, bob) = company(kit, &service);
        let kind = json!({"code": "visitor", "status": "test", "permissions": ["shop.look"],
            "specifications": {"expiry_period": "NOW/DAY+1DAY"}});
        ada.sends(&service, ("POST", TYPES), kind);
        let given = ada.does(&service, "POST", &format!("{USERS}/{}/visitor", bob.id())).json();
        assert_eq!((&given["status"], &given["expiration_date"]), (&json!("active"), &json!("2026-01-16T00:00:00Z")));
        let may = || {
            let path = format!("/directory/orgs/acme/permissions?subject={}&explain=true", bob.id());
            let token = service.token(&crate::ground::account_of(&service, "bob@acme.example"));
            let bob = Caller { bearer: Some(token), ..bob.clone() };
            bob.does(&service, "GET", &path).text.contains("shop.look")
        };
        assert!(may());
        kit.pass(std::time::Duration::from_secs(12 * 3_600));
        assert!(!may());
        let ada = Caller::of(&service, "ada", &crate::ground::account_of(&service, "ada@acme.example"));
        let people = ada.does(&service, "GET", USERS).json();
        assert_eq!(people[1]["accounts"][0]["status"], "expired");
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

fn types(kit: &Kit) {
    let service = Service::start(kit);
    let (ada, bob) = company(kit, &service);
    let eve = Caller::person(&service, "eve");
    let mut script = Transcript::new(kit, &service);
    let body = json!({
        "code": "worker", "name": "Worker", "description": "On the payroll.", "status": "published",
        "requirements": {"totp_required": true}, "specifications": {"validity_period": "NOW+1YEAR"},
        "agreements": [{"id": "terms", "name": "Terms", "type": "eula"}], "subscriptions": ["s1"],
        "permissions": ["shop.sell"], "roles": [{"id": "clerk", "permissions": [{"scope": "shop.greet"}]}],
    });
    script.send(&ada, ("POST", TYPES), body.clone());
    script.send(&ada, ("POST", TYPES), body);
    let worker = format!("{TYPES}/worker");
    script.ask(&bob, "GET", &worker);
    script.ask(&eve, "GET", &worker);
    script.ask(&bob, "GET", &format!("{TYPES}/nothing"));
    script.send(&ada, ("POST", TYPES), json!({"name": "No code"}));
    script.send(&ada, ("POST", TYPES), json!({"code": "Upper"}));
    script.send(&ada, ("POST", TYPES), json!({"code": "x", "status": "gone"}));
    script.send(&ada, ("POST", TYPES), json!({"code": "x", "specifications": {"expiry_period": "tomorrow"}}));
    script.send(&ada, ("POST", TYPES), json!({"code": "x", "requirements": {"totp_required": "yes"}}));
    script.send(&bob, ("POST", TYPES), json!({"code": "x"}));
    script.send(&ada, ("PUT", &worker), json!({"name": "Staff", "status": "published"}));
    script.send(&ada, ("PUT", &worker), json!({"code": "other"}));
    script.ask(&bob, "DELETE", &worker);
    script.ask(&ada, "DELETE", &worker);
    script.ask(&ada, "DELETE", &worker);
    script.ask(&ada, "DELETE", &format!("{TYPES}/nothing"));
    script.ask(&bob, "GET", TYPES);
    insta::assert_snapshot!(script, @"");
}

fn assignments(kit: &Kit) {
    let service = Service::start(kit);
    let (ada, bob) = company(kit, &service);
    let eve = Caller::person(&service, "eve");
    for (code, status) in [("worker", "published"), ("draft", "draft")] {
        ada.sends(&service, ("POST", TYPES), json!({"code": code, "status": status}));
    }
    let mut script = Transcript::new(kit, &service);
    for (who, name) in [(&ada, "ada"), (&bob, "bob"), (&eve, "eve")] {
        script.name(who.id(), name);
    }
    let held = format!("{USERS}/{}/worker", bob.id());
    script.ask(&bob, "POST", &held);
    script.ask(&ada, "POST", &held);
    script.ask(&ada, "POST", &held);
    script.ask(&ada, "POST", &format!("{USERS}/{}/draft", bob.id()));
    script.ask(&ada, "POST", &format!("{USERS}/{}/nothing", bob.id()));
    script.ask(&ada, "POST", &format!("{USERS}/01999999-9999-7999-8999-999999999999/worker"));
    script.send(&ada, ("PUT", &held), json!({"status": "pending"}));
    script.send(&ada, ("PUT", &held), json!({}));
    script.send(&ada, ("PUT", &held), json!({"status": "gone"}));
    script.send(&bob, ("PUT", &held), json!({"status": "active"}));
    script.ask(&bob, "DELETE", &held);
    script.send(&ada, ("DELETE", &held), json!("whatever"));
    script.ask(&ada, "DELETE", &held);
    script.ask(&ada, "DELETE", &format!("{USERS}/{}/worker", ada.id()));
    script.ask(&ada, "POST", &held);
    script.ask(&bob, "GET", USERS);
    script.ask(&eve, "GET", USERS);
    insta::assert_snapshot!(script, @"");
}
