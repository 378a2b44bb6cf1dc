//! Connecting apps and mapping their environments at the same moment.

use std::collections::BTreeMap;

use polity_directory::{AppFields, NewApp, NewProject, ProjectFields};
use polity_kernel::{Code, Page};
use polity_projects::{App, Apps, Environments, Projects};
use polity_testkit::both_engines;
use serde_json::json;

use super::{RIVALS, ROUNDS, at_once, node, winners};
use crate::areas::directory;
use crate::common::{enter, found, person};

fn linked(external_id: &str) -> NewApp {
    let fields = AppFields {
        kind: "vercel".into(),
        external_id: Some(external_id.to_owned()),
        values: BTreeMap::from([("type".to_owned(), json!("connectable"))]),
        ..AppFields::default()
    };
    NewApp::try_from(fields).unwrap()
}

both_engines! {
    fn an_outside_id_is_connected_once(kit) {
        let (ada, nodes) = (person(kit, "ada@acme.example"), [directory(kit), node(kit)]);
        found(&nodes[0], &ada, "acme");
        let access = enter(&nodes[0], &ada, "acme");
        for round in 0..ROUNDS {
            let results = at_once(RIVALS, |rival| nodes[rival % 2].projects.connect(&access, linked(&round.to_string())));
            assert_eq!(winners(&results, &[Code::Conflict]), 1);
        }
        assert_eq!(nodes[0].projects.apps(&access, Page::first(App::MOST)).unwrap().items.len(), ROUNDS);
    }

    fn a_project_is_open_when_it_is_mapped(kit) {
        let (ada, nodes) = (person(kit, "ada@acme.example"), [directory(kit), node(kit)]);
        found(&nodes[0], &ada, "acme");
        let access = enter(&nodes[0], &ada, "acme");
        for round in 0..ROUNDS {
            let fields = ProjectFields { name: format!("p{round}"), ..ProjectFields::default() };
            let project = nodes[0].projects.open_project(&access, NewProject::try_from(fields).unwrap()).unwrap();
            let app = nodes[0].projects.connect(&access, linked(&format!("i{round}"))).unwrap();
            let number = project.number;
            let wanted = Environments { production: number, preview: number, development: number };
            let results = at_once(RIVALS, |rival| match rival {
                0 => nodes[0].projects.close_project(&access, project.id),
                _ => nodes[rival % 2].projects.map_environments(&access, app.id, wanted).map(drop),
            });
            assert!(results[0].is_ok());
            winners(&results, &[Code::Invalid]);
            let app = nodes[1].projects.app(&access, app.id).unwrap();
            let mapped = results.iter().skip(1).any(Result::is_ok);
            assert_eq!((app.environments.is_some(), app.version), (mapped, 1 + i64::from(mapped)), "once, or not at all");
        }
    }
}
