//! A deleted role ends whatever names it, and one of the same key that is made later starts with nobody.

use polity_accounts::Employees;
use polity_directory::{InvitationRef, Invitations, RoleAssignments, Roles, Taker};
use polity_kernel::{Code, Level};
use polity_testkit::both_engines;

use crate::common::{
    accounts, carried, directory, enter, found, hire, invitation, joined, key, name, new_role, person, relink,
};

both_engines! {
    fn an_invitation_that_waits_gives_it_no_more(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        for role in ["seller", "buyer"] {
            directory.create_role(&access, new_role(role, &["shop.sell"])).unwrap();
        }
        let bob = person(kit, "bob@other.example");
        let sent = invitation("bob@other.example", Level::Member, &["seller", "buyer"], 1);
        directory.invite(&access, sent).unwrap();
        directory.remove_role(&access, &key("seller").into()).unwrap();
        directory.create_role(&access, new_role("seller", &["shop.sell", "shop.close"])).unwrap();
        directory.accept(Taker::Person(bob.clone()), &InvitationRef::To(name("acme"))).map(joined).unwrap();
        assert_eq!(carried(&directory, &access, &bob), ["member", "buyer"]);
    }

    fn nor_does_one_whose_time_ran_out_once_it_is_sent_again(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        directory.create_role(&access, new_role("seller", &["shop.sell"])).unwrap();
        let bob = person(kit, "bob@other.example");
        let sent = directory.invite(&access, invitation("bob@other.example", Level::Member, &["seller"], 1)).unwrap();
        kit.pass(std::time::Duration::from_hours(48));
        directory.remove_role(&access, &key("seller").into()).unwrap();
        directory.create_role(&access, new_role("seller", &["shop.close"])).unwrap();
        directory.resend(&access, sent[0].id).unwrap();
        directory.accept(Taker::Person(bob.clone()), &InvitationRef::To(name("acme"))).map(joined).unwrap();
        assert_eq!(carried(&directory, &access, &bob), ["member"]);
    }

    fn an_employee_is_promised_it_no_more(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        directory.create_role(&access, new_role("seller", &["shop.sell"])).unwrap();
        let [bob, cyd] = ["bob", "cyd"].map(|who| person(kit, &format!("{who}@acme.example")));
        let promised = hire(kit, &access, "bob", (None, Some("seller"))).unwrap();
        let other = hire(kit, &access, "cyd", (None, Some("manager"))).unwrap();
        directory.remove_role(&access, &key("seller").into()).unwrap();
        let known = accounts(kit).employee(&access, promised).unwrap();
        assert_eq!((known.role, known.version), (None, 2));
        assert_eq!(accounts(kit).employee(&access, other).unwrap().role.as_deref(), Some("manager"));
        directory.create_role(&access, new_role("seller", &["shop.close"])).unwrap();
        relink(kit, &access, promised, Some(&bob)).unwrap();
        assert!(directory.roles_of(&access, crate::common::id_of(&bob)).is_err(), "nobody made a member of him");
        relink(kit, &access, other, Some(&cyd)).unwrap();
        assert_eq!(carried(&directory, &access, &cyd), ["member", "manager"]);
    }

    fn nobody_is_promised_what_there_is_not(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let refused = hire(kit, &access, "bob", (None, Some("seller"))).unwrap_err();
        assert_eq!((refused.code(), refused.fields()[0].field.as_str()), (Code::Invalid, "role"));
    }
}
