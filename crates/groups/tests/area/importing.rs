//! What an importer and the directory use inside their own transactions.

use polity_groups::{
    Changes, GroupFields, GroupFilter, GroupId, Groups, Member, MemberFilter, MembershipFields, Memberships,
    NewGroup, NewMembership, within,
};
use polity_kernel::{Access, Code, Page, Result, WriteKind};
use polity_testkit::{Kit, both_engines};

use super::{account, as_member, chains, group, log, organization, owner, put, service};

fn upsert(kit: &Kit, access: &Access, name: &str, external_id: Option<&str>) -> (GroupId, bool) {
    let fields = GroupFields {
        name: name.to_owned(),
        external_id: external_id.map(str::to_owned),
        ..GroupFields::default()
    };
    let new = NewGroup::try_from(fields).unwrap();
    let upsert = within::upsert_by_external_id;
    let (group, changed) =
        kit.ctx.write(access, WriteKind::Grants, move |tx, access| upsert(tx, access, &new)).unwrap();
    (group.id, changed)
}

fn set(kit: &Kit, access: &Access, group: GroupId, members: Vec<NewMembership>) -> Result<Changes> {
    let set_members = within::set_members;
    kit.ctx.write(access, WriteKind::Grants, move |tx, access| set_members(tx, access, group, &members))
}

fn maintainer(member: Member) -> NewMembership {
    let kind = Some("MAINTAINER".to_owned());
    NewMembership::try_from(MembershipFields { member, kind, expires_at: None }).unwrap()
}

fn counts(changes: &Changes) -> (usize, usize, usize) {
    (changes.added.len(), changes.removed.len(), changes.changed.len())
}

both_engines! {
    fn importing_a_group_twice_changes_nothing(kit) {
        let access = owner(organization(kit));
        let (id, made) = upsert(kit, &access, "Team", Some("t1"));
        assert!(made);
        assert_eq!(upsert(kit, &access, "Team", Some("t1")), (id, false));
        assert_eq!(upsert(kit, &access, "Renamed", Some("t1")), (id, true));
        assert_eq!(service(kit).group(&access, id).unwrap().name, "Renamed");
        assert_ne!(upsert(kit, &access, "Team", None).0, upsert(kit, &access, "Team", None).0);
        let events = ["group.created", "group.created", "group.created", "group.updated"];
        assert_eq!(log(kit, access.organization()), events);
    }

    fn members_become_exactly_what_is_given(kit) {
        let access = owner(organization(kit));
        let [team, nested] = ["team", "nested"].map(|name| group(kit, &access, name).id);
        let [ada, bob, eve] = ["ada", "bob", "eve"].map(|name| Member::Account(account(kit, name)));
        put(kit, &access, team, eve).unwrap();
        put(kit, &access, team, bob).unwrap();

        let wanted = vec![as_member(ada), maintainer(bob), as_member(Member::Group(nested))];
        let changes = set(kit, &access, team, wanted.clone()).unwrap();
        assert_eq!(counts(&changes), (2, 1, 1));
        assert_eq!((changes.removed[0].member, changes.changed[0].member), (eve, bob));
        let found = service(kit).members(&access, team, MemberFilter::default(), Page::first(9)).unwrap().items;
        let mut members: Vec<(Member, &str)> = found.iter().map(|m| (m.member, m.kind.as_str())).collect();
        members.sort();
        let mut expected = [(ada, "MEMBER"), (bob, "MAINTAINER"), (Member::Group(nested), "MEMBER")];
        expected.sort();
        assert_eq!(members, expected);

        let before = log(kit, access.organization());
        assert!(before.contains(&"group.members_replaced".to_owned()));
        assert!(set(kit, &access, team, wanted).unwrap().is_empty(), "again changes nothing");
        assert_eq!(log(kit, access.organization()), before, "and tells of nothing");
    }

    fn of_a_member_named_twice_the_last_counts(kit) {
        let access = owner(organization(kit));
        let (team, ada) = (group(kit, &access, "team").id, Member::Account(account(kit, "ada")));
        let changes = set(kit, &access, team, vec![as_member(ada), maintainer(ada)]).unwrap();
        assert_eq!((counts(&changes), changes.added[0].kind.as_str()), ((1, 0, 0), "MAINTAINER"));
    }

    fn a_bad_list_changes_nothing(kit) {
        let access = owner(organization(kit));
        let [team, parent] = ["team", "parent"].map(|name| group(kit, &access, name).id);
        let [ada, bob] = ["ada", "bob"].map(|name| Member::Account(account(kit, name)));
        put(kit, &access, parent, Member::Group(team)).unwrap();
        put(kit, &access, team, ada).unwrap();
        let nobody = Member::Account(polity_kernel::AccountId::new(kit.ctx.ids().secret()));
        for (bad, code) in [(nobody, Code::NotFound), (Member::Group(parent), Code::Cycle), (Member::Group(team), Code::Cycle)] {
            let refused = set(kit, &access, team, vec![as_member(bob), as_member(bad)]).unwrap_err();
            assert_eq!(refused.code(), code);
        }
        let found = service(kit).members(&access, team, MemberFilter::default(), Page::first(9)).unwrap().items;
        assert_eq!(found.iter().map(|m| m.member).collect::<Vec<_>>(), [ada]);
    }

    fn one_who_leaves_is_in_no_group_there(kit) {
        let (here, there) = (owner(organization(kit)), owner(organization(kit)));
        let [ada, bob] = ["ada", "bob"].map(|name| account(kit, name));
        for access in [&here, &there] {
            for name in ["one", "two"] {
                let team = group(kit, access, name).id;
                put(kit, access, team, Member::Account(ada)).unwrap();
                put(kit, access, team, Member::Account(bob)).unwrap();
            }
        }
        let member = Member::Account(ada);
        kit.ctx.write(&here, WriteKind::Grants, move |tx, access| within::forget(tx, access, member)).unwrap();
        assert!(chains(kit, &here, ada).is_empty());
        assert_eq!(chains(kit, &here, bob), ["one", "two"]);
        assert_eq!(chains(kit, &there, ada), ["one", "two"]);
        let removed = log(kit, here.organization()).into_iter().filter(|event| event == "group.member_removed");
        assert_eq!(removed.count(), 2);
    }

    fn a_deleted_organization_is_purged_in_batches(kit) {
        let (doomed, kept) = (owner(organization(kit)), owner(organization(kit)));
        let people = ["a", "b", "c"].map(|name| account(kit, name));
        for access in [&doomed, &kept] {
            for name in ["one", "two"] {
                let team = group(kit, access, name).id;
                for person in people {
                    put(kit, access, team, Member::Account(person)).unwrap();
                }
            }
        }
        let organization = doomed.organization();
        let batches: Vec<usize> =
            std::iter::repeat_with(|| kit.ctx.write_platform(move |tx| within::purge(tx, organization, 4)).unwrap())
                .take_while(|deleted| *deleted > 0)
                .collect();
        assert_eq!(batches, [4, 2, 2]);
        assert_eq!(service(kit).groups(&kept, GroupFilter::default(), Page::first(9)).unwrap().items.len(), 2);
        assert_eq!(chains(kit, &kept, people[0]), ["one", "two"]);
    }
}
