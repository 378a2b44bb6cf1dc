//! Roles: what there is, who may make which, and what becomes of those who carry one that changes.

use std::time::Duration;

use polity_directory::{
    Assignee, Assignees, AssignmentRef, NewRole, RoleAssignments, RoleFields, RolePatch, Roles, Stage,
};
use polity_groups::Member;
use polity_kernel::{Actor, Code, Page, event};
use polity_testkit::both_engines;

use crate::common::{
    self, carried, carrier, clerk, directory, enter, found, given, group, id_of, join, key, missing,
    new_role, person, place,
};

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
        assert_eq!(directory.role(&access, &key("shop.clerk").into()).unwrap(), made);

        kit.pass(Duration::from_millis(1));
        let patch = RolePatch {
            name: Some(Some("Clerk".into())),
            description: Some(None),
            permissions: Some(vec!["shop.orders.list".into()]),
            ..RolePatch::default()
        };
        let changed = directory.update_role(&access, &key("shop.clerk").into(), patch).unwrap();
        assert_eq!((changed.name.as_str(), changed.description.as_deref()), ("Clerk", None));
        assert_eq!(changed.permissions, common::permissions(&["shop.orders.list"]));
        assert_eq!(directory.role(&access, &key("shop.clerk").into()).unwrap(), changed);
        kit.pass(Duration::from_millis(1));
        let unnamed = RolePatch { name: Some(None), ..RolePatch::default() };
        assert_eq!(directory.update_role(&access, &key("shop.clerk").into(), unnamed).unwrap().name, "shop.clerk");

        kit.pass(Duration::from_millis(1));
        directory.remove_role(&access, &key("shop.clerk").into()).unwrap();
        assert_eq!(directory.role(&access, &key("shop.clerk").into()).unwrap_err().code(), Code::NotFound);
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
        assert_eq!(directory.update_role(&access, &manager.clone().into(), RolePatch::default()).unwrap_err().code(), Code::Conflict);
        assert_eq!(directory.remove_role(&access, &manager.into()).unwrap_err().code(), Code::Conflict);
        assert_eq!(directory.update_role(&access, &none.clone().into(), RolePatch::default()).unwrap_err().code(), Code::NotFound);
        assert_eq!(directory.remove_role(&access, &none.into()).unwrap_err().code(), Code::NotFound);
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
            let error = directory.update_role(&access, &key("clerk").into(), patch).unwrap_err();
            assert_eq!((error.code(), error.fields()[0].field.as_str()), (Code::Invalid, field));
        }
        assert_eq!(directory.role(&access, &key("clerk").into()).unwrap(), before);
    }

    fn every_act_asks_for_its_permission(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        directory.create_role(&enter(&directory, &ada, "acme"), new_role("clerk", &[])).unwrap();
        let plain = enter(&directory, &bob, "acme");
        let refused = [
            (directory.create_role(&plain, new_role("mine", &[])).map(drop), "org.roles.create"),
            (directory.update_role(&plain, &key("clerk").into(), RolePatch::default()).map(drop), "org.roles.update"),
            (directory.remove_role(&plain, &key("clerk").into()), "org.roles.delete"),
            (directory.grant(&plain, given(carrier(&bob), &key("clerk"), None)).map(drop), "org.user.roles.update"),
            (directory.revoke(&plain, &key("clerk").into(), AssignmentRef::To(carrier(&bob))), "org.user.roles.update"),
            (directory.set_roles(&plain, id_of(&bob), &[]).map(drop), "org.user.roles.update"),
            (directory.roles_of(&plain, id_of(&ada)).map(drop), "org.user.permissions.list"),
            (directory.explain(&plain, id_of(&ada)).map(drop), "org.user.permissions.list"),
        ];
        for (result, permission) in refused {
            assert_eq!(missing(&result.unwrap_err()), [permission]);
        }
        assert!(directory.roles(&plain).is_ok(), "every member reads the roles");
        let nothing = polity_kernel::Limits { permissions: Some(common::permissions(&[])), ..polity_kernel::Limits::default() };
        let nothing = enter(&directory, &common::limited(&bob, nothing), "acme");
        assert_eq!(missing(&directory.roles(&nothing).unwrap_err()), ["org.roles.list"]);
        assert_eq!(missing(&directory.role(&nothing, &key("clerk").into()).unwrap_err()), ["org.roles.get"]);
        assert_eq!(missing(&directory.assignments(&nothing, &key("clerk").into(), Assignees::All, Page::first(9)).unwrap_err()), ["org.roles.list"]);
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
        assert_eq!(missing(&directory.update_role(&access, &key("mine").into(), more).unwrap_err()), ["org.roles.delete"]);
        let renamed = RolePatch { name: Some(Some("Mine now".into())), ..RolePatch::default() };
        let error = directory.update_role(&access, &key("strong").into(), renamed).unwrap_err();
        assert_eq!(missing(&error), ["org.groups.delete"], "nor do they touch one that gives it");
    }

    fn nobody_switches_on_what_they_could_not_make(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let clerk = clerk(kit, &directory, &ada, &["org.roles.update"]);
        let stage = |stage| RolePatch { stage: Some(stage), ..RolePatch::default() };
        let owner = enter(&directory, &ada, "acme");
        directory.create_role(&owner, new_role("strong", &["org.groups.delete"])).unwrap();
        directory.update_role(&owner, &key("strong").into(), stage(Stage::Disabled)).unwrap();
        let error = directory.update_role(&enter(&directory, &clerk, "acme"), &key("strong").into(), stage(Stage::Ga)).unwrap_err();
        assert_eq!(missing(&error), ["org.groups.delete"]);
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
        directory.grant(&owner, given(carrier(&bob), &key("seller"), None)).unwrap();
        directory.grant(&owner, given(Assignee::Group(team), &key("seller"), None)).unwrap();
        assert!(may(&bob) && may(&cyd));
        directory.remove_role(&owner, &key("seller").into()).unwrap();
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
        directory.grant(&owner, given(carrier(&bob), &key("seller"), None)).unwrap();
        let stages = [(Stage::Alpha, true), (Stage::Beta, true), (Stage::Deprecated, true), (Stage::Disabled, false), (Stage::Ga, true)];
        for (stage, gives) in stages {
            let patch = RolePatch { stage: Some(stage), ..RolePatch::default() };
            directory.update_role(&owner, &key("seller").into(), patch).unwrap();
            assert_eq!(enter(&directory, &bob, "acme").require(&sell).is_ok(), gives, "{stage}");
            assert_eq!(directory.permissions(&owner).unwrap().contains(&sell), gives, "{stage}");
            let explained = directory.explain(&owner, id_of(&bob)).unwrap();
            assert_eq!(explained.iter().any(|given| given.permission == sell), gives, "{stage}");
            assert_eq!(carried(&directory, &owner, &bob), ["member", "seller"], "carried it is all the same");
        }
    }
}
