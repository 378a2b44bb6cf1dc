//! Owners who go at the same moment: one stays.

use std::time::Duration;

use polity_directory::{
    Assignee, AssignmentRef, Entry, MemberPatch, Members, Organizations, RoleAssignments, Service,
};
use polity_kernel::{Code, Level, Result};
use polity_testkit::both_engines;

use super::{RIVALS, ROUNDS, Way, at_once, node, owned_by, owners, people, winners};
use crate::common::{directory, enter, fields, id_of, key, name, new};

both_engines! {
    fn of_owners_who_leave_at_once_one_stays(kit) {
        let (directory, owners_) = (directory(kit), people(kit, RIVALS));
        for round in 0..ROUNDS {
            let organization = format!("acme-{round}");
            owned_by(&directory, &owners_, &organization);
            let results = at_once(RIVALS, |rival| directory.leave(&owners_[rival], &name(&organization)));
            assert_eq!(winners(&results, &[Code::LastOwner]), RIVALS - 1);
            assert_eq!(owners(&directory, &organization), 1);
        }
    }

    fn of_two_owners_who_remove_each_other_one_stays(kit) {
        let (directory, two) = (directory(kit), people(kit, 2));
        let ways: [Way; 4] = [
            |directory, access, other| directory.remove_member(access, id_of(other)).map(drop),
            |directory, access, other| {
                let patch = MemberPatch { level: Some(Level::Member), expires_at: None };
                directory.change_member(access, id_of(other), patch).map(drop)
            },
            |directory, access, other| directory.set_roles(access, id_of(other), &[key("manager")]).map(drop),
            |directory, access, other| directory.revoke(access, &key("owner").into(), AssignmentRef::To(Assignee::Account(id_of(other)))),
        ];
        for (n, way) in ways.iter().enumerate() {
            for round in 0..ROUNDS {
                let organization = format!("acme-{n}-{round}");
                owned_by(&directory, &two, &organization);
                let accesses = [0, 1].map(|rival| enter(&directory, &two[rival], &organization));
                let results = at_once(2, |rival| way(&directory, &accesses[rival], &two[1 - rival]));
                assert_eq!(winners(&results, &[Code::NotFound, Code::Forbidden]), 1, "who was first has ended the other's rights");
                assert_eq!(owners(&directory, &organization), 1);
            }
        }
    }

    fn of_two_owners_who_step_down_at_once_one_stays(kit) {
        let (directory, two) = (directory(kit), people(kit, 2));
        let later = kit.ctx.now().after(Duration::from_secs(60));
        let patches = [
            MemberPatch { level: Some(Level::Admin), expires_at: None },
            MemberPatch { level: None, expires_at: Some(Some(later)) },
        ];
        for round in 0..ROUNDS {
            let organization = format!("acme-{round}");
            owned_by(&directory, &two, &organization);
            let accesses = [0, 1].map(|rival| enter(&directory, &two[rival], &organization));
            let results = at_once(2, |rival| {
                directory.change_member(&accesses[rival], id_of(&two[rival]), patches[(rival + round) % 2])
            });
            assert_eq!(winners(&results, &[Code::LastOwner]), 1);
        }
        kit.pass(Duration::from_secs(60));
        for round in 0..ROUNDS {
            assert_eq!(owners(&directory, &format!("acme-{round}")), 1, "and still when a time is over");
        }
    }

    fn several_nodes_are_as_good_as_one(kit) {
        let nodes: Vec<Service> = (0..4).map(|_| node(kit)).collect();
        let directory = directory(kit);
        let owners_ = people(kit, 4);
        for round in 0..ROUNDS {
            let organization = format!("acme-{round}");
            let results = at_once(4, |rival| nodes[rival].found(&owners_[rival], new(fields(&organization))));
            assert_eq!(winners(&results, &[Code::Conflict]), 1);
            let founder = results.iter().position(Result::is_ok).unwrap();
            let access = enter(&directory, &owners_[founder], &organization);
            let patch = MemberPatch { level: Some(Level::Owner), expires_at: None };
            for other in owners_.iter().filter(|other| id_of(other) != id_of(&owners_[founder])) {
                directory.add_member(&access, id_of(other).into()).unwrap();
                directory.change_member(&access, id_of(other), patch).unwrap();
            }
            for (node, owner) in nodes.iter().zip(&owners_) {
                assert!(enter(node, owner, &organization).permissions().is_all());
            }
            let results = at_once(4, |rival| nodes[rival].leave(&owners_[rival], &name(&organization)));
            assert_eq!(winners(&results, &[Code::LastOwner]), 3);
            let still_in = (0..4).filter(|rival| nodes[*rival].enter(&owners_[*rival], &name(&organization)).is_ok()).count();
            assert_eq!(still_in, 1);
        }
    }
}
