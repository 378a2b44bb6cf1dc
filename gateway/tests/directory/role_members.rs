//! The members who carry a role: who is shown, who is not, and to whom.

use polity_accounts::{AccountPatch, AccountStatus, People};
use polity_kernel::Actor;
use polity_testkit::{Kit, both_engines};
use serde_json::{Value, json};

use crate::ground::common::Service;
use crate::ground::{Caller, MOMENT, group, place};

const CLERKS: &str = "/directory/orgs/acme/roles/clerk/members";

both_engines! {
    fn they_are_shown_with_who_they_are_in_order_of_giving(kit) {
        let (service, ada, [bob, cyd]) = company(kit);
        let first = carries(kit, &service, (&ada, &cyd), json!({}));
        let second = carries(kit, &service, (&ada, &bob), json!({"expires_date": "2026-01-15T13:00:00Z"}));
        assert_eq!(bob.does(&service, "GET", CLERKS).json(), json!([
            {"id": first, "role_id": "clerk", "org_id": "acme", "creation_date": "2026-01-15T12:00:00.003Z",
                "identity": {"id": cyd.id(), "traits": {"email": "cyd@acme.example"}, "metadata_public": {}}},
            {"id": second, "role_id": "clerk", "org_id": "acme", "creation_date": "2026-01-15T12:00:00.004Z",
                "expires_date": "2026-01-15T13:00:00Z",
                "identity": {"id": bob.id(), "traits": {"email": "bob@acme.example"}, "metadata_public": {}}},
        ]));
        // a level stands for a role: who has it carries the role since they joined
        let owners = bob.does(&service, "GET", "/directory/orgs/acme/roles/owner/members").json();
        assert_eq!(subjects(&owners), [ada.id().to_string()]);
        assert_eq!(bob.does(&service, "GET", "/directory/orgs/acme/roles/manager/members").json(), json!([]));
    }

    fn a_long_list_comes_whole_or_in_parts(kit) {
        let (service, ada, [bob, cyd]) = company(kit);
        let mut expected = Vec::new();
        for who in [&cyd, &ada, &bob] {
            carries(kit, &service, (&ada, who), json!({}));
            expected.push(who.id().to_string());
        }
        assert_eq!(subjects(&ada.does(&service, "GET", CLERKS).json()), expected);
        let first = ada.does(&service, "GET", &format!("{CLERKS}?limit=2"));
        assert_eq!(subjects(&first.json()), expected[..2]);
        let next = first.header("link").strip_prefix('<').and_then(|link| link.split_once('>')).unwrap().0;
        let last = ada.does(&service, "GET", next);
        assert_eq!((subjects(&last.json()), last.header("link")), (expected[2..].to_vec(), ""));
        for bad in ["limit=0", "limit=1001", "limit=x", "cursor=x", "limit=1&limit=2"] {
            let answer = ada.ask(&service, "GET", &format!("{CLERKS}?{bad}"));
            assert_eq!((answer.code(), &answer.json()["status"]), (400, &json!(400)), "{bad}");
        }
    }

    fn groups_and_who_is_not_there_are_left_out(kit) {
        let (service, ada, [bob, cyd]) = company(kit);
        let team = group(&service, "acme", "team", None);
        place(&service, "acme", team, polity_groups::Member::Account(cyd.id()));
        let to_team = json!({"assigned_to": team.to_string(), "assignee_type": "group"});
        ada.sends(&service, ("POST", "/directory/orgs/acme/roles/clerk/assignments"), to_team);
        assert_eq!(ada.does(&service, "GET", CLERKS).json(), json!([]), "a group's people do not carry it by themselves");
        for who in [&bob, &cyd] {
            carries(kit, &service, (&ada, who), json!({}));
        }
        let disabled = AccountPatch { status: Some(AccountStatus::Disabled), ..AccountPatch::default() };
        People::update(service.polity.accounts.as_ref(), &Actor::system(), bob.id(), disabled).unwrap();
        assert_eq!(subjects(&ada.does(&service, "GET", CLERKS).json()), [cyd.id().to_string()]);
        assert_eq!(subjects(&ada.does(&service, "GET", &format!("{CLERKS}?limit=1")).json()), [cyd.id().to_string()]);
        ada.does(&service, "DELETE", &format!("/directory/orgs/acme/members/{}", cyd.id()));
        assert_eq!(ada.does(&service, "GET", CLERKS).json(), json!([]));
    }

    fn who_may_not_ask_learns_nothing(kit) {
        let (service, ada, [bob, _]) = company(kit);
        carries(kit, &service, (&ada, &bob), json!({}));
        let eve = Caller::person(&service, "eve");
        eve.founds(&service, "initech");
        let refused = |who: &Caller, path: &str| {
            let answer = who.ask(&service, "GET", path);
            (answer.code(), answer.json()["error"]["reason"].as_str().unwrap().to_owned())
        };
        assert_eq!(refused(&eve, CLERKS), (404, "no such organization".to_owned()));
        let elsewhere = "/directory/orgs/initech/roles/clerk/members";
        assert_eq!(refused(&eve, elsewhere), (404, "no such role".to_owned()), "a role of another organization");
        for nothing in ["nothing", "not%20a%20role"] {
            let path = format!("/directory/orgs/acme/roles/{nothing}/members");
            assert_eq!(refused(&ada, &path), (404, "no such role".to_owned()), "{path}");
        }
        for (only, lacks) in [("org.members.list", "org.roles.list"), ("org.roles.list", "org.members.list")] {
            let narrow = ada.narrowed(&service, &["org.directory.get", only]);
            assert_eq!(refused(&narrow, CLERKS), (403, format!("permission required: {lacks}")));
        }
        assert_eq!(Caller::anonymous().ask(&service, "GET", CLERKS).code(), 401);
    }
}

/// An organization with the role `clerk`: its owner, and two plain members.
fn company(kit: &Kit) -> (Service, Caller, [Caller; 2]) {
    let service = Service::start(kit);
    let ada = Caller::person(&service, "ada");
    ada.founds(&service, "acme");
    let others = ["bob", "cyd"].map(|name| {
        let member = Caller::person(&service, name);
        kit.pass(MOMENT);
        ada.admits(&service, "acme", &member, "member");
        member
    });
    ada.sends(&service, ("POST", "/directory/orgs/acme/roles"), json!({"id": "clerk"}));
    (service, ada, others)
}

/// Has one of them give the role to the other, with more of the body; returns the assignment's id.
fn carries(kit: &Kit, service: &Service, (giver, who): (&Caller, &Caller), mut body: Value) -> Value {
    kit.pass(MOMENT);
    body["assigned_to"] = json!(who.id());
    body["assignee_type"] = json!("user");
    giver.sends(service, ("POST", "/directory/orgs/acme/roles/clerk/assignments"), body).json()["id"].clone()
}

/// Who is listed.
fn subjects(list: &Value) -> Vec<String> {
    let subject = |one: &Value| one["identity"]["id"].as_str().unwrap().to_owned();
    list.as_array().unwrap().iter().map(subject).collect()
}
