//! Imports by row: many at once, each judged by itself, nothing left of what is refused.

use std::time::Duration;

use polity_accounts::RowOutcome::{self, Changed, Created, Unchanged};
use polity_groups::{
    Group, GroupId, GroupImport, GroupPatch, GroupProfile, GroupRow, GroupStatus, Groups, Guard, MAX_DEPTH,
    Member, MemberFilter, MemberKind, MembershipFields, MembershipRow, Memberships, NewMembership, Service,
};
use polity_kernel::{Access, Checkpoint, Code, Error, FieldKind, Page, Result, checkpoint, event};
use polity_testkit::{Kit, both_engines};

use super::{
    account, acting, allowed, code, employee, everyone, group, log, organization, owner, put, service,
};

fn row(external_id: &str, parent: Option<&str>) -> GroupRow {
    GroupRow {
        external_id: external_id.to_owned(),
        name: external_id.to_uppercase(),
        parent: parent.map(str::to_owned),
        ..GroupRow::default()
    }
}

fn place(group: &str, member_kind: MemberKind, member: &str) -> MembershipRow {
    MembershipRow {
        group: group.to_owned(),
        member_kind,
        member: member.to_owned(),
        kind: None,
        expires_at: None,
    }
}

fn import(kit: &Kit, access: &Access, rows: &[GroupRow]) -> Vec<RowOutcome> {
    service(kit).import_groups(access, rows.to_vec(), None).unwrap()
}

fn import_places(kit: &Kit, access: &Access, rows: &[MembershipRow]) -> Vec<RowOutcome> {
    service(kit).import_memberships(access, rows.to_vec(), None).unwrap()
}

fn known(kit: &Kit, access: &Access, external_id: &str) -> Group {
    service(kit).by_external_id(access, external_id).unwrap()
}

fn failed(why: Error) -> RowOutcome {
    RowOutcome::Failed(why.into())
}

fn members(kit: &Kit, access: &Access, group: GroupId) -> Vec<(Member, String)> {
    let found = service(kit).members(access, group, MemberFilter::default(), Page::first(99)).unwrap();
    let mut members: Vec<_> = found.items.into_iter().map(|place| (place.member, place.kind)).collect();
    members.sort();
    members
}

/// A guard that lets nobody into the group of this name.
fn guarded(kit: &Kit) -> Service {
    fn placing(tx: &mut polity_kernel::Tx<'_>, access: &Access, groups: &[GroupId]) -> Result<()> {
        for group in groups {
            let group = polity_groups::within::group(tx, access.organization(), *group)?.unwrap();
            if group.name == "ADMINS" {
                return Err(Error::new(Code::Forbidden, "not you"));
            }
        }
        Ok(())
    }
    Service::new(kit.ctx.clone(), Guard { placing, ..Guard::NOTHING })
}

both_engines! {
    fn groups_are_made_changed_and_left_as_they_are(kit) {
        let access = owner(organization(kit));
        let rows = [row("sales", None), row("south", Some("sales")), row("hr", None)];
        assert_eq!(import(kit, &access, &rows), [Created, Created, Created]);
        assert_eq!(log(kit, access.organization()), ["groups.imported", "groups.members_imported"]);
        let events = kit.ctx.read(|conn| event::latest(conn, access.organization(), 9)).unwrap();
        let ids = |name: &str| {
            let event = events.iter().find(|event| event.name() == name).unwrap();
            event.after.as_ref().unwrap().0["ids"].as_array().unwrap().len()
        };
        assert_eq!((ids("groups.imported"), ids("groups.members_imported")), (3, 1), "one event for all that is new");
        let sales = known(kit, &access, "sales");
        assert_eq!((sales.name.as_str(), sales.kind.as_str(), sales.version), ("SALES", "TEAM", 1));
        assert_eq!(members(kit, &access, sales.id)[0].0, Member::Group(known(kit, &access, "south").id));

        assert_eq!(import(kit, &access, &rows), [Unchanged, Unchanged, Unchanged]);
        let told = log(kit, access.organization()).len();
        assert_eq!(told, 2, "nothing to tell of");
        let changed = GroupRow {
            kind: Some("DEPARTMENT".to_owned()),
            profile: GroupProfile { icon: Some("coin".to_owned()), description: Some("Sells".to_owned()) },
            ..row("sales", None)
        };
        let rows = [changed, row("south", Some("hr")), row("hr", None)];
        assert_eq!(import(kit, &access, &rows), [Changed, Changed, Unchanged]);
        let profile = known(kit, &access, "sales").profile.unwrap();
        assert_eq!((profile.icon.as_deref(), profile.description.as_deref()), (Some("coin"), Some("Sells")));
        let south = Member::Group(known(kit, &access, "south").id);
        let places = service(kit).groups_of(&access, south, Page::first(9)).unwrap().items.len();
        assert_eq!(places, 2, "it stays where it was too");
        assert_eq!(import(kit, &access, &[row("sales", None)]), [Unchanged], "what is left out stays as it is");
    }

    fn parents_may_stand_below_their_children(kit) {
        let access = owner(organization(kit));
        let rows = [row("c", Some("b")), row("b", Some("a")), row("a", None), row("d", Some("c"))];
        assert_eq!(import(kit, &access, &rows), [Created, Created, Created, Created]);
        let bob = Member::Employee(employee(kit, &access, "bob"));
        put(kit, &access, known(kit, &access, "d").id, bob).unwrap();
        assert_eq!(everyone(kit, &access, known(kit, &access, "a").id), [bob]);
    }

    fn a_refused_row_leaves_nothing_and_the_others_go_on(kit) {
        let access = owner(organization(kit));
        assert_eq!(import(kit, &access, &[row("top", None), row("mid", Some("top"))]), [Created, Created]);
        let cycle = failed(Error::new(Code::Cycle, "the group would contain itself"));
        let rows = [
            GroupRow { name: "Nameless".to_owned(), ..row("", None) },
            GroupRow { name: " ".to_owned(), ..row("blank", None) },
            row("lost", Some("nowhere")),
            row("below", Some("lost")),
            row("egg", Some("hen")),
            row("hen", Some("egg")),
            GroupRow { name: "Renamed".to_owned(), ..row("top", Some("mid")) },
            row("fresh", Some("mid")),
            row("top", Some("fresh")),
            row("fresh", None),
            row("self", None),
            row("self", Some("self")),
        ];
        let outcomes = import(kit, &access, &rows);
        let nowhere = failed(Error::field("parent", FieldKind::NotFound.told("no such group")));
        assert_eq!(outcomes[0], failed(Error::field("external_id", FieldKind::Required.told("is missing"))));
        assert_eq!(outcomes[1], failed(Error::field("name", FieldKind::Length(1, 200))));
        assert_eq!(outcomes[2..6], [nowhere.clone(), nowhere.clone(), nowhere.clone(), nowhere]);
        assert_eq!(outcomes[6..], [cycle.clone(), Created, cycle.clone(), Unchanged, Created, cycle]);
        assert_eq!(known(kit, &access, "top").name, "TOP", "nothing of a refused row is kept");
        for refused in ["blank", "lost", "below", "egg", "hen"] {
            assert_eq!(code(service(kit).by_external_id(&access, refused)), Code::NotFound);
        }
        assert_eq!(import(kit, &access, &rows).len(), rows.len(), "and may be tried again");
    }

    fn imported_chains_stay_within_the_bound(kit) {
        let access = owner(organization(kit));
        let deepest = usize::try_from(MAX_DEPTH).unwrap() + 1;
        let name = |n: usize| format!("g{n}");
        let rows: Vec<GroupRow> =
            (0..=deepest).map(|n| row(&name(n), n.checked_sub(1).map(name).as_deref())).collect();
        let outcomes = import(kit, &access, &rows);
        assert!(outcomes[..deepest].iter().all(|outcome| *outcome == Created));
        assert_eq!(outcomes[deepest], failed(Error::new(Code::Conflict, "groups nest at most 50 deep")));
    }

    fn members_are_named_by_address_and_external_id(kit) {
        let (access, there) = (owner(organization(kit)), owner(organization(kit)));
        import(kit, &access, &[row("team", None), row("nested", None)]);
        let (ada, bob) = (Member::Account(account(kit, "ada")), Member::Employee(employee(kit, &access, "bob")));
        employee(kit, &there, "eve");
        let rows = [
            place("team", MemberKind::Account, " Ada@Example.com "),
            place("team", MemberKind::Employee, "bob@work.example"),
            place("team", MemberKind::Group, "nested"),
            place("team", MemberKind::Employee, "ada@example.com"),
            place("team", MemberKind::Employee, "eve@work.example"),
            place("team", MemberKind::Account, "nobody@example.com"),
            place("team", MemberKind::Account, "no address"),
            place("gone", MemberKind::Account, "ada@example.com"),
            place("nested", MemberKind::Group, "team"),
            MembershipRow { kind: Some("x".repeat(65)), ..place("nested", MemberKind::Employee, "bob@work.example") },
        ];
        let outcomes = import_places(kit, &access, &rows);
        assert_eq!(outcomes[..3], [Created, Created, Created]);
        let nobody = failed(Error::field("member", FieldKind::NotFound.told("no such employee")));
        assert_eq!(outcomes[3..6], [nobody.clone(), nobody, failed(Error::field("member", FieldKind::NotFound.told("no such account")))]);
        assert!(matches!(&outcomes[6], RowOutcome::Failed(why) if why.fields[0].field == "member"), "{outcomes:?}");
        assert_eq!(outcomes[7..9], [failed(Error::field("group", FieldKind::NotFound.told("no such group"))), failed(Error::new(Code::Cycle, "the group would contain itself"))]);
        assert_eq!(outcomes[9], failed(Error::field("kind", FieldKind::TooLong(64))));
        let (team, nested) = (known(kit, &access, "team").id, Member::Group(known(kit, &access, "nested").id));
        let mut expected = [ada, bob, nested].map(|member| (member, "MEMBER".to_owned()));
        expected.sort();
        assert_eq!(members(kit, &access, team), expected);

        assert_eq!(import_places(kit, &access, &rows[..3]), [Unchanged, Unchanged, Unchanged]);
        let lead = MembershipRow { kind: Some("LEAD".to_owned()), ..rows[1].clone() };
        let twice = [lead.clone(), rows[1].clone(), lead];
        assert_eq!(import_places(kit, &access, &twice), [Changed, Unchanged, Unchanged], "what is left out stays");
        let log = log(kit, access.organization());
        let told = ["groups.members_imported", "groups.imported", "group.member_updated"];
        assert_eq!(log.iter().filter(|event| told.contains(&event.as_str())).count(), 3);
    }

    fn a_place_that_is_over_begins_again(kit) {
        let access = owner(organization(kit));
        import(kit, &access, &[row("team", None), row("nested", None)]);
        let bob = Member::Employee(employee(kit, &access, "bob"));
        let [team, nested] = ["team", "nested"].map(|name| known(kit, &access, name).id);
        let hour = Duration::from_secs(3_600);
        for member in [bob, Member::Group(nested)] {
            let fields = MembershipFields { member, kind: None, expires_at: Some(Kit::START.after(hour)) };
            service(kit).add(&access, team, NewMembership::try_from(fields).unwrap()).unwrap();
        }
        let bob_in_team = [place("team", MemberKind::Employee, "bob@work.example")];
        assert_eq!(import_places(kit, &access, &bob_in_team), [Unchanged], "it keeps its end");
        kit.pass(hour);
        assert!(members(kit, &access, team).is_empty());
        assert_eq!(import_places(kit, &access, &bob_in_team), [Changed]);
        assert_eq!(import(kit, &access, &[row("nested", Some("team"))]), [Changed]);
        assert_eq!(members(kit, &access, team).len(), 2);
    }

    fn what_may_not_be_given_fails_by_itself(kit) {
        let access = owner(organization(kit));
        import(kit, &access, &[row("admins", None), row("team", None)]);
        employee(kit, &access, "bob");
        let resting = GroupPatch { status: Some(GroupStatus::Inactive), ..GroupPatch::default() };
        service(kit).update(&access, known(kit, &access, "admins").id, resting).unwrap();
        let person = acting(&access, account(kit, "ada"));
        let (guarded, not_you) = (guarded(kit), failed(Error::new(Code::Forbidden, "not you")));
        let wakes = GroupRow { status: Some(GroupStatus::Active), ..row("admins", None) };
        let rows = vec![wakes, row("team", Some("admins")), row("new", Some("admins")), row("free", Some("team"))];
        let outcomes = guarded.import_groups(&person, rows.clone(), None).unwrap();
        assert_eq!(outcomes, [not_you.clone(), not_you.clone(), not_you.clone(), Created]);
        let places = vec![
            place("admins", MemberKind::Employee, "bob@work.example"),
            place("team", MemberKind::Employee, "bob@work.example"),
            place("admins", MemberKind::Group, "team"),
        ];
        let outcomes = guarded.import_memberships(&person, places.clone(), None).unwrap();
        assert_eq!(outcomes, [not_you.clone(), Created, not_you]);

        let outcomes = guarded.import_groups(&access, rows, None).unwrap();
        assert_eq!(outcomes, [Changed, Changed, Created, Unchanged], "the platform is not asked");
        let outcomes = guarded.import_memberships(&access, places.clone(), None).unwrap();
        assert_eq!(outcomes, [Created, Unchanged, Unchanged]);
        let outcomes = guarded.import_memberships(&person, places, None).unwrap();
        assert_eq!(outcomes, [Unchanged, Unchanged, Unchanged], "who is in gains nothing");
    }

    fn imports_are_for_those_who_may_and_come_in_batches(kit) {
        let organization = organization(kit);
        let creator = allowed(organization, &["org.groups.create"]);
        let refused = service(kit).import_groups(&creator, vec![row("a", None)], None).unwrap_err();
        assert_eq!(refused.missing_permissions()[0].to_string(), "org.groups.update");
        assert_eq!(code(service(kit).import_memberships(&creator, Vec::new(), None)), Code::Forbidden);
        let access = owner(organization);
        let many = vec![row("a", None); GroupRow::MOST + 1];
        assert_eq!(code(service(kit).import_groups(&access, many, None)), Code::Invalid);
        let many = vec![place("a", MemberKind::Group, "b"); MembershipRow::MOST + 1];
        assert_eq!(code(service(kit).import_memberships(&access, many, None)), Code::Invalid);

        let at = |position| Checkpoint { source: [7; 32], position };
        let reached = || kit.ctx.read(|conn| checkpoint::reached(conn, organization, &[7; 32])).unwrap();
        service(kit).import_groups(&access, vec![row("a", None)], Some(at(1))).unwrap();
        assert_eq!(reached(), 1);
        service(kit).import_memberships(&access, vec![place("a", MemberKind::Group, "b")], Some(at(2))).unwrap();
        assert_eq!(reached(), 2);
    }

    fn a_full_batch_is_one_call(kit) {
        let access = owner(organization(kit));
        let name = |n: usize| format!("g{n}");
        let rows: Vec<GroupRow> =
            (0..GroupRow::MOST).map(|n| row(&name(n), (n > 0).then(|| name(n / 10)).as_deref())).collect();
        assert!(import(kit, &access, &rows).iter().all(|outcome| *outcome == Created));
        assert!(import(kit, &access, &rows).iter().all(|outcome| *outcome == Unchanged));
        let last = GroupRow::MOST - 1;
        let above = std::iter::successors(Some(last), |n| (*n > 0).then_some(n / 10)).count() - 1;
        let places: Vec<MembershipRow> =
            (0..last).map(|n| place(&name(last), MemberKind::Group, &name(n))).collect();
        let outcomes = import_places(kit, &access, &places);
        let cycles = outcomes.iter().filter(|outcome| matches!(outcome, RowOutcome::Failed(_))).count();
        assert_eq!(cycles, above, "what it is in itself");
        assert_eq!(outcomes.iter().filter(|outcome| **outcome == Created).count(), last - above);
    }

    fn of_two_imports_that_nest_groups_crosswise_one_stays(kit) {
        let access = owner(organization(kit));
        for n in 0..10 {
            let [a, b] = ["a", "b"].map(|name| format!("{name}{n}"));
            import(kit, &access, &[row(&a, None), row(&b, None)]);
            let (access, a, b) = (&access, a.as_str(), b.as_str());
            let mut outcomes = std::thread::scope(|scope| {
                let by_group = scope.spawn(move || import(kit, access, &[row(a, Some(b))]));
                let by_place = scope.spawn(move || import_places(kit, access, &[place(a, MemberKind::Group, b)]));
                [by_group, by_place].map(|thread| thread.join().unwrap().remove(0))
            });
            outcomes.sort_by_key(|outcome| matches!(outcome, RowOutcome::Failed(_)));
            assert!(matches!(outcomes[0], Created | Changed), "{outcomes:?}");
            assert_eq!(outcomes[1], failed(Error::new(Code::Cycle, "the group would contain itself")));
        }
        let plain = group(kit, &access, "plain");
        assert_eq!(plain.external_id, None, "what has no external id is no business of an import");
    }
}
