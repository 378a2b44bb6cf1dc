//! Apps with who connected them, and the projects that serve their environments.

use std::collections::BTreeMap;

use polity_directory::{AppFields, ImportedOrganization, NewApp, NewProject, ProjectFields, Upkeep};
use polity_kernel::{Access, Actor, Code, Limits, Page};
use polity_projects::{App, AppTaken, Apps, Environments, Project, Projects};
use polity_testkit::{Kit, both_engines};
use serde_json::{Value, json};

use crate::areas::{Areas, directory};
use crate::common::{enter, fields, found, id_of, join, missing, new, permissions, person, tick};

fn linked(values: &Value) -> AppFields {
    let values: BTreeMap<_, _> = values.as_object().unwrap().clone().into_iter().collect();
    AppFields { kind: "vercel".into(), external_id: Some("icfg-1".into()), values, ..AppFields::default() }
}

fn connect(kit: &Kit, directory: &Areas, access: &Access, values: &Value) -> App {
    tick(kit);
    directory.projects.connect(access, NewApp::try_from(linked(values)).unwrap()).unwrap()
}

fn open(kit: &Kit, directory: &Areas, access: &Access, name: &str) -> Project {
    tick(kit);
    let fields = ProjectFields { name: name.to_owned(), ..ProjectFields::default() };
    directory.projects.open_project(access, NewProject::try_from(fields).unwrap()).unwrap()
}

fn all(project: &Project) -> Environments {
    Environments { production: project.number, preview: project.number, development: project.number }
}

/// The person by a credential that is good for these permissions only.
fn limited(directory: &Areas, person: &Actor, to: &[&str]) -> Access {
    let limits = Limits { permissions: Some(permissions(to)), ..Limits::default() };
    enter(directory, &crate::common::limited(person, limits), "acme")
}

both_engines! {
    fn they_are_told_with_who_connected_them(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let values = json!({"type": "connectable", "team": {"id": 7, "names": ["a", "b"]}, "live": true, "none": null});
        let app = connect(kit, &directory, &access, &values);
        let told = directory.projects.app(&access, app.id).unwrap();
        assert_eq!(told, app);
        assert_eq!(serde_json::to_value(&told.values).unwrap(), values);
        assert_eq!(told.texts()["team"], r#"{"id":7,"names":["a","b"]}"#);
        assert_eq!(directory.projects.makers(&access, std::slice::from_ref(&told)).unwrap()[0].id, id_of(&ada));
        tick(kit);
        let there = enter(&directory, &Actor::system(), "acme");
        let other = directory.projects.connect(&there, NewApp::try_from(AppFields { kind: "x".into(), ..AppFields::default() }).unwrap());
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let all = directory.projects.apps(&enter(&directory, &bob, "acme"), Page::first(App::MOST)).unwrap().items;
        assert_eq!(all, [told, other.unwrap()]);
    }

    fn environments_are_served_by_projects_of_the_organization(kit) {
        let (directory, ada, eve) = (directory(kit), person(kit, "ada@acme.example"), person(kit, "eve@other.example"));
        found(&directory, &ada, "acme");
        found(&directory, &eve, "other");
        let access = enter(&directory, &ada, "acme");
        let (shop, stock) = (open(kit, &directory, &access, "Shop"), open(kit, &directory, &access, "Stock"));
        let theirs = open(kit, &directory, &enter(&directory, &eve, "other"), "Shop");
        let app = connect(kit, &directory, &access, &json!({"type": "connectable"}));
        directory.projects.mappable(&access, app.id).unwrap();
        tick(kit);
        let wanted = Environments { development: stock.number, ..all(&shop) };
        let mapped = directory.projects.map_environments(&access, app.id, wanted).unwrap();
        assert_eq!((mapped.environments, mapped.version, mapped.updated_at), (Some(wanted), 2, kit.ctx.now()));
        assert_eq!(directory.projects.app(&access, app.id).unwrap(), mapped);
        tick(kit);
        assert_eq!(directory.projects.map_environments(&access, app.id, wanted).unwrap(), mapped, "nothing differs");
        let before = kit.rows();
        for bad in [theirs.number, 0, -1, i64::MAX] {
            let refused = directory.projects.map_environments(&access, app.id, Environments { preview: bad, ..wanted }).unwrap_err();
            assert_eq!((refused.code(), refused.fields().len()), (Code::Invalid, 0));
            assert!(refused.message().contains(&bad.to_string()), "{refused:?}");
        }
        directory.projects.close_project(&access, stock.id).unwrap();
        assert!(directory.projects.map_environments(&access, app.id, wanted).is_err(), "one is closed");
        assert_eq!(directory.projects.app(&access, app.id).unwrap().environments, Some(wanted), "what is written stays");
        assert_eq!(kit.rows()["apps"], before["apps"]);
    }

    fn only_a_connectable_one_is_mapped(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        found(&directory, &ada, "other");
        let access = enter(&directory, &ada, "acme");
        let shop = open(kit, &directory, &access, "Shop");
        for values in [json!({}), json!({"type": "marketplace"}), json!({"type": ["connectable"]})] {
            let app = connect(kit, &directory, &access, &values);
            let refused = directory.projects.mappable(&access, app.id).unwrap_err();
            assert_eq!((refused.code(), refused.fields().len()), (Code::Invalid, 0));
            assert_eq!(directory.projects.map_environments(&access, app.id, all(&shop)).unwrap_err().message(), refused.message());
            directory.projects.disconnect(&access, app.id).unwrap();
        }
        let app = connect(kit, &directory, &access, &json!({"type": "connectable"}));
        let there = enter(&directory, &ada, "other");
        for result in [
            directory.projects.mappable(&there, app.id),
            directory.projects.map_environments(&there, app.id, all(&shop)).map(drop),
            directory.projects.app(&there, app.id).map(drop),
        ] {
            assert_eq!(result.unwrap_err().code(), Code::NotFound);
        }
    }

    fn the_permission_for_integrations_is_enough_and_that_for_the_organization_contains_it(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let access = enter(&directory, &ada, "acme");
        let (app, shop) = (connect(kit, &directory, &access, &json!({"type": "connectable"})), open(kit, &directory, &access, "Shop"));
        let map = |access: &Access| directory.projects.map_environments(access, app.id, all(&shop)).map(drop);
        assert_eq!(missing(&map(&enter(&directory, &bob, "acme")).unwrap_err()), ["org.directory.update"]);
        for (to, reads, writes) in [
            (vec!["org.integrations.list", "org.integrations.get"], true, false),
            (vec!["org.integrations.update"], false, true),
            (vec!["org.directory.get"], true, false),
            (vec!["org.directory.update"], false, true),
            (vec!["org.members.get"], false, false),
        ] {
            let access = limited(&directory, &ada, &to);
            assert_eq!(directory.projects.apps(&access, Page::first(App::MOST)).is_ok(), reads, "{to:?}");
            assert_eq!(directory.projects.app(&access, app.id).is_ok(), reads, "{to:?}");
            assert_eq!(map(&access).is_ok(), writes, "{to:?}");
        }
        let whole = limited(&directory, &ada, &["org.integrations.create", "org.integrations.delete"]);
        let other = AppFields { kind: "x".into(), ..AppFields::default() };
        let made = directory.projects.connect(&whole, NewApp::try_from(other).unwrap()).unwrap();
        directory.projects.disconnect(&whole, made.id).unwrap();
    }

    fn a_taken_id_is_told_from_too_many(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        connect(kit, &directory, &access, &json!({}));
        let taken = |fields: AppFields| {
            let error = directory.projects.connect(&access, NewApp::try_from(fields).unwrap()).unwrap_err();
            assert_eq!(error.code(), Code::Conflict);
            std::error::Error::source(&error).is_some_and(|cause| cause.is::<AppTaken>())
        };
        assert!(taken(AppFields { kind: "VERCEL".into(), ..linked(&json!({})) }));
        let bare = || AppFields { kind: "x".into(), ..AppFields::default() };
        for _ in 0..99 {
            directory.projects.connect(&access, NewApp::try_from(bare()).unwrap()).unwrap();
        }
        assert!(!taken(bare()));
    }

    fn a_mapping_outlives_an_import(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let shop = open(kit, &directory, &access, "Shop");
        let app = connect(kit, &directory, &access, &json!({"type": "connectable", "team": 7}));
        directory.projects.map_environments(&access, app.id, all(&shop)).unwrap();
        let given = NewApp::try_from(linked(&json!({"type": "connectable", "team": "T1"}))).unwrap();
        let imported = ImportedOrganization {
            organization: new(fields("acme")),
            roles: Vec::new(),
            apps: vec![given],
            people: Vec::new(),
            groups: Vec::new(),
        };
        let changes = directory.import(&Actor::system(), imported).unwrap();
        assert_eq!((changes.apps_created, changes.apps_changed), (0, 1));
        let after = directory.projects.app(&access, app.id).unwrap();
        assert_eq!((after.environments, &after.values["team"]), (Some(all(&shop)), &json!("T1")));
    }
}
