//! Memberships: putting in, taking out, ends judged when read, filters and pages.

use std::time::Duration;

use polity_groups::{
    Chain, GroupId, Member, MemberFilter, MemberKind, MembershipFields, Memberships, NewMembership, within,
};
use polity_kernel::{Access, AccountId, Code, OrganizationId, Page, Timestamp, epoch};
use polity_testkit::{Kit, both_engines};

use super::{
    account, acting, chains, employee, everyone, group, log, organization, owner, put, service, tick,
};

const HOUR: Duration = Duration::from_secs(3_600);

fn membership(member: Member, kind: &str, expires_at: Option<Timestamp>) -> NewMembership {
    NewMembership::try_from(MembershipFields { member, kind: Some(kind.to_owned()), expires_at }).unwrap()
}

fn members(kit: &Kit, access: &Access, group: GroupId, filter: MemberFilter) -> Vec<Member> {
    let found = service(kit).members(access, group, filter, Page::first(99)).unwrap();
    found.items.iter().map(|membership| membership.member).collect()
}

fn epoch_of(kit: &Kit, organization: OrganizationId) -> i64 {
    kit.ctx.read(|conn| epoch::read(conn, &[organization.uuid()])).unwrap()[0].1
}

both_engines! {
    fn one_who_is_put_in_is_in(kit) {
        let access = owner(organization(kit));
        let (team, ada) = (group(kit, &access, "team"), account(kit, "ada"));
        let before = epoch_of(kit, access.organization());
        let placed = put(kit, &access, team.id, Member::Account(ada)).unwrap();
        assert_eq!((placed.group, placed.member, placed.kind.as_str()), (team.id, Member::Account(ada), "MEMBER"));
        assert!(epoch_of(kit, access.organization()) > before, "what is remembered of rights is void");
        let found = service(kit).members(&access, team.id, MemberFilter::default(), Page::first(9)).unwrap();
        assert_eq!(found.items, std::slice::from_ref(&placed));
        let places = service(kit).groups_of(&access, Member::Account(ada), Page::first(9)).unwrap();
        assert_eq!(places.items, [(team, placed)]);
        assert_eq!(log(kit, access.organization()), ["group.created", "group.member_added"]);
    }

    fn a_person_is_in_what_their_account_and_their_employee_are_in(kit) {
        let access = owner(organization(kit));
        let [top, own, at_work] = ["top", "own", "at work"].map(|name| group(kit, &access, name));
        let (ada, employed) = (account(kit, "ada"), employee(kit, &access, "ada"));
        put(kit, &access, top.id, Member::Group(at_work.id)).unwrap();
        put(kit, &access, own.id, Member::Account(ada)).unwrap();
        put(kit, &access, at_work.id, Member::Employee(employed)).unwrap();
        put(kit, &access, top.id, Member::Account(ada)).unwrap();
        let ways = |starts: &[Member]| {
            let (organization, now) = (access.organization(), kit.ctx.now());
            let chains = kit.ctx.read(|conn| within::chains(conn, organization, starts, now)).unwrap();
            let names = |chain: &Chain| chain.path.iter().map(|link| link.name.clone()).collect::<Vec<_>>().join(" > ");
            let mut ways: Vec<String> = chains.iter().map(names).collect();
            ways.sort();
            ways
        };
        let (account, employee) = (Member::Account(ada), Member::Employee(employed));
        assert_eq!(ways(&[account]), ["own", "top"]);
        assert_eq!(ways(&[employee]), ["at work", "at work > top"]);
        assert_eq!(ways(&[account, employee]), ["at work", "own", "top"], "the shorter way counts");
        assert!(ways(&[]).is_empty());
        let above = kit.ctx.read(|conn| within::all_above(conn, access.organization(), employee)).unwrap();
        let mut expected = [top.id, at_work.id];
        expected.sort();
        assert_eq!(above, expected);
    }

    fn who_put_a_member_in_is_kept(kit) {
        let access = owner(organization(kit));
        let (team, ada) = (group(kit, &access, "team"), account(kit, "ada"));
        let placed = put(kit, &acting(&access, ada), team.id, Member::Account(ada)).unwrap();
        assert_eq!(placed.created_by.map(|id| id.uuid()), Some(ada.uuid()));
        let again = service(kit).add(&access, team.id, membership(Member::Account(ada), "LEAD", None)).unwrap();
        assert_eq!((again.created_by, again.created_at), (placed.created_by, placed.created_at));
        let found = service(kit).members(&access, team.id, MemberFilter::default(), Page::first(9)).unwrap();
        assert_eq!(found.items, [again]);
    }

    fn one_who_is_in_gets_the_new_kind_and_end(kit) {
        let access = owner(organization(kit));
        let (team, ada) = (group(kit, &access, "team"), Member::Account(account(kit, "ada")));
        put(kit, &access, team.id, ada).unwrap();
        let end = Some(Kit::START.after(HOUR));
        let maintainer = membership(ada, "MAINTAINER", end);
        let changed = service(kit).add(&access, team.id, maintainer.clone()).unwrap();
        assert_eq!((changed.kind.as_str(), changed.expires_at, changed.version), ("MAINTAINER", end, 2));
        assert_eq!(service(kit).add(&access, team.id, maintainer).unwrap(), changed, "again is no change");
        assert_eq!(members(kit, &access, team.id, MemberFilter::default()), [ada]);
        let events = ["group.created", "group.member_added", "group.member_updated"];
        assert_eq!(log(kit, access.organization()), events);
    }

    fn what_does_not_exist_is_put_nowhere(kit) {
        let access = owner(organization(kit));
        let team = group(kit, &access, "team");
        let nobody = Member::Account(AccountId::new(kit.ctx.ids().secret()));
        let nothing = Member::Group(GroupId::new(kit.ctx.ids().secret()));
        let there = owner(organization(kit));
        let foreign = Member::Employee(employee(kit, &there, "eve"));
        let unknown = GroupId::new(kit.ctx.ids().secret());
        for (group, member) in [(team.id, nobody), (team.id, nothing), (team.id, foreign), (unknown, nobody)] {
            assert_eq!(put(kit, &access, group, member).unwrap_err().code(), Code::NotFound);
        }
        assert!(members(kit, &access, team.id, MemberFilter::default()).is_empty());
    }

    fn one_who_is_taken_out_is_out(kit) {
        let access = owner(organization(kit));
        let team = group(kit, &access, "team");
        let [ada, bob] = ["ada", "bob"].map(|name| Member::Account(account(kit, name)));
        put(kit, &access, team.id, ada).unwrap();
        put(kit, &access, team.id, bob).unwrap();
        service(kit).remove_member(&access, team.id, ada).unwrap();
        assert_eq!(members(kit, &access, team.id, MemberFilter::default()), [bob]);
        assert_eq!(service(kit).remove_member(&access, team.id, ada).unwrap_err().code(), Code::NotFound);
        assert!(log(kit, access.organization()).contains(&"group.member_removed".to_owned()));
    }

    fn a_membership_ends_without_anything_running(kit) {
        let access = owner(organization(kit));
        let [top, team] = ["top", "team"].map(|name| group(kit, &access, name));
        let ada = account(kit, "ada");
        let (end, later) = (Kit::START.after(HOUR), Kit::START.after(HOUR * 2));
        service(kit).add(&access, top.id, membership(Member::Group(team.id), "MEMBER", Some(end))).unwrap();
        service(kit).add(&access, team.id, membership(Member::Account(ada), "MEMBER", Some(later))).unwrap();
        let ends = || {
            let (organization, now) = (access.organization(), kit.ctx.now());
            let chains = kit.ctx.read(|conn| within::chains(conn, organization, &[Member::Account(ada)], now)).unwrap();
            chains.iter().map(|chain| chain.expires_at).collect::<Vec<_>>()
        };
        let transitive = || everyone(kit, &access, top.id);
        kit.pass(HOUR - Duration::from_micros(1));
        assert_eq!(chains(kit, &access, ada), ["team", "team > top"]);
        assert_eq!(ends(), [Some(later), Some(end)], "a way ends with its first membership to end");
        assert_eq!(transitive(), [Member::Account(ada)]);

        kit.pass(Duration::from_micros(1));
        assert_eq!(chains(kit, &access, ada), ["team"]);
        assert!(transitive().is_empty());
        assert!(members(kit, &access, top.id, MemberFilter::default()).is_empty());

        kit.pass(HOUR);
        assert!(chains(kit, &access, ada).is_empty());
        let places = service(kit).groups_of(&access, Member::Account(ada), Page::first(9)).unwrap();
        assert!(places.items.is_empty());
        put(kit, &access, team.id, Member::Account(ada)).expect("one whose time is over can be put in again");
        assert_eq!(chains(kit, &access, ada), ["team"]);
    }

    fn members_are_filtered_by_kind_id_and_what_they_are_in_as(kit) {
        let access = owner(organization(kit));
        let [team, nested] = ["team", "nested"].map(|name| group(kit, &access, name));
        let [ada, bob] = ["ada", "bob"].map(|name| Member::Account(account(kit, name)));
        service(kit).add(&access, team.id, membership(ada, "Maintainer", None)).unwrap();
        put(kit, &access, team.id, bob).unwrap();
        put(kit, &access, team.id, Member::Group(nested.id)).unwrap();
        let eve = Member::Employee(employee(kit, &access, "eve"));
        put(kit, &access, team.id, eve).unwrap();
        let filtered = |member_kind, member: Option<Member>, kind: Option<&str>| {
            let filter = MemberFilter {
                member_kind,
                member_id: member.map(Member::uuid),
                kind: kind.map(str::to_owned),
            };
            let mut found = members(kit, &access, team.id, filter);
            found.sort();
            found
        };
        let mut accounts = vec![ada, bob];
        accounts.sort();
        assert_eq!(filtered(Some(MemberKind::Account), None, None), accounts);
        assert_eq!(filtered(Some(MemberKind::Group), None, None), [Member::Group(nested.id)]);
        assert_eq!(filtered(Some(MemberKind::Employee), None, None), [eve]);
        assert_eq!(filtered(None, Some(bob), None), [bob]);
        assert_eq!(filtered(None, Some(eve), None), [eve]);
        assert_eq!(filtered(None, None, Some("maintainer")), [ada], "compared without case");
        assert!(filtered(Some(MemberKind::Group), None, Some("MAINTAINER")).is_empty());

        let bad = MemberFilter { kind: Some("a\u{0}".to_owned()), ..MemberFilter::default() };
        let refused = service(kit).members(&access, team.id, bad, Page::first(9)).unwrap_err();
        assert_eq!((refused.code(), refused.fields()[0].field.as_str()), (Code::Invalid, "kind"));
    }

    fn members_and_places_come_in_pages(kit) {
        let access = owner(organization(kit));
        let [outer, team, other] = ["outer", "team", "other"].map(|name| {
            tick(kit);
            group(kit, &access, name)
        });
        let people: Vec<Member> = ["c", "a", "b"]
            .iter()
            .map(|name| {
                tick(kit);
                Member::Account(account(kit, name))
            })
            .collect();
        put(kit, &access, outer.id, Member::Group(team.id)).unwrap();
        for person in &people {
            put(kit, &access, team.id, *person).unwrap();
        }
        put(kit, &access, outer.id, people[0]).unwrap();
        put(kit, &access, other.id, people[0]).unwrap();

        let groups = service(kit);
        let first = groups.members(&access, team.id, MemberFilter::default(), Page::first(2)).unwrap();
        let next = Page::after(2, first.next.unwrap());
        let rest = groups.members(&access, team.id, MemberFilter::default(), next).unwrap();
        let all: Vec<Member> = first.items.iter().chain(&rest.items).map(|found| found.member).collect();
        assert_eq!((all, rest.next), (people.clone(), None));

        let first = groups.transitive_members(&access, outer.id, MemberFilter::default(), Page::first(2)).unwrap();
        let rest = groups.transitive_members(&access, outer.id, MemberFilter::default(), Page::after(2, first.next.unwrap())).unwrap();
        let all: Vec<Member> = first.items.iter().chain(&rest.items).map(|found| found.member).collect();
        assert_eq!((first.items.len(), all), (2, people.clone()));
        let by_offset = groups.transitive_members(&access, outer.id, MemberFilter::default(), Page::offset(9, 1)).unwrap();
        let skipped: Vec<Member> = by_offset.items.iter().map(|found| found.member).collect();
        assert_eq!(skipped, people[1..]);

        let first = groups.groups_of(&access, people[0], Page::first(2)).unwrap();
        let rest = groups.groups_of(&access, people[0], Page::after(2, first.next.unwrap())).unwrap();
        let places: Vec<&str> = first.items.iter().chain(&rest.items).map(|(group, _)| group.name.as_str()).collect();
        assert_eq!(places, ["outer", "team", "other"]);
    }
}

#[test]
fn bad_input_names_its_field() {
    let fields = |kind: &str| MembershipFields {
        member: Member::Group(GroupId::new(uuid::Uuid::nil())),
        kind: Some(kind.to_owned()),
        expires_at: None,
    };
    for bad in ["x".repeat(65), "a\u{0}".to_owned()] {
        let error = NewMembership::try_from(fields(&bad)).unwrap_err();
        assert_eq!((error.code(), error.fields()[0].field.as_str()), (Code::Invalid, "kind"));
    }
}
