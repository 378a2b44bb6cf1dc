//! Giving roles: who may give which to whom, what a level's role does, and when it is over.

use std::time::Duration;

use polity_directory::{
    Assignee, Assignees, AssignmentRef, Invitations, MemberPatch, Members, RoleAssignments, Roles,
};
use polity_groups::Member;
use polity_kernel::{Code, Level, Page, event};
use polity_testkit::both_engines;

use crate::common::{
    self, carried, carrier, clerk, directory, enter, found, given, group, id_of, join, key, missing,
    new_role, person, place, whole,
};

both_engines! {
    fn nobody_gives_a_role_that_gives_what_they_lack(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let clerk = clerk(kit, &directory, &ada, &["org.user.roles.update"]);
        let owner = enter(&directory, &ada, "acme");
        directory.create_role(&owner, new_role("seller", &["shop.orders.create", "org.groups.get"])).unwrap();
        let team = group(kit, &owner, "Team");
        let access = enter(&directory, &clerk, "acme");

        for (assignee, role) in [(carrier(&clerk), "manager"), (carrier(&clerk), "admin"), (Assignee::Group(team), "admin")] {
            let error = directory.grant(&access, given(assignee, &key(role), None)).unwrap_err();
            assert!(missing(&error).contains(&"org.groups.create"), "{role}: {error}");
        }
        assert_eq!(directory.grant(&access, given(carrier(&clerk), &key("owner"), None)).unwrap_err().code(), Code::Forbidden);
        assert!(directory.set_roles(&access, id_of(&clerk), &[key("manager")]).is_err());
        assert!(directory.set_roles(&access, id_of(&clerk), &[key("admin")]).is_err());
        kit.pass(Duration::from_millis(1)); // roles are listed in order of giving
        directory.grant(&access, given(carrier(&clerk), &key("seller"), None)).unwrap();
        assert_eq!(carried(&directory, &access, &clerk), ["member", "clerk", "seller"]);
    }

    fn permissions_are_not_a_level(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let owner = enter(&directory, &ada, "acme");
        let everything: Vec<String> = directory.role(&owner, &key("admin").into()).unwrap().permissions.iter().map(ToString::to_string).collect();
        let everything: Vec<&str> = everything.iter().map(String::as_str).collect();
        let clerk = clerk(kit, &directory, &ada, &everything);
        let access = enter(&directory, &clerk, "acme");
        let error = directory.grant(&access, given(carrier(&clerk), &key("admin"), None)).unwrap_err();
        assert_eq!((error.code(), error.missing_permissions().len()), (Code::Forbidden, 0), "{error}");
        assert!(directory.set_roles(&access, id_of(&clerk), &[key("admin")]).is_err());
        for (level, roles) in [(Level::Admin, [].as_slice()), (Level::Member, &["admin"])] {
            let promise = directory.invite(&access, common::invitation("x@other.example", level, roles, 1)).unwrap_err();
            assert_eq!((promise.code(), promise.missing_permissions().len()), (Code::Forbidden, 0), "{promise}");
        }
        assert_eq!(directory.member(&access, id_of(&clerk)).unwrap().member.level, Level::Member);
    }

    fn ownership_is_given_by_owners_and_to_people(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let owner = enter(&directory, &ada, "acme");
        directory.grant(&owner, given(carrier(&bob), &key("admin"), None)).unwrap();
        let admin = enter(&directory, &bob, "acme");
        for refused in [
            directory.grant(&admin, given(carrier(&bob), &key("owner"), None)).map(drop),
            directory.set_roles(&admin, id_of(&bob), &[key("owner")]).map(drop),
            directory.grant(&admin, given(carrier(&ada), &key("member"), None)).map(drop),
            directory.revoke(&admin, &key("owner").into(), AssignmentRef::To(carrier(&ada))),
        ] {
            assert_eq!(refused.unwrap_err().code(), Code::Forbidden);
        }
        let team = group(kit, &owner, "Team");
        let error = directory.grant(&owner, given(Assignee::Group(team), &key("owner"), None)).unwrap_err();
        assert_eq!((error.code(), error.fields()[0].field.as_str()), (Code::Invalid, "role"));
        directory.grant(&owner, given(carrier(&bob), &key("owner"), None)).unwrap();
        assert!(enter(&directory, &bob, "acme").permissions().is_all());
    }

    fn a_level_s_role_sets_the_level(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let owner = enter(&directory, &ada, "acme");
        let level = || directory.member(&owner, id_of(&bob)).unwrap().member.level;

        let admin = directory.grant(&owner, given(carrier(&bob), &key("admin"), None)).unwrap();
        assert_eq!((level(), admin.role), (Level::Admin, key("admin")));
        assert_eq!(carried(&directory, &owner, &bob), ["admin"], "and is not carried beside it");
        directory.grant(&owner, given(carrier(&bob), &key("member"), None)).unwrap();
        assert_eq!(level(), Level::Member, "also down");

        directory.grant(&owner, given(carrier(&bob), &key("admin"), None)).unwrap();
        directory.revoke(&owner, &key("owner").into(), AssignmentRef::To(carrier(&bob))).unwrap();
        assert_eq!(level(), Level::Admin, "a level that is not theirs is not taken");
        directory.revoke(&owner, &key("admin").into(), AssignmentRef::To(carrier(&bob))).unwrap();
        assert_eq!(level(), Level::Member);
        directory.revoke(&owner, &key("member").into(), AssignmentRef::To(carrier(&bob))).unwrap();
        assert_eq!(level(), Level::Member, "there is none below");
        assert_eq!(directory.revoke(&owner, &key("owner").into(), AssignmentRef::To(carrier(&ada))).unwrap_err().code(), Code::LastOwner);
    }

    fn a_level_has_no_end_of_its_own(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let owner = enter(&directory, &ada, "acme");
        let tomorrow = kit.ctx.now().after(Duration::from_secs(86_400));
        let error = directory.grant(&owner, given(carrier(&bob), &key("admin"), Some(tomorrow))).unwrap_err();
        assert_eq!((error.code(), error.fields()[0].field.as_str()), (Code::Invalid, "expires_at"));
        assert_eq!(directory.member(&owner, id_of(&bob)).unwrap().member.level, Level::Member, "rather than for good");
    }

    fn roles_are_for_members_and_groups_that_are_there(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let (owner, stranger) = (enter(&directory, &ada, "acme"), person(kit, "eve@other.example"));
        let nowhere = Assignee::Group(polity_groups::GroupId::new(kit.ctx.ids().secret()));
        for (assignee, role) in [(carrier(&stranger), "manager"), (carrier(&stranger), "admin"), (nowhere, "manager"), (carrier(&ada), "none")] {
            assert_eq!(directory.grant(&owner, given(assignee, &key(role), None)).unwrap_err().code(), Code::NotFound);
        }
        assert_eq!(directory.set_roles(&owner, id_of(&stranger), &[]).unwrap_err().code(), Code::NotFound);
        assert_eq!(directory.roles_of(&owner, id_of(&stranger)).unwrap_err().code(), Code::NotFound);
        assert_eq!(directory.explain(&owner, id_of(&stranger)).unwrap_err().code(), Code::NotFound);
        assert_eq!(directory.revoke(&owner, &key("none").into(), AssignmentRef::To(carrier(&ada))).unwrap_err().code(), Code::NotFound);
        directory.revoke(&owner, &key("manager").into(), AssignmentRef::To(carrier(&ada))).unwrap();
    }

    fn set_roles_leaves_exactly_these(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let owner = enter(&directory, &ada, "acme");
        for role in ["buyer", "seller"] {
            kit.pass(Duration::from_millis(1));
            directory.create_role(&owner, new_role(role, &[])).unwrap();
        }
        let set = |roles: &[&str]| {
            kit.pass(Duration::from_millis(1));
            let keys: Vec<_> = roles.iter().map(|role| key(role)).collect();
            let result = directory.set_roles(&owner, id_of(&bob), &keys);
            result.map(|all| all.iter().map(|given| given.role.to_string()).collect::<Vec<_>>())
        };
        assert_eq!(set(&["admin", "buyer", "buyer"]).unwrap(), ["admin", "buyer"]);
        assert_eq!(set(&["seller", "admin", "buyer"]).unwrap(), ["admin", "buyer", "seller"]);
        assert_eq!(set(&["seller"]).unwrap(), ["member", "seller"], "no level named is the lowest");
        let error = set(&["admin", "none"]).unwrap_err();
        assert_eq!((error.code(), error.fields()[0].field.as_str()), (Code::Invalid, "roles"));
        assert_eq!(carried(&directory, &owner, &bob), ["member", "seller"], "and then nothing changes");
        assert_eq!(set(&[]).unwrap(), ["member"]);
        assert_eq!(set(&["owner"]).unwrap(), ["owner"]);
        assert_eq!(directory.set_roles(&owner, id_of(&ada), &[key("admin")]).unwrap()[0].role, key("admin"), "she was not the last");
    }

    fn set_roles_takes_as_many_as_there_can_be_and_each_once(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let owner = enter(&directory, &ada, "acme");
        let same = vec![key("manager"); 10_000];
        assert_eq!(directory.set_roles(&owner, id_of(&bob), &same).unwrap().len(), 2);
        let many: Vec<_> = (0..601).map(|number| key(&format!("role-{number}"))).collect();
        let refused = directory.set_roles(&owner, id_of(&bob), &many).unwrap_err();
        assert_eq!(refused.fields()[0].message, "names more than 600 roles");
    }

    fn set_roles_keeps_the_last_owner(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let owner = enter(&directory, &ada, "acme");
        for keys in [vec![], vec![key("admin")], vec![key("manager")]] {
            assert_eq!(directory.set_roles(&owner, id_of(&ada), &keys).unwrap_err().code(), Code::LastOwner);
        }
        directory.set_roles(&owner, id_of(&ada), &[key("owner"), key("manager")]).unwrap();
        assert_eq!(carried(&directory, &owner, &ada), ["owner", "manager"]);
    }

    fn set_roles_asks_only_for_what_is_new(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let clerk = clerk(kit, &directory, &ada, &["org.user.roles.update", "org.user.permissions.list"]);
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let owner = enter(&directory, &ada, "acme");
        directory.create_role(&owner, new_role("seller", &["shop.sell"])).unwrap();
        let end = kit.ctx.now().after(Duration::from_secs(60));
        directory.grant(&owner, given(carrier(&bob), &key("manager"), Some(end))).unwrap();
        let access = enter(&directory, &clerk, "acme");
        kit.pass(Duration::from_millis(1));
        let refused = directory.set_roles(&access, id_of(&bob), &[key("manager"), key("seller")]).unwrap_err();
        assert_eq!(refused.code(), Code::Forbidden, "nobody adds to one who has more");
        directory.set_roles(&access, id_of(&bob), &[key("manager")]).expect("what is there asks for nothing");
        let roles = directory.set_roles(&owner, id_of(&bob), &[key("manager"), key("seller")]).unwrap();
        let ends: Vec<_> = roles.iter().map(|given| (given.role.as_str(), given.expires_at)).collect();
        assert_eq!(ends, [("member", None), ("manager", Some(end)), ("seller", None)], "what was there keeps its end");
        assert!(directory.set_roles(&access, id_of(&ada), &[key("owner")]).is_ok(), "hers is no lower");
        assert_eq!(directory.set_roles(&access, id_of(&ada), &[]).unwrap_err().code(), Code::Forbidden);
    }

    fn a_role_ends_at_its_end(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let owner = enter(&directory, &ada, "acme");
        let may = || enter(&directory, &bob, "acme").require(&common::permission("org.groups.create")).is_ok();
        let end = kit.ctx.now().after(Duration::from_secs(60));
        let past = directory.grant(&owner, given(carrier(&bob), &key("manager"), Some(kit.ctx.now()))).unwrap_err();
        assert_eq!((past.code(), past.fields()[0].field.as_str()), (Code::Invalid, "expires_at"));

        let first = directory.grant(&owner, given(carrier(&bob), &key("manager"), Some(end))).unwrap();
        kit.pass(Duration::from_secs(59));
        assert!(may());
        kit.pass(Duration::from_secs(1));
        assert!(!may(), "with nobody having changed anything");
        assert_eq!(carried(&directory, &owner, &bob), ["member"]);
        assert!(directory.assignments(&owner, &key("manager").into(), Assignees::All, Page::first(9)).unwrap().items.is_empty());
        assert!(directory.explain(&owner, id_of(&bob)).unwrap().iter().all(|given| given.permission.as_str() != "org.groups.create"));

        let second = directory.grant(&owner, given(carrier(&bob), &key("manager"), None)).unwrap();
        assert_ne!(second.id, first.id, "the ended one does not come back");
        assert!(may());
    }

    fn giving_again_sets_the_end_anew(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let owner = enter(&directory, &ada, "acme");
        kit.pass(Duration::from_millis(1)); // the log is in order of time
        let first = directory.grant(&owner, given(carrier(&bob), &key("manager"), None)).unwrap();
        kit.pass(Duration::from_millis(1));
        assert_eq!(directory.grant(&owner, given(carrier(&bob), &key("manager"), None)).unwrap(), first);
        let end = kit.ctx.now().after(Duration::from_secs(60));
        let ending = directory.grant(&owner, given(carrier(&bob), &key("manager"), Some(end))).unwrap();
        assert_eq!((ending.id, ending.expires_at), (first.id, Some(end)));
        let log = kit.ctx.read(|conn| event::latest(conn, owner.organization(), 2)).unwrap();
        let log: Vec<_> = log.iter().map(|event| (event.action.as_str(), event.entity.as_str())).collect();
        assert_eq!(log, [("updated", "role_assignment"), ("granted", "role")], "and nothing is told of the repetition");
    }

    fn carriers_come_in_pages(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let owner = enter(&directory, &ada, "acme");
        let mut assignees = Vec::new();
        for n in 0..5 {
            let one = join(kit, &directory, &ada, "acme", &format!("p{n}@acme.example"));
            directory.grant(&owner, given(carrier(&one), &key("manager"), None)).unwrap();
            assignees.push(carrier(&one));
        }
        kit.pass(Duration::from_millis(1));
        let team = Assignee::Group(group(kit, &owner, "Team"));
        directory.grant(&owner, given(team, &key("manager"), None)).unwrap();
        assignees.push(team);
        let listed = whole(|page| directory.assignments(&owner, &key("manager").into(), Assignees::All, page));
        assert_eq!(listed.iter().map(|given| given.assignee).collect::<Vec<_>>(), assignees);
        assert_eq!(directory.assignments(&owner, &key("none").into(), Assignees::All, Page::first(9)).unwrap_err().code(), Code::NotFound);
    }

    fn carriers_of_a_level_are_its_members_and_the_groups_given_its_role(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let owner = enter(&directory, &ada, "acme");
        let mut admins = Vec::new();
        for n in 0..6 {
            kit.pass(Duration::from_millis(1));
            if n % 3 == 2 {
                let team = Assignee::Group(group(kit, &owner, "Team"));
                directory.grant(&owner, given(team, &key("admin"), None)).unwrap();
                admins.push(team);
            } else {
                let one = join(kit, &directory, &ada, "acme", &format!("p{n}@acme.example"));
                directory.grant(&owner, given(carrier(&one), &key("admin"), None)).unwrap();
                admins.push(carrier(&one));
            }
        }
        join(kit, &directory, &ada, "acme", "plain@acme.example");
        let who = |found: Vec<polity_directory::RoleAssignment>| found.iter().map(|given| given.assignee).collect::<Vec<_>>();
        assert_eq!(who(whole(|page| directory.assignments(&owner, &key("admin").into(), Assignees::All, page))), admins);
        assert_eq!(who(directory.assignments(&owner, &key("admin").into(), Assignees::All, Page::offset(2, 3)).unwrap().items), admins[3..5]);
        assert_eq!(who(directory.assignments(&owner, &key("admin").into(), Assignees::All, Page::offset(9, 9)).unwrap().items), []);
        assert_eq!(who(directory.assignments(&owner, &key("owner").into(), Assignees::All, Page::first(9)).unwrap().items), [carrier(&ada)]);
        assert_eq!(directory.assignments(&owner, &key("member").into(), Assignees::All, Page::first(9)).unwrap().items.len(), 1);
    }

    fn a_group_s_admin_role_is_no_level(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let owner = enter(&directory, &ada, "acme");
        let team = group(kit, &owner, "Team");
        place(kit, &owner, team, Member::Account(id_of(&bob)), None);
        directory.grant(&owner, given(Assignee::Group(team), &key("admin"), None)).unwrap();
        let access = enter(&directory, &bob, "acme");
        assert!(access.require(&common::permission("org.roles.delete")).is_ok());
        assert_eq!(access.level(), Some(Level::Member));
        let patch = MemberPatch { level: Some(Level::Admin), expires_at: None };
        assert_eq!(directory.change_member(&access, id_of(&bob), patch).unwrap_err().code(), Code::Forbidden);
        directory.revoke(&owner, &key("admin").into(), AssignmentRef::To(Assignee::Group(team))).unwrap();
        assert!(enter(&directory, &bob, "acme").require(&common::permission("org.roles.delete")).is_err());
    }
}
