//! Facts as `/api/organizations` reads and writes them.

use std::collections::{BTreeMap, BTreeSet};

use polity_directory::Roles;
use serde_json::{Value, json};

use crate::facts::Facts;
use crate::ground::common::Service;
use crate::ground::{Caller, entered};

const AT: &str = "/api/organizations/acme";

/// What the family shows of an organization; it knows no picture's address, and calls roles by their ids.
pub(crate) fn read(service: &Service, owner: &Caller, truth: &Facts) -> Facts {
    let ask = |path: &str| owner.does(service, "GET", &format!("{AT}{path}")).json();
    let shown = ask("");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let listed = owner.does(service, "GET", "/api/organizations").json();
    assert!(listed["results"].as_array().unwrap().contains(&shown), "the list has the same organization");
    let mut members: BTreeMap<String, (u8, BTreeSet<String>)> = BTreeMap::new();
    let page = ask("/members");
    for member in page["results"].as_array().unwrap() {
        let level = member["level"].as_u64().and_then(|level| u8::try_from(level).ok()).unwrap();
        members.insert(text(&member["user"]["uuid"]), (level, BTreeSet::new()));
    }
    assert_eq!(shown["member_count"], members.len());
    let keys = keys(service);
    let (own, built_in) = (ask("/roles?limit=500"), ask("/roles?limit=500&built_in=true"));
    for role in [&own, &built_in].into_iter().flat_map(|page| page["results"].as_array().unwrap()) {
        for carrier in role["members"].as_array().unwrap() {
            let (_, roles) = members.get_mut(&text(&carrier["user"]["uuid"])).unwrap();
            roles.insert(keys[&text(&role["id"])].clone());
        }
    }
    Facts {
        name: text(&shown["name"]),
        alias: text(&shown["slug"]),
        members,
        domain: truth.domain.clone(),
        active: shown["is_active"] == true,
        logo_url: truth.logo_url.clone(),
        owner: truth.owner.clone(),
    }
}

/// What other families call the roles.
fn keys(service: &Service) -> BTreeMap<String, String> {
    let access = entered(&service.polity, "acme");
    let directory = service.polity.directory.as_ref();
    let roles = Roles::roles(directory, &access).unwrap();
    roles
        .into_iter()
        .filter(|role| !role.is_of_level())
        .map(|record| (record.id.to_string(), record.key.to_string()))
        .collect()
}

/// Starts an organization, invites somebody who comes, and gives them a level and a role.
pub(crate) fn write(service: &Service, ada: &Caller, bob: &Caller, step: usize) -> bool {
    let send = |method: &str, path: &str, body: Value| {
        ada.sends(service, (method, &format!("{AT}{path}")), body).json()
    };
    let of_bob = format!("/members/{}", bob.id());
    let porter = || {
        let roles = ada.does(service, "GET", &format!("{AT}/roles")).json();
        let porter =
            roles["results"].as_array().unwrap().iter().find(|role| role["name"] == "Porter").cloned();
        porter.unwrap()["id"].as_str().unwrap().to_owned()
    };
    match step {
        0 => drop(ada.sends(service, ("POST", "/api/organizations"), json!({"name": "Acme"}))),
        1 => {
            let invite = send("POST", "/invites", json!({"target_email": "bob@acme.example"}));
            let path = format!("/api/signup/{}", invite["id"].as_str().unwrap());
            bob.does(service, "POST", &path);
        }
        2 => drop(send("PATCH", &of_bob, json!({"level": 8}))),
        3 => {
            send("POST", "/roles", json!({"name": "Porter"}));
            let path = format!("/roles/{}/role_memberships", porter());
            send("POST", &path, json!({"user_uuid": bob.id().to_string()}));
        }
        4 => drop(send("PATCH", "", json!({"name": "Acme Limited"}))),
        5 => drop(ada.does(service, "DELETE", &format!("{AT}/roles/{}", porter()))),
        6 => drop(ada.does(service, "DELETE", &format!("{AT}{of_bob}"))),
        _ => return false,
    }
    true
}
