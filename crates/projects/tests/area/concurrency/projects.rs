//! Opening projects and changing their secret keys at the same moment.

use std::sync::Arc;

use polity_directory::entitlements::MEMBERS;
use polity_directory::{NewProject, ProjectFields};
use polity_kernel::{Code, Entitled, Entitlements, Page, Resource};
use polity_projects::entitlements::PROJECTS;
use polity_projects::{ProjectKeys, ProjectMembers, ProjectRole, Projects, SecretKeyRef};
use polity_testkit::both_engines;

use super::{RIVALS, ROUNDS, at_once, node, people, winners};
use crate::areas::{Areas, directory};
use crate::common::{account, enter, found, id_of, person};

fn named(name: &str) -> NewProject {
    NewProject::try_from(ProjectFields { name: name.to_owned(), ..ProjectFields::default() }).unwrap()
}

fn limited(directory: Areas, resource: Resource, most: u32) -> Areas {
    let entitled = Entitled::to(Entitlements::all().limited(resource, Some(most)));
    directory.entitled_by(Arc::new(move |_, _| Ok(entitled.clone())))
}

both_engines! {
    fn the_last_project_is_opened_once(kit) {
        let ada = person(kit, "ada@acme.example");
        for round in 0..ROUNDS {
            let organization = format!("acme-{round}");
            let nodes = [directory(kit), node(kit)].map(|node| limited(node, PROJECTS, 2));
            found(&nodes[0], &ada, &organization);
            nodes[0].projects.open_project(&enter(&nodes[0], &ada, &organization), named("first")).unwrap();
            let results = at_once(RIVALS, |rival| {
                let directory = &nodes[rival % 2];
                directory.projects.open_project(&enter(directory, &ada, &organization), named(&format!("p{rival}")))
            });
            assert_eq!(winners(&results, &[Code::LimitReached]), 1);
            let projects = nodes[1].projects.projects(&enter(&nodes[1], &ada, &organization), Page::first(9)).unwrap().items;
            assert_eq!(projects.len(), 2);
        }
    }

    fn a_name_is_taken_once_and_every_alias_is_another(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        for round in 0..ROUNDS {
            let results = at_once(RIVALS, |_| directory.projects.open_project(&access, named(&format!("Shop {round}"))));
            assert_eq!(winners(&results, &[Code::Conflict]), 1);
        }
        let marks = ["!", "?", ".", ",", ";", ":", "/", "="];
        let results = at_once(RIVALS, |rival| directory.projects.open_project(&access, named(&format!("hat{}", marks[rival]))));
        let mut aliases: Vec<_> = results.iter().map(|result| result.as_ref().unwrap().alias.as_str().to_owned()).collect();
        aliases.sort_unstable();
        aliases.dedup();
        assert_eq!(aliases.len(), RIVALS);
    }

    fn the_last_secret_key_is_made_once(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        let other = node(kit);
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        for round in 0..3 {
            let project = directory.projects.open_project(&access, named(&round.to_string())).unwrap().id;
            for _ in 0..18 {
                directory.projects.add_secret_key(&access, project).unwrap();
            }
            let results = at_once(RIVALS, |rival| [&directory, &other][rival % 2].projects.add_secret_key(&access, project));
            assert_eq!(winners(&results, &[Code::Conflict]), 1);
            let keys = directory.projects.secret_keys(&access, project).unwrap();
            assert_eq!((keys.len(), keys.iter().filter(|key| key.is_default).count()), (20, 1));
            assert_eq!(directory.projects.project(&access, project).unwrap().version, 20);
        }
    }

    fn a_key_becomes_the_default_or_goes(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let project = directory.projects.open_project(&access, named("Shop")).unwrap().id;
        for _ in 0..ROUNDS {
            let key = directory.projects.add_secret_key(&access, project).unwrap().pop().unwrap();
            let results = at_once(RIVALS, |rival| match rival % 2 {
                0 => directory.projects.prefer_secret_key(&access, project, &SecretKeyRef::Id(key.id)),
                _ => directory.projects.withdraw_secret_key(&access, project, &SecretKeyRef::Secret(key.secret)),
            });
            winners(&results, &[Code::Conflict, Code::NotFound]);
            let keys = directory.projects.secret_keys(&access, project).unwrap();
            assert_eq!(keys.iter().filter(|key| key.is_default).count(), 1);
            let stays = keys.iter().any(|one| one.id == key.id);
            assert_eq!(directory.projects.project_by_secret(&key.secret.exposed()).unwrap().is_some(), stays);
            assert_eq!(results.iter().step_by(2).any(Result::is_ok), stays, "it stays exactly if it was preferred");
        }
    }

    fn the_last_place_of_an_organization_is_taken_through_one_project(kit) {
        let ada = person(kit, "ada@acme.example");
        let directory = limited(directory(kit), MEMBERS, 2);
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let project = directory.projects.open_project(&access, named("Shop")).unwrap().id;
        let rivals = people(kit, RIVALS);
        let results = at_once(RIVALS, |rival| {
            directory.projects.give_project_role(&access, project, id_of(&rivals[rival]), ProjectRole::User)
        });
        assert_eq!(winners(&results, &[Code::LimitReached]), 1);
        assert_eq!(directory.projects.project_members(&access, project, Page::first(99)).unwrap().items.len(), 2);
    }

    fn a_role_is_given_once_and_a_closed_project_has_none(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let bob = account(kit, "bob@acme.example");
        for round in 0..ROUNDS {
            let project = directory.projects.open_project(&access, named(&round.to_string())).unwrap().id;
            let results = at_once(RIVALS, |rival| match rival {
                0 => directory.projects.close_project(&access, project),
                1 => directory.projects.add_secret_key(&access, project).map(drop),
                2 => directory.projects.activate_project(&access, project),
                _ => directory.projects.give_project_role(&access, project, bob, ProjectRole::User).map(drop),
            });
            assert!(results[0].is_ok());
            winners(&results, &[Code::NotFound]);
        }
        for table in ["projects", "project_members", "project_keys", "project_key_lookups", "project_numbers", "active_projects"] {
            assert_eq!(kit.rows()[table], 0, "{table}");
        }
    }
}
