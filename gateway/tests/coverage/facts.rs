//! A fact written through one family is read back the same through every other, and by the Rust traits.
//!
//! A new family adds a line to [`READERS`] and one to [`WRITERS`].

use std::collections::{BTreeMap, BTreeSet};

use polity_directory::{Members, Organizations, Roles};
use polity_kernel::Page;
use polity_testkit::both_engines;
use serde_json::{Value, json};

use crate::ground::common::Service;
use crate::ground::{Caller, entered};

/// What is so of one organization.
#[derive(Debug, PartialEq, Eq)]
struct Facts {
    name: String,
    alias: String,
    domain: Option<String>,
    active: bool,
    /// Account ids, and for each its level and the roles it carries directly beside it.
    members: BTreeMap<String, (u8, BTreeSet<String>)>,
}

/// Reads the facts through one family, as an owner.
type Reader = fn(&Service, &Caller) -> Facts;

/// Writes facts through one family, step by step, as an owner and with a second person to write about.
type Writer = fn(&Service, &Caller, &Caller, step: usize) -> bool;

const READERS: [(&str, Reader); 1] = [("directory", through_directory)];
const WRITERS: [(&str, Writer); 1] = [("directory", by_directory)];

both_engines! {
    fn families_agree(kit) {
        for (writing, write) in WRITERS {
            let service = Service::start(kit);
            let (ada, bob) = (Caller::person(&service, "ada"), Caller::person(&service, "bob"));
            let mut step = 0;
            while write(&service, &ada, &bob, step) {
                let truth = through_traits(&service);
                for (reading, read) in READERS {
                    assert_eq!(read(&service, &ada), truth, "{reading} after step {step} of {writing}");
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
    let members = Members::members(directory, &access, Page::first(100)).unwrap();
    let member = |member: &polity_directory::Member| {
        let carried = Roles::roles_of(directory, &access, member.account).unwrap();
        // the first is the level's
        let roles = carried.iter().skip(1).map(|one| one.role.to_string()).collect();
        (member.account.to_string(), (u8::try_from(member.level.number()).unwrap(), roles))
    };
    Facts {
        name: organization.name,
        alias: organization.alias.as_str().to_owned(),
        domain: organization.domain.map(|domain| domain.name.to_string()),
        active: organization.status == polity_directory::Status::Active,
        members: members.items.iter().map(member).collect(),
    }
}

fn through_directory(service: &Service, owner: &Caller) -> Facts {
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
        members,
    }
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
        5 => drop(ada.sends(service, ("PUT", at), json!({"name": "Acme", "subdomain": "acme-2"}))),
        6 => drop(ada.does(service, "DELETE", &format!("{at}/members/{}", bob.id()))),
        7 => drop(ada.sends(service, ("PUT", at), json!({"status": "inactive"}))),
        _ => return false,
    }
    true
}
