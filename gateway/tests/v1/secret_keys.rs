//! Secret keys of a project: added, preferred, withdrawn; for its admins only.

use polity_testkit::{Kit, both_engines};
use serde_json::{Value, json};

use crate::ground::Caller;
use crate::stage::{PROJECTS, Stage, id_of};

const KEYS: &str = "/v1/secret-keys";

fn texts(list: &Value) -> Vec<String> {
    list.as_array().unwrap().iter().map(|one| one.as_str().unwrap().to_owned()).collect()
}

both_engines! {
    fn a_key_is_added_preferred_and_withdrawn(kit) { life(kit); }

    fn they_are_of_the_project_one_works_in_or_names(kit) {
        let stage = Stage::set(kit);
        let Stage { service, ada, foreign, .. } = &stage;
        let second = id_of(&ada.sends(service, ("POST", PROJECTS), json!({"name": "Second"})).json()["account"]);
        let default = |path: &str| ada.does(service, "GET", path).json()["defaultSecretKey"].clone();
        let (main, other) = (default(KEYS), default(&format!("{KEYS}?project={second}")));
        assert_ne!(main, other);
        ada.does(service, "PUT", &format!("{PROJECTS}/{second}/active"));
        assert_eq!(default(KEYS), other);
        assert_eq!(default(&format!("{KEYS}?project={}", stage.main)), main);
        for nobody in [foreign.as_str(), "x", "01900000-0000-7000-8000-000000000000"] {
            assert_eq!(ada.ask(service, "GET", &format!("{KEYS}?project={nobody}")).code(), 404, "{nobody}");
        }
        assert_eq!(ada.ask(service, "DELETE", &format!("{KEYS}/{}", main.as_str().unwrap())).code(), 404, "another project's");
        ada.founds(service, "elsewhere");
        let unsaid = ada.asks_in(service, "elsewhere", ("POST", KEYS, Some(&json!({}))));
        assert_eq!(unsaid.code(), 400, "the project one works in is no project of the organization that is named");
        assert_eq!(ada.asks_in(service, "acme", ("GET", KEYS, None)).json()["defaultSecretKey"], other);
        let program = Caller::program(service, "acme", &["projects.update"]);
        let unsaid = program.ask(service, "GET", KEYS);
        assert_eq!((unsaid.code(), unsaid.json()), (400, json!({"errors": ["name the project in the parameter project, by its id"]})));
        assert_eq!(program.ask(service, "GET", &format!("{KEYS}?project={second}")).code(), 200);
    }

    fn only_admins_of_the_project_have_to_do_with_them(kit) {
        let stage = Stage::set(kit);
        let Stage { service, ada, bob, eve, main, .. } = &stage;
        let key = ada.sends(service, ("POST", KEYS), json!({})).json()["secretKey"].as_str().unwrap().to_owned();
        let named = |path: &str| format!("{KEYS}{path}?project={main}");
        let codes = |who: &Caller| {
            [("GET", ""), ("POST", ""), ("DELETE", format!("/{key}").as_str()), ("POST", &format!("/{key}/default"))]
                .map(|(method, path)| who.asks_in(service, "acme", (method, &named(path), None)).code())
        };
        let rows = kit.rows();
        assert_eq!(codes(bob), [404; 4]);
        assert_eq!(codes(eve), [404; 4]);
        assert_eq!(codes(&Caller::anonymous()), [401; 4]);
        assert_eq!(kit.rows(), rows);
        for role in ["viewer", "user"] {
            stage.gives(bob, role);
            assert_eq!(codes(bob), [403; 4], "{role}");
        }
        assert_eq!(codes(&ada.narrowed(service, &["projects.list", "projects.get"])), [403; 4]);
        stage.gives(bob, "admin");
        assert_eq!(codes(bob), [200, 200, 200, 404]);
    }

    fn there_are_at_most_twenty(kit) {
        let stage = Stage::set(kit);
        for _ in 1..20 {
            stage.ada.does(&stage.service, "POST", KEYS);
        }
        assert_eq!(stage.ada.ask(&stage.service, "POST", KEYS).code(), 409);
        let keys = stage.ada.does(&stage.service, "GET", KEYS).json();
        assert_eq!(texts(&keys["alternateSecretKeys"]).len(), 19);
    }
}

fn life(kit: &Kit) {
    let stage = Stage::set(kit);
    let Stage { service, ada, main, .. } = &stage;
    let shown = || {
        let spec = ada.does(service, "GET", &stage.at(main)).json()["account"]["spec"].clone();
        (spec["secretKey"].as_str().unwrap().to_owned(), texts(&spec["alternateSecretKeys"]))
    };
    let (first, none) = shown();
    assert_eq!(none, Vec::<String>::new());
    assert_eq!(uuid::Uuid::parse_str(&first).unwrap().get_version_num(), 4);
    kit.pass(crate::ground::MOMENT);
    let added = ada.does(service, "POST", KEYS).json();
    let second = added["secretKey"].as_str().unwrap().to_owned();
    let list = ada.does(service, "GET", KEYS).json();
    assert_eq!(
        (&list["defaultSecretKey"], texts(&list["alternateSecretKeys"])),
        (&json!(first), vec![second.clone()])
    );
    assert_eq!(texts(&list["ids"])[1], added["id"].as_str().unwrap());
    assert_eq!(shown(), (first.clone(), vec![second.clone()]));

    let refused = ada.ask(service, "DELETE", &format!("{KEYS}/{first}"));
    assert_eq!(refused.code(), 409, "{refused:?}");
    assert!(!refused.text.contains(&first), "a secret is not repeated in words");
    let preferred = ada.does(service, "POST", &format!("{KEYS}/{second}/default"));
    assert_eq!((preferred.code(), preferred.text.as_str()), (204, ""));
    assert_eq!(shown(), (second.clone(), vec![first.clone()]));
    let by_id = texts(&list["ids"])[0].clone();
    let left = ada.does(service, "DELETE", &format!("{KEYS}/{by_id}")).json();
    assert_eq!((&left["defaultSecretKey"], &left["alternateSecretKeys"]), (&json!(second), &json!([])));
    for gone in [first.as_str(), &by_id, "x", "01900000-0000-7000-8000-000000000000"] {
        assert_eq!(ada.ask(service, "DELETE", &format!("{KEYS}/{gone}")).code(), 404, "{gone}");
        assert_eq!(ada.ask(service, "POST", &format!("{KEYS}/{gone}/default")).code(), 404, "{gone}");
    }
    let found = service.polity.projects.project_by_secret(&second).unwrap();
    assert_eq!(found.map(|(_, project)| project.to_string()), Some(main.clone()));
    assert_eq!(service.polity.projects.project_by_secret(&first).unwrap(), None);
}
