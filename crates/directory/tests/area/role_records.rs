//! Roles by id and members searched: one organization's are nobody else's, and a name is one role's also in a race.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use polity_accounts::{AccountPatch, AccountStatus, People};
use polity_directory::{
    MemberPatch, MemberQuery, MemberSearch, Members, NewRole, RoleConflict, RoleFields, RolePatch,
    RoleRecords, Roles,
};
use polity_kernel::{Actor, Code, Error, Limits, Page};
use polity_testkit::both_engines;

use crate::common::{
    accounts, directory, enter, found, id_of, join, narrowed, new_role, permissions, person, tick, whole,
};

both_engines! {
    fn another_organizations_roles_and_members_are_unknown(kit) {
        let directory = directory(kit);
        let (ada, eve) = (person(kit, "ada@acme.example"), person(kit, "eve@initech.example"));
        found(&directory, &ada, "acme");
        found(&directory, &eve, "initech");
        let (here, there) = (enter(&directory, &ada, "acme"), enter(&directory, &eve, "initech"));
        let role = directory.make_role(&here, "Clerks").unwrap().role;
        let given = directory.give_role(&here, role.id, id_of(&ada)).unwrap();
        let unknown = |code: Code| assert_eq!(code, Code::NotFound);
        unknown(directory.role_record(&there, role.id).unwrap_err().code());
        unknown(directory.rename_role(&there, role.id, Some("x")).unwrap_err().code());
        unknown(directory.delete_role(&there, role.id).unwrap_err().code());
        unknown(directory.role_carriers(&there, role.id, Page::first(9)).unwrap_err().code());
        unknown(directory.role_carrier(&there, role.id, given.id).unwrap_err().code());
        unknown(directory.take_role(&there, role.id, given.id).unwrap_err().code());
        unknown(directory.member_in_full(&there, id_of(&ada)).unwrap_err().code());
        assert!(directory.give_role(&there, role.id, id_of(&eve)).is_err());
        let built_in = directory.role_records(&there, true).unwrap().remove(0).id;
        assert!(directory.give_role(&there, built_in, id_of(&ada)).is_err(), "no member there");
        for query in [MemberQuery::default(), MemberQuery::default().like("example").unwrap()] {
            let found = directory.search_members(&there, query).unwrap();
            let found = directory.found_members(&there, &found, Page::first(9)).unwrap().items;
            assert_eq!(found.iter().map(|one| one.account.id).collect::<Vec<_>>(), [id_of(&eve)]);
        }
        let full = directory.roles_in_full(&here, vec![role]).unwrap().pop().unwrap();
        assert_eq!((full.carriers, full.maker.map(|maker| maker.id)), (vec![given], Some(id_of(&ada))));
    }

    fn a_name_is_one_roles_however_it_is_written(kit) {
        let directory = directory(kit);
        let ada = person(kit, "ada@acme.example");
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        directory.make_role(&access, "Straße Zoe\u{308}").unwrap();
        let other = directory.make_role(&access, "Other").unwrap();
        for same in ["STRASSE ZOË", " straße  zoë", "Straße\u{3000}Zoë", "Ｓtraße Zoë", "Str\u{61}ße Zoë"] {
            assert_eq!(directory.make_role(&access, same).unwrap_err().code(), Code::Conflict, "{same}");
            assert_eq!(directory.rename_role(&access, other.role.id, Some(same)).unwrap_err().code(), Code::Conflict, "{same}");
        }
        let hidden = directory.make_role(&access, "Own\u{200b}er").unwrap_err();
        assert_eq!(hidden.fields()[0].field, "name");
    }

    fn who_carries_a_role_is_counted_as_shown(kit) {
        let directory = directory(kit);
        let ada = person(kit, "ada@acme.example");
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let role = directory.make_role(&access, "Clerks").unwrap().role.id;
        let [bob, cyd, dan] = ["bob", "cyd", "dan"].map(|name| {
            let member = id_of(&join(kit, &directory, &ada, "acme", &format!("{name}@acme.example")));
            tick(kit);
            directory.give_role(&enter(&directory, &ada, "acme"), role, member).unwrap();
            member
        });
        let access = enter(&directory, &ada, "acme");
        let shown = || {
            let pages = whole(|page| directory.role_carriers(&access, role, page));
            assert_eq!(directory.role_carrier_count(&access, role).unwrap(), pages.len() as u64);
            pages.into_iter().map(|carrier| carrier.member.account.id).collect::<Vec<_>>()
        };
        assert_eq!(shown(), [bob, cyd, dan]);
        let disabled = AccountPatch { status: Some(AccountStatus::Disabled), ..AccountPatch::default() };
        People::update(&accounts(kit), &Actor::system(), bob, disabled).unwrap();
        assert_eq!(shown(), [cyd, dan]);
        let ends = MemberPatch { level: None, expires_at: Some(Some(kit.ctx.now().after(Duration::from_secs(60)))) };
        directory.change(&access, cyd, ends).unwrap();
        assert_eq!(shown(), [cyd, dan]);
        kit.pass(Duration::from_secs(60));
        assert_eq!(shown(), [dan]);
    }

    fn a_name_is_one_roles_whichever_way_it_comes(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let clerks = directory.make_role(&access, "Clerks").unwrap().role;
        let porter = directory.create_role(&access, new_role("porter", &[])).unwrap();
        let called = |name: &str| RolePatch { name: Some(Some(name.to_owned())), ..RolePatch::default() };
        let named = |key: &str, name: &str| {
            let fields = RoleFields { key: key.to_owned(), name: Some(name.to_owned()), ..RoleFields::default() };
            NewRole::try_from(fields).unwrap()
        };
        let why = |error: Error| {
            assert_eq!(error.code(), Code::Conflict);
            *std::error::Error::source(&error).unwrap().downcast_ref::<RoleConflict>().unwrap()
        };
        for name in ["CLERKS", "Manager", "owner", "ORG.groups - admin"] {
            assert_eq!(why(directory.make_role(&access, name).unwrap_err()), RoleConflict::NameTaken, "{name}");
            assert_eq!(why(directory.create_role(&access, named("other", name)).unwrap_err()), RoleConflict::NameTaken);
            assert_eq!(why(directory.rename_role(&access, porter.id, Some(name)).unwrap_err()), RoleConflict::NameTaken);
            assert_eq!(why(directory.update_role(&access, &porter.key, called(name)).unwrap_err()), RoleConflict::NameTaken);
        }
        assert_eq!(why(directory.create_role(&access, named("porter", "x")).unwrap_err()), RoleConflict::KeyTaken);
        assert!(directory.rename_role(&access, clerks.id, Some("clerks")).is_ok(), "its own");
        assert!(directory.update_role(&access, &porter.key, RolePatch::default()).is_ok());
    }

    fn a_built_in_role_is_nobodys_to_change(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let manager = directory.role_records(&access, true).unwrap().remove(0);
        for refused in [
            directory.rename_role(&access, manager.id, Some("x")).map(drop),
            directory.rename_role(&access, manager.id, None).map(drop),
            directory.delete_role(&access, manager.id),
            directory.update_role(&access, &manager.key, RolePatch::default()).map(drop),
            directory.remove_role(&access, &manager.key),
        ] {
            let error = refused.unwrap_err();
            let why = std::error::Error::source(&error).unwrap().downcast_ref::<RoleConflict>();
            assert_eq!((error.code(), why), (Code::Conflict, Some(&RoleConflict::BuiltIn)));
        }
    }

    fn what_was_written_is_told_to_who_may_not_read(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let only = |name: &str| {
            let limits = Limits { permissions: Some(permissions(&[name])), ..Limits::default() };
            enter(&directory, &narrowed(&ada, limits), "acme")
        };
        let made = directory.make_role(&only("org.roles.create"), "Clerks").unwrap();
        assert_eq!((made.role.name.as_str(), made.maker.map(|maker| maker.id)), ("Clerks", Some(id_of(&ada))));
        directory.give_role(&enter(&directory, &ada, "acme"), made.role.id, id_of(&ada)).unwrap();
        let renamed = directory.rename_role(&only("org.roles.update"), made.role.id, Some("Night Shift")).unwrap();
        assert_eq!((renamed.role.name.as_str(), renamed.carriers.len()), ("Night Shift", 0), "who carries it is not told");
        assert_eq!(directory.rename_role(&only("org.roles.update"), made.role.id, None).unwrap().role, renamed.role);
    }

    fn of_many_who_make_a_role_of_one_name_one_does(kit) {
        let directory = Arc::new(directory(kit));
        let ada = person(kit, "ada@acme.example");
        found(&directory, &ada, "acme");
        let makers: Vec<_> = (0..8).map(|index| {
            let (directory, access) = (Arc::clone(&directory), enter(&directory, &ada, "acme"));
            thread::spawn(move || directory.make_role(&access, if index % 2 == 0 { "Clerks" } else { "CLERKS" }).is_ok())
        }).collect();
        let made = makers.into_iter().filter_map(|maker| maker.join().ok()).filter(|made| *made).count();
        assert_eq!(made, 1);
        let access = enter(&directory, &ada, "acme");
        let roles = directory.roles(&access).unwrap();
        assert_eq!(roles.iter().filter(|role| role.name.eq_ignore_ascii_case("clerks")).count(), 1);
    }
}
