//! Facts as `/v1` reads and writes them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::facts::Facts;
use crate::ground::Caller;
use crate::ground::common::Service;

/// What the family shows of an organization; it knows no e-mail domain, status, picture's address or roles, and of levels only that
/// there are some.
pub(crate) fn read(service: &Service, owner: &Caller, truth: &Facts) -> Facts {
    let ask = |path: &str| owner.asks_in(service, "acme", ("GET", &format!("/v1{path}"), None)).json();
    let shown = ask("/organizations/acme")["organization"].clone();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let listed = ask("/organizations");
    assert!(
        listed["organizations"].as_array().unwrap().contains(&shown),
        "the list has the same organization"
    );
    let users = ask("/organizations/users");
    let member = |user: &Value| {
        let id = text(&user["metadata"]["id"]);
        let known = truth.members.get(&id).cloned().unwrap_or((0, BTreeSet::new()));
        (id, known)
    };
    let members: BTreeMap<_, _> = users["users"].as_array().unwrap().iter().map(member).collect();
    assert_eq!(shown["metadata"]["icon"].as_str(), truth.logo_url.as_deref());
    Facts {
        name: text(&shown["metadata"]["displayName"]),
        alias: text(&shown["metadata"]["name"]),
        members,
        domain: truth.domain.clone(),
        active: truth.active,
        logo_url: truth.logo_url.clone(),
        owner: truth.owner.clone(),
    }
}

/// Founds an organization with a project, and brings somebody in through the project.
pub(crate) fn write(service: &Service, ada: &Caller, bob: &Caller, step: usize) -> bool {
    let send = |method: &str, path: &str, body: Value| {
        drop(ada.sends_in(service, "acme", (method, &format!("/v1{path}"), body)));
    };
    let project = || {
        let all = ada.asks_in(service, "acme", ("GET", "/v1/organizations/projects", None)).json();
        all["accounts"][0]["metadata"]["id"].as_str().unwrap().to_owned()
    };
    match step {
        0 => drop(ada.sends(
            service,
            ("POST", "/v1/organizations"),
            json!({"organizationName": "Acme", "accountName": "First", "eulaAccepted": true}),
        )),
        1 => send(
            "PUT",
            &format!("/organizations/projects/{}/users/{}", project(), bob.id()),
            json!({"role": "user"}),
        ),
        2 => send("PATCH", "/organizations/acme/metadata", json!({"name": "Acme Limited"})),
        3 => send(
            "PATCH",
            "/organizations/acme",
            json!({"name": "Acme Unlimited", "parameters": [{"name": "region", "value": "eu"}]}),
        ),
        4 => drop(ada.asks_in(
            service,
            "acme",
            ("DELETE", &format!("/v1/organizations/projects/{}/users/{}", project(), bob.id()), None),
        )),
        _ => return false,
    }
    true
}
