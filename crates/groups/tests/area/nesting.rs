//! Nesting: whoever is in the child is in the parent, no group contains itself, and chains stay short.

use polity_groups::{Group, GroupPatch, GroupStatus, Groups, MAX_DEPTH, Member, Memberships};
use polity_kernel::{Access, Code};
use polity_testkit::{Kit, both_engines};

use super::{account, chains, everyone, group, organization, owner, put, service};

fn nest(kit: &Kit, access: &Access, parent: &Group, child: &Group) -> Result<(), Code> {
    put(kit, access, parent.id, Member::Group(child.id)).map(drop).map_err(|error| error.code())
}

/// Groups each of which is in the one before it.
fn chain(kit: &Kit, access: &Access, length: usize) -> Vec<Group> {
    let groups: Vec<Group> = (0..length).map(|n| group(kit, access, &n.to_string())).collect();
    for pair in groups.windows(2) {
        nest(kit, access, &pair[0], &pair[1]).unwrap();
    }
    groups
}

both_engines! {
    fn one_in_the_child_is_in_the_parent_by_a_shortest_way(kit) {
        let access = owner(organization(kit));
        let [top, left, right, bottom] = ["top", "left", "right", "bottom"].map(|name| group(kit, &access, name));
        let (ada, bob) = (account(kit, "ada"), account(kit, "bob"));
        nest(kit, &access, &top, &left).unwrap();
        nest(kit, &access, &left, &bottom).unwrap();
        put(kit, &access, bottom.id, Member::Account(ada)).unwrap();
        put(kit, &access, right.id, Member::Account(bob)).unwrap();
        assert_eq!(chains(kit, &access, ada), ["bottom", "bottom > left", "bottom > left > top"]);

        nest(kit, &access, &top, &right).unwrap();
        nest(kit, &access, &top, &bottom).unwrap();
        assert_eq!(chains(kit, &access, ada), ["bottom", "bottom > left", "bottom > top"], "the shorter way counts");
        assert_eq!(chains(kit, &access, bob), ["right", "right > top"]);
        let mut both = vec![Member::Account(ada), Member::Account(bob)];
        both.sort();
        assert_eq!(everyone(kit, &access, top.id), both, "each once, the nested groups left out");
    }

    fn a_group_never_contains_itself(kit) {
        let access = owner(organization(kit));
        let groups = chain(kit, &access, 4);
        for containing in &groups {
            assert_eq!(nest(kit, &access, &groups[3], containing), Err(Code::Cycle));
        }
        nest(kit, &access, &groups[0], &groups[3]).expect("a second way down is no cycle");
        service(kit).remove_member(&access, groups[1].id, Member::Group(groups[2].id)).unwrap();
        nest(kit, &access, &groups[2], &groups[1]).expect("a broken chain may be turned round");
    }

    fn a_resting_group_passes_nothing_on(kit) {
        let access = owner(organization(kit));
        let [top, middle, bottom] = ["top", "middle", "bottom"].map(|name| group(kit, &access, name));
        let ada = account(kit, "ada");
        nest(kit, &access, &top, &middle).unwrap();
        nest(kit, &access, &middle, &bottom).unwrap();
        put(kit, &access, bottom.id, Member::Account(ada)).unwrap();
        let set = |status| {
            let patch = GroupPatch { status: Some(status), ..GroupPatch::default() };
            service(kit).update(&access, middle.id, patch).unwrap();
        };
        for resting in [GroupStatus::Inactive, GroupStatus::Pending, GroupStatus::Deleted] {
            set(resting);
            assert_eq!(chains(kit, &access, ada), ["bottom"], "{resting}");
            assert!(everyone(kit, &access, top.id).is_empty());
            assert_eq!(nest(kit, &access, &bottom, &top), Err(Code::Cycle), "it may wake up again");
        }
        set(GroupStatus::Active);
        assert_eq!(chains(kit, &access, ada), ["bottom", "bottom > middle", "bottom > middle > top"]);
    }

    fn chains_stay_within_the_bound(kit) {
        let access = owner(organization(kit));
        let deepest = usize::try_from(MAX_DEPTH).unwrap() + 1;
        let long = chain(kit, &access, deepest);
        let ada = account(kit, "ada");
        put(kit, &access, long[deepest - 1].id, Member::Account(ada)).unwrap();
        assert_eq!(chains(kit, &access, ada).len(), deepest, "the deepest is in all of them");

        let more = group(kit, &access, "more");
        assert_eq!(nest(kit, &access, &more, &long[0]), Err(Code::Conflict));
        assert_eq!(nest(kit, &access, &long[deepest - 1], &more), Err(Code::Conflict));
        nest(kit, &access, &long[0], &more).expect("beside the chain there is room");
        let short = chain(kit, &access, 3);
        assert_eq!(nest(kit, &access, &long[deepest - 3], &short[0]), Err(Code::Conflict));
        nest(kit, &access, &long[deepest - 4], &short[0]).expect("just deep enough");
    }

    fn of_two_groups_put_into_each_other_at_once_one_stays(kit) {
        let access = owner(organization(kit));
        for _ in 0..10 {
            let [a, b] = ["a", "b"].map(|name| group(kit, &access, name));
            let (access, a, b) = (&access, &a, &b);
            let results = std::thread::scope(|scope| {
                let one = scope.spawn(move || nest(kit, access, a, b));
                let other = scope.spawn(move || nest(kit, access, b, a));
                [one.join().unwrap(), other.join().unwrap()]
            });
            assert!(results.contains(&Ok(())) && results.contains(&Err(Code::Cycle)), "{results:?}");
        }
    }

    fn a_ring_closed_by_many_at_once_stays_open_somewhere(kit) {
        let access = owner(organization(kit));
        let ring: Vec<Group> = (0..8).map(|n| group(kit, &access, &n.to_string())).collect();
        let (access, ring) = (&access, &ring);
        let results: Vec<Result<(), Code>> = std::thread::scope(|scope| {
            let link = |n: usize| scope.spawn(move || nest(kit, access, &ring[n], &ring[(n + 1) % ring.len()]));
            let threads: Vec<_> = (0..ring.len()).map(link).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), ring.len() - 1);
        assert_eq!(results.iter().filter(|result| **result == Err(Code::Cycle)).count(), 1);
    }
}
