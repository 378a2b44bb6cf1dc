//! Employees, apps and accounts changed at the same moment.

use polity_accounts::{AccountFields, AccountPatch, Employees, NewAccount};
use polity_directory::{
    AccountRef, AppFields, AssignmentRef, Entry, MemberQuery, Members, NewApp, NewMember, People,
    RoleAssignments, Roles,
};
use polity_groups::Member;
use polity_kernel::{Code, Page};
use polity_projects::Apps;
use polity_testkit::both_engines;

use super::{RIVALS, ROUNDS, at_once, node, people, winners};
use crate::common::{
    accounts, carrier, directory, enter, found, given, group, hire, id_of, join, key, new_role, permission,
    person, place, relink,
};

both_engines! {
    fn an_employee_is_linked_to_one_of_many(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let (access, other, people) = (enter(&directory, &ada, "acme"), node(kit), people(kit, RIVALS));
        for round in 0..ROUNDS {
            let staff = hire(kit, &access, &format!("s{round}"), (None, None)).unwrap();
            let results = at_once(RIVALS, |rival| {
                let appointment = NewMember { account: id_of(&people[rival]), role: Some(key("manager").into()), employee: Some(staff) };
                if rival % 2 == 0 { directory.add_member(&access, appointment) } else { other.add_member(&access, appointment) }
            });
            assert_eq!(winners(&results, &[Code::Conflict]), 1);
            let linked = accounts(kit).employee(&access, staff).unwrap().account;
            let members = directory.members(&access, &MemberQuery::everybody(), Page::first(99)).unwrap().items;
            let appointed: Vec<_> = members.iter().map(|member| member.account.id).filter(|member| *member != id_of(&ada)).collect();
            assert_eq!(appointed, linked.into_iter().collect::<Vec<_>>(), "who lost is no member either");
            directory.remove_member(&access, linked.unwrap()).unwrap();
        }
    }

    fn who_is_removed_while_linked_has_nothing_by_it(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let sellers = group(kit, &access, "Sellers");
        directory.create_role(&access, new_role("seller", &["shop.sell"])).unwrap();
        directory.grant(&access, given(polity_directory::Assignee::Group(sellers), &key("seller"), None)).unwrap();
        let staff = hire(kit, &access, "staff", (None, None)).unwrap();
        place(kit, &access, sellers, Member::Employee(staff), None);
        for round in 0..ROUNDS {
            let bob = join(kit, &directory, &ada, "acme", &format!("bob{round}@acme.example"));
            let appointment = || NewMember { account: id_of(&bob), role: Some(key("member").into()), employee: Some(staff) };
            directory.add_member(&access, appointment()).unwrap();
            let results = at_once(RIVALS, |rival| match rival {
                0 => directory.remove_member(&access, id_of(&bob)).map(drop),
                _ => relink(kit, &access, staff, Some(&bob)).map(drop),
            });
            winners(&results, &[]);
            // linked once more behind the removal, the account is still no member
            assert!(directory.enter(&bob, &"acme".parse().unwrap()).is_err());
            relink(kit, &access, staff, None).unwrap();
            directory.add_member(&access, id_of(&bob).into()).unwrap();
            assert!(enter(&directory, &bob, "acme").require(&permission("shop.sell")).is_err());
        }
    }

    fn apps_stay_within_their_number_and_apart(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let app = |id: Option<String>| NewApp::try_from(AppFields { kind: "x".into(), external_id: id, ..AppFields::default() }).unwrap();
        for round in 0..ROUNDS {
            let results = at_once(RIVALS, |_| crate::common::workspaces(kit).connect(&access, app(Some(round.to_string()))));
            assert_eq!(winners(&results, &[Code::Conflict]), 1);
        }
        for _ in ROUNDS..98 {
            crate::common::workspaces(kit).connect(&access, app(None)).unwrap();
        }
        let results = at_once(RIVALS, |_| crate::common::workspaces(kit).connect(&access, app(None)));
        assert_eq!(winners(&results, &[Code::Conflict]), 2, "up to a hundred");
    }

    fn an_address_is_safe_from_who_loses_the_right_meanwhile(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let max = join(kit, &directory, &ada, "acme", "max@acme.example");
        let new = AccountFields { email: "bob@acme.example".into(), ..AccountFields::default() };
        let bob = directory.create_person(&ada, Some(&"acme".parse().unwrap()), NewAccount::try_from(new).unwrap()).unwrap().id;
        directory.add_member(&access, bob.into()).unwrap();
        let other = node(kit);
        let change = |directory: &polity_directory::Service, to: String| {
            let patch = AccountPatch { email: Some(to.parse().unwrap()), ..AccountPatch::default() };
            directory.change_person(&max, &AccountRef::Id(bob), patch)
        };
        for round in 0..ROUNDS {
            directory.grant(&access, given(carrier(&max), &key("manager"), None)).unwrap();
            assert!(change(&other, format!("bob{round}@before.example")).is_ok());
            let results = at_once(RIVALS, |rival| match rival {
                0 => directory.revoke(&access, &key("manager").into(), AssignmentRef::To(carrier(&max))),
                _ => change(&other, format!("bob{round}-{rival}@during.example")).map(drop),
            });
            winners(&results, &[Code::Forbidden]);
            assert_eq!(change(&other, format!("bob{round}@after.example")).unwrap_err().code(), Code::Forbidden);
        }
    }
}
