//! All projects of all organizations of the caller.

use polity_directory::{NewProject, ProjectFields};
use polity_testkit::{Kit, both_engines};
use serde_json::{Value, json};

use crate::ground::{Caller, MOMENT, entered};
use crate::stage::{Stage, establishes, id_of};

const ALL: &str = "/v1/organizations/projects/all";

/// The names of the organizations, each with the number of projects that are seen.
fn seen(list: &Value) -> String {
    let one = |entry: &Value| {
        assert_eq!(entry["ssoEnabled"], false);
        let count = entry["accounts"].as_array().unwrap().len();
        format!("{}:{count}", entry["organization"]["metadata"]["name"].as_str().unwrap())
    };
    list["organizationAccounts"].as_array().unwrap().iter().map(one).collect::<Vec<_>>().join(" ")
}

both_engines! {
    fn each_organization_has_its_own(kit) {
        let stage = Stage::set(kit);
        let Stage { service, ada, bob, cy, eve, main, .. } = &stage;
        let all = |who: &Caller| who.does(service, "GET", ALL).json();
        assert_eq!(seen(&all(ada)), "acme:1");
        assert_eq!(seen(&all(bob)), "acme:0");
        assert_eq!(all(cy), json!({"organizationAccounts": []}));
        eve.admits(service, "globex", bob, "admin");
        stage.gives(bob, "viewer");
        assert_eq!(seen(&all(bob)), "acme:1 globex:1");
        let list = all(bob);
        assert_eq!(list["activeAccountId"], main.as_str());
        let [acme, globex] = [0, 1].map(|n| list["organizationAccounts"][n]["accounts"][0].clone());
        assert_eq!((acme["spec"].get("secretKey"), globex["spec"]["secretKey"].is_string()), (None, true));
        assert_eq!(bob.does(service, "GET", "/v1/organizations/accounts/all").json(), list, "its twin says the same");
        assert_eq!(seen(&all(&Caller::platform(service))), "", "who belongs to none");
        let program = Caller::program(service, "acme", &["org.directory.get", "projects.list"]);
        assert_eq!(seen(&all(&program)), "acme:1");
    }

    fn who_may_not_is_answered_401(kit) {
        let stage = Stage::set(kit);
        let Stage { service, ada, .. } = &stage;
        for permissions in [["org.directory.get"].as_slice(), &["projects.list"], &["org.directory.list"]] {
            for path in [ALL, "/v1/organizations/accounts/all"] {
                let refused = ada.narrowed(service, permissions).ask(service, "GET", path);
                assert_eq!(refused.code(), 401, "{permissions:?}");
                assert!(refused.json()["errors"][0].as_str().unwrap().starts_with("permission required: "), "{refused:?}");
                assert!(refused.header("www-authenticate").contains("insufficient_scope"), "{refused:?}");
            }
        }
        let program = Caller::program(service, "acme", &["org.directory.get"]);
        assert_eq!(program.ask(service, "GET", ALL).code(), 401);
        assert_eq!(Caller::anonymous().ask(service, "GET", ALL).code(), 401);
        assert_eq!(seen(&ada.narrowed(service, &["org.directory.get", "projects.list"]).does(service, "GET", ALL).json()), "acme:1");
    }

    fn a_list_of_any_length_is_whole_and_in_order(kit) { length(kit); }
}

fn length(kit: &Kit) {
    let stage = Stage::set(kit);
    let Stage { service, ada, .. } = &stage;
    for number in 0..45 {
        kit.pass(MOMENT);
        establishes(service, ada, &format!("more-{number}"));
    }
    for (organization, more) in [("acme", 120), ("more-19", 49), ("more-20", 50), ("more-44", 51)] {
        let access = entered(&service.polity, organization);
        for number in 0..more {
            kit.pass(MOMENT);
            let fields = ProjectFields { name: format!("p{number}"), ..ProjectFields::default() };
            let new = NewProject::try_from(fields).unwrap();
            service.polity.projects.open_project(&access, new).unwrap();
        }
    }
    let list = ada.does(service, "GET", ALL).json();
    let expected = |number: usize| match number {
        19 => 50,
        20 => 51,
        44 => 52,
        _ => 1,
    };
    let all: Vec<String> = (0..45).map(|number| format!("more-{number}:{}", expected(number))).collect();
    assert_eq!(seen(&list), format!("acme:121 {}", all.join(" ")));
    let acme = list["organizationAccounts"][0]["accounts"].as_array().unwrap();
    assert_eq!(id_of(&acme[0]), stage.main);
    let names: Vec<&str> = acme.iter().map(|one| one["metadata"]["name"].as_str().unwrap()).collect();
    let later: Vec<String> = (0..120).map(|number| format!("p{number}")).collect();
    assert_eq!(names[1..], later);
    let paged = ada.asks_in(service, "acme", ("GET", "/v1/organizations/accounts", None)).json();
    assert_eq!(paged["accounts"], list["organizationAccounts"][0]["accounts"]);
    let some = ada.asks_in(service, "acme", ("GET", "/v1/organizations/accounts?limit=60", None));
    assert!(some.header("link").contains("limit=60&cursor="), "{some:?}");
}
