//! Appointments: what people are to be, by word or because an employee is theirs; nobody appoints above themselves.

use polity_accounts::{Employee, EmployeeId, Employees};
use polity_directory::{
    Member, MemberQuery, Members, Membership, NewMember, NewRole, People as _, RoleAssignments, Roles,
    Service,
};
use polity_kernel::{Access, AccountId, Actor, Code, Level, Limits, Page, Result};
use polity_testkit::both_engines;

use crate::common::{
    account, accounts, acting, carried, carrier, directory, enter, found, given, hire, id_of, join, key,
    limited, missing, new_role, permissions, person, tick, whole,
};

pub(crate) fn to(who: &Actor, role: &str) -> NewMember {
    NewMember { account: id_of(who), role: Some(key(role).into()), employee: None }
}

pub(crate) fn linked(who: &Actor, role: &str, employee: EmployeeId) -> NewMember {
    NewMember { employee: Some(employee), ..to(who, role) }
}

pub(crate) fn employee(kit: &polity_testkit::Kit, access: &Access, id: EmployeeId) -> Employee {
    accounts(kit).employee(access, id).unwrap()
}

/// A member of `acme` who gives roles and may do this besides.
pub(crate) fn giver(kit: &polity_testkit::Kit, directory: &Service, owner: &Actor, gives: &[&str]) -> Actor {
    let giver = join(kit, directory, owner, "acme", "giver@acme.example");
    let access = enter(directory, owner, "acme");
    let all = [&["org.user.roles.update"], gives].concat();
    directory.create_role(&access, new_role("giver", &all)).unwrap();
    directory.grant(&access, given(carrier(&giver), &key("giver"), None)).unwrap();
    giver
}

pub(crate) fn level(directory: &Service, owner: &Actor, who: &Actor) -> Option<Level> {
    directory.member(&enter(directory, owner, "acme"), id_of(who)).ok().map(|one| one.member.level)
}

both_engines! {
    fn a_role_is_meant_by_id_or_name_too(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let made = directory.create_role(&access, NewRole::named("Night Shift").unwrap()).unwrap();
        let (id, manager) = (made.id.to_string(), directory.role(&access, &"Manager".parse().unwrap()).unwrap().id.to_string());
        for (number, (word, key)) in [
            ("night SHIFT", "night-shift"), (id.as_str(), "night-shift"), ("night-shift", "night-shift"),
            ("org.groups - Read Only", "org.groups.read-only.role"), (manager.as_str(), "manager"),
        ].into_iter().enumerate() {
            let who = person(kit, &format!("p{number}@acme.example"));
            let appointment = NewMember { account: id_of(&who), role: Some(word.parse().unwrap()), employee: None };
            directory.add_member(&access, appointment).unwrap();
            assert_eq!(carried(&directory, &access, &who).last().unwrap(), key, "{word}");
        }
        let nobody = NewMember { account: id_of(&ada), role: Some("Day Shift".parse().unwrap()), employee: None };
        assert_eq!(directory.add_member(&access, nobody).unwrap_err().message(), "role: no such role: Day Shift");
    }

    fn an_appointment_makes_a_member_who_carries_the_role(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let [bob, cyd, dan] = ["bob", "cyd", "dan"].map(|name| person(kit, &format!("{name}@acme.example")));
        let place = |role: &str| Membership { organization: access.organization(), role: key(role), employee: None, accepted: false };
        let placed = |who: &Actor, role: &str| {
            directory.add_member(&access, to(who, role)).unwrap();
            directory.memberships(&ada, &[id_of(who)]).unwrap().remove(0).1
        };
        assert_eq!(placed(&bob, "member"), [place("member")]);
        assert_eq!(placed(&cyd, "manager"), [place("member"), place("manager")]);
        assert_eq!(placed(&dan, "admin"), [place("admin")]);
        assert_eq!(carried(&directory, &access, &cyd), ["member", "manager"]);
        assert_eq!(level(&directory, &ada, &dan), Some(Level::Admin));
        directory.add_member(&access, to(&bob, "owner")).unwrap();
        assert_eq!(level(&directory, &ada, &bob), Some(Level::Owner));
    }

    fn done_again_it_changes_nothing(kit) {
        let (directory, ada, bob) = (directory(kit), person(kit, "ada@acme.example"), person(kit, "bob@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let employee = hire(kit, &access, "bob", (None, None)).unwrap();
        let first = directory.add_member(&access, linked(&bob, "manager", employee)).unwrap();
        let rows = kit.rows();
        assert_eq!(directory.add_member(&access, linked(&bob, "manager", employee)).unwrap(), first);
        assert_eq!(kit.rows(), rows, "not even a line in the log");
    }

    fn one_who_stands_above_stays_there(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let access = enter(&directory, &ada, "acme");
        directory.add_member(&access, to(&bob, "admin")).unwrap();
        assert_eq!(directory.add_member(&access, to(&bob, "member")).unwrap().level, Level::Admin);
        assert_eq!(directory.add_member(&access, to(&bob, "manager")).unwrap().level, Level::Admin);
        assert_eq!(carried(&directory, &access, &bob), ["admin", "manager"]);
        directory.add_member(&access, to(&ada, "member")).unwrap();
        assert_eq!(level(&directory, &ada, &ada), Some(Level::Owner));
    }

    fn it_takes_the_permissions_for_all_it_does(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let new = person(kit, "new@acme.example");
        let refused = directory.add_member(&enter(&directory, &bob, "acme"), to(&bob, "member")).unwrap_err();
        assert_eq!(missing(&refused), ["org.user.roles.update"]);
        let giver = giver(kit, &directory, &ada, &[]);
        let access = enter(&directory, &giver, "acme");
        let refused = directory.add_member(&access, to(&new, "member")).unwrap_err();
        assert_eq!(missing(&refused), ["org.directory.members.create"]);
        assert!(directory.add_member(&access, to(&bob, "giver")).is_ok(), "what the giver has");
    }

    fn nobody_appoints_above_themselves(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let giver = giver(kit, &directory, &ada, &["org.directory.members.create"]);
        let owner = enter(&directory, &ada, "acme");
        directory.create_role(&owner, new_role("keeper", &["org.roles.create", "shop.sell"])).unwrap();
        directory.create_role(&owner, new_role("seller", &["shop.sell"])).unwrap();
        let access = enter(&directory, &giver, "acme");
        let before = kit.rows();
        for (who, role) in [(&bob, "owner"), (&bob, "admin"), (&giver, "admin"), (&bob, "keeper"), (&giver, "keeper")] {
            assert_eq!(directory.add_member(&access, to(who, role)).unwrap_err().code(), Code::Forbidden, "{role}");
        }
        let stranger = person(kit, "new@acme.example");
        let made = kit.rows();
        assert_eq!(directory.add_member(&access, to(&stranger, "admin")).unwrap_err().code(), Code::Forbidden);
        assert_eq!(kit.rows(), made, "nor are they a member now");
        assert_eq!(before["members"], made["members"]);
        assert!(directory.add_member(&access, to(&bob, "seller")).is_ok(), "a product's own permissions are theirs to give");
        directory.add_member(&owner, to(&giver, "admin")).unwrap();
        let admin = enter(&directory, &giver, "acme");
        assert!(directory.add_member(&admin, to(&bob, "admin")).is_ok());
        assert_eq!(directory.add_member(&admin, to(&bob, "owner")).unwrap_err().code(), Code::Forbidden);
        let narrow = limited(&ada, Limits { permissions: Some(permissions(&["org.user.roles.update"])), ..Limits::default() });
        let narrow = enter(&directory, &narrow, "acme");
        assert_eq!(directory.add_member(&narrow, to(&bob, "owner")).unwrap_err().code(), Code::Forbidden);
    }

    fn what_is_unknown_is_told_as_such(kit) {
        let (directory, ada, bob) = (directory(kit), person(kit, "ada@acme.example"), person(kit, "bob@acme.example"));
        found(&directory, &ada, "acme");
        found(&directory, &ada, "other");
        let (access, there) = (enter(&directory, &ada, "acme"), enter(&directory, &ada, "other"));
        directory.create_role(&there, new_role("theirs", &[])).unwrap();
        let foreign = hire(kit, &there, "bob", (None, None)).unwrap();
        let nobody = acting(AccountId::new(kit.ctx.ids().secret()));
        assert_eq!(directory.add_member(&access, to(&nobody, "member")).unwrap_err().code(), Code::NotFound);
        let field = |refused: Result<Member>| refused.unwrap_err().fields()[0].field.clone();
        assert_eq!(field(directory.add_member(&access, to(&bob, "theirs"))), "role");
        assert_eq!(field(directory.add_member(&access, linked(&bob, "member", foreign))), "employee");
        assert_eq!(level(&directory, &ada, &bob), None, "nothing of it was done");
    }

    fn an_employee_is_linked_to_one_account_and_an_account_to_one_employee(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let (bob, cyd) = (person(kit, "bob@acme.example"), person(kit, "cyd@acme.example"));
        let (one, two) = (hire(kit, &access, "one", (None, None)).unwrap(), hire(kit, &access, "two", (None, None)).unwrap());
        directory.add_member(&access, linked(&bob, "member", one)).unwrap();
        assert_eq!(directory.memberships(&ada, &[id_of(&bob)]).unwrap()[0].1[0].employee, Some(one));
        assert_eq!(employee(kit, &access, one).account, Some(id_of(&bob)));
        assert_eq!(directory.add_member(&access, linked(&cyd, "member", one)).unwrap_err().code(), Code::Conflict);
        assert_eq!(directory.add_member(&access, linked(&bob, "member", two)).unwrap_err().code(), Code::Conflict);
        assert_eq!(level(&directory, &ada, &cyd), None);
        assert_eq!(employee(kit, &access, two).account, None);
    }

    fn administrators_are_listed(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let people: Vec<Actor> = (0..5).map(|n| join(kit, &directory, &ada, "acme", &format!("p{n}@acme.example"))).collect();
        for (n, role) in [(0, "manager"), (1, "admin"), (3, "owner"), (4, "admin")] {
            directory.add_member(&access, to(&people[n], role)).unwrap();
        }
        let member = enter(&directory, &people[2], "acme");
        let listed = whole(|page| directory.members(&member, &MemberQuery::everybody().at_least(Level::Admin).and_roles(), page));
        let accounts: Vec<AccountId> = listed.iter().map(|person| person.account.id).collect();
        assert_eq!(accounts, [&ada, &people[1], &people[3], &people[4]].map(id_of));
        assert_eq!(listed[1].roles, [key("admin")]);
        let silent = limited(&people[2], Limits { permissions: Some(permissions(&["org.directory.get"])), ..Limits::default() });
        let refused = directory.members(&enter(&directory, &silent, "acme"), &MemberQuery::everybody(), Page::first(9)).unwrap_err();
        assert_eq!(missing(&refused), ["org.members.list"]);
    }

    fn everybody_stands_somewhere_or_nowhere(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        directory.create_role(&access, new_role("clerk", &[])).unwrap();
        let standing = |who: &[AccountId]| -> Vec<Option<String>> {
            let found = directory.shown_roles(&access, who).unwrap();
            assert_eq!(found.iter().map(|(account, _)| *account).collect::<Vec<_>>(), who);
            found.into_iter().map(|(_, role)| role.map(|role| role.to_string())).collect()
        };
        let stranger = account(kit, "new@acme.example");
        let who = [stranger, id_of(&bob), id_of(&ada)];
        assert_eq!(standing(&who), [None, Some("member".into()), Some("owner".into())]);
        let minute = std::time::Duration::from_secs(60);
        directory.grant(&access, given(carrier(&bob), &key("clerk"), Some(kit.ctx.now().after(minute)))).unwrap();
        tick(kit);
        directory.grant(&access, given(carrier(&bob), &key("manager"), None)).unwrap();
        assert_eq!(standing(&who)[1].as_deref(), Some("clerk"), "the first");
        kit.pass(minute);
        assert_eq!(standing(&who)[1].as_deref(), Some("manager"));
        let silent = limited(&bob, Limits { permissions: Some(permissions(&["org.directory.get"])), ..Limits::default() });
        let silent = enter(&directory, &silent, "acme");
        assert_eq!(missing(&directory.shown_roles(&silent, &who).unwrap_err()), ["org.members.get"]);
        assert!(directory.shown_roles(&silent, &[id_of(&bob)]).is_ok(), "one's own");
    }
}
