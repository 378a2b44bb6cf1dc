//! The people of an organization.

use polity_accounts::{AccountPatch, AccountProfilePatch, People};
use polity_kernel::Actor;
use polity_testkit::{Kit, both_engines};

use crate::ground::common::Service;
use crate::ground::transcript::Transcript;
use crate::ground::{Caller, MOMENT, id_of};

const USERS: (&str, &str) = ("GET", "/v1/organizations/users");

both_engines! {
    fn they_are_those_of_the_current_organization(kit) { listing(kit); }

    fn the_organization_is_the_credentials_else_the_headers_else_the_only_one(kit) {
        let service = Service::start(kit);
        let (ada, eve) = (Caller::person(&service, "ada"), Caller::person(&service, "eve"));
        let count = |caller: &Caller, header: &str| {
            let answer = match header {
                "" => caller.ask(&service, USERS.0, USERS.1),
                named => caller.asks_in(&service, named, (USERS.0, USERS.1, None)),
            };
            match answer.code() {
                200 => answer.json()["users"].as_array().unwrap().len().to_string(),
                code => format!("{code} {}", answer.json()["errors"][0].as_str().unwrap()),
            }
        };
        const NONE: &str = "400 name the organization in the header X-Organization, by id, key or alias";
        assert_eq!(count(&ada, ""), NONE);
        ada.founds(&service, "acme");
        assert_eq!(count(&ada, ""), "1");
        kit.pass(MOMENT);
        ada.founds(&service, "initech");
        ada.admits(&service, "initech", &eve, "member");
        assert_eq!(count(&ada, ""), NONE, "which of two?");
        assert_eq!((count(&ada, "acme"), count(&ada, "initech")), ("1".to_owned(), "2".to_owned()));
        assert_eq!(count(&eve, "acme"), "404 no such organization");
        let token = service.narrow_token(&crate::ground::account_of(&service, "ada@acme.example"), Some(id_of(&service, "acme")), None);
        let of_token = Caller { name: "token", bearer: Some(token), account: None, session: None };
        assert_eq!(count(&of_token, "initech"), "1", "the token's own comes first");
    }

    fn a_list_of_any_length_is_whole(kit) {
        let service = Service::start(kit);
        let ada = Caller::person(&service, "ada");
        ada.founds(&service, "acme");
        for number in 0..600 {
            let person = service.person(&format!("p{number}@acme.example"));
            let access = crate::ground::entered(&service.polity, "acme");
            service.polity.directory.add_member(&access, person.id.into()).unwrap();
        }
        let all = ada.does(&service, USERS.0, USERS.1).json();
        assert_eq!(all["users"].as_array().unwrap().len(), 601);
        let some = ada.does(&service, "GET", "/v1/organizations/users?limit=2");
        assert_eq!(some.json()["users"].as_array().unwrap().len(), 2);
        assert!(some.header("link").contains("/v1/organizations/users?limit=2&cursor="), "{some:?}");
    }
}

fn listing(kit: &Kit) {
    let service = Service::start(kit);
    let (ada, bob, eve) =
        (Caller::person(&service, "ada"), Caller::person(&service, "bob"), Caller::person(&service, "eve"));
    let people: &dyn People = service.polity.accounts.as_ref();
    let patch = AccountPatch {
        profile: AccountProfilePatch {
            name: Some(Some("Bob Stone".to_owned())),
            picture: Some(Some("https://acme.example/b.png".to_owned())),
            ..AccountProfilePatch::default()
        },
        ..AccountPatch::default()
    };
    people.update(&Actor::system(), bob.id(), patch).unwrap();
    ada.founds(&service, "acme");
    kit.pass(MOMENT);
    ada.admits(&service, "acme", &bob, "member");
    let mut script = Transcript::new(kit, &service);
    script.name(ada.id(), "ada");
    script.name(bob.id(), "bob");
    for caller in [&ada, &bob, &eve, &Caller::anonymous(), &ada.narrowed(&service, &["org.directory.get"])] {
        script.ask(caller, USERS.0, USERS.1);
    }
    insta::assert_snapshot!(script, @r#"
    ada> GET /v1/organizations/users
    200 {"users":[{"apiVersion":"bindplane.observiq.com/v1","kind":"User","metadata":{"dateModified":"2026-01-15T12:00:00Z","hash":"5248700eb0c310761ae7aabb59ec018ae289bb65a7f11741fd64258f50f8644e","id":"[ada]","labels":{},"name":"[ada]","version":1},"spec":{"email":"ada@acme.example","requestedMFA":false},"status":{}},{"apiVersion":"bindplane.observiq.com/v1","kind":"User","metadata":{"dateModified":"2026-01-15T12:00:00Z","displayName":"Bob Stone","hash":"c27c587e1541facf6aa5612d13957a149ccedf2035ce9437f1900ff23340f9e9","icon":"https://acme.example/b.png","id":"[bob]","labels":{},"name":"[bob]","version":2},"spec":{"email":"bob@acme.example","requestedMFA":false},"status":{}}]}
    bob> GET /v1/organizations/users
    200 {"users":[{"apiVersion":"bindplane.observiq.com/v1","kind":"User","metadata":{"dateModified":"2026-01-15T12:00:00Z","hash":"5248700eb0c310761ae7aabb59ec018ae289bb65a7f11741fd64258f50f8644e","id":"[ada]","labels":{},"name":"[ada]","version":1},"spec":{"email":"ada@acme.example","requestedMFA":false},"status":{}},{"apiVersion":"bindplane.observiq.com/v1","kind":"User","metadata":{"dateModified":"2026-01-15T12:00:00Z","displayName":"Bob Stone","hash":"c27c587e1541facf6aa5612d13957a149ccedf2035ce9437f1900ff23340f9e9","icon":"https://acme.example/b.png","id":"[bob]","labels":{},"name":"[bob]","version":2},"spec":{"email":"bob@acme.example","requestedMFA":false},"status":{}}]}
    eve> GET /v1/organizations/users
    400 {"errors":["name the organization in the header X-Organization, by id, key or alias"]}
    anonymous> GET /v1/organizations/users
    401 {"errors":["a credential is required"]}
    narrowed> GET /v1/organizations/users
    403 {"errors":["permission required: org.members.list"]}
    "#);
}
