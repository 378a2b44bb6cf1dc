//! What an employee's account means here: it is given the employee's role, and what the employee's groups carry while the
//! employee is active; neither is a way around the rules.

use polity_accounts::{EmployeePatch, EmployeeStatus, Employees};
use polity_directory::{Assignee, Entry, MemberPatch, Members, RoleAssignments, Roles};
use polity_groups::Member;
use polity_kernel::{Code, Level, Page};
use polity_testkit::both_engines;

use crate::appointments::{employee, giver, level, linked, to};
use crate::common::{
    accounts, carried, carrier, directory, enter, found, given, group, hire, id_of, join, key, missing, name,
    new_role, permission, person, place, relink,
};

both_engines! {
    fn an_employee_s_role_is_given_to_their_account(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let (bob, cyd) = (person(kit, "bob@acme.example"), person(kit, "cyd@acme.example"));
        hire(kit, &access, "bob", (Some(&bob), Some("manager"))).unwrap();
        assert_eq!(carried(&directory, &access, &bob), ["member", "manager"]);
        let promised = hire(kit, &access, "cyd", (None, Some("admin"))).unwrap();
        relink(kit, &access, promised, Some(&cyd)).unwrap();
        assert_eq!(level(&directory, &ada, &cyd), Some(Level::Admin));
        hire(kit, &access, "ada", (Some(&ada), Some("member"))).unwrap();
        assert_eq!(level(&directory, &ada, &ada), Some(Level::Owner), "no one is degraded by their own file");
        let guest = person(kit, "guest@acme.example");
        hire(kit, &access, "guest", (Some(&guest), None)).unwrap();
        assert_eq!(level(&directory, &ada, &guest), None, "a link alone makes nobody a member");
        let refused = hire(kit, &access, "dan", (Some(&person(kit, "dan@acme.example")), Some("none"))).unwrap_err();
        assert_eq!(refused.fields()[0].field, "role");
    }

    fn nobody_adds_to_one_who_has_more_by_appointing_them(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let owner = enter(&directory, &ada, "acme");
        directory.create_role(&owner, new_role("toy", &["shop.toys.get"])).unwrap();
        let employed = hire(kit, &owner, "ada", (Some(&ada), None)).unwrap();
        let clerk = giver(kit, &directory, &ada, &["org.employees.get", "org.employees.update", "org.employees.create"]);
        let access = enter(&directory, &clerk, "acme");
        let before = kit.rows();
        assert_eq!(directory.add_member(&access, to(&ada, "toy")).unwrap_err().code(), Code::Forbidden);
        assert_eq!(directory.add_member(&access, linked(&ada, "toy", employed)).unwrap_err().code(), Code::Forbidden);
        let patch = EmployeePatch { role: Some(Some("toy".to_owned())), ..EmployeePatch::default() };
        assert_eq!(Employees::update(&accounts(kit), &access, employed, patch).unwrap_err().code(), Code::Forbidden);
        assert_eq!(kit.rows(), before);
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        directory.add_member(&access, to(&bob, "toy")).expect("he has no more than the clerk");
        directory.grant(&owner, given(carrier(&ada), &key("toy"), None)).unwrap();
        directory.add_member(&access, to(&ada, "toy")).expect("nothing is added");
    }

    fn an_employee_s_role_is_no_way_around_the_rules(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let max = join(kit, &directory, &ada, "acme", "max@acme.example");
        let owner = enter(&directory, &ada, "acme");
        directory.grant(&owner, given(carrier(&max), &key("manager"), None)).unwrap();
        let manager = enter(&directory, &max, "acme");
        let refused = hire(kit, &manager, "max", (Some(&max), Some("owner"))).unwrap_err();
        assert_eq!(missing(&refused), ["org.user.roles.update"], "a manager has no say in roles");
        let promised = hire(kit, &manager, "max", (None, Some("owner"))).unwrap();
        assert_eq!(relink(kit, &manager, promised, Some(&max)).unwrap_err().code(), Code::Forbidden);
        let plain = hire(kit, &manager, "own", (Some(&max), None)).unwrap();
        let raised = EmployeePatch { role: Some(Some("admin".into())), ..EmployeePatch::default() };
        let refused = Employees::update(&accounts(kit), &manager, plain, raised).unwrap_err();
        assert_eq!(refused.code(), Code::Forbidden);
        directory.create_role(&owner, new_role("giver", &["org.user.roles.update"])).unwrap();
        directory.grant(&owner, given(carrier(&max), &key("giver"), None)).unwrap();
        let giving = enter(&directory, &max, "acme");
        let refused = hire(kit, &giving, "again", (Some(&person(kit, "new@acme.example")), Some("admin"))).unwrap_err();
        assert_eq!(refused.code(), Code::Forbidden, "nor does one who has give above themselves");
        assert_eq!(level(&directory, &ada, &max), Some(Level::Member));
        assert!(accounts(kit).by_name(&owner, "again", Page::first(9)).unwrap().items.is_empty());
    }

    fn an_active_employee_s_groups_are_their_account_s(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let access = enter(&directory, &ada, "acme");
        let staff = hire(kit, &access, "bob", (None, None)).unwrap();
        let [inner, outer] = ["Inner", "Outer"].map(|name| group(kit, &access, name));
        place(kit, &access, outer, Member::Group(inner), None);
        place(kit, &access, inner, Member::Employee(staff), None);
        directory.create_role(&access, new_role("seller", &["shop.sell"])).unwrap();
        directory.grant(&access, given(Assignee::Group(outer), &key("seller"), None)).unwrap();
        let may = || enter(&directory, &bob, "acme").require(&permission("shop.sell")).is_ok();
        let set = |status| {
            let patch = EmployeePatch { status: Some(status), ..EmployeePatch::default() };
            Employees::update(&accounts(kit), &access, staff, patch).unwrap();
        };
        assert!(!may());
        relink(kit, &access, staff, Some(&bob)).unwrap();
        assert!(may(), "at once");
        let explained = directory.explain(&access, id_of(&bob)).unwrap();
        let way = explained.iter().find(|granted| granted.permission == permission("shop.sell")).unwrap();
        assert_eq!(way.via.len(), 3, "by two groups and the role");
        for resting in [EmployeeStatus::Inactive, EmployeeStatus::Pending, EmployeeStatus::Deleted] {
            set(resting);
            assert!(!may(), "{resting}");
            set(EmployeeStatus::Active);
            assert!(may());
        }
        relink(kit, &access, staff, None).unwrap();
        assert!(!may(), "on the next request");
    }

    fn an_access_does_not_outlive_the_link_by_one_write(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let access = enter(&directory, &ada, "acme");
        let staff = hire(kit, &access, "bob", (Some(&bob), None)).unwrap();
        let makers = group(kit, &access, "Makers");
        place(kit, &access, makers, Member::Employee(staff), None);
        directory.create_role(&access, new_role("maker", &["org.roles.create"])).unwrap();
        directory.grant(&access, given(Assignee::Group(makers), &key("maker"), None)).unwrap();
        let before = enter(&directory, &bob, "acme");
        directory.create_role(&before, new_role("first", &[])).unwrap();
        let rest = EmployeePatch { status: Some(EmployeeStatus::Inactive), ..EmployeePatch::default() };
        Employees::update(&accounts(kit), &access, staff, rest).unwrap();
        assert_eq!(directory.create_role(&before, new_role("second", &[])).unwrap_err().code(), Code::Forbidden);
    }

    fn nobody_links_an_employee_whose_groups_carry_more(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let max = join(kit, &directory, &ada, "acme", "max@acme.example");
        let owner = enter(&directory, &ada, "acme");
        directory.grant(&owner, given(carrier(&max), &key("manager"), None)).unwrap();
        let [inner, outer] = ["Inner", "Outer"].map(|name| group(kit, &owner, name));
        place(kit, &owner, outer, Member::Group(inner), None);
        directory.grant(&owner, given(Assignee::Group(outer), &key("admin"), None)).unwrap();
        let staff = hire(kit, &owner, "staff", (None, None)).unwrap();
        place(kit, &owner, inner, Member::Employee(staff), None);
        let manager = enter(&directory, &max, "acme");
        assert_eq!(relink(kit, &manager, staff, Some(&max)).unwrap_err().code(), Code::Forbidden);

        relink(kit, &owner, staff, Some(&max)).unwrap();
        assert_eq!(level(&directory, &ada, &max), Some(Level::Member));
        let rest = |status| EmployeePatch { status: Some(status), ..EmployeePatch::default() };
        Employees::update(&accounts(kit), &owner, staff, rest(EmployeeStatus::Inactive)).unwrap();
        let back = Employees::update(&accounts(kit), &enter(&directory, &max, "acme"), staff, rest(EmployeeStatus::Active));
        assert_eq!(back.unwrap_err().code(), Code::Forbidden, "nor revives the link");

        let placed = hire(kit, &owner, "placed", (None, None)).unwrap();
        let asked = polity_groups::MembershipFields { member: Member::Employee(placed), kind: None, expires_at: None };
        let asked = polity_groups::NewMembership::try_from(asked).unwrap();
        let refused = polity_groups::Memberships::add(&crate::common::groups(kit), &enter(&directory, &max, "acme"), inner, asked);
        assert_eq!(refused.unwrap_err().code(), Code::Forbidden, "nor places one there");
        let linker = giver(kit, &directory, &ada, &["org.directory.members.create"]);
        let free = hire(kit, &owner, "free", (None, None)).unwrap();
        place(kit, &owner, inner, Member::Employee(free), None);
        let guest = person(kit, "guest@acme.example");
        let refused = directory.add_member(&enter(&directory, &linker, "acme"), linked(&guest, "member", free));
        assert_eq!(refused.unwrap_err().code(), Code::Forbidden, "nor appoints into one");
    }

    fn who_leaves_is_linked_to_nobody_and_gets_nothing_back(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        crate::common::with_domain(&directory, &ada, "acme", "acme.example");
        let access = enter(&directory, &ada, "acme");
        let bob = person(kit, "bob@acme.example");
        let sell = permission("shop.sell");
        let sellers = group(kit, &access, "Sellers");
        directory.create_role(&access, new_role("seller", &["shop.sell"])).unwrap();
        directory.grant(&access, given(Assignee::Group(sellers), &key("seller"), None)).unwrap();
        let staff = hire(kit, &access, "bob", (Some(&bob), Some("member"))).unwrap();
        place(kit, &access, sellers, Member::Employee(staff), None);
        let leaves: [&dyn Fn(); 3] = [
            &|| assert!(directory.remove_member(&access, id_of(&bob)).unwrap()),
            &|| directory.leave(&bob, &name("acme")).unwrap(),
            &|| {
                let minute = std::time::Duration::from_secs(60);
                let ends = MemberPatch { level: None, expires_at: Some(Some(kit.ctx.now().after(minute))) };
                directory.change_member(&access, id_of(&bob), ends).unwrap();
                kit.pass(minute);
            },
        ];
        for (way, leave) in leaves.iter().enumerate() {
            assert!(enter(&directory, &bob, "acme").require(&sell).is_ok(), "{way}");
            leave();
            assert!(directory.enter(&bob, &name("acme")).is_err());
            directory.join(&bob, &name("acme")).unwrap();
            assert!(enter(&directory, &bob, "acme").require(&sell).is_err(), "{way}: it does not come back");
            assert_eq!(employee(kit, &access, staff).account, None);
            relink(kit, &access, staff, Some(&bob)).unwrap();
        }
    }
}
