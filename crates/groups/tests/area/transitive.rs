//! Everyone in a group: merged out of many groups page by page, each once.

use std::collections::BTreeMap;

use polity_groups::{
    GroupId, GroupPatch, GroupStatus, Groups, Member, MemberFilter, MemberKind, MembershipFields,
    Memberships, NewMembership,
};
use polity_kernel::{Access, Page};
use polity_testkit::{Kit, both_engines};

use super::{account, employee, everyone, group, organization, owner, put, service, tick};

fn put_as(kit: &Kit, access: &Access, group: GroupId, member: Member, kind: &str) {
    let fields = MembershipFields { member, kind: Some(kind.to_owned()), expires_at: None };
    service(kit).add(access, group, NewMembership::try_from(fields).unwrap()).unwrap();
}

/// Everyone that passes the filter, read in pages of this size.
fn paged(kit: &Kit, access: &Access, group: GroupId, filter: &MemberFilter, limit: i64) -> Vec<Member> {
    let (mut all, mut page) = (Vec::new(), Page::first(limit));
    loop {
        let found = service(kit).transitive_members(access, group, filter.clone(), page).unwrap();
        assert!(found.items.len() <= usize::try_from(limit).unwrap());
        all.extend(found.items.iter().map(|place| place.member));
        let Some(next) = found.next else { break all };
        page = Page::after(limit, next);
    }
}

both_engines! {
    fn one_in_by_several_ways_is_shown_by_the_nearest_and_oldest(kit) {
        let access = owner(organization(kit));
        let [top, old, young] = ["top", "old", "young"].map(|name| {
            tick(kit);
            group(kit, &access, name).id
        });
        let (ada, bob) = (Member::Account(account(kit, "ada")), Member::Employee(employee(kit, &access, "bob")));
        for nested in [old, young] {
            put(kit, &access, top, Member::Group(nested)).unwrap();
            put_as(kit, &access, nested, ada, "NESTED");
        }
        put_as(kit, &access, top, ada, "DIRECT");
        put_as(kit, &access, young, bob, "YOUNG");
        let shown = |filter: MemberFilter| {
            let found = service(kit).transitive_members(&access, top, filter, Page::first(9)).unwrap();
            found.items.into_iter().map(|place| (place.member, place.kind)).collect::<BTreeMap<_, _>>()
        };
        let expected = BTreeMap::from([(ada, "DIRECT".to_owned()), (bob, "YOUNG".to_owned())]);
        assert_eq!(shown(MemberFilter::default()), expected);
        put_as(kit, &access, old, bob, "OLD");
        assert_eq!(shown(MemberFilter::default())[&bob], "OLD");

        let kind = |kind: &str| MemberFilter { kind: Some(kind.to_owned()), ..MemberFilter::default() };
        assert_eq!(shown(kind("nested")), BTreeMap::from([(ada, "NESTED".to_owned())]), "asked of each place");
        let of_kind = |kind| MemberFilter { member_kind: Some(kind), ..MemberFilter::default() };
        assert_eq!(Vec::from_iter(shown(of_kind(MemberKind::Employee)).into_keys()), [bob]);
        assert!(shown(of_kind(MemberKind::Group)).is_empty());
        let one = MemberFilter { member_id: Some(bob.uuid()), ..MemberFilter::default() };
        assert_eq!(Vec::from_iter(shown(one).into_keys()), [bob]);
    }

    fn pages_of_any_size_make_up_the_same_list(kit) {
        let access = owner(organization(kit));
        let top = group(kit, &access, "top").id;
        let nested: Vec<GroupId> = (0..7).map(|n| group(kit, &access, &n.to_string()).id).collect();
        for (n, one) in nested.iter().enumerate() {
            // some hang below others, so that they are found by several ways
            let inside = if n < 4 { top } else { nested[n - 4] };
            put(kit, &access, inside, Member::Group(*one)).unwrap();
        }
        put(kit, &access, top, Member::Group(nested[6])).unwrap();
        let people: Vec<Member> = (0..60)
            .map(|n| {
                tick(kit);
                Member::Employee(employee(kit, &access, &format!("p{n}")))
            })
            .collect();
        for (n, person) in people.iter().enumerate() {
            // long runs in one group, and people in turns in others, some of them twice
            put(kit, &access, nested[n / 20], *person).unwrap();
            if n % 3 == 0 {
                put(kit, &access, nested[3 + n % 4], *person).unwrap();
            }
        }
        let all = MemberFilter::default();
        for limit in [1, 2, 3, 7, 20, 59, 60, 61, 500] {
            assert_eq!(paged(kit, &access, top, &all, limit), people, "{limit} at once");
        }
        for skip in [0, 1, 30, 59, 60, 2_500] {
            let page = Page::offset(5, skip);
            let found = service(kit).transitive_members(&access, top, all.clone(), page).unwrap();
            let skip = usize::try_from(skip).unwrap();
            let expected: Vec<Member> = people.iter().skip(skip).take(5).copied().collect();
            let members: Vec<Member> = found.items.iter().map(|place| place.member).collect();
            assert_eq!((members, found.next.is_some()), (expected, skip + 5 < 60), "{skip} skipped");
        }
    }

    fn what_rests_passes_nobody_on(kit) {
        let access = owner(organization(kit));
        let [top, middle, bottom] = ["top", "middle", "bottom"].map(|name| group(kit, &access, name).id);
        let bob = Member::Employee(employee(kit, &access, "bob"));
        put(kit, &access, top, Member::Group(middle)).unwrap();
        put(kit, &access, middle, Member::Group(bottom)).unwrap();
        put(kit, &access, bottom, bob).unwrap();
        assert_eq!(everyone(kit, &access, top), [bob]);
        let rests = GroupPatch { status: Some(GroupStatus::Inactive), ..GroupPatch::default() };
        service(kit).update(&access, middle, rests).unwrap();
        assert!(everyone(kit, &access, top).is_empty());
        assert_eq!(everyone(kit, &access, middle), [bob], "what is in it can still be seen");
    }
}
