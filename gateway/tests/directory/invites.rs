//! Invitations: sent, seen, accepted, taken back.

use polity_testkit::{Kit, both_engines};
use serde_json::json;

use crate::ground::common::Service;
use crate::ground::transcript::Transcript;
use crate::ground::{Caller, MOMENT};

const OF_ACME: (&str, &str) = ("PUT", "/directory/invites/orgs/acme");
const MINE: &str = "/directory/invites";

both_engines! {
    fn from_being_sent_to_being_accepted(kit) { life(kit); }

    fn what_cannot_be_sent(kit) { refused(kit); }

    fn a_member_cannot_invite_and_a_stranger_sees_nothing(kit) {
        let service = Service::start(kit);
        let (ada, bob, eve) = (
            Caller::person(&service, "ada"),
            Caller::person(&service, "bob"),
            Caller::person(&service, "eve"),
        );
        ada.founds(&service, "acme");
        kit.pass(MOMENT);
        ada.admits(&service, "acme", &bob, "member");
        let body = json!({"emails": ["x@y.example"]});
        for (who, status) in [(&bob, 403), (&eve, 404)] {
            assert_eq!(who.put(&service, OF_ACME, &body).code(), status);
            assert_eq!(who.ask(&service, "GET", OF_ACME.1).code(), status);
        }
        let sent = ada.sends(&service, OF_ACME, body).json();
        let path = format!("{}/{}", OF_ACME.1, sent[0]["id"].as_str().unwrap());
        assert_eq!(bob.ask(&service, "DELETE", &path).code(), 403);
        eve.founds(&service, "evil");
        let theirs = path.replace("acme", "evil");
        assert_eq!(eve.ask(&service, "DELETE", &theirs).code(), 404, "another organization's");
        assert_eq!(ada.does(&service, "GET", OF_ACME.1).json()[0]["status"], "pending");
    }
}

fn life(kit: &Kit) {
    insta::assert_snapshot!(life_asked(kit), @r#"
    eve> GET /directory/invites
    200 []
    ada> PUT /directory/invites/orgs/acme {"emails":["eve@acme.example"],"roles":["admin"],"secure":true}
    200 [
      {"creation_date":"2026-01-15T12:00:00.002Z","email":"eve@acme.example","entity":{"id":"acme","name":"acme"},"expires_date":"2026-01-16T00:00:00Z","id":"[id]","invite_id":"[id]","requesting_user_id":"[ada]","roles":["admin"],"scope":"organization","status":"pending"}
    ]
    eve> GET /directory/invites
    200 [
      {"creation_date":"2026-01-15T12:00:00.002Z","email":"eve@acme.example","entity":{"id":"acme","name":"acme"},"expires_date":"2026-01-16T00:00:00Z","id":"[invite]","invite_id":"[invite]","requesting_user_id":"[ada]","roles":["admin"],"scope":"organization","status":"pending"}
    ]
    eve> POST /directory/invites {"entity":{"id":"elsewhere"},"scope":"organization"}
    404 {"error":{"reason":"no such invitation"},"status":404}
    eve> POST /directory/invites {"entity":{"id":"acme"},"scope":"organization"}
    200
    eve> POST /directory/invites {"entity":{"id":"acme"},"scope":"organization"}
    404 {"error":{"reason":"no such invitation"},"status":404}
    eve> GET /directory/orgs/acme/users/[eve]/roles
    200 [
      {"assigned_to":"[eve]","assignee_type":"user","id":"[id]","org_id":"acme","role_id":"admin"}
    ]
    ada> PUT /directory/invites/orgs/acme {"emails":["fay@acme.example"],"expireDays":0}
    200 [
      {"creation_date":"2026-01-15T12:00:00.008Z","email":"fay@acme.example","entity":{"id":"acme","name":"acme"},"expires_date":"2026-02-12T00:00:00Z","id":"[id]","invite_id":"[id]","requesting_user_id":"[ada]","roles":[],"scope":"organization","status":"pending"}
    ]
    ada> DELETE /directory/invites/orgs/acme/[second]
    200
    ada> DELETE /directory/invites/orgs/acme/[second]
    404 {"error":{"reason":"no such invitation"},"status":404}
    ada> PUT /directory/invites/orgs/acme {"emails":["gil@acme.example"],"expireDays":1}
    200 [
      {"creation_date":"2026-01-15T12:00:00.011Z","email":"gil@acme.example","entity":{"id":"acme","name":"acme"},"expires_date":"2026-01-16T00:00:00Z","id":"[id]","invite_id":"[id]","requesting_user_id":"[ada]","roles":[],"scope":"organization","status":"pending"}
    ]
    gil> POST /directory/invites {"entity":{"id":"acme"},"scope":"organization"}
    404 {"error":{"reason":"no such invitation"},"status":404}
    "#);
}

/// Invitations sent, accepted, taken back and run out.
fn life_asked(kit: &Kit) -> String {
    let service = Service::start(kit);
    let (ada, eve) = (Caller::person(&service, "ada"), Caller::person(&service, "eve"));
    ada.founds(&service, "acme");
    let mut script = Transcript::new(kit, &service);
    for (who, name) in [(&ada, "ada"), (&eve, "eve")] {
        script.name(who.id(), name);
    }
    script.ask(&eve, "GET", MINE);
    let sent = script.send(
        &ada,
        OF_ACME,
        json!({"emails": ["eve@acme.example"], "roles": ["admin"], "secure": true}),
    );
    script.name(sent.json()[0]["id"].as_str().unwrap(), "invite");
    script.ask(&eve, "GET", MINE);
    let to = |id: &str| json!({"scope": "organization", "entity": {"id": id}});
    script.send(&eve, ("POST", MINE), to("elsewhere"));
    script.send(&eve, ("POST", MINE), to("acme"));
    script.send(&eve, ("POST", MINE), to("acme"));
    script.ask(&eve, "GET", &format!("/directory/orgs/acme/users/{}/roles", eve.id()));
    let second = script.send(&ada, OF_ACME, json!({"emails": ["fay@acme.example"], "expireDays": 0}));
    let second = second.json()[0]["id"].as_str().unwrap().to_owned();
    script.name(&second, "second");
    script.ask(&ada, "DELETE", &format!("{}/{second}", OF_ACME.1));
    script.ask(&ada, "DELETE", &format!("{}/{second}", OF_ACME.1));
    let third = script.send(&ada, OF_ACME, json!({"emails": ["gil@acme.example"], "expireDays": 1}));
    script.name(third.json()[0]["id"].as_str().unwrap(), "third");
    kit.pass(std::time::Duration::from_secs(12 * 3_600));
    let gil = Caller::person(&service, "gil");
    script.send(&gil, ("POST", MINE), to("acme"));
    script.to_string()
}

fn refused(kit: &Kit) {
    let service = Service::start(kit);
    let (ada, bob) = (Caller::person(&service, "ada"), Caller::person(&service, "bob"));
    ada.founds(&service, "acme");
    kit.pass(MOMENT);
    ada.admits(&service, "acme", &bob, "admin");
    let rows = kit.rows();
    let mut script = Transcript::new(kit, &service);
    script.send(&ada, OF_ACME, json!({}));
    script.send(&ada, OF_ACME, json!({"emails": []}));
    script.send(&ada, OF_ACME, json!({"emails": ["a@b.example", "no address"]}));
    script.send(&ada, OF_ACME, json!({"emails": ["a@b.example"], "roles": ["nothing"]}));
    script.send(&ada, OF_ACME, json!({"emails": ["a@b.example"], "expireDays": 366}));
    script.send(&ada, OF_ACME, json!({"emails": ["a@b.example"], "expireDays": "1"}));
    script.send(&bob, OF_ACME, json!({"emails": ["a@b.example"], "roles": ["owner"]}));
    script.send(&ada, ("POST", MINE), json!({"scope": "project", "entity": {"id": "acme"}}));
    script.send(&ada, ("POST", MINE), json!({"scope": "organization"}));
    script.ask(&ada, "DELETE", &format!("{}/not-an-id", OF_ACME.1));
    assert_eq!(kit.rows(), rows, "nothing was written");
    let many: Vec<String> = (0..101).map(|number| format!("p{number}@b.example")).collect();
    assert_eq!(ada.put(&service, OF_ACME, &json!({"emails": many})).code(), 400);
    insta::assert_snapshot!(script, @r#"
    ada> PUT /directory/invites/orgs/acme {}
    400 {"error":{"reason":"emails: is required"},"status":400}
    ada> PUT /directory/invites/orgs/acme {"emails":[]}
    400 {"error":{"reason":"emails: needs 1 to 100 addresses"},"status":400}
    ada> PUT /directory/invites/orgs/acme {"emails":["a@b.example","no address"]}
    400 {"error":{"reason":"emails.1: must be an address like name@example.com"},"status":400}
    ada> PUT /directory/invites/orgs/acme {"emails":["a@b.example"],"roles":["nothing"]}
    400 {"error":{"reason":"roles: no such role: nothing"},"status":400}
    ada> PUT /directory/invites/orgs/acme {"emails":["a@b.example"],"expireDays":366}
    400 {"error":{"reason":"expireDays: is more than 365"},"status":400}
    ada> PUT /directory/invites/orgs/acme {"emails":["a@b.example"],"expireDays":"1"}
    400 {"error":{"reason":"expireDays: invalid type: string \"1\", expected i64"},"status":400}
    bob> PUT /directory/invites/orgs/acme {"emails":["a@b.example"],"roles":["owner"]}
    403 {"error":{"reason":"level owner or higher required"},"status":403}
    ada> POST /directory/invites {"entity":{"id":"acme"},"scope":"project"}
    400 {"error":{"reason":"scope: unknown variant `project`, expected `organization`"},"status":400}
    ada> POST /directory/invites {"scope":"organization"}
    400 {"error":{"reason":"entity: is required"},"status":400}
    ada> DELETE /directory/invites/orgs/acme/not-an-id
    404 {"error":{"reason":"no such invitation"},"status":404}
    "#);
}
