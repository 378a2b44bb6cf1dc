//! Organizations of people: started to be worked in, one or several, and ended by their owners.

use std::sync::Arc;

use polity_directory::entitlements::{MULTIPLE_ORGANIZATIONS, RBAC};
use polity_directory::{
    Deletion, Entry, Members, NewProject, OrganizationFilter, Organizations, ProjectFields, RoleAssignments,
    Roles, Service, SettingsPatch,
};
use polity_kernel::{Actor, Code, Entitled, Entitlements, Feature, Level, Limits, Page, Result};
use polity_projects::Projects;
use polity_testkit::{Kit, at_once, both_engines};

use crate::common::{
    acting, carrier, directory, enter, found, given, id_of, join, key, limited, name, named, new, new_role,
    permissions, person,
};

fn project() -> NewProject {
    NewProject::try_from(ProjectFields { name: "One".to_owned(), ..ProjectFields::default() }).unwrap()
}

fn start(directory: &Service, actor: &Actor, called: &str) -> Result<polity_directory::Organization> {
    directory.found(actor, new(named(called)).with_first_project(project(), SettingsPatch::default()))
}

/// A directory of organizations that are entitled to these features alone.
fn with_features(kit: &Kit, features: &[Feature]) -> Service {
    let names: Vec<String> = features.iter().map(ToString::to_string).collect();
    directory(kit)
        .entitled_by(Arc::new(move |_, _| Ok(Entitled::to(Entitlements::of_features(names.clone())))))
}

both_engines! {
    fn one_that_is_started_is_worked_in(kit) {
        let directory = directory(kit);
        let ada = person(kit, "ada@acme.example");
        let first = start(&directory, &ada, "Acme").unwrap();
        assert_eq!(crate::common::workspaces(kit).active_project(&ada).unwrap().map(|(at, _)| at), Some(first.id));
        let settings = SettingsPatch {
            members_can_invite: Some(Some(false)),
            enforce_2fa: Some(Some(true)),
            ..SettingsPatch::default()
        };
        let second = directory.found(&ada, new(named("Initech")).with_first_project(project(), settings)).unwrap();
        assert_eq!(crate::common::workspaces(kit).active_project(&ada).unwrap().map(|(at, _)| at), Some(second.id));
        assert_eq!(second.settings.members_can_invite, Some(false));
        let access = enter(&directory, &ada, second.alias.as_str());
        assert_eq!(directory.organization(&access).unwrap(), second);
        assert_eq!(directory.member(&access, id_of(&ada)).unwrap().member.level, Level::Owner);
    }

    fn who_owns_one_needs_a_license_for_more(kit) {
        let poor = with_features(kit, &[RBAC]);
        let (ada, bob) = (person(kit, "ada@acme.example"), person(kit, "bob@acme.example"));
        start(&poor, &ada, "Acme").unwrap();
        assert_eq!(start(&poor, &ada, "Initech").unwrap_err().code(), Code::NotEntitled);
        poor.add_member(&enter(&poor, &ada, "acme"), id_of(&bob).into()).unwrap();
        start(&poor, &bob, "Bobs").unwrap();
        let rich = with_features(kit, &[MULTIPLE_ORGANIZATIONS]);
        start(&rich, &ada, "Initech").unwrap();
        let root = Actor::new(ada.subject(), Limits::default(), polity_kernel::PermissionSet::all());
        start(&poor, &root, "Umbrella").unwrap();
    }

    fn of_many_first_ones_at_once_one_is_the_first(kit) {
        let directory = Arc::new(with_features(kit, &[]));
        let ada = person(kit, "ada@acme.example");
        let made = at_once(8, |number| start(&directory, &ada, &format!("Acme {number}")).is_ok());
        assert_eq!(made.into_iter().filter(|made| *made).count(), 1);
    }

    fn it_is_ended_by_its_owners_alone(kit) {
        let directory = directory(kit);
        let ada = person(kit, "ada@acme.example");
        found(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let access = enter(&directory, &ada, "acme");
        directory.create_role(&access, new_role("ender", &["org.directory.delete"])).unwrap();
        directory.grant(&access, given(carrier(&bob), &key("admin"), None)).unwrap();
        directory.grant(&access, given(carrier(&bob), &key("ender"), None)).unwrap();
        let only = |names: &[&str]| Limits { permissions: Some(permissions(names)), ..Limits::default() };
        for refused in [
            bob,
            limited(&ada, only(&["org.directory.get"])),
            limited(&ada, Limits { level: Some(Level::Admin), ..Limits::default() }),
            limited(&ada, Limits { role: Some("ender".to_owned()), ..Limits::default() }),
        ] {
            let access = enter(&directory, &refused, "acme");
            assert_eq!(directory.remove(&access, Deletion::Owned).unwrap_err().code(), Code::Forbidden, "{refused:?}");
        }
        let key = limited(&ada, only(&["org.directory.get", "org.directory.delete"]));
        directory.remove(&enter(&directory, &key, "acme"), Deletion::Owned).unwrap();
        assert_eq!(directory.enter(&ada, &name("acme")).unwrap_err().code(), Code::NotFound);
    }

    fn ones_own_are_those_one_is_in_whoever_one_is(kit) {
        let directory = directory(kit);
        let (ada, eve) = (person(kit, "ada@acme.example"), person(kit, "eve@initech.example"));
        found(&directory, &ada, "acme");
        found(&directory, &eve, "initech");
        let root = Actor::new(ada.subject(), Limits::default(), polity_kernel::PermissionSet::all());
        let keys = |actor: &Actor| -> Vec<String> {
            let found = directory.organizations(actor, OrganizationFilter::Own, Page::first(9)).unwrap().items;
            assert_eq!(directory.organization_count(actor).unwrap(), u64::try_from(found.len()).unwrap());
            found.into_iter().map(|one| one.key.as_str().to_owned()).collect()
        };
        assert_eq!((keys(&ada), keys(&root)), (vec!["acme".to_owned()], vec!["acme".to_owned()]));
        assert_eq!(directory.organizations(&root, OrganizationFilter::Seen, Page::first(9)).unwrap().items.len(), 2);
        assert_eq!(keys(&Actor::system()), Vec::<String>::new());
        let elsewhere = enter(&directory, &eve, "initech").organization();
        let limited = limited(&ada, Limits { organization: Some(elsewhere), ..Limits::default() });
        assert_eq!(keys(&limited), Vec::<String>::new());
        assert_eq!(keys(&acting(id_of(&eve))), ["initech"]);
    }
}
