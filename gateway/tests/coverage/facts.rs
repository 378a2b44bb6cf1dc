//! A fact written through one family is read back the same through every other, and by the Rust traits.
//!
//! A new family adds a line to [`READERS`] and one to [`WRITERS`].

use std::collections::{BTreeMap, BTreeSet};

use polity_directory::{MemberInFull, MemberQuery, Members, Organizations, RoleAssignments};
use polity_kernel::Page;
use polity_testkit::{Kit, both_engines};
use serde_json::{Value, json};

use crate::ground::common::Service;
use crate::ground::{Caller, entered};
use crate::{facts_api, facts_v1};

/// What is so of one organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Facts {
    pub(crate) name: String,
    pub(crate) alias: String,
    pub(crate) domain: Option<String>,
    pub(crate) active: bool,
    pub(crate) logo_url: Option<String>,
    /// The longest-standing owner.
    pub(crate) owner: Option<String>,
    /// Account ids, and for each its level and the roles it carries directly beside it.
    pub(crate) members: BTreeMap<String, (u8, BTreeSet<String>)>,
}

/// Reads the facts through one family, as an owner; what a family does not show is as the truth has it.
type Reader = fn(&Service, &Caller, &Facts) -> Facts;

/// Writes facts through one family, step by step, as an owner and with a second person to write about.
type Writer = fn(&Service, &Caller, &Caller, step: usize) -> bool;

const READERS: [(&str, Reader); 4] = [
    ("directory", through_directory),
    ("api_v1", through_api_v1),
    ("v1", facts_v1::read),
    ("api", facts_api::read),
];
const WRITERS: [(&str, Writer); 4] =
    [("directory", by_directory), ("api_v1", by_api_v1), ("v1", facts_v1::write), ("api", facts_api::write)];

both_engines! {
    fn families_agree(kit) {
        for (writing, write) in WRITERS {
            let fresh = Kit::new(kit.engine());
            let service = Service::start(&fresh);
            let (ada, bob) = (Caller::person(&service, "ada"), Caller::person(&service, "bob"));
            let mut step = 0;
            while write(&service, &ada, &bob, step) {
                let truth = through_traits(&service);
                for (reading, read) in READERS {
                    let seen = read(&service, &ada, &truth);
                    assert_eq!(seen, truth, "{reading} after step {step} of {writing}");
                }
                step += 1;
            }
            assert!(step > 3, "{writing} writes too little");
        }
    }
}

/// What the areas themselves say.
fn through_traits(service: &Service) -> Facts {
    let access = entered(&service.polity, "acme");
    let directory = service.polity.directory.as_ref();
    let organization = Organizations::organization(directory, &access).unwrap();
    let members = Members::members(directory, &access, &MemberQuery::everybody(), Page::first(100)).unwrap();
    let member = |one: &MemberInFull| {
        let member = &one.member;
        let carried = RoleAssignments::roles_of(directory, &access, member.account).unwrap();
        // the first is the level's
        let roles = carried.iter().skip(1).map(|one| one.role.to_string()).collect();
        (member.account.to_string(), (u8::try_from(member.level.number()).unwrap(), roles))
    };
    Facts {
        name: organization.name,
        alias: organization.alias.as_str().to_owned(),
        domain: organization.domain.map(|domain| domain.name.to_string()),
        active: organization.status == polity_directory::Status::Active,
        logo_url: organization.facts.logo_url,
        owner: organization.owner.map(|owner| owner.to_string()),
        members: members.items.iter().map(member).collect(),
    }
}

fn through_directory(service: &Service, owner: &Caller, _: &Facts) -> Facts {
    let org = owner.does(service, "GET", "/directory/orgs/acme").json();
    let people = owner.does(service, "GET", "/directory/orgs/acme/accounts/users").json();
    let listed: BTreeSet<String> =
        serde_json::from_str(&owner.does(service, "GET", "/directory/orgs/acme/members").text).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let member = |person: &Value| {
        let mut carried = person["acls"].as_array().unwrap().iter().map(text);
        let level = match carried.next().unwrap().as_str() {
            "owner" => 15,
            "admin" => 8,
            "member" => 1,
            other => panic!("{other} is no level"),
        };
        (text(&person["identity"]["id"]), (level, carried.collect()))
    };
    let members: BTreeMap<_, _> = people.as_array().unwrap().iter().map(member).collect();
    assert!(listed.iter().eq(members.keys()), "both lists of members are the same");
    Facts {
        name: text(&org["name"]),
        alias: text(&org["subdomain"]),
        domain: org["domain"].as_str().map(str::to_owned),
        active: org["status"] == "active",
        logo_url: org["logo_url"].as_str().map(str::to_owned),
        owner: org["owner"]["id"].as_str().map(str::to_owned),
        members,
    }
}

fn through_api_v1(service: &Service, owner: &Caller, truth: &Facts) -> Facts {
    let ask = |path: &str| owner.asks_in(service, "acme", ("GET", &format!("/api/v1{path}"), None)).json();
    let organization = ask("/organization/acme");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let member = |account: &Value| {
        let (mut level, mut roles) = (1, BTreeSet::new());
        for grant in
            account["grants"].as_array().unwrap().iter().filter(|one| one["orgId"] == organization["id"])
        {
            match grant["role"].as_str().unwrap() {
                "OWNER" => level = 15,
                "ORG_ADMIN" => level = level.max(8),
                "EMPLOYEE" => {}
                "MANAGER" => drop(roles.insert("manager".to_owned())),
                other => drop(roles.insert(other.to_owned())),
            }
        }
        (text(&account["id"]), (level, roles))
    };
    let members: BTreeMap<_, _> = ask("/account/for-org").as_array().unwrap().iter().map(member).collect();
    let admins: BTreeSet<String> =
        ask("/account/org-admins").as_array().unwrap().iter().map(|account| text(&account["id"])).collect();
    let high = members.iter().filter(|(_, (level, _))| *level >= 8).map(|(id, _)| id);
    assert!(admins.iter().eq(high), "the administrators are those of the level");
    assert_eq!(organization["active"] == true, organization["status"]["current"] == "ACTIVE");
    Facts {
        name: text(&organization["name"]),
        alias: text(&organization["alias"]),
        domain: truth.domain.clone(),
        active: organization["active"] == true,
        logo_url: organization["profile"]["logoUrl"].as_str().map(str::to_owned),
        owner: organization["owners"][0].as_str().map(str::to_owned),
        members,
    }
}

fn by_api_v1(service: &Service, ada: &Caller, bob: &Caller, step: usize) -> bool {
    let send = |method: &str, path: &str, body: Value| {
        drop(ada.sends_in(service, "acme", (method, &format!("/api/v1{path}"), body)));
    };
    let grant = |role: &str| send("POST", &format!("/account/{}/grant", bob.id()), json!({ "role": role }));
    match step {
        0 => drop(ada.sends(
            service,
            ("POST", "/api/v1/organization"),
            json!({"name": "Acme", "alias": "acme"}),
        )),
        1 => grant("EMPLOYEE"),
        2 => grant("manager"),
        3 => grant("ORG_ADMIN"),
        4 => send(
            "POST",
            "/organization/profile",
            json!({"logoUrl": "https://acme.example/l.png", "mission": "m"}),
        ),
        5 => send("PATCH", "/organization", json!({"name": "Acme Limited"})),
        6 => send(
            "POST",
            "/employee",
            json!({"name": "Bob", "email": "bob@acme.example", "account": bob.id().to_string(), "role": "OWNER"}),
        ),
        7 => send("PATCH", "/organization/profile", json!({"logoUrl": null})),
        8 => send("PATCH", "/organization", json!({"status": "INACTIVE"})),
        _ => return false,
    }
    true
}

fn by_directory(service: &Service, ada: &Caller, bob: &Caller, step: usize) -> bool {
    let at = "/directory/orgs/acme";
    let of_bob = |rest: &str| format!("{at}/users/{}/roles{rest}", bob.id());
    match step {
        0 => drop(ada.sends(
            service,
            ("POST", "/directory/orgs"),
            json!({"id": "acme", "domain": "acme.example"}),
        )),
        1 => drop(ada.does(service, "PUT", &format!("{at}/members/{}", bob.id()))),
        2 => drop(ada.does(service, "POST", &of_bob("/manager"))),
        3 => drop(ada.does(service, "POST", &of_bob("/admin"))),
        4 => drop(ada.sends(service, ("POST", &of_bob("")), json!(["org.groups.admin.role"]))),
        5 => drop(ada.sends(
            service,
            ("PUT", at),
            json!({"name": "Acme", "subdomain": "acme-2", "logo_url": "https://acme.example/m.png"}),
        )),
        6 => drop(ada.does(service, "DELETE", &format!("{at}/members/{}", bob.id()))),
        7 => drop(ada.sends(service, ("PUT", at), json!({"status": "inactive"}))),
        _ => return false,
    }
    true
}
