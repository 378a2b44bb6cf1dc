//! The last place a license leaves, wanted by 64 clients at once on two nodes: one gets it, whatever way it comes by.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test that cannot be set up has failed, and its figures are worth reading"
)]

#[expect(dead_code, reason = "each test program uses its own part")]
mod ground;

use polity::config::Settings;
use polity::gate::guesses::Patience;
use polity_licensing::{EntitlementMode, TypeLimits};
use polity_testkit::{Kit, at_once, both_engines};
use serde_json::{Value, json};

use ground::Caller;
use ground::common::Service;

/// Clients at the same time.
const CLIENTS: usize = 64;

/// How often each race is run.
const ROUNDS: usize = 3;

/// How many members and projects there may be.
const PLACES: u32 = 3;

/// Two nodes on one store, where organizations are entitled to no more than this.
fn nodes(kit: &Kit) -> [Service; 2] {
    let limited = |settings: &mut Settings| {
        // one name for both, so that a token of one is good at the other
        settings.public_url = Some("http://polity.example".to_owned());
        settings.licensing.mode = EntitlementMode::Licensed;
        settings.licensing.free = TypeLimits {
            members: Some(PLACES),
            projects: Some(PLACES),
            features: ["rbac".to_owned()].into(),
            ..TypeLimits::default()
        };
    };
    [(); 2].map(|()| Service::start_set(kit, Patience::default(), limited))
}

/// Says what came of it, and holds it to the limit.
fn judge(kit: &Kit, what: &str, statuses: &[u16], present: usize) {
    let granted = statuses.iter().filter(|status| **status < 300).count();
    let refused = statuses.iter().filter(|status| **status == 409).count();
    let oversold = present.saturating_sub(PLACES as usize);
    println!(
        "{:?} {what}: attempts {}, granted {granted}, refused {refused}, oversold {oversold}",
        kit.engine(),
        statuses.len()
    );
    assert_eq!((granted, refused, oversold), (1, CLIENTS - 1, 0), "{statuses:?}");
}

/// A customer whose organization is `acme-<round>`, and the id of its first project.
fn customer(service: &Service, ada: &Caller, round: usize) -> (String, String) {
    let name = format!("Acme {round}");
    let body = json!({"organizationName": name, "accountName": "First", "eulaAccepted": true});
    let made: Value = ada.sends(service, ("POST", "/v1/organizations"), body).json();
    let text = |pointer: &str| made.pointer(pointer).and_then(Value::as_str).unwrap().to_owned();
    (text("/organization/metadata/name"), text("/account/metadata/id"))
}

both_engines! {
    fn the_last_seat_is_given_once_whatever_family_gives_it(kit) {
        let nodes = nodes(kit);
        let service = &nodes[0];
        let ada = Caller::person(service, "ada");
        let people: Vec<_> = (0..CLIENTS).map(|number| service.person(&format!("p{number}@people.example"))).collect();
        let second = service.person("second@people.example");
        for round in 0..ROUNDS {
            let (acme, project) = customer(service, &ada, round);
            ada.does(service, "PUT", &format!("/directory/orgs/{acme}/members/{}", second.id));
            let statuses = at_once(CLIENTS, |number| {
                let (node, person) = (&nodes[number % 2], people[number].id);
                let answer = match number % 3 {
                    0 => ada.ask(node, "PUT", &format!("/directory/orgs/{acme}/members/{person}")),
                    1 => {
                        let body = json!({"role": "EMPLOYEE"});
                        ada.asks_in(node, &acme, ("POST", &format!("/api/v1/account/{person}/grant"), Some(&body)))
                    }
                    _ => {
                        let body = json!({"role": "viewer"});
                        let path = format!("/v1/organizations/projects/{project}/users/{person}");
                        ada.asks_in(node, &acme, ("PUT", &path, Some(&body)))
                    }
                };
                answer.code()
            });
            let users = ada.asks_in(service, &acme, ("GET", "/v1/organizations/users", None)).json();
            judge(kit, "last seat", &statuses, users["users"].as_array().unwrap().len());
        }
    }

    fn the_last_project_is_opened_once(kit) {
        let nodes = nodes(kit);
        let service = &nodes[0];
        let ada = Caller::person(service, "ada");
        for round in 0..ROUNDS {
            let (acme, _) = customer(service, &ada, round);
            let open = |node: &Service, name: String| {
                let body = json!({"name": name});
                ada.asks_in(node, &acme, ("POST", "/v1/organizations/projects", Some(&body))).code()
            };
            assert_eq!(open(service, "Second".to_owned()), 201);
            let statuses = at_once(CLIENTS, |number| open(&nodes[number % 2], format!("Rival {number}")));
            let projects = ada.asks_in(service, &acme, ("GET", "/v1/organizations/projects", None)).json();
            judge(kit, "last project", &statuses, projects["accounts"].as_array().unwrap().len());
        }
    }
}
