//! Imports of a small made-up sample, through the library and the binary, and what the family then answers.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot be set up has failed")]

#[expect(dead_code, reason = "each test program uses its own part")]
mod ground;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use polity::import::{Report, import};
use polity_directory::Entry as _;
use polity_kernel::{Actor, Page};
use polity_projects::Apps as _;
use polity_testkit::{Kit, both_engines};
use serde_json::{Value, json};
use tempfile::TempDir;

use ground::common::Service;
use ground::{Caller, MOMENT, account_of};

const JSON: &str = "teams.json";
const NDJSON: &str = "teams.ndjson";

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples").join(name)
}

/// Imports a file as the platform itself.
fn run(kit: &Kit, file: &Path) -> Report {
    let directory = polity_directory::Service::new(
        kit.ctx.clone(),
        &polity_kernel::MasterKey::new([7; 32]),
        polity_directory::RoleEnding::NOTHING,
        polity_directory::Terms::without_limits(
            std::sync::Arc::new(polity_projects::Hooks::new(&polity_kernel::MasterKey::new([7; 32]))),
            std::sync::Arc::new(polity_domains::Claims),
        ),
    );
    import(&directory, file, &mut |_, _| {}).unwrap()
}

/// Imports these organizations; what it says of those it left out.
fn failures(kit: &Kit, organizations: &Value) -> Vec<String> {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("x.json");
    std::fs::write(&file, json!({ "organizations": organizations }).to_string()).unwrap();
    run(kit, &file).failures
}

/// The person of this address with a token.
fn person(service: &Service, name: &'static str, email: &str) -> Caller {
    Caller::of(service, name, &account_of(service, email))
}

fn github(login: &str) -> String {
    format!("{login}@users.noreply.github.com")
}

both_engines! {
    fn a_file_brings_everything_and_twice_changes_nothing(kit) {
        let first = run(kit, &sample(JSON));
        assert_eq!(first.failures, Vec::<String>::new());
        assert_eq!((first.organizations, first.people, first.groups), (2, 7, 5));
        let made = first.changes;
        assert_eq!((made.organizations_created, made.accounts_created, made.members_created), (2, 7, 9));
        assert_eq!((made.roles_created, made.groups_created, made.roles_granted), (2, 5, 2));
        // 7 places of people, 3 of nested teams
        assert_eq!((made.memberships_created, made.changed()), (10, 0));

        let rows = kit.rows();
        for file in [JSON, NDJSON] {
            kit.pass(MOMENT);
            let again = run(kit, &sample(file));
            assert_eq!(again.failures, Vec::<String>::new());
            assert_eq!((again.changes.created(), again.changes.changed()), (0, 0), "{file}: {again:?}");
            assert_eq!(kit.rows(), rows, "{file}: not even an event");
        }
    }

    fn both_formats_bring_the_same(kit) {
        let lines = run(kit, &sample(NDJSON));
        assert_eq!((lines.organizations, lines.people, lines.groups, lines.failures.len()), (2, 7, 5, 0));
        kit.pass(MOMENT);
        let whole = run(kit, &sample(JSON));
        assert_eq!((whole.changes.created(), whole.changes.changed()), (0, 0));
    }

    fn progress_is_told_to_the_end(kit) {
        let directory = polity_directory::Service::new(kit.ctx.clone(), &polity_kernel::MasterKey::new([7; 32]), polity_directory::RoleEnding::NOTHING, polity_directory::Terms::without_limits(std::sync::Arc::new(polity_projects::Hooks::new(&polity_kernel::MasterKey::new([7; 32]))), std::sync::Arc::new(polity_domains::Claims)));
        for file in [JSON, NDJSON] {
            let mut told = Vec::new();
            import(&directory, &sample(file), &mut |at, of| told.push((at, of))).unwrap();
            assert_eq!(told.len(), 2, "{file}");
            assert!(told[0].0 < told[1].0 && told[1].0 == told[1].1, "{file}: {told:?}");
        }
    }

    fn the_family_answers_rightly_afterwards(kit) {
        run(kit, &sample(JSON));
        let service = Service::start(kit);
        let (ida, kira) = (person(&service, "ida", &github("ida")), person(&service, "kira", &github("kira")));
        let jonas = person(&service, "jonas", "jonas@harborlane.example");
        let nils = person(&service, "nils", &github("nils"));
        let at = "/directory/orgs/harbor-lane";
        let org = kira.does(&service, "GET", at).json();
        assert_eq!((&org["id"], &org["name"]), (&json!("harbor-lane"), &json!("Harbor Lane Ferries")));
        assert_eq!((&org["domain"], &org["domain_verified"]), (&json!("harborlane.example"), &json!(true)));
        assert_eq!(org["owner"]["id"], json!(ida.id()), "the first of the admins");
        let members: Vec<String> = serde_json::from_str(&kira.does(&service, "GET", &format!("{at}/members")).text).unwrap();
        assert_eq!(members.len(), 6);

        let acls = |people: &Value, who: &Caller| {
            let all = people.as_array().unwrap();
            all.iter().find(|person| person["identity"]["id"] == json!(who.id())).unwrap()["acls"].clone()
        };
        let people = kira.does(&service, "GET", &format!("{at}/accounts/users")).json();
        assert_eq!((acls(&people, &ida), acls(&people, &jonas), acls(&people, &kira)), (json!(["owner"]), json!(["admin"]), json!(["member"])));
        let roles = kira.does(&service, "GET", &format!("{at}/roles/crew")).json();
        assert_eq!(roles["permissions"], json!([{"scope": "ferries.board"}, {"scope": "ferries.steer"}]));

        let may = |who: &Caller| {
            let path = format!("{at}/permissions?subject={}&explain=true", who.id());
            let all = ida.does(&service, "GET", &path).json();
            let ferries = |one: &&Value| one["scope"].as_str().unwrap().starts_with("ferries.");
            all.as_array().unwrap().iter().filter(ferries).cloned().collect::<Vec<_>>()
        };
        let steps = |permission: &Value| -> Vec<String> {
            let named = |step: &Value| step.get("name").filter(|_| step["type"] == "group").unwrap_or(&step["id"]).clone();
            permission["via"].as_array().unwrap().iter().map(|step| named(step).as_str().unwrap().to_owned()).collect()
        };
        let of_nils = may(&nils);
        let scopes: Vec<&str> = of_nils.iter().map(|one| one["scope"].as_str().unwrap()).collect();
        assert_eq!(scopes, ["ferries.board", "ferries.sell", "ferries.steer"]);
        assert_eq!(steps(&of_nils[0]), ["north-night", "north", "fleet", "crew"]);
        assert_eq!(steps(&of_nils[1]), ["north-night", "purser"]);
        assert_eq!(may(&kira).len(), 2, "nothing of a team inside one's own");
        assert_eq!(may(&jonas).len(), 0);

        let ingrid = Caller::of(&service, "ingrid", &service.person("ingrid@harborlane.example"));
        ingrid.does(&service, "PUT", &format!("{at}/members"));
        let hill = person(&service, "olga", "olga@quarryhill.example").does(&service, "GET", "/directory/orgs/quarry-hill").json();
        assert_eq!(hill["id"], "QH");
        assert_eq!(kira.ask(&service, "GET", "/directory/orgs/QH").code(), 404);
    }

    fn a_broken_row_names_its_place_and_leaves_nothing_of_its_organization(kit) {
        let rows = kit.rows();
        let cases = [
            (json!({}), "organizations[0]: missing field `alias`"),
            (json!([]), "organizations[0]"),
            (json!({"alias": 7}), "organizations[0].alias: "),
            (json!({"alias": "No Alias"}), "organizations[0] (No Alias): "),
            (json!({"alias": "a", "domain": "co.uk"}), "organizations[0] (a): domain"),
            (json!({"alias": "a", "members": [{"name": "x"}]}), "organizations[0].members[0]"),
            (json!({"alias": "a", "members": ["fine", "not fine"]}), "organizations[0] (a).members[1]: "),
            (json!({"alias": "a", "admins": [{"email": "x"}]}), "organizations[0] (a).admins[0]: "),
            (json!({"alias": "a", "admins": ["x"], "teams": [{"name": ""}]}), "organizations[0] (a).teams[0]: "),
            (json!({"alias": "a", "admins": ["x"], "teams": [{"members": []}]}), "organizations[0].teams[0]"),
            (json!({"alias": "a", "admins": ["x"], "teams": [{"name": "t"}, {"name": "t"}]}), "organizations[0] (a).teams[1]: "),
            (
                json!({"alias": "a", "admins": ["x"], "teams": [{"name": "t", "teams": [{"name": "u", "members": ["y"]}]}]}),
                "organizations[0] (a).teams[0].teams[0].members[0]: ",
            ),
            (json!({"alias": "a", "admins": ["x"], "teams": [{"name": "t", "roles": ["nothing"]}]}), "organizations[0] (a).teams[0]"),
            (json!({"alias": "a", "admins": ["x"], "teams": [{"name": "t", "roles": ["a b"]}]}), "organizations[0] (a).teams[0].roles: "),
            (json!({"alias": "a", "roles": [{"id": "r", "permissions": ["No"]}]}), "organizations[0] (a).roles[0]: "),
            (json!({"alias": "a", "roles": [{"id": "admin"}]}), "organizations[0]: role admin: "),
            (json!({"alias": "a", "name": "x".repeat(300)}), "organizations[0] (a): name"),
        ];
        for (organization, place) in cases {
            let told = failures(kit, &json!([organization]));
            assert_eq!(told.len(), 1, "{organization}: {told:?}");
            assert!(told[0].starts_with(place), "{organization}: {}", told[0]);
            assert_eq!(kit.rows(), rows, "{organization}: nothing was written");
        }
    }

    fn the_organizations_beside_a_broken_one_are_imported(kit) {
        let told = failures(kit, &json!([
            {"alias": "first", "admins": ["ann"]},
            {"alias": "second", "admins": ["bea"], "teams": [{"name": "t", "members": ["stranger"]}]},
            {"alias": "first-again", "key": "third", "domain": "third.example", "domain_verified": true, "admins": ["cleo"]},
            {"alias": "fourth", "domain": "third.example", "admins": ["dora"]},
        ]));
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(told[0].starts_with("organizations[1] (second).teams[0].members[0]: "), "{told:?}");
        assert!(told[1].starts_with("organizations[3]") && told[1].contains("domain"), "{told:?}");
        let rows = kit.rows();
        assert_eq!((rows["organizations"], rows["accounts"], rows["groups"]), (2, 2, 0), "not even bea and dora");
    }

    fn apps_arrive_with_their_secrets_sealed(kit) {
        let organization = |secret: &str| json!([{"alias": "acme", "apps": [{
            "type": "PAYROLL", "externalId": "417", "name": "Payday", "internal": true,
            "appData": {"region": "north"}, "secretData": {"token": secret},
        }, {"type": "CHAT"}]}]);
        assert_eq!(failures(kit, &organization("open sesame")), Vec::<String>::new());
        let directory = polity_directory::Service::new(kit.ctx.clone(), &polity_kernel::MasterKey::new([7; 32]), polity_directory::RoleEnding::NOTHING, polity_directory::Terms::without_limits(std::sync::Arc::new(polity_projects::Hooks::new(&polity_kernel::MasterKey::new([7; 32]))), std::sync::Arc::new(polity_domains::Claims)));
        let (system, page) = (Actor::system(), Page::first(10));
        let access = directory.enter(&system, &"acme".parse().unwrap()).unwrap();
        let projects = polity_projects::Service::new(kit.ctx.clone(), &polity_kernel::MasterKey::new([7; 32]), std::sync::Arc::new(directory));
        let apps = projects.apps(&access, page).unwrap().items;
        let facts: Vec<_> = apps.iter().map(|app| (app.kind.as_str(), app.name.as_str(), app.internal)).collect();
        assert_eq!(facts, [("PAYROLL", "Payday", true), ("CHAT", "CHAT", false)]);
        assert_eq!((apps[0].external_id.as_deref(), apps[0].values["region"].as_str()), (Some("417"), Some("north")));
        let found = |secret: &str| projects.organizations_by_app(&system, polity_projects::AppLookup::Secret { kind: "payroll", key: "token", secret }, page).unwrap().items.len();
        assert_eq!((found("open sesame"), found("open barley")), (1, 0));

        kit.pass(MOMENT);
        let rows = kit.rows();
        assert_eq!(failures(kit, &organization("open sesame")), Vec::<String>::new());
        assert_eq!(kit.rows(), rows, "twice changes nothing");
        assert_eq!(failures(kit, &organization("open barley")), Vec::<String>::new());
        assert_eq!((found("open sesame"), found("open barley")), (0, 1));

        for (app, place) in [
            (json!({"name": "x"}), "organizations[0].apps[0]: missing field `type`"),
            (json!({"type": " "}), "organizations[0] (b).apps[0]: type: "),
            (json!({"type": "x", "appData": {"k": ""}}), "organizations[0] (b).apps[0]: appData.k: "),
            (json!({"type": "x", "secretData": {"k": "s".repeat(3_000)}}), "organizations[0] (b).apps[0]: secretData.k: "),
        ] {
            let told = failures(kit, &json!([{"alias": "b", "apps": [app]}]));
            assert!(told[0].starts_with(place) && !told[0].contains("sss"), "{told:?}");
        }
    }

    fn what_is_no_such_file_is_refused_as_a_whole(kit) {
        let folder = TempDir::new().unwrap();
        let directory = polity_directory::Service::new(kit.ctx.clone(), &polity_kernel::MasterKey::new([7; 32]), polity_directory::RoleEnding::NOTHING, polity_directory::Terms::without_limits(std::sync::Arc::new(polity_projects::Hooks::new(&polity_kernel::MasterKey::new([7; 32]))), std::sync::Arc::new(polity_domains::Claims)));
        for text in ["", "{", "[]", "{\"organizations\": 7}", "plain text\nmore"] {
            let file = folder.path().join("x.json");
            std::fs::write(&file, text).unwrap();
            let error = import(&directory, &file, &mut |_, _| {}).unwrap_err();
            assert!(error.message().contains("x.json"), "{text:?}: {}", error.message());
        }
        let error = import(&directory, &folder.path().join("missing"), &mut |_, _| {}).unwrap_err();
        assert!(error.message().contains("missing"), "{}", error.message());
    }

    fn what_would_be_lost_is_refused_and_nothing_is_said_twice(kit) {
        let told = failures(kit, &json!([
            {"alias": "first", "enabled": true, "sig": "x", "attributes": {}},
            {"alias": "second", "enabled": false},
            {"alias": "third", "domains": [{"name": "third.example", "verified": true}]},
            {"alias": "fourth", "members": [{"email": "o@fourth.example", "enabled": false}]},
            {"alias": "fifth", "attributes": {"plan": ["enterprise"]}},
            {"alias": "sixth", "members": [{"id": "7", "username": "ines", "membershipType": "MANAGED"}]},
            {"alias": "First", "name": "Again"},
            {"alias": "other", "key": "first"},
            {"alias": "roles", "roles": [{"id": "a", "name": "A", "permissions": []}, {"id": "a ", "name": "B", "permissions": []}]},
            {"alias": "apps", "apps": [{"type": "gh", "externalId": "1"}, {"type": "GH", "externalId": "1 "}]},
            {"alias": "teams", "teams": [{"name": "T\u{e9}"}, {"name": "Te\u{301} "}]},
        ]));
        let places = [
            "organizations[1].enabled: an import makes nothing that is not in use",
            "organizations[2].domains: is an object that docs/import.md does not list",
            "organizations[3].members[0].enabled: ",
            "organizations[4].attributes: is an object",
            "organizations[5].members[0]: ",
            "organizations[6] (First): is the organization of organizations[0] already",
            "organizations[7] (first): is the organization of organizations[0] already",
            "organizations[8] (roles).roles[1]: ",
            "organizations[9] (apps).apps[1]: ",
            "organizations[10] (teams).teams[1]: ",
        ];
        assert_eq!(told.len(), places.len(), "{told:#?}");
        for (reason, place) in told.iter().zip(places) {
            assert!(reason.starts_with(place), "{place}: {reason}");
        }
        assert_eq!(kit.rows()["organizations"], 1);

        let folder = TempDir::new().unwrap();
        let file = folder.path().join("x.ndjson");
        std::fs::write(&file, "\u{feff}\n{\"alias\": \"a\", \"alias\": \"b\"}\n{\"alias\": \"c\", \"teams\": [{\"name\": \"t\", \"name\": \"u\"}]}\n{\"alias\": \"d\"}\n").unwrap();
        let report = run(kit, &file);
        assert_eq!(report.failures, ["line 2.alias: is given twice", "line 3.teams[0].name: is given twice"]);
        assert_eq!((report.organizations, report.changes.organizations_created), (3, 1));
        std::fs::write(&file, "{\"organizations\": [{\"alias\": \"e\"},\n{\"alias\": \"f\", \"apps\": [{\"type\": \"x\", \"appData\": {\"k\": \"1\", \"k\": \"2\"}}]}]}").unwrap();
        let report = run(kit, &file);
        assert_eq!(report.failures, ["organizations[1].apps[0].appData.k: is given twice"]);
        assert_eq!(report.changes.organizations_created, 1);
    }

    fn a_file_that_is_not_utf_8_is_told_in_words(kit) {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("x.json");
        let directory = polity_directory::Service::new(kit.ctx.clone(), &polity_kernel::MasterKey::new([7; 32]), polity_identity::ROLE_ENDING, polity_directory::Terms::without_limits(std::sync::Arc::new(polity_projects::Hooks::new(&polity_kernel::MasterKey::new([7; 32]))), std::sync::Arc::new(polity_domains::Claims)));
        let text = "{\"organizations\": [{\"alias\": \"a\"}]}";
        let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        for (bytes, part) in [
            (utf16(&format!("\u{feff}{text}")), "x.json: is UTF-16"),
            (utf16(text), "x.json: is UTF-16"),
            (format!("\u{feff}\u{feff}{text}").into_bytes(), "x.json: begins with two byte order marks"),
        ] {
            std::fs::write(&file, bytes).unwrap();
            let error = import(&directory, &file, &mut |_, _| {}).unwrap_err();
            assert!(error.message().contains(part), "{part}: {}", error.message());
        }
        std::fs::write(&file, format!("\u{feff}{text}")).unwrap();
        assert_eq!(run(kit, &file).changes.organizations_created, 1);
    }

    fn a_broken_line_names_its_number(kit) {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("x.ndjson");
        std::fs::write(&file, "{\"alias\": \"one\", \"admins\": [\"ann\"]}\n\n{nonsense\n{\"alias\": \"two\"}\n{\"alias\": 1}").unwrap();
        let report = run(kit, &file);
        assert_eq!((report.organizations, report.changes.organizations_created), (4, 2));
        assert!(report.failures[0].starts_with("line 3: is not JSON"), "{:?}", report.failures);
        assert!(report.failures[1].starts_with("line 5.alias: "), "{:?}", report.failures);
    }
}

fn polity(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_polity"));
    command.args(arguments).env_clear().current_dir(folder).env("POLITY_DATA_DIR", folder.join("data"));
    command.output().unwrap()
}

#[test]
fn a_command_on_an_empty_store_brings_it_to_shape_first() {
    let began = "the store was empty and has been brought to the present shape\n";
    for (arguments, succeeds) in [
        (&["import", "FILE"][..], true),
        (&["token", "--email", "ada@x.example", "--create"], true),
        (&["key", "--email", "ada@x.example"], false),
    ] {
        let folder = TempDir::new().unwrap();
        let sample = sample(JSON);
        let given: Vec<&str> = arguments
            .iter()
            .map(|word| if *word == "FILE" { sample.to_str().unwrap() } else { word })
            .collect();
        let first = polity(folder.path(), &given);
        let said = String::from_utf8_lossy(&first.stderr).into_owned();
        assert!(said.starts_with(began), "{arguments:?}: {said}");
        assert_eq!(first.status.success(), succeeds, "nobody has that address yet: {said}");
        let second = polity(folder.path(), &given);
        assert!(!String::from_utf8_lossy(&second.stderr).contains(began), "{second:?}");
    }
}

#[test]
fn the_command_sums_up_and_fails_when_something_was_left_out() {
    let folder = TempDir::new().unwrap();
    let file = sample(JSON);
    let file = file.to_str().unwrap();
    let said = |output: &Output| String::from_utf8(output.stdout.clone()).unwrap();
    let first = polity(folder.path(), &["import", file]);
    assert!(first.status.success(), "{}", String::from_utf8_lossy(&first.stderr));
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>().join(" ");
    let summary = words(&said(&first));
    for part in [
        "read 2 organizations, 7 people, 5 groups",
        "members 9 created",
        "in groups 10 created",
        "total 37 created 0 changed",
    ] {
        assert!(summary.contains(part), "{part}: {summary}");
    }
    let second = polity(folder.path(), &["import", file]);
    assert!(
        second.status.success() && words(&said(&second)).contains("total 0 created 0 changed"),
        "{second:?}"
    );

    let broken = folder.path().join("broken.ndjson");
    std::fs::write(&broken, "{\"alias\": \"fine\", \"admins\": [\"x\"]}\n{\"alias\": \"\"}\n").unwrap();
    let third = polity(folder.path(), &["import", broken.to_str().unwrap()]);
    assert_eq!(third.status.code(), Some(1));
    assert!(words(&said(&third)).contains("organizations 1 created"));
    let complaint = String::from_utf8_lossy(&third.stderr).into_owned();
    assert!(
        complaint.contains("left out: line 2") && complaint.contains("1 of 2 organizations were left out"),
        "{complaint}"
    );
}
