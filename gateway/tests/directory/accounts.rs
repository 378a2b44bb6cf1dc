//! Account types, and who holds them.

use polity_testkit::{Kit, both_engines};
use serde_json::json;

use crate::ground::common::Service;
use crate::ground::transcript::Transcript;
use crate::ground::{Caller, MOMENT};

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
    insta::assert_snapshot!(types_asked(kit), @r#"
    ada> POST /directory/orgs/acme/accounts/types {"agreements":[{"id":"terms","name":"Terms","type":"eula"}],"code":"worker","description":"On the payroll.","name":"Worker","permissions":["shop.sell"],"requirements":{"totp_required":true},"roles":[{"id":"clerk","permissions":[{"scope":"shop.greet"}]}],"specifications":{"validity_period":"NOW+1YEAR"},"status":"published","subscriptions":["s1"]}
    200 {"agreements":[{"id":"terms","name":"Terms","type":"eula"}],"code":"worker","creation_date":"2026-01-15T12:00:00.002Z","description":"On the payroll.","id":"[id]","modified_date":"2026-01-15T12:00:00.002Z","name":"Worker","org_id":"acme","permissions":["shop.sell"],"requirements":{"ekyc_required":false,"email_required":false,"employer_required":false,"payment_required":false,"totp_required":true},"roles":[{"id":"clerk","permissions":[{"scope":"shop.greet"}]}],"specifications":{"validity_period":"NOW+1YEAR"},"status":"published","subscriptions":["s1"]}
    ada> POST /directory/orgs/acme/accounts/types {"agreements":[{"id":"terms","name":"Terms","type":"eula"}],"code":"worker","description":"On the payroll.","name":"Worker","permissions":["shop.sell"],"requirements":{"totp_required":true},"roles":[{"id":"clerk","permissions":[{"scope":"shop.greet"}]}],"specifications":{"validity_period":"NOW+1YEAR"},"status":"published","subscriptions":["s1"]}
    409 {"error":{"reason":"an account type with this code exists"},"status":409}
    bob> GET /directory/orgs/acme/accounts/types/worker
    200 {"agreements":[{"id":"terms","name":"Terms","type":"eula"}],"code":"worker","creation_date":"2026-01-15T12:00:00.002Z","description":"On the payroll.","id":"[id]","modified_date":"2026-01-15T12:00:00.002Z","name":"Worker","org_id":"acme","permissions":["shop.sell"],"requirements":{"ekyc_required":false,"email_required":false,"employer_required":false,"payment_required":false,"totp_required":true},"roles":[{"id":"clerk","permissions":[{"scope":"shop.greet"}]}],"specifications":{"validity_period":"NOW+1YEAR"},"status":"published","subscriptions":["s1"]}
    eve> GET /directory/orgs/acme/accounts/types/worker
    404 {"error":{"reason":"no such organization"},"status":404}
    bob> GET /directory/orgs/acme/accounts/types/nothing
    404 {"error":{"reason":"no such account type"},"status":404}
    ada> POST /directory/orgs/acme/accounts/types {"name":"No code"}
    400 {"error":{"reason":"code: must be 1 to 64 lower-case letters, digits, dots, underscores and hyphens"},"status":400}
    ada> POST /directory/orgs/acme/accounts/types {"code":"Upper"}
    400 {"error":{"reason":"code: must be 1 to 64 lower-case letters, digits, dots, underscores and hyphens"},"status":400}
    ada> POST /directory/orgs/acme/accounts/types {"code":"x","status":"gone"}
    400 {"error":{"reason":"status: unknown variant `gone`, expected one of `draft`, `test`, `inactive`, `published`, `deleted`"},"status":400}
    ada> POST /directory/orgs/acme/accounts/types {"code":"x","specifications":{"expiry_period":"tomorrow"}}
    400 {"error":{"reason":"specifications.expiry_period: must be date math such as NOW+1YEAR or NOW/DAY+3DAYS, with at most four steps"},"status":400}
    ada> POST /directory/orgs/acme/accounts/types {"code":"x","requirements":{"totp_required":"yes"}}
    400 {"error":{"reason":"requirements.totp_required: invalid type: string \"yes\", expected a boolean"},"status":400}
    bob> POST /directory/orgs/acme/accounts/types {"code":"x"}
    403 {"error":{"reason":"permission required: org.user.account.types.create"},"missing_permissions":["org.user.account.types.create"],"status":403}
    ada> PUT /directory/orgs/acme/accounts/types/worker {"name":"Staff","status":"published"}
    200 {"agreements":[],"code":"worker","creation_date":"2026-01-15T12:00:00.002Z","id":"[id]","modified_date":"2026-01-15T12:00:00.013Z","name":"Staff","org_id":"acme","permissions":[],"requirements":{"ekyc_required":false,"email_required":false,"employer_required":false,"payment_required":false,"totp_required":false},"roles":[],"specifications":{},"status":"published","subscriptions":[]}
    ada> PUT /directory/orgs/acme/accounts/types/worker {"code":"other"}
    400 {"error":{"reason":"code: is not the one in the path"},"status":400}
    bob> DELETE /directory/orgs/acme/accounts/types/worker
    403 {"error":{"reason":"permission required: org.user.account.types.delete"},"missing_permissions":["org.user.account.types.delete"],"status":403}
    ada> DELETE /directory/orgs/acme/accounts/types/worker
    200
    ada> DELETE /directory/orgs/acme/accounts/types/worker
    200
    ada> DELETE /directory/orgs/acme/accounts/types/nothing
    404 {"error":{"reason":"no such account type"},"status":404}
    bob> GET /directory/orgs/acme/accounts/types
    200 [
      {"agreements":[],"code":"worker","creation_date":"2026-01-15T12:00:00.002Z","id":"[id]","modified_date":"2026-01-15T12:00:00.016Z","name":"Staff","org_id":"acme","permissions":[],"requirements":{"ekyc_required":false,"email_required":false,"employer_required":false,"payment_required":false,"totp_required":false},"roles":[],"specifications":{},"status":"inactive","subscriptions":[]}
    ]
    "#);
}

/// An account type from its founding to its retirement.
fn types_asked(kit: &Kit) -> String {
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
    script.to_string()
}

fn assignments(kit: &Kit) {
    insta::assert_snapshot!(assignments_asked(kit), @r#"
    bob> POST /directory/orgs/acme/accounts/users/[bob]/worker
    403 {"error":{"reason":"permission required: org.user.account.create"},"missing_permissions":["org.user.account.create"],"status":403}
    ada> POST /directory/orgs/acme/accounts/users/[bob]/worker
    200 {"account_code":"worker","creation_date":"2026-01-15T12:00:00.003Z","effective_date":"2026-01-15T12:00:00.003Z","id":"[id]","org_id":"acme","status":"active","subject_id":"[bob]"}
    ada> POST /directory/orgs/acme/accounts/users/[bob]/worker
    409 {"error":{"reason":"the account has this type already"},"status":409}
    ada> POST /directory/orgs/acme/accounts/users/[bob]/draft
    409 {"error":{"reason":"the account type is neither published nor in test"},"status":409}
    ada> POST /directory/orgs/acme/accounts/users/[bob]/nothing
    404 {"error":{"reason":"no such account type"},"status":404}
    ada> POST /directory/orgs/acme/accounts/users/[id]/worker
    404 {"error":{"reason":"no such account"},"status":404}
    ada> PUT /directory/orgs/acme/accounts/users/[bob]/worker {"status":"pending"}
    200 {"account_code":"worker","creation_date":"2026-01-15T12:00:00.003Z","effective_date":"2026-01-15T12:00:00.003Z","id":"[id]","org_id":"acme","status":"pending","subject_id":"[bob]"}
    ada> PUT /directory/orgs/acme/accounts/users/[bob]/worker {}
    200 {"account_code":"worker","creation_date":"2026-01-15T12:00:00.003Z","effective_date":"2026-01-15T12:00:00.003Z","id":"[id]","org_id":"acme","status":"pending","subject_id":"[bob]"}
    ada> PUT /directory/orgs/acme/accounts/users/[bob]/worker {"status":"gone"}
    400 {"error":{"reason":"status: unknown variant `gone`, expected one of `active`, `disabled`, `expired`, `pending`, `deleted`"},"status":400}
    bob> PUT /directory/orgs/acme/accounts/users/[bob]/worker {"status":"active"}
    403 {"error":{"reason":"permission required: org.user.account.update"},"missing_permissions":["org.user.account.update"],"status":403}
    bob> DELETE /directory/orgs/acme/accounts/users/[bob]/worker
    403 {"error":{"reason":"permission required: org.user.account.delete"},"missing_permissions":["org.user.account.delete"],"status":403}
    ada> DELETE /directory/orgs/acme/accounts/users/[bob]/worker "whatever"
    200
    ada> DELETE /directory/orgs/acme/accounts/users/[bob]/worker
    200
    ada> DELETE /directory/orgs/acme/accounts/users/[ada]/worker
    404 {"error":{"reason":"no such account type assignment"},"status":404}
    ada> POST /directory/orgs/acme/accounts/users/[bob]/worker
    200 {"account_code":"worker","creation_date":"2026-01-15T12:00:00.003Z","effective_date":"2026-01-15T12:00:00.016Z","id":"[id]","org_id":"acme","status":"active","subject_id":"[bob]"}
    bob> GET /directory/orgs/acme/accounts/users
    200 [
      {"accounts":[],"acls":["owner"],"creation_date":"2026-01-15T12:00:00Z","effective_date":"2026-01-15T12:00:00Z","identity":{"id":"[ada]","metadata_public":{},"traits":{"email":"ada@acme.example"}},"org_id":"acme","status":"active"},
      {"accounts":[{"account_code":"worker","creation_date":"2026-01-15T12:00:00.003Z","effective_date":"2026-01-15T12:00:00.016Z","id":"[id]","org_id":"acme","status":"active","subject_id":"[bob]"}],"acls":["member"],"creation_date":"2026-01-15T12:00:00Z","effective_date":"2026-01-15T12:00:00.001Z","identity":{"id":"[bob]","metadata_public":{},"traits":{"email":"bob@acme.example"}},"org_id":"acme","status":"active"}
    ]
    eve> GET /directory/orgs/acme/accounts/users
    404 {"error":{"reason":"no such organization"},"status":404}
    "#);
}

/// An account type given, changed and taken away.
fn assignments_asked(kit: &Kit) -> String {
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
    script.to_string()
}
