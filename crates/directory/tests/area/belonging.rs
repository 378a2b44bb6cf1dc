//! What a membership gives is given to members alone, also at the same instant, and ends when it does.

use std::time::Duration;

use polity_accounts::{AssignmentStatus, Assignments, RowOutcome};
use polity_directory::{
    Assignee, Assignees, Entry, MemberPatch, MemberQuery, Members, NewProject, ProjectFields,
    RoleAssignments, Roles, Service,
};
use polity_groups::{
    GroupFields, GroupId, GroupImport, Groups, Member, MemberFilter, MemberKind, MembershipFields,
    MembershipRow, Memberships, NewGroup, NewMembership, Placement, PlacementFields,
};
use polity_kernel::{Access, Actor, Code, Error, FieldKind, Page};
use polity_projects::Projects;
use polity_testkit::{Kit, at_once, both_engines};

use crate::common::{
    account_type, accounts, directory, enter, found, given, group, groups, id_of, join, key, new_role,
    person, place, tick, whole,
};

/// How often each race is run.
const ROUNDS: usize = 8;

fn in_group(account: &Actor) -> NewMembership {
    let fields = MembershipFields { member: Member::Account(id_of(account)), kind: None, expires_at: None };
    NewMembership::try_from(fields).unwrap()
}

fn placement(group: GroupId) -> Placement {
    Placement::try_from(PlacementFields { group, kind: None }).unwrap()
}

/// An organization with somebody in it until an hour from now.
fn with_a_guest(kit: &Kit, directory: &Service, owner: &Actor) -> (Access, Actor) {
    found(directory, owner, "acme");
    let bob = join(kit, directory, owner, "acme", "bob@acme.example");
    let access = enter(directory, owner, "acme");
    let patch =
        MemberPatch { level: None, expires_at: Some(Some(kit.ctx.now().after(Duration::from_hours(1)))) };
    directory.change_member(&access, id_of(&bob), patch).unwrap();
    (enter(directory, owner, "acme"), bob)
}

both_engines! {
    fn who_is_no_member_is_given_nothing(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let (access, eve) = (enter(&directory, &ada, "acme"), person(kit, "eve@other.example"));
        let team = group(kit, &access, "Team");
        account_type(kit, &access, "worker", &[], ("w", &[]));
        let stranger = Member::Account(id_of(&eve));
        let before = kit.rows();
        let refusals = [
            groups(kit).add(&access, team, in_group(&eve)).map(drop),
            groups(kit).set_groups_of(&access, stranger, vec![placement(team)]).map(drop),
            accounts(kit).assign(&access, id_of(&eve), "worker").map(drop),
        ];
        for refused in refusals {
            assert_eq!(refused.unwrap_err().code(), Code::NotAMember);
        }
        assert_eq!(kit.rows(), before, "nothing was written");
        assert!(groups(kit).set_groups_of(&access, stranger, Vec::new()).is_ok(), "to be in none takes nothing");
    }

    fn nor_by_an_import_of_rows(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        join(kit, &directory, &ada, "acme", "bob@acme.example");
        person(kit, "eve@other.example");
        let access = enter(&directory, &Actor::system(), "acme");
        let fields = GroupFields { name: "Team".into(), external_id: Some("team".into()), ..GroupFields::default() };
        groups(kit).create(&access, NewGroup::try_from(fields).unwrap()).unwrap();
        let row = |email: &str| MembershipRow {
            group: "team".into(),
            member: email.into(),
            member_kind: MemberKind::Account,
            kind: None,
            expires_at: None,
        };
        let rows = vec![row("eve@other.example"), row("bob@acme.example")];
        let outcomes = groups(kit).import_memberships(&access, rows, None).unwrap();
        let stranger = FieldKind::NotFound.told("is no member of the organization");
        let failed = RowOutcome::Failed(Error::field("member", stranger).into());
        assert_eq!(outcomes, [failed, RowOutcome::Created]);
    }

    fn a_project_is_worked_in_by_members(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let fields = ProjectFields { name: "Shop".into(), description: None, parameters: Vec::new() };
        let project = crate::common::workspaces(kit).open_project(&enter(&directory, &ada, "acme"), NewProject::try_from(fields).unwrap()).unwrap();
        let root = Actor::new(
            person(kit, "root@platform.example").subject(),
            polity_kernel::Limits::default(),
            polity_kernel::PermissionSet::all(),
        );
        let refused = crate::common::workspaces(kit).activate_project(&enter(&directory, &root, "acme"), project.id).unwrap_err();
        assert_eq!(refused.code(), Code::NotAMember);
    }

    fn whoever_leaves_at_the_same_moment_is_left_with_nothing(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let team = group(kit, &access, "Team");
        account_type(kit, &access, "worker", &[], ("w", &[]));
        for round in 0..ROUNDS {
            let bob = join(kit, &directory, &ada, "acme", &format!("bob{round}@acme.example"));
            let access = enter(&directory, &ada, "acme");
            let told = at_once(4, |rival| match rival {
                0 => directory.remove_member(&access, id_of(&bob)).map(drop),
                1 => groups(kit).add(&access, team, in_group(&bob)).map(drop),
                2 => accounts(kit).assign(&access, id_of(&bob), "worker").map(drop),
                _ => groups(kit).set_groups_of(&access, Member::Account(id_of(&bob)), vec![placement(team)]).map(drop),
            });
            assert!(told[0].is_ok(), "{told:?}");
            for given in told.iter().skip(1).filter_map(|told| told.as_ref().err()) {
                assert_eq!(given.code(), Code::NotAMember);
            }
        }
        let rows = kit.rows();
        assert_eq!((rows["group_members"], rows["account_type_assignments"]), (0, 0));
    }

    fn a_membership_that_has_ended_counts_for_nothing(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        let (access, bob) = with_a_guest(kit, &directory, &ada);
        let (inner, outer) = (group(kit, &access, "Inner"), group(kit, &access, "Outer"));
        place(kit, &access, outer, Member::Group(inner), None);
        place(kit, &access, inner, Member::Account(id_of(&bob)), None);
        place(kit, &access, inner, Member::Account(id_of(&ada)), None);
        directory.create_role(&access, new_role("seller", &["shop.sell"])).unwrap();
        for account in [&ada, &bob] {
            tick(kit);
            directory.grant(&access, given(Assignee::Account(id_of(account)), &key("seller"), None)).unwrap();
        }
        account_type(kit, &access, "worker", &[], ("w", &[]));
        accounts(kit).assign(&access, id_of(&bob), "worker").unwrap();
        let in_all = || {
            let all = MemberFilter::default;
            let direct = whole(|page| groups(kit).members(&access, inner, all(), page)).len();
            let nested = whole(|page| groups(kit).transitive_members(&access, outer, all(), page)).len();
            let places = whole(|page| groups(kit).groups_of(&access, Member::Account(id_of(&bob)), page)).len();
            let carriers = whole(|page| directory.assignments(&access, &key("seller").into(), Assignees::All, page)).len();
            let held = whole(|page| Assignments::all(&accounts(kit), &access, page)).len();
            let own = accounts(kit).of_account(&access, id_of(&bob)).unwrap().len();
            [direct, nested, places, carriers, held, own]
        };
        assert_eq!(in_all(), [2, 2, 1, 2, 1, 1]);
        kit.pass(Duration::from_hours(1));
        assert_eq!(in_all(), [1, 1, 0, 1, 0, 0]);
        assert_eq!(directory.enter(&bob, &"acme".parse().unwrap()).unwrap_err().code(), Code::NotFound);
        let again = accounts(kit).set_status(&access, id_of(&bob), "worker", Some(AssignmentStatus::Active));
        assert_eq!(again.unwrap_err().code(), Code::NotAMember);

        directory.add_member(&access, id_of(&bob).into()).unwrap();
        assert_eq!(in_all(), [1, 1, 0, 1, 0, 0], "nor does it come back with another");
        assert_eq!(directory.members(&access, &MemberQuery::everybody(), Page::first(9)).unwrap().items.len(), 2);
    }
}
