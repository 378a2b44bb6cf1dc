//! Pairwise subjects and sectors: what a relying party of an organization calls its people.

use polity_identity::Mint;
use polity_kernel::{ServiceAccountId, Subject};
use polity_testkit::both_engines;
use serde_json::{Value, json};

use crate::ground::common::{Service, send};
use crate::ground::{Caller, MOMENT};

const MEMBERS: &str = "/directory/orgs/acme/members";

/// Registers a client of acme; returns its id.
fn client(service: &Service, owner: &Caller, metadata: &Value) -> ServiceAccountId {
    let request = service.request("POST", "/oauth2/register").bearer_auth(owner.bearer.clone().unwrap());
    let registered = send(request.header("x-organization", "acme").json(metadata));
    assert_eq!(registered.code(), 201, "{registered:?}");
    registered.json()["client_id"].as_str().unwrap().parse().unwrap()
}

/// The same person by a token for this client.
fn through(service: &Service, person: &Caller, client: ServiceAccountId) -> Caller {
    let mint = Mint { client: Some(client), ..Mint::of(Subject::Person(person.id())) };
    let token = service.polity.identity.mint(&mint).unwrap().token.reveal().to_owned();
    Caller { bearer: Some(token), ..person.clone() }
}

fn pairwise(host: &str) -> Value {
    json!({"client_name": host, "subject_type": "pairwise", "grant_types": ["authorization_code"],
        "redirect_uris": [format!("https://{host}/back")]})
}

fn listed(service: &Service, caller: &Caller) -> Vec<String> {
    serde_json::from_str(&caller.does(service, "GET", MEMBERS).text).unwrap()
}

both_engines! {
    fn a_client_knows_people_by_subjects_of_its_sector(kit) {
        let service = Service::start(kit);
        let (ada, bob) = (Caller::person(&service, "ada"), Caller::person(&service, "bob"));
        ada.founds(&service, "acme");
        kit.pass(MOMENT);
        ada.admits(&service, "acme", &bob, "member");
        let shop = through(&service, &ada, client(&service, &ada, &pairwise("shop.example")));
        let same_sector = through(&service, &ada, client(&service, &ada, &pairwise("shop.example")));
        let other = through(&service, &ada, client(&service, &ada, &pairwise("blog.example")));

        assert_eq!(listed(&service, &ada), [ada.id().to_string(), bob.id().to_string()], "without a client, account ids");
        let subjects = listed(&service, &shop);
        assert_eq!(subjects.len(), 2);
        for subject in &subjects {
            assert!(subject.len() == 64 && subject.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)));
        }
        assert_eq!(listed(&service, &same_sector), subjects);
        assert!(listed(&service, &other).iter().all(|subject| !subjects.contains(subject)));

        let bob_there = subjects[1].clone();
        let roles = shop.does(&service, "GET", &format!("/directory/orgs/acme/users/{bob_there}/roles")).json();
        assert_eq!((&roles[0]["assigned_to"], &roles[0]["role_id"]), (&json!(bob_there), &json!("member")));
        let people = shop.does(&service, "GET", "/directory/orgs/acme/accounts/users").json();
        assert_eq!(people[1]["identity"]["id"], json!(bob_there));
        let explained = format!("/directory/orgs/acme/permissions?subject={bob_there}");
        shop.does(&service, "GET", &explained);
        assert_eq!(other.ask(&service, "GET", &explained).code(), 404, "a subject means nothing in another sector");
        assert_eq!(ada.ask(&service, "GET", &explained).code(), 404, "nor without a client");
        let mine = shop.does(&service, "GET", "/directory/orgs/acme/user/roles").json();
        assert_eq!(mine["user_id"], json!(subjects[0]));

        shop.does(&service, "DELETE", &format!("{MEMBERS}/{bob_there}"));
        assert_eq!(listed(&service, &ada), [ada.id().to_string()]);
        shop.does(&service, "PUT", &format!("{MEMBERS}/{bob_there}"));
        assert_eq!(listed(&service, &shop), subjects, "the same subject again");
    }

    fn an_answer_never_tells_a_pairwise_client_who_somebody_really_is(kit) {
        let service = Service::start(kit);
        let (ada, bob) = (Caller::person(&service, "ada"), Caller::person(&service, "bob"));
        ada.founds(&service, "acme");
        kit.pass(MOMENT);
        ada.admits(&service, "acme", &bob, "manager");
        ada.sends(&service, ("PUT", "/directory/invites/orgs/acme"), json!({"emails": ["eve@acme.example"]}));
        let kind = json!({"code": "worker", "status": "published"});
        ada.sends(&service, ("POST", "/directory/orgs/acme/accounts/types"), kind);
        let shop = through(&service, &ada, client(&service, &ada, &pairwise("shop.example")));
        let bob_there = listed(&service, &shop)[1].clone();
        let at = "/directory/orgs/acme";
        shop.does(&service, "POST", &format!("{at}/accounts/users/{bob_there}/worker"));
        for path in [
            at.to_owned(),
            MEMBERS.to_owned(),
            format!("{at}/accounts/users"),
            format!("{at}/roles/manager/assignments"),
            format!("{at}/roles/owner/assignments"),
            format!("{at}/roles/manager/members"),
            format!("{at}/roles/owner/members"),
            format!("{at}/users/{bob_there}/roles"),
            format!("{at}/user/roles"),
            "/directory/invites/orgs/acme".to_owned(),
        ] {
            let told = shop.does(&service, "GET", &path).text;
            for person in [&ada, &bob] {
                assert!(!told.contains(&person.id().to_string()), "{path} tells {}: {told}", person.name);
            }
        }
    }

    fn a_sector_document_lists_redirect_uris_for_everybody(kit) {
        let service = Service::start(kit);
        let ada = Caller::person(&service, "ada");
        ada.founds(&service, "acme");
        for host in ["shop.example", "blog.example", "shop.example"] {
            client(&service, &ada, &pairwise(host));
        }
        for path in ["/directory/admin/acme/sectors", "/directory/public/ACME/sectors"] {
            let answer = service.get(path);
            assert_eq!(answer.json(), json!(["https://blog.example/back", "https://shop.example/back"]), "{path}");
            assert_eq!(answer.header("content-type"), "application/json");
        }
        for unknown in ["nobody", "not%20one", "x'--"] {
            assert_eq!(service.get(&format!("/directory/admin/{unknown}/sectors")).json(), json!([]), "{unknown}");
        }
    }
}
