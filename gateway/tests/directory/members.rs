//! Who belongs to an organization: joining, leaving, adding, removing.

use polity_accounts::{AccountFields, NewAccount, People};
use polity_kernel::Actor;
use polity_testkit::{Kit, both_engines};
use serde_json::json;

use crate::ground::common::Service;
use crate::ground::transcript::Transcript;
use crate::ground::{Caller, MOMENT};

const MEMBERS: &str = "/directory/orgs/acme/members";

both_engines! {
    fn joining_by_the_domain_of_ones_address(kit) { join_by_domain(kit); }

    fn joining_by_invitation(kit) { join_by_invitation(kit); }

    fn adding_and_removing(kit) { add_and_expel(kit); }

    fn leaving(kit) { leave(kit); }

    fn a_program_cannot_join(kit) {
        let service = Service::start(kit);
        domain(&service);
        let program = Caller::program(&service, "acme", &["org.directory.list"]);
        for method in ["PUT", "DELETE"] {
            let answer = program.ask(&service, method, MEMBERS);
            assert_eq!(answer.code(), 403, "{method}: {answer:?}");
            assert!(answer.json().get("missing_permissions").is_some() || answer.text.contains("person"));
        }
    }

    fn a_long_list_comes_whole_or_in_parts(kit) {
        let service = Service::start(kit);
        let (_, ada) = domain(&service);
        let mut expected = vec![ada.id().to_string()];
        for number in 0..7 {
            kit.pass(MOMENT);
            let someone = service.person(&format!("person{number}@acme.example"));
            ada.does(&service, "PUT", &format!("{MEMBERS}/{}", someone.id));
            expected.push(someone.id.to_string());
        }
        assert_eq!(ada.does(&service, "GET", MEMBERS).json(), json!(expected));
        let mut found = Vec::new();
        let mut next = Some(format!("{MEMBERS}?limit=3"));
        while let Some(path) = next {
            let part = ada.does(&service, "GET", &path);
            let items: Vec<String> = serde_json::from_str(&part.text).unwrap();
            assert!((1..=3).contains(&items.len()));
            found.extend(items);
            next = part.header("link").strip_prefix('<').and_then(|link| link.split_once('>')).map(|(to, _)| to.to_owned());
        }
        assert_eq!(found, expected);
        for bad in ["limit=0", "limit=-1", "limit=x", "limit=1001", "cursor=x", "limit=1&limit=2"] {
            let answer = ada.ask(&service, "GET", &format!("{MEMBERS}?{bad}"));
            assert_eq!((answer.code(), &answer.json()["status"]), (400, &json!(400)), "{bad}");
        }
    }
}

/// An organization with a verified domain: the platform, and its owner.
fn domain(service: &Service) -> (Caller, Caller) {
    let (root, ada) = (Caller::platform(service), Caller::person(service, "ada"));
    let body =
        json!({"id": "acme", "domain": "acme.example", "domain_verified": true, "owner": {"id": ada.id()}});
    root.sends(service, ("POST", "/directory/orgs"), body);
    (root, ada)
}

fn join_by_domain(kit: &Kit) {
    let service = Service::start(kit);
    let (_, ada) = domain(&service);
    let bob = Caller::person(&service, "bob");
    let elsewhere = Caller::of(&service, "elsewhere", &service.person("x@sub.acme.example"));
    let fields = AccountFields { email: "fay@acme.example".to_owned(), ..AccountFields::default() };
    let people: &dyn People = service.polity.accounts.as_ref();
    let unverified = people.create(&Actor::system(), NewAccount::try_from(fields).unwrap()).unwrap();
    let unverified = Caller::of(&service, "unverified", &unverified);
    let rows = kit.rows();
    let mut script = Transcript::new(kit, &service);
    for (who, name) in [(&ada, "ada"), (&bob, "bob")] {
        script.name(who.id(), name);
    }
    script.ask(&elsewhere, "PUT", MEMBERS);
    script.ask(&unverified, "PUT", MEMBERS);
    script.ask(&Caller::anonymous(), "PUT", MEMBERS);
    script.ask(&bob, "PUT", "/directory/orgs/nowhere/members");
    assert_eq!(kit.rows(), rows, "nothing was written");
    script.ask(&bob, "GET", MEMBERS);
    script.ask(&bob, "PUT", MEMBERS);
    script.ask(&bob, "PUT", MEMBERS);
    script.ask(&bob, "GET", MEMBERS);
    script.ask(&bob, "GET", &format!("/directory/orgs/acme/users/{}/roles", bob.id()));
    insta::assert_snapshot!(script, @r#"
    elsewhere> PUT /directory/orgs/acme/members
    404 {"error":{"reason":"no such organization"},"status":404}
    unverified> PUT /directory/orgs/acme/members
    403 {"error":{"reason":"the e-mail address is not verified"},"status":403}
    anonymous> PUT /directory/orgs/acme/members
    401 {"error":{"reason":"a credential is required"},"status":401}
    bob> PUT /directory/orgs/nowhere/members
    404 {"error":{"reason":"no such organization"},"status":404}
    bob> GET /directory/orgs/acme/members
    404 {"error":{"reason":"no such organization"},"status":404}
    bob> PUT /directory/orgs/acme/members
    200
    bob> PUT /directory/orgs/acme/members
    409 {"error":{"reason":"already a member of this organization"},"status":409}
    bob> GET /directory/orgs/acme/members
    200 ["[ada]","[bob]"]
    bob> GET /directory/orgs/acme/users/[bob]/roles
    200 [
      {"assigned_to":"[bob]","assignee_type":"user","id":"[id]","org_id":"acme","role_id":"member"}
    ]
    "#);
}

fn join_by_invitation(kit: &Kit) {
    let service = Service::start(kit);
    let (_, ada) = domain(&service);
    let guest = Caller::of(&service, "guest", &service.person("guest@other.example"));
    let mut script = Transcript::new(kit, &service);
    script.name(ada.id(), "ada");
    script.name(guest.id(), "guest");
    let body = json!({"emails": [" Guest@Other.example "], "roles": ["manager"], "expireDays": 2});
    script.send(&ada, ("PUT", "/directory/invites/orgs/acme"), body);
    script.ask(&guest, "PUT", MEMBERS);
    script.ask(&guest, "GET", &format!("/directory/orgs/acme/users/{}/roles", guest.id()));
    script.ask(&ada, "GET", "/directory/invites/orgs/acme");
    script.ask(&guest, "DELETE", MEMBERS);
    script.ask(&guest, "PUT", MEMBERS);
    insta::assert_snapshot!(script, @r#"
    ada> PUT /directory/invites/orgs/acme {"emails":[" Guest@Other.example "],"expireDays":2,"roles":["manager"]}
    200 [
      {"creation_date":"2026-01-15T12:00:00.001Z","email":"guest@other.example","entity":{"id":"acme","name":"acme.example"},"expires_date":"2026-01-17T00:00:00Z","id":"[id]","invite_id":"[id]","requesting_user_id":"[ada]","roles":["manager"],"scope":"organization","status":"pending"}
    ]
    guest> PUT /directory/orgs/acme/members
    200
    guest> GET /directory/orgs/acme/users/[guest]/roles
    200 [
      {"assigned_to":"[guest]","assignee_type":"user","id":"[id]","org_id":"acme","role_id":"member"},
      {"assigned_to":"[guest]","assignee_type":"user","id":"[id]","org_id":"acme","role_id":"manager"}
    ]
    ada> GET /directory/invites/orgs/acme
    200 [
      {"creation_date":"2026-01-15T12:00:00.001Z","email":"guest@other.example","entity":{"id":"acme","name":"acme.example"},"expires_date":"2026-01-17T00:00:00Z","id":"[id]","invite_id":"[id]","requesting_user_id":"[ada]","roles":["manager"],"scope":"organization","status":"claimed"}
    ]
    guest> DELETE /directory/orgs/acme/members
    200
    guest> PUT /directory/orgs/acme/members
    404 {"error":{"reason":"no such organization"},"status":404}
    "#);
}

fn add_and_expel(kit: &Kit) {
    let service = Service::start(kit);
    let (_, ada) = domain(&service);
    let (bob, eve) = (Caller::person(&service, "bob"), Caller::person(&service, "eve"));
    let mut script = Transcript::new(kit, &service);
    for (who, name) in [(&ada, "ada"), (&bob, "bob"), (&eve, "eve")] {
        script.name(who.id(), name);
    }
    let (bob_path, eve_path, ada_path) = (
        format!("{MEMBERS}/{}", bob.id()),
        format!("{MEMBERS}/{}", eve.id()),
        format!("{MEMBERS}/{}", ada.id()),
    );
    script.ask(&ada, "PUT", &bob_path);
    script.ask(&ada, "PUT", &bob_path);
    script.ask(&bob, "PUT", &eve_path);
    script.ask(&eve, "PUT", &eve_path);
    script.ask(&ada, "PUT", &format!("{MEMBERS}/01999999-9999-7999-8999-999999999999"));
    script.ask(&ada, "PUT", &format!("{MEMBERS}/not-an-id"));
    script.ask(&ada, "PUT", &format!("{MEMBERS}/{}", "ab".repeat(32)));
    script.ask(&bob, "DELETE", &ada_path);
    script.ask(&ada, "DELETE", &ada_path);
    script.ask(&ada, "DELETE", &bob_path);
    script.ask(&ada, "DELETE", &bob_path);
    script.ask(&bob, "GET", MEMBERS);
    script.ask(&ada, "GET", MEMBERS);
    insta::assert_snapshot!(script, @r#"
    ada> PUT /directory/orgs/acme/members/[bob]
    200
    ada> PUT /directory/orgs/acme/members/[bob]
    200
    bob> PUT /directory/orgs/acme/members/[eve]
    403 {"error":{"reason":"permission required: org.directory.members.create"},"missing_permissions":["org.directory.members.create"],"status":403}
    eve> PUT /directory/orgs/acme/members/[eve]
    404 {"error":{"reason":"no such organization"},"status":404}
    ada> PUT /directory/orgs/acme/members/[id]
    404 {"error":{"reason":"no such account"},"status":404}
    ada> PUT /directory/orgs/acme/members/not-an-id
    404 {"error":{"reason":"no such subject"},"status":404}
    ada> PUT /directory/orgs/acme/members/abababababababababababababababababababababababababababababababab
    404 {"error":{"reason":"no such subject"},"status":404}
    bob> DELETE /directory/orgs/acme/members/[ada]
    403 {"error":{"reason":"permission required: org.directory.members.create"},"missing_permissions":["org.directory.members.create"],"status":403}
    ada> DELETE /directory/orgs/acme/members/[ada]
    409 {"error":{"reason":"the last owner cannot go; make somebody else an owner first"},"status":409}
    ada> DELETE /directory/orgs/acme/members/[bob]
    200
    ada> DELETE /directory/orgs/acme/members/[bob]
    200
    bob> GET /directory/orgs/acme/members
    404 {"error":{"reason":"no such organization"},"status":404}
    ada> GET /directory/orgs/acme/members
    200 ["[ada]"]
    "#);
}

fn leave(kit: &Kit) {
    let service = Service::start(kit);
    let (_, ada) = domain(&service);
    let bob = Caller::person(&service, "bob");
    let mut script = Transcript::new(kit, &service);
    for (who, name) in [(&ada, "ada"), (&bob, "bob")] {
        script.name(who.id(), name);
    }
    ada.does(&service, "GET", "/directory/orgs/acme");
    script.ask(&bob, "DELETE", MEMBERS);
    script.ask(&ada, "DELETE", MEMBERS);
    kit.pass(MOMENT);
    ada.admits(&service, "acme", &bob, "owner");
    script.ask(&ada, "DELETE", MEMBERS);
    script.ask(&ada, "GET", "/directory/orgs/acme");
    script.ask(&bob, "GET", "/directory/orgs/acme");
    script.ask(&bob, "DELETE", MEMBERS);
    insta::assert_snapshot!(script, @r#"
    bob> DELETE /directory/orgs/acme/members
    409 {"error":{"reason":"not a member of this organization"},"status":409}
    ada> DELETE /directory/orgs/acme/members
    409 {"error":{"reason":"the last owner cannot go; make somebody else an owner first"},"status":409}
    ada> DELETE /directory/orgs/acme/members
    200
    ada> GET /directory/orgs/acme
    404 {"error":{"reason":"no such organization"},"status":404}
    bob> GET /directory/orgs/acme
    200 {"creation_date":"2026-01-15T12:00:00Z","domain":"acme.example","domain_verified":true,"id":"acme","modified_date":"2026-01-15T12:00:00Z","name":"acme.example","owner":{"id":"[bob]"},"status":"active","subdomain":"acme"}
    bob> DELETE /directory/orgs/acme/members
    409 {"error":{"reason":"the last owner cannot go; make somebody else an owner first"},"status":409}
    "#);
}
