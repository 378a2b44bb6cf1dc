//! Roles: what there is, who may make and give which, and what carrying one comes to.

use std::time::Duration;

use polity_directory::{
    Assignee, MemberPatch, Members, NewRole, RoleFields, RolePatch, Roles, Service, Stage,
};
use polity_groups::Member;
use polity_kernel::{Access, Actor, Code, Error, Level, Page, event};
use polity_testkit::both_engines;

use crate::common::{self, directory, enter, found, group, id_of, join, key, new_role, person, place, whole};

/// A member of `acme` who carries a role of this name with these permissions, all of them polity's.
fn clerk(kit: &polity_testkit::Kit, directory: &Service, owner: &Actor, gives: &[&str]) -> Actor {
    let clerk = join(kit, directory, owner, "acme", "clerk@acme.example");
    let access = enter(directory, owner, "acme");
    directory.create_role(&access, new_role("clerk", gives)).unwrap();
    directory.grant(&access, account(&clerk), &key("clerk"), None).unwrap();
    clerk
}

fn account(actor: &Actor) -> Assignee {
    Assignee::Account(id_of(actor))
}

/// The roles somebody carries directly, as words.
fn carried(directory: &Service, access: &Access, of: &Actor) -> Vec<String> {
    let roles = directory.roles_of(access, id_of(of)).unwrap();
    roles.iter().map(|assignment| assignment.role.to_string()).collect()
}

fn missing(error: &Error) -> Vec<&str> {
    error.missing_permissions().iter().map(polity_kernel::Permission::as_str).collect()
}

both_engines! {
    fn built_in_roles_come_first(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        directory.create_role(&access, new_role("zebra", &[])).unwrap();
        kit.pass(Duration::from_millis(1));
        directory.create_role(&access, new_role("ant", &[])).unwrap();
        let roles = directory.roles(&access).unwrap();
        let keys: Vec<&str> = roles.iter().map(|role| role.key.as_str()).collect();
        assert_eq!(keys.len(), 4 + 2 * 25 + 2);
        assert_eq!(keys[..5], ["owner", "admin", "manager", "member", "user.consent.admin.role"]);
        assert_eq!(keys[54..], ["zebra", "ant"], "own ones follow in order of making");
        assert!(roles[..54].iter().all(|role| role.built_in) && roles[54..].iter().all(|role| !role.built_in));
    }

    fn an_own_role_is_made_read_changed_and_deleted(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let fields = RoleFields {
            key: " shop.clerk ".into(),
            description: Some("Sells\nthings".into()),
            permissions: vec!["shop.orders.get".into(), "shop.orders.get".into()],
            ..RoleFields::default()
        };
        kit.pass(Duration::from_millis(1)); // the log is in order of time
        let made = directory.create_role(&access, NewRole::try_from(fields).unwrap()).unwrap();
        assert_eq!((made.name.as_str(), made.namespace.as_str(), made.stage), ("shop.clerk", "", Stage::Ga));
        assert_eq!(made.permissions, common::permissions(&["shop.orders.get"]));
        assert_eq!(directory.role(&access, &key("shop.clerk")).unwrap(), made);

        kit.pass(Duration::from_millis(1));
        let patch = RolePatch {
            name: Some(Some("Clerk".into())),
            description: Some(None),
            permissions: Some(vec!["shop.orders.list".into()]),
            ..RolePatch::default()
        };
        let changed = directory.update_role(&access, &key("shop.clerk"), patch).unwrap();
        assert_eq!((changed.name.as_str(), changed.description.as_deref()), ("Clerk", None));
        assert_eq!(changed.permissions, common::permissions(&["shop.orders.list"]));
        assert_eq!(directory.role(&access, &key("shop.clerk")).unwrap(), changed);
        kit.pass(Duration::from_millis(1));
        let unnamed = RolePatch { name: Some(None), ..RolePatch::default() };
        assert_eq!(directory.update_role(&access, &key("shop.clerk"), unnamed).unwrap().name, "shop.clerk");

        kit.pass(Duration::from_millis(1));
        directory.remove_role(&access, &key("shop.clerk")).unwrap();
        assert_eq!(directory.role(&access, &key("shop.clerk")).unwrap_err().code(), Code::NotFound);
        let log = kit.ctx.read(|conn| event::latest(conn, access.organization(), 9)).unwrap();
        let log: Vec<_> = log.iter().map(|event| (event.action.as_str(), event.entity.as_str())).collect();
        assert_eq!(log[..4], [("deleted", "role"), ("updated", "role"), ("updated", "role"), ("created", "role")]);
    }

    fn a_role_key_is_taken_once_and_built_in_ones_always(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        found(&directory, &ada, "other");
        let access = enter(&directory, &ada, "acme");
        directory.create_role(&access, new_role("clerk", &[])).unwrap();
        for taken in ["clerk", "owner", "org.groups.admin.role"] {
            assert_eq!(directory.create_role(&access, new_role(taken, &[])).unwrap_err().code(), Code::Conflict, "{taken}");
        }
        assert!(directory.create_role(&enter(&directory, &ada, "other"), new_role("clerk", &[])).is_ok());
        let (manager, none) = (key("manager"), key("none"));
        assert_eq!(directory.update_role(&access, &manager, RolePatch::default()).unwrap_err().code(), Code::Conflict);
        assert_eq!(directory.remove_role(&access, &manager).unwrap_err().code(), Code::Conflict);
        assert_eq!(directory.update_role(&access, &none, RolePatch::default()).unwrap_err().code(), Code::NotFound);
        assert_eq!(directory.remove_role(&access, &none).unwrap_err().code(), Code::NotFound);
    }

    fn an_unacceptable_change_leaves_the_role_as_it_was(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let before = directory.create_role(&access, new_role("clerk", &["shop.get"])).unwrap();
        let bad = [
            (RolePatch { permissions: Some(vec!["shop.get".into(), "Shop!".into()]), ..RolePatch::default() }, "permissions.1"),
            (RolePatch { name: Some(Some("x".repeat(201))), ..RolePatch::default() }, "name"),
            (RolePatch { namespace: Some(Some("a\u{7}".into())), ..RolePatch::default() }, "namespace"),
        ];
        for (patch, field) in bad {
            let error = directory.update_role(&access, &key("clerk"), patch).unwrap_err();
            assert_eq!((error.code(), error.fields()[0].field.as_str()), (Code::Invalid, field));
        }
        assert_eq!(directory.role(&access, &key("clerk")).unwrap(), before);
    }

    fn every_act_asks_for_its_permission(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        directory.create_role(&enter(&directory, &ada, "acme"), new_role("clerk", &[])).unwrap();
        let plain = enter(&directory, &bob, "acme");
        let refused = [
            (directory.create_role(&plain, new_role("mine", &[])).map(drop), "org.roles.create"),
            (directory.update_role(&plain, &key("clerk"), RolePatch::default()).map(drop), "org.roles.update"),
            (directory.remove_role(&plain, &key("clerk")), "org.roles.delete"),
            (directory.grant(&plain, account(&bob), &key("clerk"), None).map(drop), "org.user.roles.update"),
            (directory.revoke(&plain, account(&bob), &key("clerk")), "org.user.roles.update"),
            (directory.set_roles(&plain, id_of(&bob), &[]).map(drop), "org.user.roles.update"),
            (directory.roles_of(&plain, id_of(&ada)).map(drop), "org.user.permissions.list"),
            (directory.explain(&plain, id_of(&ada)).map(drop), "org.user.permissions.list"),
        ];
        for (result, permission) in refused {
            assert_eq!(missing(&result.unwrap_err()), [permission]);
        }
        assert!(directory.roles(&plain).is_ok(), "every member reads the roles");
        let nothing = polity_kernel::Limits { permissions: Some(common::permissions(&[])), ..polity_kernel::Limits::default() };
        let nothing = enter(&directory, &common::narrowed(&bob, nothing), "acme");
        assert_eq!(missing(&directory.roles(&nothing).unwrap_err()), ["org.roles.list"]);
        assert_eq!(missing(&directory.role(&nothing, &key("clerk")).unwrap_err()), ["org.roles.get"]);
        assert_eq!(missing(&directory.assignments(&nothing, &key("clerk"), Page::first(9)).unwrap_err()), ["org.roles.list"]);
    }

    fn nobody_makes_a_role_that_gives_what_they_lack(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let clerk = clerk(kit, &directory, &ada, &["org.roles.create", "org.roles.update"]);
        let owner = enter(&directory, &ada, "acme");
        directory.create_role(&owner, new_role("strong", &["org.groups.delete"])).unwrap();
        let access = enter(&directory, &clerk, "acme");

        let of_polity = ["org.groups.delete", "projects.billing.update", "org.keys.create", "org.not.built.yet"];
        for permission in of_polity {
            let error = directory.create_role(&access, new_role("mine", &["shop.get", permission])).unwrap_err();
            assert_eq!(missing(&error), [permission]);
        }
        let own = directory.create_role(&access, new_role("mine", &["shop.orders.refund", "org.roles.create"])).unwrap();
        assert_eq!(own.permissions.iter().count(), 2, "the organization's own words are free, and so is what one holds");

        let more = RolePatch { permissions: Some(vec!["org.roles.delete".into()]), ..RolePatch::default() };
        assert_eq!(missing(&directory.update_role(&access, &key("mine"), more).unwrap_err()), ["org.roles.delete"]);
        let renamed = RolePatch { name: Some(Some("Mine now".into())), ..RolePatch::default() };
        let error = directory.update_role(&access, &key("strong"), renamed).unwrap_err();
        assert_eq!(missing(&error), ["org.groups.delete"], "nor do they touch one that gives it");
    }

    fn nobody_switches_on_what_they_could_not_make(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let clerk = clerk(kit, &directory, &ada, &["org.roles.update"]);
        let stage = |stage| RolePatch { stage: Some(stage), ..RolePatch::default() };
        let owner = enter(&directory, &ada, "acme");
        directory.create_role(&owner, new_role("strong", &["org.groups.delete"])).unwrap();
        directory.update_role(&owner, &key("strong"), stage(Stage::Disabled)).unwrap();
        let error = directory.update_role(&enter(&directory, &clerk, "acme"), &key("strong"), stage(Stage::Ga)).unwrap_err();
        assert_eq!(missing(&error), ["org.groups.delete"]);
    }

    fn nobody_gives_a_role_that_gives_what_they_lack(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let clerk = clerk(kit, &directory, &ada, &["org.user.roles.update"]);
        let owner = enter(&directory, &ada, "acme");
        directory.create_role(&owner, new_role("seller", &["shop.orders.create", "org.groups.get"])).unwrap();
        let team = group(kit, &owner, "Team");
        let access = enter(&directory, &clerk, "acme");

        for (assignee, role) in [(account(&clerk), "manager"), (account(&clerk), "admin"), (Assignee::Group(team), "admin")] {
            let error = directory.grant(&access, assignee, &key(role), None).unwrap_err();
            assert!(missing(&error).contains(&"org.groups.create"), "{role}: {error}");
        }
        assert_eq!(directory.grant(&access, account(&clerk), &key("owner"), None).unwrap_err().code(), Code::Forbidden);
        assert!(directory.set_roles(&access, id_of(&clerk), &[key("manager")]).is_err());
        assert!(directory.set_roles(&access, id_of(&clerk), &[key("admin")]).is_err());
        kit.pass(Duration::from_millis(1)); // roles are listed in order of giving
        directory.grant(&access, account(&clerk), &key("seller"), None).unwrap();
        assert_eq!(carried(&directory, &access, &clerk), ["member", "clerk", "seller"]);
    }

    fn permissions_are_not_a_level(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let owner = enter(&directory, &ada, "acme");
        let everything: Vec<String> = directory.role(&owner, &key("admin")).unwrap().permissions.iter().map(ToString::to_string).collect();
        let everything: Vec<&str> = everything.iter().map(String::as_str).collect();
        let clerk = clerk(kit, &directory, &ada, &everything);
        let access = enter(&directory, &clerk, "acme");
        let error = directory.grant(&access, account(&clerk), &key("admin"), None).unwrap_err();
        assert_eq!((error.code(), error.missing_permissions().len()), (Code::Forbidden, 0), "{error}");
        assert!(directory.set_roles(&access, id_of(&clerk), &[key("admin")]).is_err());
        assert_eq!(directory.member(&access, id_of(&clerk)).unwrap().level, Level::Member);
    }

    fn ownership_is_given_by_owners_and_to_people(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let owner = enter(&directory, &ada, "acme");
        directory.grant(&owner, account(&bob), &key("admin"), None).unwrap();
        let admin = enter(&directory, &bob, "acme");
        for refused in [
            directory.grant(&admin, account(&bob), &key("owner"), None).map(drop),
            directory.set_roles(&admin, id_of(&bob), &[key("owner")]).map(drop),
            directory.grant(&admin, account(&ada), &key("member"), None).map(drop),
            directory.revoke(&admin, account(&ada), &key("owner")),
        ] {
            assert_eq!(refused.unwrap_err().code(), Code::Forbidden);
        }
        let team = group(kit, &owner, "Team");
        let error = directory.grant(&owner, Assignee::Group(team), &key("owner"), None).unwrap_err();
        assert_eq!((error.code(), error.fields()[0].field.as_str()), (Code::Invalid, "role"));
        directory.grant(&owner, account(&bob), &key("owner"), None).unwrap();
        assert!(enter(&directory, &bob, "acme").permissions().is_all());
    }

    fn a_level_s_role_sets_the_level(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let owner = enter(&directory, &ada, "acme");
        let level = || directory.member(&owner, id_of(&bob)).unwrap().level;

        let given = directory.grant(&owner, account(&bob), &key("admin"), None).unwrap();
        assert_eq!((level(), given.role), (Level::Admin, key("admin")));
        assert_eq!(carried(&directory, &owner, &bob), ["admin"], "and is not carried beside it");
        directory.grant(&owner, account(&bob), &key("member"), None).unwrap();
        assert_eq!(level(), Level::Member, "also down");

        directory.grant(&owner, account(&bob), &key("admin"), None).unwrap();
        directory.revoke(&owner, account(&bob), &key("owner")).unwrap();
        assert_eq!(level(), Level::Admin, "a level that is not theirs is not taken");
        directory.revoke(&owner, account(&bob), &key("admin")).unwrap();
        assert_eq!(level(), Level::Member);
        directory.revoke(&owner, account(&bob), &key("member")).unwrap();
        assert_eq!(level(), Level::Member, "there is none below");
        assert_eq!(directory.revoke(&owner, account(&ada), &key("owner")).unwrap_err().code(), Code::LastOwner);
    }

    fn a_level_has_no_end_of_its_own(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let owner = enter(&directory, &ada, "acme");
        let tomorrow = kit.ctx.now().after(Duration::from_secs(86_400));
        let error = directory.grant(&owner, account(&bob), &key("admin"), Some(tomorrow)).unwrap_err();
        assert_eq!((error.code(), error.fields()[0].field.as_str()), (Code::Invalid, "expires_at"));
        assert_eq!(directory.member(&owner, id_of(&bob)).unwrap().level, Level::Member, "rather than for good");
    }

    fn roles_are_for_members_and_groups_that_are_there(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let (owner, stranger) = (enter(&directory, &ada, "acme"), person(kit, "eve@other.example"));
        let nowhere = Assignee::Group(polity_groups::GroupId::new(kit.ctx.ids().secret()));
        for (assignee, role) in [(account(&stranger), "manager"), (account(&stranger), "admin"), (nowhere, "manager"), (account(&ada), "none")] {
            assert_eq!(directory.grant(&owner, assignee, &key(role), None).unwrap_err().code(), Code::NotFound);
        }
        assert_eq!(directory.set_roles(&owner, id_of(&stranger), &[]).unwrap_err().code(), Code::NotFound);
        assert_eq!(directory.roles_of(&owner, id_of(&stranger)).unwrap_err().code(), Code::NotFound);
        assert_eq!(directory.explain(&owner, id_of(&stranger)).unwrap_err().code(), Code::NotFound);
        assert_eq!(directory.revoke(&owner, account(&ada), &key("none")).unwrap_err().code(), Code::NotFound);
        directory.revoke(&owner, account(&ada), &key("manager")).unwrap();
    }

    fn set_roles_leaves_exactly_these(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let owner = enter(&directory, &ada, "acme");
        for role in ["buyer", "seller"] {
            kit.pass(Duration::from_millis(1));
            directory.create_role(&owner, new_role(role, &[])).unwrap();
        }
        let set = |roles: &[&str]| {
            kit.pass(Duration::from_millis(1));
            let keys: Vec<_> = roles.iter().map(|role| key(role)).collect();
            let result = directory.set_roles(&owner, id_of(&bob), &keys);
            result.map(|all| all.iter().map(|given| given.role.to_string()).collect::<Vec<_>>())
        };
        assert_eq!(set(&["admin", "buyer", "buyer"]).unwrap(), ["admin", "buyer"]);
        assert_eq!(set(&["seller", "admin", "buyer"]).unwrap(), ["admin", "buyer", "seller"]);
        assert_eq!(set(&["seller"]).unwrap(), ["member", "seller"], "no level named is the lowest");
        let error = set(&["admin", "none"]).unwrap_err();
        assert_eq!((error.code(), error.fields()[0].field.as_str()), (Code::Invalid, "roles"));
        assert_eq!(carried(&directory, &owner, &bob), ["member", "seller"], "and then nothing changes");
        assert_eq!(set(&[]).unwrap(), ["member"]);
        assert_eq!(set(&["owner"]).unwrap(), ["owner"]);
        assert_eq!(directory.set_roles(&owner, id_of(&ada), &[key("admin")]).unwrap()[0].role, key("admin"), "she was not the last");
    }

    fn set_roles_keeps_the_last_owner(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let owner = enter(&directory, &ada, "acme");
        for keys in [vec![], vec![key("admin")], vec![key("manager")]] {
            assert_eq!(directory.set_roles(&owner, id_of(&ada), &keys).unwrap_err().code(), Code::LastOwner);
        }
        directory.set_roles(&owner, id_of(&ada), &[key("owner"), key("manager")]).unwrap();
        assert_eq!(carried(&directory, &owner, &ada), ["owner", "manager"]);
    }

    fn set_roles_asks_only_for_what_is_new(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let clerk = clerk(kit, &directory, &ada, &["org.user.roles.update", "org.user.permissions.list"]);
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let owner = enter(&directory, &ada, "acme");
        directory.create_role(&owner, new_role("seller", &["shop.sell"])).unwrap();
        let end = kit.ctx.now().after(Duration::from_secs(60));
        directory.grant(&owner, account(&bob), &key("manager"), Some(end)).unwrap();
        let access = enter(&directory, &clerk, "acme");
        kit.pass(Duration::from_millis(1));
        let roles = directory.set_roles(&access, id_of(&bob), &[key("manager"), key("seller")]).unwrap();
        let ends: Vec<_> = roles.iter().map(|given| (given.role.as_str(), given.expires_at)).collect();
        assert_eq!(ends, [("member", None), ("manager", Some(end)), ("seller", None)], "what was there keeps its end");
        assert!(directory.set_roles(&access, id_of(&ada), &[key("owner"), key("seller")]).is_ok(), "hers is no lower");
        assert_eq!(directory.set_roles(&access, id_of(&ada), &[]).unwrap_err().code(), Code::Forbidden);
    }

    fn a_role_ends_at_its_end(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let owner = enter(&directory, &ada, "acme");
        let may = || enter(&directory, &bob, "acme").require(&common::permission("org.groups.create")).is_ok();
        let end = kit.ctx.now().after(Duration::from_secs(60));
        let past = directory.grant(&owner, account(&bob), &key("manager"), Some(kit.ctx.now())).unwrap_err();
        assert_eq!((past.code(), past.fields()[0].field.as_str()), (Code::Invalid, "expires_at"));

        let first = directory.grant(&owner, account(&bob), &key("manager"), Some(end)).unwrap();
        kit.pass(Duration::from_secs(59));
        assert!(may());
        kit.pass(Duration::from_secs(1));
        assert!(!may(), "with nobody having changed anything");
        assert_eq!(carried(&directory, &owner, &bob), ["member"]);
        assert!(directory.assignments(&owner, &key("manager"), Page::first(9)).unwrap().items.is_empty());
        assert!(directory.explain(&owner, id_of(&bob)).unwrap().iter().all(|given| given.permission.as_str() != "org.groups.create"));

        let second = directory.grant(&owner, account(&bob), &key("manager"), None).unwrap();
        assert_ne!(second.id, first.id, "the ended one does not come back");
        assert!(may());
    }

    fn giving_again_sets_the_end_anew(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let owner = enter(&directory, &ada, "acme");
        kit.pass(Duration::from_millis(1)); // the log is in order of time
        let given = directory.grant(&owner, account(&bob), &key("manager"), None).unwrap();
        kit.pass(Duration::from_millis(1));
        assert_eq!(directory.grant(&owner, account(&bob), &key("manager"), None).unwrap(), given);
        let end = kit.ctx.now().after(Duration::from_secs(60));
        let ending = directory.grant(&owner, account(&bob), &key("manager"), Some(end)).unwrap();
        assert_eq!((ending.id, ending.expires_at), (given.id, Some(end)));
        let log = kit.ctx.read(|conn| event::latest(conn, owner.organization(), 2)).unwrap();
        let log: Vec<_> = log.iter().map(|event| (event.action.as_str(), event.entity.as_str())).collect();
        assert_eq!(log, [("updated", "role_assignment"), ("granted", "role")], "and nothing is told of the repetition");
    }

    fn carriers_come_in_pages(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let owner = enter(&directory, &ada, "acme");
        let mut assignees = Vec::new();
        for n in 0..5 {
            let one = join(kit, &directory, &ada, "acme", &format!("p{n}@acme.example"));
            directory.grant(&owner, account(&one), &key("manager"), None).unwrap();
            assignees.push(account(&one));
        }
        kit.pass(Duration::from_millis(1));
        let team = Assignee::Group(group(kit, &owner, "Team"));
        directory.grant(&owner, team, &key("manager"), None).unwrap();
        assignees.push(team);
        let listed = whole(|page| directory.assignments(&owner, &key("manager"), page));
        assert_eq!(listed.iter().map(|given| given.assignee).collect::<Vec<_>>(), assignees);
        assert_eq!(directory.assignments(&owner, &key("none"), Page::first(9)).unwrap_err().code(), Code::NotFound);
    }

    fn carriers_of_a_level_are_its_members_and_the_groups_given_its_role(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let owner = enter(&directory, &ada, "acme");
        let mut admins = Vec::new();
        for n in 0..6 {
            kit.pass(Duration::from_millis(1));
            if n % 3 == 2 {
                let team = Assignee::Group(group(kit, &owner, "Team"));
                directory.grant(&owner, team, &key("admin"), None).unwrap();
                admins.push(team);
            } else {
                let one = join(kit, &directory, &ada, "acme", &format!("p{n}@acme.example"));
                directory.grant(&owner, account(&one), &key("admin"), None).unwrap();
                admins.push(account(&one));
            }
        }
        join(kit, &directory, &ada, "acme", "plain@acme.example");
        let who = |found: Vec<polity_directory::RoleAssignment>| found.iter().map(|given| given.assignee).collect::<Vec<_>>();
        assert_eq!(who(whole(|page| directory.assignments(&owner, &key("admin"), page))), admins);
        assert_eq!(who(directory.assignments(&owner, &key("admin"), Page::offset(2, 3)).unwrap().items), admins[3..5]);
        assert_eq!(who(directory.assignments(&owner, &key("admin"), Page::offset(9, 9)).unwrap().items), []);
        assert_eq!(who(directory.assignments(&owner, &key("owner"), Page::first(9)).unwrap().items), [account(&ada)]);
        assert_eq!(directory.assignments(&owner, &key("member"), Page::first(9)).unwrap().items.len(), 1);
    }

    fn a_deleted_role_is_taken_from_everybody_for_good(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let (bob, cyd) = (join(kit, &directory, &ada, "acme", "bob@acme.example"), join(kit, &directory, &ada, "acme", "cyd@acme.example"));
        let owner = enter(&directory, &ada, "acme");
        let team = group(kit, &owner, "Team");
        place(kit, &owner, team, Member::Account(id_of(&cyd)), None);
        let role = || new_role("seller", &["shop.sell"]);
        let may = |who: &Actor| enter(&directory, who, "acme").require(&common::permission("shop.sell")).is_ok();
        directory.create_role(&owner, role()).unwrap();
        directory.grant(&owner, account(&bob), &key("seller"), None).unwrap();
        directory.grant(&owner, Assignee::Group(team), &key("seller"), None).unwrap();
        assert!(may(&bob) && may(&cyd));
        directory.remove_role(&owner, &key("seller")).unwrap();
        assert!(!may(&bob) && !may(&cyd));
        assert_eq!(carried(&directory, &owner, &bob), ["member"]);
        directory.create_role(&owner, role()).unwrap();
        assert!(!may(&bob) && !may(&cyd), "a new role of the same key is another role");
    }

    fn a_disabled_role_gives_nothing(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let owner = enter(&directory, &ada, "acme");
        let sell = common::permission("shop.sell");
        directory.create_role(&owner, new_role("seller", &["shop.sell"])).unwrap();
        directory.grant(&owner, account(&bob), &key("seller"), None).unwrap();
        let stages = [(Stage::Alpha, true), (Stage::Beta, true), (Stage::Deprecated, true), (Stage::Disabled, false), (Stage::Ga, true)];
        for (stage, gives) in stages {
            let patch = RolePatch { stage: Some(stage), ..RolePatch::default() };
            directory.update_role(&owner, &key("seller"), patch).unwrap();
            assert_eq!(enter(&directory, &bob, "acme").require(&sell).is_ok(), gives, "{stage}");
            assert_eq!(directory.permissions(&owner).unwrap().contains(&sell), gives, "{stage}");
            let explained = directory.explain(&owner, id_of(&bob)).unwrap();
            assert_eq!(explained.iter().any(|given| given.permission == sell), gives, "{stage}");
            assert_eq!(carried(&directory, &owner, &bob), ["member", "seller"], "carried it is all the same");
        }
    }

    fn a_group_s_admin_role_is_no_level(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let owner = enter(&directory, &ada, "acme");
        let team = group(kit, &owner, "Team");
        place(kit, &owner, team, Member::Account(id_of(&bob)), None);
        directory.grant(&owner, Assignee::Group(team), &key("admin"), None).unwrap();
        let access = enter(&directory, &bob, "acme");
        assert!(access.require(&common::permission("org.roles.delete")).is_ok());
        assert_eq!(access.level(), Some(Level::Member));
        let patch = MemberPatch { level: Some(Level::Admin), expires_at: None };
        assert_eq!(directory.change(&access, id_of(&bob), patch).unwrap_err().code(), Code::Forbidden);
        directory.revoke(&owner, Assignee::Group(team), &key("admin")).unwrap();
        assert!(enter(&directory, &bob, "acme").require(&common::permission("org.roles.delete")).is_err());
    }
}
