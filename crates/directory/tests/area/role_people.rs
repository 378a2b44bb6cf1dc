//! Roles with their people, and members searched: one organization's are nobody else's, and a name is one role's also in a race.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use polity_accounts::{AccountPatch, AccountStatus, People};
use polity_directory::{
    Assignee, Assignees, AssignmentRef, MemberPatch, MemberQuery, Members, NewAssignment, NewRole, Role,
    RoleAssignments, RoleConflict, RoleFields, RoleId, RolePatch, Roles, Service,
};
use polity_kernel::{Access, AccountId, Actor, Code, Error, Limits, Page};
use polity_testkit::both_engines;

use crate::common::{
    accounts, directory, enter, found, group, id_of, join, limited, new_role, permissions, person, tick,
    whole,
};

/// The role, to somebody who has it not yet.
fn anew(role: RoleId, account: AccountId) -> NewAssignment {
    NewAssignment { only_new: true, ..NewAssignment::of(role, Assignee::Account(account)) }
}

/// A built-in role that is no level's.
fn built_in(directory: &Service, access: &Access) -> Role {
    let roles = directory.roles(access).unwrap();
    roles.into_iter().find(|role| role.built_in && !role.is_of_level()).unwrap()
}

both_engines! {
    fn another_organizations_roles_and_members_are_unknown(kit) {
        let directory = directory(kit);
        let (ada, eve) = (person(kit, "ada@acme.example"), person(kit, "eve@initech.example"));
        found(&directory, &ada, "acme");
        found(&directory, &eve, "initech");
        let (here, there) = (enter(&directory, &ada, "acme"), enter(&directory, &eve, "initech"));
        let role = directory.create_role(&here, NewRole::named("Clerks").unwrap()).unwrap();
        let given = directory.grant(&here, anew(role.id, id_of(&ada))).unwrap();
        let unknown = |code: Code| assert_eq!(code, Code::NotFound);
        unknown(directory.role(&there, &role.id.into()).unwrap_err().code());
        unknown(directory.update_role(&there, &role.id.into(), RolePatch::renamed("x").unwrap()).unwrap_err().code());
        unknown(directory.remove_role(&there, &role.id.into()).unwrap_err().code());
        unknown(directory.assignments(&there, &role.id.into(), Assignees::People, Page::first(9)).unwrap_err().code());
        unknown(directory.assignment(&there, &role.id.into(), given.id).unwrap_err().code());
        unknown(directory.revoke(&there, &role.id.into(), AssignmentRef::Id(given.id)).unwrap_err().code());
        unknown(directory.member(&there, id_of(&ada)).unwrap_err().code());
        assert!(directory.grant(&there, anew(role.id, id_of(&eve))).is_err());
        let built_in = built_in(&directory, &there).id;
        assert!(directory.grant(&there, anew(built_in, id_of(&ada))).is_err(), "no member there");
        for query in [MemberQuery::default(), MemberQuery::default().like("example").unwrap()] {
            let found = directory.search_members(&there, query).unwrap();
            let found = directory.members(&there, found.query(), Page::first(9)).unwrap().items;
            assert_eq!(found.iter().map(|one| one.account.id).collect::<Vec<_>>(), [id_of(&eve)]);
        }
        let full = directory.roles_in_full(&here, vec![role]).unwrap().pop().unwrap();
        let carried = full.carriers.into_iter().map(|carrier| carrier.assignment).collect::<Vec<_>>();
        assert_eq!((carried, full.maker.map(|maker| maker.id)), (vec![given], Some(id_of(&ada))));
    }

    fn a_name_is_one_roles_however_it_is_written(kit) {
        let directory = directory(kit);
        let ada = person(kit, "ada@acme.example");
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        directory.create_role(&access, NewRole::named("Straße Zoe\u{308}").unwrap()).unwrap();
        let other = directory.create_role(&access, NewRole::named("Other").unwrap()).unwrap();
        for same in ["STRASSE ZOË", " straße  zoë", "Straße\u{3000}Zoë", "Ｓtraße Zoë", "Str\u{61}ße Zoë"] {
            assert_eq!(directory.create_role(&access, NewRole::named(same).unwrap()).unwrap_err().code(), Code::Conflict, "{same}");
            assert_eq!(directory.update_role(&access, &other.id.into(), RolePatch::renamed(same).unwrap()).unwrap_err().code(), Code::Conflict, "{same}");
        }
        let hidden = NewRole::named("Own\u{200b}er").unwrap_err();
        assert_eq!(hidden.fields()[0].field, "name");
    }

    fn who_carries_a_role_is_counted_as_shown(kit) {
        let directory = directory(kit);
        let ada = person(kit, "ada@acme.example");
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let role = directory.create_role(&access, NewRole::named("Clerks").unwrap()).unwrap().id;
        let [bob, cyd, dan] = ["bob", "cyd", "dan"].map(|name| {
            let member = id_of(&join(kit, &directory, &ada, "acme", &format!("{name}@acme.example")));
            tick(kit);
            directory.grant(&enter(&directory, &ada, "acme"), anew(role, member)).unwrap();
            member
        });
        let access = enter(&directory, &ada, "acme");
        let shown = || {
            let pages = whole(|page| directory.assignments(&access, &role.into(), Assignees::People, page));
            assert_eq!(directory.assignment_count(&access, &role.into(), Assignees::People).unwrap(), pages.len() as u64);
            let carriers = directory.carriers(&access, pages).unwrap();
            carriers.into_iter().map(|carrier| carrier.member.account.id).collect::<Vec<_>>()
        };
        assert_eq!(shown(), [bob, cyd, dan]);
        let disabled = AccountPatch { status: Some(AccountStatus::Disabled), ..AccountPatch::default() };
        People::update(&accounts(kit), &Actor::system(), bob, disabled).unwrap();
        assert_eq!(shown(), [cyd, dan]);
        let ends = MemberPatch { level: None, expires_at: Some(Some(kit.ctx.now().after(Duration::from_secs(60)))) };
        directory.change_member(&access, cyd, ends).unwrap();
        assert_eq!(shown(), [cyd, dan]);
        kit.pass(Duration::from_secs(60));
        assert_eq!(shown(), [dan]);
    }

    fn a_name_is_one_roles_whichever_way_it_comes(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let clerks = directory.create_role(&access, NewRole::named("Clerks").unwrap()).unwrap();
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
            assert_eq!(why(directory.create_role(&access, NewRole::named(name).unwrap()).unwrap_err()), RoleConflict::NameTaken, "{name}");
            assert_eq!(why(directory.create_role(&access, named("other", name)).unwrap_err()), RoleConflict::NameTaken);
            assert_eq!(why(directory.update_role(&access, &porter.id.into(), RolePatch::renamed(name).unwrap()).unwrap_err()), RoleConflict::NameTaken);
            assert_eq!(why(directory.update_role(&access, &porter.key.clone().into(), called(name)).unwrap_err()), RoleConflict::NameTaken);
        }
        assert_eq!(why(directory.create_role(&access, named("porter", "x")).unwrap_err()), RoleConflict::KeyTaken);
        assert!(directory.update_role(&access, &clerks.id.into(), RolePatch::renamed("clerks").unwrap()).is_ok(), "its own");
        assert!(directory.update_role(&access, &porter.key.into(), RolePatch::default()).is_ok());
    }

    fn what_a_group_carries_is_nobodys_membership_of_a_role(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let role = directory.create_role(&access, NewRole::named("Clerks").unwrap()).unwrap().id;
        let team = Assignee::Group(group(kit, &access, "Team"));
        let given = directory.grant(&access, NewAssignment::of(role, team)).unwrap();
        assert_eq!(directory.assignment(&access, &role.into(), given.id).unwrap_err().code(), Code::NotFound);
        assert_eq!(directory.revoke(&access, &role.into(), AssignmentRef::Id(given.id)).unwrap_err().code(), Code::NotFound);
        assert_eq!(directory.assignment_count(&access, &role.into(), Assignees::All).unwrap(), 1, "it is carried still");
        directory.revoke(&access, &role.into(), AssignmentRef::To(team)).unwrap();
        assert_eq!(directory.assignment_count(&access, &role.into(), Assignees::All).unwrap(), 0);
    }

    fn a_built_in_role_is_nobodys_to_change(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let manager = built_in(&directory, &access);
        for refused in [
            directory.update_role(&access, &manager.id.into(), RolePatch::renamed("x").unwrap()).map(drop),
            directory.update_role(&access, &manager.id.into(), RolePatch::default()).map(drop),
            directory.remove_role(&access, &manager.id.into()),
            directory.update_role(&access, &manager.key.clone().into(), RolePatch::default()).map(drop),
            directory.remove_role(&access, &manager.key.into()),
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
            enter(&directory, &limited(&ada, limits), "acme")
        };
        let told = |access: &Access, role: &Role| directory.roles_in_full(access, vec![role.clone()]).unwrap().remove(0);
        let made = directory.create_role(&only("org.roles.create"), NewRole::named("Clerks").unwrap()).unwrap();
        assert_eq!((made.name.as_str(), told(&only("org.roles.create"), &made).maker.map(|maker| maker.id)), ("Clerks", Some(id_of(&ada))));
        directory.grant(&enter(&directory, &ada, "acme"), anew(made.id, id_of(&ada))).unwrap();
        let renamed = directory.update_role(&only("org.roles.update"), &made.id.into(), RolePatch::renamed("Night Shift").unwrap()).unwrap();
        assert_eq!((renamed.name.as_str(), told(&only("org.roles.update"), &renamed).carriers.len()), ("Night Shift", 0), "who carries it is not told");
        assert_eq!(directory.update_role(&only("org.roles.update"), &made.id.into(), RolePatch::default()).unwrap(), renamed);
    }

    fn of_many_who_make_a_role_of_one_name_one_does(kit) {
        let directory = Arc::new(directory(kit));
        let ada = person(kit, "ada@acme.example");
        found(&directory, &ada, "acme");
        let makers: Vec<_> = (0..8).map(|index| {
            let (directory, access) = (Arc::clone(&directory), enter(&directory, &ada, "acme"));
            thread::spawn(move || directory.create_role(&access, NewRole::named(if index % 2 == 0 { "Clerks" } else { "CLERKS" }).unwrap()).is_ok())
        }).collect();
        let made = makers.into_iter().filter_map(|maker| maker.join().ok()).filter(|made| *made).count();
        assert_eq!(made, 1);
        let access = enter(&directory, &ada, "acme");
        let roles = directory.roles(&access).unwrap();
        assert_eq!(roles.iter().filter(|role| role.name.eq_ignore_ascii_case("clerks")).count(), 1);
    }
}
