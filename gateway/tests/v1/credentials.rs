//! The ways in which the family takes a credential.

use polity_identity::{Client, ClientPatch, NewApiKey, NewClient, Owner, Secret};
use polity_kernel::{Actor, Limits, PermissionSet, Subject};
use polity_testkit::{Kit, both_engines};
use serde_json::json;

use crate::ground::common::{Answer, Service, send};
use crate::ground::{Caller, entered, named, patient};

/// Asks for the organizations of whoever these headers are of.
fn ask(service: &Service, headers: &[(&str, &str)]) -> Answer {
    let request = service.request("GET", "/v1/organizations");
    send(headers.iter().fold(request, |request, (name, value)| request.header(*name, *value)))
}

/// The names of the organizations of whoever these headers are of.
fn seen(service: &Service, headers: &[(&str, &str)]) -> String {
    let answer = ask(service, headers);
    assert_eq!(answer.code(), 200, "{answer:?}");
    let list = answer.json();
    let names = list["organizations"].as_array().unwrap().iter().map(|one| one["metadata"]["name"].as_str());
    names.flatten().collect::<Vec<_>>().join(" ")
}

fn refused(service: &Service, headers: &[(&str, &str)]) -> String {
    let answer = ask(service, headers);
    assert_eq!(answer.code(), 401, "{headers:?} {answer:?}");
    let challenges: Vec<&str> =
        answer.headers.get_all("www-authenticate").iter().map(|one| one.to_str().unwrap()).collect();
    assert!(challenges[0].starts_with("Bearer realm=\"polity\""), "{challenges:?}");
    assert_eq!(challenges[1], r#"Basic realm="polity", charset="UTF-8""#);
    let body = answer.json();
    assert_eq!(body.as_object().unwrap().len(), 1);
    body["errors"][0].as_str().unwrap().to_owned()
}

fn key(service: &Service, of: &Caller) -> Secret {
    let actor = Actor::new(Subject::Person(of.id()), Limits::default(), PermissionSet::all());
    let new = NewApiKey { name: "laptop".to_owned(), ..NewApiKey::default() };
    service.polity.identity.create(&Owner::Actor(actor), new).unwrap().1
}

fn program(service: &Service, organization: &str) -> (Client, Secret) {
    let new = NewClient {
        permissions: named(&["org.directory.get", "org.members.list"]),
        ..NewClient::service("p")
    };
    let owner = Owner::from(&entered(&service.polity, organization));
    let (client, secret) = service.polity.identity.register(&owner, new).unwrap();
    (client, secret.unwrap())
}

/// The header of HTTP Basic.
fn basic(service: &Service, id: &impl ToString, secret: &str) -> String {
    let request = service.request("GET", "/").basic_auth(id.to_string(), Some(secret)).build().unwrap();
    request.headers()["authorization"].to_str().unwrap().to_owned()
}

both_engines! {
    fn each_of_them_lets_in_whom_it_stands_for(kit) {
        let service = Service::start(kit);
        let ada = Caller::person(&service, "ada");
        ada.founds(&service, "acme");
        let key = key(&service, &ada);
        let (client, secret) = program(&service, "acme");
        let basic = basic(&service, &client.id, secret.reveal());
        for header in [
            ("authorization", format!("Bearer {}", ada.bearer.as_deref().unwrap()).as_str()),
            ("authorization", &format!("Bearer {}", key.reveal())),
            ("x-api-key", key.reveal()),
            ("X-Bindplane-Api-Key", key.reveal()),
            ("authorization", &basic),
        ] {
            assert_eq!(seen(&service, &[header]), "acme", "{header:?}");
        }
    }

    fn what_proves_nothing_is_refused_with_both_schemes_named(kit) { refusals(kit); }

    fn one_request_has_one_credential(kit) {
        let service = patient(kit);
        let ada = Caller::person(&service, "ada");
        let key = key(&service, &ada);
        let bearer = format!("Bearer {}", ada.bearer.as_deref().unwrap());
        let (bearer, key) = (("authorization", bearer.as_str()), key.reveal());
        for two in [
            [bearer, ("x-api-key", key)],
            [bearer, ("x-bindplane-api-key", key)],
            [("x-api-key", key), ("x-bindplane-api-key", key)],
            [("x-api-key", key), ("x-api-key", key)],
        ] {
            assert_eq!(refused(&service, &two), "there must be one credential", "{two:?}");
        }
        assert_eq!(refused(&service, &[bearer, bearer]), "there must be one Authorization header");
    }

    fn a_service_account_is_refused_as_soon_as_it_may_act_no_more(kit) {
        let service = Service::start(kit);
        let ada = Caller::person(&service, "ada");
        ada.founds(&service, "acme");
        let owner = Owner::from(&entered(&service.polity, "acme"));
        let (client, secret) = program(&service, "acme");
        let basic = basic(&service, &client.id, secret.reveal());
        let header = [("authorization", basic.as_str())];
        assert_eq!(seen(&service, &header), "acme");
        let blind = ClientPatch { permissions: Some(Vec::new()), ..ClientPatch::default() };
        service.polity.identity.update(&owner, client.id, None, blind).unwrap();
        assert_eq!(seen(&service, &header), "", "it may see no organization");
        service.polity.identity.rotate_secret(&owner, client.id).unwrap();
        assert_eq!(refused(&service, &header), "unknown client, or it did not prove itself");
    }

    fn a_program_makes_and_reads_in_its_own_organization_alone(kit) {
        let service = Service::start(kit);
        let (ada, eve) = (Caller::person(&service, "ada"), Caller::person(&service, "eve"));
        ada.founds(&service, "acme");
        eve.founds(&service, "globex");
        let (client, secret) = program(&service, "acme");
        let asks = |path: &str| {
            send(service.request("GET", path).basic_auth(client.id.to_string(), Some(secret.reveal()))).code()
        };
        assert_eq!(asks("/v1/organizations/acme"), 200);
        assert_eq!(asks("/v1/organizations/users"), 200);
        assert_eq!(asks("/v1/organizations/globex"), 404);
    }

    fn other_families_take_no_other_header(kit) {
        let service = Service::start(kit);
        let ada = Caller::person(&service, "ada");
        let key = key(&service, &ada);
        for path in ["/directory/orgs/suggest", "/api/v1/organization"] {
            for header in ["x-api-key", "x-bindplane-api-key"] {
                assert_eq!(send(service.request("GET", path).header(header, key.reveal())).code(), 401, "{path} {header}");
            }
            let bearer = service.request("GET", path).bearer_auth(key.reveal()).header("x-api-key", "of somebody's own");
            assert_eq!(send(bearer).code(), 200, "{path}");
            let basic = send(service.request("GET", path).basic_auth("a", Some("b")));
            assert_eq!((basic.code(), basic.headers.get_all("www-authenticate").iter().count()), (401, 1), "{path}");
        }
    }
}

fn refusals(kit: &Kit) {
    let service = patient(kit);
    let ada = Caller::person(&service, "ada");
    ada.founds(&service, "acme");
    let (client, secret) = program(&service, "acme");
    let (id, unknown) = (client.id, "01900000-0000-7000-8000-000000000000");
    const WRONG: &str = "unknown client, or it did not prove itself";
    const MALFORMED: &str = "the credential is malformed";
    for (header, why) in [
        (("authorization", basic(&service, &id, "wrong")), WRONG),
        (("authorization", basic(&service, &id, "")), WRONG),
        (("authorization", basic(&service, &unknown, secret.reveal())), WRONG),
        (("authorization", basic(&service, &"ada", "x")), WRONG),
        (("authorization", "Basic !".to_owned()), MALFORMED),
        (("authorization", "Basic YWRh".to_owned()), MALFORMED),
        (("x-api-key", ada.bearer.unwrap()), "the credential is not an API key"),
        (("x-api-key", "pol_x".to_owned()), "the API key is mistyped"),
        (("x-bindplane-api-key", String::new()), MALFORMED),
        (("x-bindplane-api-key", secret.reveal().to_owned()), "the credential is not an API key"),
    ] {
        assert_eq!(refused(&service, &[(header.0, &header.1)]), why, "{header:?}");
    }
    assert_eq!(refused(&service, &[]), "a credential is required");
    assert!(refused(&service, &[("authorization", "Digest x")]).contains("Bearer"));
    let anonymous =
        Caller::anonymous().put(&service, ("PUT", "/v1/organizations/verify"), &json!({"name": "x"}));
    assert_eq!(anonymous.code(), 401);
}
