//! The log read back: newest first, filtered, one organization's alone; and whose own keys an organization takes.

use std::sync::Arc;

use polity_directory::entitlements::ORGANIZATION_SECURITY_SETTINGS;
use polity_directory::{
    Activities, Entry, OrganizationPatch, Organizations, RolePatch, Roles, Service, SettingsPatch,
};
use polity_kernel::event::Filter;
use polity_kernel::{Code, Entitled, Entitlements, Feature, Level, Limits, Page};
use polity_testkit::{Kit, both_engines};

use crate::common::{
    directory, enter, found, id_of, join, key, limited, missing, new_role, permissions, person, tick, whole,
};

fn only_roles() -> Filter {
    Filter { entity: Some("role".to_owned()), ..Filter::default() }
}

both_engines! {
    fn changes_come_newest_first_in_pages_of_any_kind(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        for number in 0..5 {
            tick(kit);
            directory.create_role(&access, new_role(&format!("r{number}"), &["a.b"])).unwrap();
        }
        let roles = |page| directory.activity(&access, &only_roles(), page).unwrap();
        let ids = |page| roles(page).items.into_iter().map(|one| one.event.entity_id).collect::<Vec<_>>();
        let all = ids(Page::first(100));
        assert_eq!((all.len(), directory.activity_count(&access, &only_roles()).unwrap()), (5, 5));
        let on = whole(|page| directory.activity(&access, &only_roles(), Page { limit: 2, ..page }));
        assert_eq!(on.iter().map(|one| one.event.entity_id.clone()).collect::<Vec<_>>(), all, "by cursor");
        assert_eq!(ids(Page::offset(2, 2)), all[2..4], "by offset");
        assert!(ids(Page::offset(2, 9)).is_empty());
        let times: Vec<_> = roles(Page::first(9)).items.iter().map(|one| one.event.occurred_at).collect();
        assert!(times.windows(2).all(|pair| pair[0] > pair[1]), "{times:?}");
        let between = Filter { from: Some(times[3]), until: Some(times[1]), ..only_roles() };
        assert_eq!(directory.activity_count(&access, &between).unwrap(), 3, "both ends count");
    }

    fn a_change_names_the_person_and_no_program(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let access = enter(&directory, &ada, "acme");
        tick(kit);
        directory.create_role(&access, new_role("clerk", &["a.b"])).unwrap();
        let system = enter(&directory, &polity_kernel::Actor::system(), "acme");
        tick(kit);
        directory.update_role(&system, &key("clerk").into(), RolePatch { name: Some(Some("Clerks".to_owned())), ..RolePatch::default() }).unwrap();
        let found = directory.activity(&access, &only_roles(), Page::first(9)).unwrap().items;
        let people: Vec<_> = found.iter().map(|one| one.person.as_ref().map(|person| person.id)).collect();
        assert_eq!(people, [None, Some(id_of(&ada))]);
        let hers = Filter { actor: Some(id_of(&ada).uuid()), ..Filter::default() };
        assert!(directory.activity_count(&access, &hers).unwrap() > 1);
        let his = Filter { actor: Some(id_of(&bob).uuid()), entity: Some("role".to_owned()), ..Filter::default() };
        assert_eq!(directory.activity_count(&access, &his).unwrap(), 0);
    }

    fn it_is_for_administrators_and_of_one_organization(kit) {
        let (directory, ada, eve) = (directory(kit), person(kit, "ada@acme.example"), person(kit, "eve@initech.example"));
        found(&directory, &ada, "acme");
        found(&directory, &eve, "initech");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let member = enter(&directory, &bob, "acme");
        let refused = directory.activity(&member, &Filter::default(), Page::first(9)).unwrap_err();
        assert_eq!(missing(&refused), ["org.activity.list"]);
        assert_eq!(directory.activity_count(&member, &Filter::default()).unwrap_err().code(), Code::Forbidden);
        let there = enter(&directory, &eve, "initech");
        directory.create_role(&enter(&directory, &ada, "acme"), new_role("clerk", &["a.b"])).unwrap();
        assert_eq!(directory.activity_count(&there, &only_roles()).unwrap(), 0);
        let of_ada = Filter { actor: Some(id_of(&ada).uuid()), ..Filter::default() };
        assert_eq!(directory.activity_count(&there, &of_ada).unwrap(), 0);
    }

    fn an_organization_takes_its_members_own_keys_or_not(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let taken = |directory: &Service, whom, limits| {
            let access = enter(directory, &limited(whom, limits), "acme");
            directory.require_own_key(&access).map_err(|error| error.code())
        };
        let low = || Limits { level: Some(Level::Member), ..Limits::default() };
        let blind = || Limits { permissions: Some(permissions(&["org.members.list"])), ..Limits::default() };
        assert_eq!(taken(&directory, &bob, blind()), Ok(()));
        let settings = SettingsPatch { members_can_use_personal_api_keys: Some(false), ..SettingsPatch::default() };
        let patch = OrganizationPatch { settings, ..OrganizationPatch::default() };
        directory.update(&enter(&directory, &ada, "acme"), patch).unwrap();
        for limits in [Limits::default(), blind(), low()] {
            assert_eq!(taken(&directory, &bob, limits.clone()), Err(Code::Forbidden));
            assert_eq!(taken(&directory, &ada, limits), Ok(()), "whatever her key is good for");
        }
        assert_eq!(taken(&only_with(kit, &[]), &bob, blind()), Ok(()), "one that may not say has said nothing");
        let entitled = only_with(kit, &[ORGANIZATION_SECURITY_SETTINGS]);
        assert_eq!(taken(&entitled, &bob, blind()), Err(Code::Forbidden));
    }
}

/// A directory whose organizations are entitled to these features alone.
fn only_with(kit: &Kit, features: &[Feature]) -> Service {
    let names: Vec<String> = features.iter().map(ToString::to_string).collect();
    directory(kit)
        .entitled_by(Arc::new(move |_, _| Ok(Entitled::to(Entitlements::of_features(names.clone())))))
}
