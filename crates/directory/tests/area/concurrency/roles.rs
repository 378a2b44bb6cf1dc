//! Roles given, taken and deleted at the same moment.

use polity_directory::{Assignee, Assignees, AssignmentRef, Entry, Members, RoleAssignments, RoleKey, Roles};
use polity_kernel::{Code, Page};
use polity_testkit::both_engines;

use super::{RIVALS, ROUNDS, at_once, winners};
use crate::common::{
    carried, directory, enter, found, given, id_of, join, key, name, new_role, permission, person,
};

both_engines! {
    fn whoever_is_removed_while_roles_are_given_keeps_none(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let owner = enter(&directory, &ada, "acme");
        directory.create_role(&owner, new_role("seller", &["shop.sell"])).unwrap();
        for round in 0..ROUNDS {
            let bob = join(kit, &directory, &ada, "acme", &format!("bob{round}@acme.example"));
            let results = at_once(RIVALS, |rival| match rival % 4 {
                0 => directory.grant(&owner, given(Assignee::Account(id_of(&bob)), &key("seller"), None)).map(drop),
                1 => directory.remove_member(&owner, id_of(&bob)).map(drop),
                2 => directory.set_roles(&owner, id_of(&bob), &[key("manager"), key("seller")]).map(drop),
                _ => directory.grant(&owner, given(Assignee::Account(id_of(&bob)), &key("admin"), None)).map(drop),
            });
            winners(&results, &[Code::NotFound]);
            assert_eq!(directory.enter(&bob, &name("acme")).unwrap_err().code(), Code::NotFound);
            for role in ["seller", "manager", "admin"] {
                assert_eq!(directory.assignments(&owner, &key(role).into(), Assignees::All, Page::first(9)).unwrap().items, [], "{role}");
            }
            directory.add_member(&owner, id_of(&bob).into()).unwrap();
            assert_eq!(carried(&directory, &owner, &bob), ["member"]);
            directory.remove_member(&owner, id_of(&bob)).unwrap();
        }
    }

    fn a_role_deleted_while_it_is_given_is_carried_by_nobody(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let owner = enter(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        for _ in 0..ROUNDS {
            directory.create_role(&owner, new_role("seller", &["shop.sell"])).unwrap();
            let results = at_once(RIVALS, |rival| match rival {
                0 => directory.remove_role(&owner, &key("seller").into()),
                _ => directory.grant(&owner, given(Assignee::Account(id_of(&bob)), &key("seller"), None)).map(drop),
            });
            winners(&results, &[Code::NotFound]);
            directory.create_role(&owner, new_role("seller", &["shop.sell"])).unwrap();
            assert!(enter(&directory, &bob, "acme").require(&permission("shop.sell")).is_err());
            directory.remove_role(&owner, &key("seller").into()).unwrap();
        }
    }

    fn a_role_is_made_once(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let owner = enter(&directory, &ada, "acme");
        for round in 0..ROUNDS {
            let results = at_once(RIVALS, |_| directory.create_role(&owner, new_role(&format!("role-{round}"), &[])));
            assert_eq!(winners(&results, &[Code::Conflict]), 1);
        }
    }

    fn sets_of_roles_do_not_mix(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let owner = enter(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let sets: [[RoleKey; 2]; 2] = [
            [key("org.groups.admin.role"), key("org.roles.admin.role")],
            [key("persons.admin.role"), key("emails.admin.role")],
        ];
        for _ in 0..ROUNDS {
            let results = at_once(RIVALS, |rival| directory.set_roles(&owner, id_of(&bob), &sets[rival % 2]));
            assert_eq!(winners(&results, &[]), RIVALS);
            let mut roles = carried(&directory, &owner, &bob);
            assert_eq!(roles.remove(0), "member");
            roles.sort();
            let one_of = sets.clone().map(|mut set| {
                set.sort();
                set.map(|role| role.to_string())
            });
            assert!(one_of.iter().any(|set| *set == *roles), "{roles:?}");
        }
    }

    fn a_revoked_administrator_does_not_get_another_write_in(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let owner = enter(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        for round in 0..ROUNDS {
            directory.grant(&owner, given(Assignee::Account(id_of(&bob)), &key("admin"), None)).unwrap();
            let admin = enter(&directory, &bob, "acme");
            let results = at_once(RIVALS, |rival| match rival {
                0 => directory.revoke(&owner, &key("admin").into(), AssignmentRef::To(Assignee::Account(id_of(&bob)))),
                _ => directory.create_role(&admin, new_role(&format!("role-{round}-{rival}"), &[])).map(drop),
            });
            winners(&results, &[Code::Forbidden]);
            let after = directory.create_role(&admin, new_role(&format!("role-{round}-after"), &[]));
            assert_eq!(after.unwrap_err().code(), Code::Forbidden);
        }
    }
}
