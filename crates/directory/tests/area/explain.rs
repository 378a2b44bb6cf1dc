//! Explaining: what a member may do, and by which way they came to it.

use polity_accounts::Assignments;
use polity_directory::{Assignee, Granted, RoleAssignments, Roles, Service, Step};
use polity_groups::{GroupId, GroupPatch, GroupStatus, Groups, Member};
use polity_kernel::{Access, Actor, Level, Permission};
use polity_testkit::both_engines;

use crate::common::{
    self, account_type, directory, enter, found, given, group, id_of, join, key, new_role, person, place,
};

/// The way to one permission; absent when it is not given.
fn way(directory: &Service, access: &Access, who: &Actor, permission: &str) -> Option<Vec<Step>> {
    let explained = directory.explain(access, id_of(who)).unwrap();
    explained.into_iter().find(|given| given.permission.as_str() == permission).map(|given| given.via)
}

fn role(key: &str) -> Step {
    Step::Role(key.into())
}

fn through(group: GroupId, name: &str) -> Step {
    Step::Group(group, name.into())
}

both_engines! {
    fn a_level_gives_its_role(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let access = enter(&directory, &bob, "acme");
        let explained = directory.explain(&access, id_of(&bob)).unwrap();
        assert!(explained.iter().all(|given| given.via == [Step::Level(Level::Member), role("member")]));
        let listed: Vec<&Permission> = explained.iter().map(|given| &given.permission).collect();
        assert_eq!(listed, access.permissions().iter().collect::<Vec<_>>(), "each once, sorted");
    }

    fn nested_groups_are_named_from_the_member_outwards(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let owner = enter(&directory, &ada, "acme");
        let [inner, middle, outer] = ["Inner", "Middle", "Outer"].map(|name| group(kit, &owner, name));
        place(kit, &owner, outer, Member::Group(middle), None);
        place(kit, &owner, middle, Member::Group(inner), None);
        place(kit, &owner, inner, Member::Account(id_of(&bob)), None);
        directory.create_role(&owner, new_role("seller", &["shop.sell"])).unwrap();
        directory.grant(&owner, given(Assignee::Group(outer), &key("seller"), None)).unwrap();
        let whole = vec![through(inner, "Inner"), through(middle, "Middle"), through(outer, "Outer"), role("seller")];
        assert_eq!(way(&directory, &owner, &bob, "shop.sell"), Some(whole));

        place(kit, &owner, outer, Member::Account(id_of(&bob)), None);
        assert_eq!(way(&directory, &owner, &bob, "shop.sell"), Some(vec![through(outer, "Outer"), role("seller")]), "the shortest way");
        directory.grant(&owner, given(Assignee::Account(id_of(&bob)), &key("seller"), None)).unwrap();
        assert_eq!(way(&directory, &owner, &bob, "shop.sell"), Some(vec![role("seller")]));
    }

    fn a_way_that_ends_gives_room_to_a_longer_one(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let owner = enter(&directory, &ada, "acme");
        let [inner, outer] = ["Inner", "Outer"].map(|name| group(kit, &owner, name));
        let minute = std::time::Duration::from_secs(60);
        place(kit, &owner, outer, Member::Account(id_of(&bob)), Some(kit.ctx.now().after(minute)));
        place(kit, &owner, outer, Member::Group(inner), Some(kit.ctx.now().after(2 * minute)));
        place(kit, &owner, inner, Member::Account(id_of(&bob)), None);
        directory.create_role(&owner, new_role("seller", &["shop.sell"])).unwrap();
        directory.grant(&owner, given(Assignee::Group(outer), &key("seller"), None)).unwrap();
        let may = || enter(&directory, &bob, "acme").require(&common::permission("shop.sell")).is_ok();

        assert_eq!(way(&directory, &owner, &bob, "shop.sell"), Some(vec![through(outer, "Outer"), role("seller")]));
        assert!(may());
        kit.pass(minute);
        let longer = vec![through(inner, "Inner"), through(outer, "Outer"), role("seller")];
        assert_eq!(way(&directory, &owner, &bob, "shop.sell"), Some(longer));
        assert!(may());
        kit.pass(minute);
        assert_eq!(way(&directory, &owner, &bob, "shop.sell"), None);
        assert!(!may(), "though nobody changed anything since it was computed");
    }

    fn a_resting_group_passes_nothing_on(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let owner = enter(&directory, &ada, "acme");
        let [inner, outer] = ["Inner", "Outer"].map(|name| group(kit, &owner, name));
        place(kit, &owner, outer, Member::Group(inner), None);
        place(kit, &owner, inner, Member::Account(id_of(&bob)), None);
        directory.create_role(&owner, new_role("seller", &["shop.sell"])).unwrap();
        directory.grant(&owner, given(Assignee::Group(outer), &key("seller"), None)).unwrap();
        let sell = common::permission("shop.sell");
        assert!(enter(&directory, &bob, "acme").require(&sell).is_ok());
        let status = |status| GroupPatch { status: Some(status), ..GroupPatch::default() };
        for resting in [inner, outer] {
            common::groups(kit).update(&owner, resting, status(GroupStatus::Inactive)).unwrap();
            assert!(enter(&directory, &bob, "acme").require(&sell).is_err());
            assert_eq!(way(&directory, &owner, &bob, "shop.sell"), None);
            common::groups(kit).update(&owner, resting, status(GroupStatus::Active)).unwrap();
            assert!(enter(&directory, &bob, "acme").require(&sell).is_ok());
        }
    }

    fn account_types_give_by_themselves_and_by_their_roles(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let owner = enter(&directory, &ada, "acme");
        account_type(kit, &owner, "partner", &["shop.discount", "shop.sell"], ("dealer", &["shop.sell", "shop.resell"]));
        common::accounts(kit).assign(&owner, id_of(&bob), "partner").unwrap();
        let partner = Step::AccountType("partner".into());
        assert_eq!(way(&directory, &owner, &bob, "shop.discount"), Some(vec![partner.clone()]));
        assert_eq!(way(&directory, &owner, &bob, "shop.sell"), Some(vec![partner.clone()]), "the shorter way");
        assert_eq!(way(&directory, &owner, &bob, "shop.resell"), Some(vec![partner, role("dealer")]));
        assert!(enter(&directory, &bob, "acme").require(&common::permission("shop.resell")).is_ok());
        common::accounts(kit).disable(&owner, id_of(&bob), "partner").unwrap();
        assert_eq!(way(&directory, &owner, &bob, "shop.resell"), None);
        assert!(enter(&directory, &bob, "acme").require(&common::permission("shop.resell")).is_err());
    }

    fn an_owner_s_everything_is_listed_as_all_there_is(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let owner = enter(&directory, &ada, "acme");
        let before = directory.permissions(&owner).unwrap();
        assert_eq!(before.iter().count(), (25 + 9) * 6, "what the built-in roles give");
        directory.create_role(&owner, new_role("seller", &["shop.sell", "org.groups.get"])).unwrap();
        let defined = directory.permissions(&owner).unwrap();
        assert_eq!(defined.iter().count(), before.iter().count() + 1);
        let explained = directory.explain(&owner, id_of(&ada)).unwrap();
        let by_level = |given: &Granted| given.via == [Step::Level(Level::Owner), role("owner")];
        assert!(explained.iter().all(by_level));
        assert_eq!(explained.iter().map(|given| &given.permission).collect::<Vec<_>>(), defined.iter().collect::<Vec<_>>());
    }

    fn everybody_sees_what_they_may_themselves_and_what_there_is(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let own = enter(&directory, &bob, "acme");
        assert!(!directory.explain(&own, id_of(&bob)).unwrap().is_empty());
        assert_eq!(directory.roles_of(&own, id_of(&bob)).unwrap().len(), 1);
        assert!(directory.permissions(&own).is_ok());
        let error = directory.explain(&own, id_of(&ada)).unwrap_err();
        assert_eq!(error.missing_permissions(), [common::permission("org.user.permissions.list")]);
        directory.grant(&enter(&directory, &ada, "acme"), given(Assignee::Account(id_of(&bob)), &key("manager"), None)).unwrap();
        assert!(directory.explain(&enter(&directory, &bob, "acme"), id_of(&ada)).is_ok(), "a manager sees others' too");
    }
}
