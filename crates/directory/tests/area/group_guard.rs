//! Groups that carry roles: whoever may change groups does not gain by it what they may not give.

use crate::common::{directory, enter, found, given, id_of, join, key, permission, person};
use polity_directory::{Assignee, Assignees, GROUP_GUARD, RoleAssignments};
use polity_groups::{
    GroupFields, GroupId, GroupPatch, GroupStatus, Groups, Member, MembershipFields, Memberships, NewGroup,
    NewMembership,
};
use polity_kernel::{Access, Code, Page};
use polity_testkit::{Kit, both_engines};

fn groups(kit: &Kit) -> polity_groups::Service {
    polity_groups::Service::new(kit.ctx.clone(), GROUP_GUARD)
}

fn group(kit: &Kit, access: &Access, name: &str) -> GroupId {
    let fields = GroupFields { name: name.into(), ..GroupFields::default() };
    groups(kit).create(access, NewGroup::try_from(fields).unwrap()).unwrap().id
}

fn place(member: Member) -> NewMembership {
    NewMembership::try_from(MembershipFields { member, kind: None, expires_at: None }).unwrap()
}

both_engines! {
    fn a_manager_places_nobody_in_a_group_that_carries_more(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let owner = enter(&directory, &ada, "acme");
        directory.grant(&owner, given(Assignee::Account(id_of(&bob)), &key("manager"), None)).unwrap();
        let (admins, nested, plain) = (group(kit, &owner, "Admins"), group(kit, &owner, "Inner"), group(kit, &owner, "Plain"));
        groups(kit).add(&owner, admins, place(Member::Group(nested))).unwrap();
        directory.grant(&owner, given(Assignee::Group(admins), &key("admin"), None)).unwrap();

        let manager = enter(&directory, &bob, "acme");
        let me = Member::Account(id_of(&bob));
        for carrying in [admins, nested] {
            let refused = groups(kit).add(&manager, carrying, place(me)).unwrap_err();
            assert_eq!(refused.code(), Code::Forbidden);
        }
        let refused = groups(kit).add(&manager, nested, place(Member::Group(plain))).unwrap_err();
        assert_eq!(refused.code(), Code::Forbidden, "nor a group of their own");
        groups(kit).add(&manager, plain, place(me)).unwrap();
        assert!(enter(&directory, &bob, "acme").require(&permission("org.roles.delete")).is_err());
        assert!(groups(kit).add(&enter(&directory, &ada, "acme"), nested, place(me)).is_ok(), "an owner may");
    }

    fn a_resting_group_is_not_woken_by_who_may_not_give_what_it_carries(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let owner = enter(&directory, &ada, "acme");
        directory.grant(&owner, given(Assignee::Account(id_of(&bob)), &key("manager"), None)).unwrap();
        let admins = group(kit, &owner, "Admins");
        directory.grant(&owner, given(Assignee::Group(admins), &key("admin"), None)).unwrap();
        let status = |status| GroupPatch { status: Some(status), ..GroupPatch::default() };
        groups(kit).update(&owner, admins, status(GroupStatus::Inactive)).unwrap();
        let manager = enter(&directory, &bob, "acme");
        let refused = groups(kit).update(&manager, admins, status(GroupStatus::Active)).unwrap_err();
        assert_eq!(refused.code(), Code::Forbidden);
    }

    fn a_removed_group_carries_nothing(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let owner = enter(&directory, &ada, "acme");
        let team = group(kit, &owner, "Team");
        directory.grant(&owner, given(Assignee::Group(team), &key("manager"), None)).unwrap();
        groups(kit).remove(&owner, team).unwrap();
        assert!(directory.assignments(&owner, &key("manager").into(), Assignees::All, Page::first(9)).unwrap().items.is_empty());
    }
}
