//! Places: the groups of one member, said as one list, all or nothing.

use std::time::Duration;

use polity_groups::{
    Changes, Group, GroupId, GroupPatch, GroupStatus, Groups, Guard, Member, MembershipFields, Memberships,
    NewMembership, Placement, PlacementFields,
};
use polity_kernel::{Access, Code, Error, Page, Result};
use polity_testkit::{Kit, both_engines};

use super::{account, allowed, code, employee, group, log, organization, owner, put, service};

const HOUR: Duration = Duration::from_secs(3_600);

fn place(group: GroupId, kind: Option<&str>) -> Placement {
    Placement::try_from(PlacementFields { group, kind: kind.map(str::to_owned) }).unwrap()
}

fn set(kit: &Kit, access: &Access, member: Member, groups: &[&Group]) -> Result<Changes> {
    let places = groups.iter().map(|group| place(group.id, None)).collect();
    service(kit).set_groups_of(access, member, places)
}

/// The names of the groups the member is in, and what it is there.
fn places(kit: &Kit, access: &Access, member: Member) -> Vec<(String, String)> {
    let found = service(kit).groups_of(access, member, Page::first(99)).unwrap();
    let mut places: Vec<_> = found.items.into_iter().map(|(group, place)| (group.name, place.kind)).collect();
    places.sort();
    places
}

fn named(places: &[(&str, &str)]) -> Vec<(String, String)> {
    places.iter().map(|(name, kind)| ((*name).to_owned(), (*kind).to_owned())).collect()
}

both_engines! {
    fn a_member_is_in_exactly_the_groups_listed(kit) {
        let access = owner(organization(kit));
        let [a, b, c] = ["a", "b", "c"].map(|name| group(kit, &access, name));
        let nested = group(kit, &access, "nested");
        for member in [
            Member::Account(account(kit, "ada")),
            Member::Employee(employee(kit, &access, "bob")),
            Member::Group(nested.id),
        ] {
            set(kit, &access, member, &[&a, &b]).unwrap();
            let wanted = vec![place(b.id, Some("LEAD")), place(c.id, None)];
            let changes = service(kit).set_groups_of(&access, member, wanted.clone()).unwrap();
            let of = |places: &[polity_groups::Membership]| places.iter().map(|place| place.group).collect::<Vec<_>>();
            assert_eq!((of(&changes.removed), of(&changes.changed), of(&changes.added)), (vec![a.id], vec![b.id], vec![c.id]));
            assert_eq!(places(kit, &access, member), named(&[("b", "LEAD"), ("c", "MEMBER")]));

            let before = log(kit, access.organization());
            assert!(service(kit).set_groups_of(&access, member, wanted).unwrap().is_empty());
            assert_eq!(log(kit, access.organization()), before, "again changes nothing");
            set(kit, &access, member, &[]).unwrap();
            assert!(places(kit, &access, member).is_empty());
        }
        let count = |wanted: &str| log(kit, access.organization()).iter().filter(|event| *event == wanted).count();
        let [added, updated, removed] = ["added", "updated", "removed"].map(|action| count(&format!("group.member_{action}")));
        assert_eq!((added, updated, removed), (9, 3, 9));
    }

    fn of_a_group_listed_twice_the_last_counts(kit) {
        let access = owner(organization(kit));
        let (team, bob) = (group(kit, &access, "team").id, Member::Employee(employee(kit, &access, "bob")));
        let twice = vec![place(team, Some("LEAD")), place(team, Some("GUEST"))];
        service(kit).set_groups_of(&access, bob, twice).unwrap();
        assert_eq!(places(kit, &access, bob), named(&[("team", "GUEST")]));
    }

    fn a_bad_list_changes_nothing(kit) {
        let (access, there) = (owner(organization(kit)), owner(organization(kit)));
        let [a, b] = ["a", "b"].map(|name| group(kit, &access, name));
        let bob = Member::Employee(employee(kit, &access, "bob"));
        let foreign = group(kit, &there, "foreign");
        set(kit, &access, bob, &[&a]).unwrap();
        let before = log(kit, access.organization());
        assert_eq!(code(set(kit, &access, bob, &[&b, &foreign])), Code::NotFound);
        let eve = Member::Employee(employee(kit, &there, "eve"));
        assert_eq!(code(set(kit, &access, eve, &[&b])), Code::NotFound, "nor may it be a stranger's");
        assert_eq!(code(set(kit, &access, Member::Group(foreign.id), &[])), Code::NotFound);
        let many = vec![place(a.id, None); Placement::MAX + 1];
        let refused = service(kit).set_groups_of(&access, bob, many).unwrap_err();
        assert_eq!((refused.code(), refused.fields()[0].field.as_str()), (Code::Invalid, "groups"));
        assert_eq!(places(kit, &access, bob), named(&[("a", "MEMBER")]));
        assert_eq!(log(kit, access.organization()), before);
    }

    fn a_group_listed_in_what_it_contains_is_a_cycle(kit) {
        let access = owner(organization(kit));
        let [top, middle, bottom, other] = ["top", "middle", "bottom", "other"].map(|name| group(kit, &access, name));
        set(kit, &access, Member::Group(bottom.id), &[&middle]).unwrap();
        set(kit, &access, Member::Group(middle.id), &[&top]).unwrap();
        for bad in [&top, &middle, &bottom] {
            assert_eq!(code(set(kit, &access, Member::Group(top.id), &[&other, bad])), Code::Cycle);
        }
        assert!(places(kit, &access, Member::Group(top.id)).is_empty());
        set(kit, &access, Member::Group(middle.id), &[&other]).unwrap();
        set(kit, &access, Member::Group(top.id), &[&middle]).expect("what was left is no cycle any more");
    }

    fn a_place_keeps_its_end_and_one_that_is_over_begins_anew(kit) {
        let access = owner(organization(kit));
        let [kept, over] = ["kept", "over"].map(|name| group(kit, &access, name));
        let bob = Member::Employee(employee(kit, &access, "bob"));
        let until = |hours: u32| Some(Kit::START.after(HOUR * hours));
        for (team, expires_at) in [(&kept, until(2)), (&over, until(1))] {
            let fields = MembershipFields { member: bob, kind: None, expires_at };
            service(kit).add(&access, team.id, NewMembership::try_from(fields).unwrap()).unwrap();
        }
        kit.pass(HOUR);
        let changes = set(kit, &access, bob, &[&kept, &over]).unwrap();
        assert_eq!((changes.removed.len(), changes.added.len(), changes.changed.len()), (1, 1, 0));
        let found = service(kit).groups_of(&access, bob, Page::first(9)).unwrap().items;
        let mut ends: Vec<_> = found.iter().map(|(group, place)| (group.name.as_str(), place.expires_at)).collect();
        ends.sort();
        assert_eq!(ends, [("kept", until(2)), ("over", None)]);
    }

    fn the_guard_is_asked_of_each_group_newly_joined(kit) {
        fn refuse_active(tx: &mut polity_kernel::Tx<'_>, access: &Access, groups: &[GroupId]) -> Result<()> {
            for group in groups {
                let group = polity_groups::within::group(tx, access.organization(), *group)?.unwrap();
                if group.name == "guarded" {
                    return Err(Error::new(Code::Forbidden, "not you"));
                }
            }
            Ok(())
        }
        let access = owner(organization(kit));
        let [open, guarded] = ["open", "guarded"].map(|name| group(kit, &access, name));
        let bob = Member::Employee(employee(kit, &access, "bob"));
        let guard = Guard { placing: refuse_active, ..Guard::NOTHING };
        let guarded_service = polity_groups::Service::new(kit.ctx.clone(), guard);
        let both = vec![place(open.id, None), place(guarded.id, None)];
        assert_eq!(code(guarded_service.set_groups_of(&access, bob, both)), Code::Forbidden);
        assert!(places(kit, &access, bob).is_empty(), "all or nothing");

        put(kit, &access, guarded.id, bob).unwrap();
        let lead = vec![place(open.id, None), place(guarded.id, Some("LEAD"))];
        guarded_service.set_groups_of(&access, bob, lead).expect("who is in already gains nothing");
        guarded_service.set_groups_of(&access, bob, Vec::new()).expect("nor does who leaves");
        let patch = GroupPatch { status: Some(GroupStatus::Active), ..GroupPatch::default() };
        assert_eq!(code(guarded_service.update(&access, guarded.id, patch)), Code::Forbidden);
    }

    fn places_are_for_those_who_may(kit) {
        let organization = organization(kit);
        let (access, reader) = (owner(organization), allowed(organization, &["org.groups.find"]));
        let (team, bob) = (group(kit, &access, "team"), Member::Employee(employee(kit, &access, "bob")));
        let refused = set(kit, &reader, bob, &[&team]).unwrap_err();
        assert_eq!(refused.missing_permissions()[0].to_string(), "org.groups.update");
        set(kit, &allowed(organization, &["org.groups.update"]), bob, &[&team]).unwrap();
        assert_eq!(places(kit, &reader, bob), named(&[("team", "MEMBER")]));
    }

    fn of_two_lists_that_nest_groups_crosswise_one_stays(kit) {
        let access = owner(organization(kit));
        for _ in 0..10 {
            let [a, b] = ["a", "b"].map(|name| group(kit, &access, name));
            let (access, a, b) = (&access, &a, &b);
            let results = std::thread::scope(|scope| {
                let one = scope.spawn(move || set(kit, access, Member::Group(a.id), &[b]).map(drop));
                let other = scope.spawn(move || set(kit, access, Member::Group(b.id), &[a]).map(drop));
                [one, other].map(|thread| thread.join().unwrap().map_err(|error| error.code()))
            });
            assert!(results.contains(&Ok(())) && results.contains(&Err(Code::Cycle)), "{results:?}");
        }
    }
}

#[test]
fn bad_input_names_its_field() {
    for bad in ["x".repeat(65), "a\u{0}".to_owned()] {
        let group = GroupId::new(uuid::Uuid::nil());
        let error = Placement::try_from(PlacementFields { group, kind: Some(bad) }).unwrap_err();
        assert_eq!((error.code(), error.fields()[0].field.as_str()), (Code::Invalid, "kind"));
    }
}
