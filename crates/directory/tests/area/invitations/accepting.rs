//! Taking a promise up: by whom, once, and until when.

use std::time::Duration;

use polity_directory::{
    Deletion, InvitationListFields, InvitationRef, InvitationStatus, Invitations, MemberPatch, Members,
    NewInvitation, NewInvitations, OrganizationPatch, Organizations, RoleAssignments, Roles, Status, Taker,
};
use polity_kernel::{Actor, Code, Level, Limits, PermissionSet, Subject, Timestamp};
use polity_testkit::both_engines;

use super::{DAY, invite, keys_of, statuses, suspend};
use crate::common::{
    self, acting, directory, enter, found, id_of, invitation, join, joined, key, limited, make_account, name,
    new_role, permissions, person,
};

both_engines! {
    fn accepting_makes_a_member_with_level_and_roles_once(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = person(kit, "bob@other.example");
        let access = enter(&directory, &ada, "acme");
        directory.create_role(&access, new_role("seller", &["shop.sell"])).unwrap();
        directory.invite(&access, invitation("bob@other.example", Level::Member, &["admin", "seller"], 1)).unwrap();
        let member = directory.accept(Taker::Person(bob.clone()), &InvitationRef::To(name("ACME"))).map(joined).unwrap();
        assert_eq!((member.account, member.level, member.version), (id_of(&bob), Level::Admin, 1));
        let roles: Vec<_> = directory.roles_of(&access, id_of(&bob)).unwrap().into_iter().map(|given| given.role).collect();
        assert_eq!(roles, [key("admin"), key("seller")]);
        assert_eq!(statuses(&directory, &access), [("bob@other.example".into(), InvitationStatus::Claimed)]);
        assert_eq!(directory.accept(Taker::Person(bob), &InvitationRef::To(name("acme"))).map(joined).unwrap_err().code(), Code::NotFound);
    }

    fn only_whoever_proves_the_address_accepts(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        invite(&directory, &access, "bob@other.example");
        let unproven = acting(make_account(kit, "bob@other.example", false));
        let program = Actor::new(Subject::System, Limits::default(), PermissionSet::all());
        assert_eq!(directory.accept(Taker::Person(unproven.clone()), &InvitationRef::To(name("acme"))).map(joined).unwrap_err().code(), Code::JoinRefused);
        assert_eq!(directory.join(&unproven, &name("acme")).unwrap_err().code(), Code::JoinRefused);
        assert_eq!(directory.accept(Taker::Person(program.clone()), &InvitationRef::To(name("acme"))).map(joined).unwrap_err().code(), Code::PersonRequired);
        assert_eq!(directory.invitations_of(&program).unwrap_err().code(), Code::PersonRequired);
        assert_eq!(keys_of(&directory, &unproven), [""; 0], "nor are they shown it");
        assert_eq!(statuses(&directory, &access), [("bob@other.example".into(), InvitationStatus::Pending)]);
    }

    fn whoever_is_not_invited_learns_nothing(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        found(&directory, &ada, "asleep");
        for organization in ["acme", "asleep"] {
            invite(&directory, &enter(&directory, &ada, organization), "bob@other.example");
        }
        suspend(&directory, &ada, "asleep");
        let eve = person(kit, "eve@other.example");
        let answers: Vec<_> = ["acme", "asleep", "nowhere"]
            .map(|organization| directory.accept(Taker::Person(eve.clone()), &InvitationRef::To(name(organization))).map(joined).unwrap_err())
            .iter()
            .map(|error| (error.code(), error.message().to_owned()))
            .collect();
        assert!(answers.iter().all(|answer| *answer == (Code::NotFound, "no such invitation".into())), "{answers:?}");
    }

    fn a_narrowed_credential_accepts_only_what_it_may(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let other = found(&directory, &ada, "other");
        invite(&directory, &enter(&directory, &ada, "acme"), "bob@other.example");
        let bob = person(kit, "bob@other.example");
        let without = Actor::new(bob.subject(), Limits::default(), permissions(&["org.groups.get"]));
        for refused in [directory.accept(Taker::Person(without.clone()), &InvitationRef::To(name("acme"))).map(joined).map(drop), directory.invitations_of(&without).map(drop)] {
            assert_eq!(refused.unwrap_err().missing_permissions(), [common::permission("org.directory.list")]);
        }
        let elsewhere = limited(&bob, Limits { organization: Some(other.id), ..Limits::default() });
        assert_eq!(directory.accept(Taker::Person(elsewhere), &InvitationRef::To(name("acme"))).map(joined).unwrap_err().code(), Code::NotFound);
        assert!(directory.accept(Taker::Person(bob), &InvitationRef::To(name("acme"))).map(joined).is_ok());
    }

    fn a_member_gains_what_an_invitation_gives(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        directory.invite(&access, invitation("bob@acme.example", Level::Admin, &["manager"], 1)).unwrap();
        let cyd = person(kit, "cyd@acme.example");
        directory.invite(&access, invitation("cyd@acme.example", Level::Member, &["manager"], 1)).unwrap();
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        assert_eq!(directory.join(&bob, &name("acme")).unwrap_err().code(), Code::AlreadyMember, "that is no joining");
        let member = directory.accept(Taker::Person(bob.clone()), &InvitationRef::To(name("acme"))).map(joined).unwrap();
        assert_eq!((member.level, member.version), (Level::Admin, 3));
        assert_eq!(directory.member(&access, id_of(&bob)).unwrap().member, member);
        assert_eq!(directory.roles_of(&access, id_of(&bob)).unwrap()[1].role, key("manager"));

        directory.add_member(&access, id_of(&cyd).into()).unwrap();
        directory.change_member(&access, id_of(&cyd), MemberPatch { level: Some(Level::Owner), expires_at: None }).unwrap();
        let member = directory.accept(Taker::Person(cyd), &InvitationRef::To(name("acme"))).map(joined).unwrap();
        assert_eq!((member.level, member.version), (Level::Owner, 3), "nobody falls by being invited");
    }

    fn whoever_is_a_member_is_not_invited(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let access = enter(&directory, &ada, "acme");
        let emails = vec!["new@acme.example".to_owned(), "BOB@acme.example".to_owned()];
        let fields = InvitationListFields { emails, level: Level::Admin, roles: Vec::new(), days: 1 };
        let before = kit.rows();
        let error = directory.invite(&access, NewInvitation::each(&NewInvitations::try_from(fields).unwrap())).unwrap_err();
        assert_eq!((error.code(), error.item(), error.message()), (Code::AlreadyMember, Some(1), "this address is a member's"));
        assert_eq!(kit.rows(), before, "nobody of the list is");
        directory.remove_member(&access, id_of(&bob)).unwrap();
        assert!(directory.invite(&access, invitation("bob@acme.example", Level::Member, &[], 1)).is_ok());
    }

    fn a_role_deleted_since_is_left_out(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        for role in ["seller", "buyer"] {
            directory.create_role(&access, new_role(role, &[])).unwrap();
        }
        directory.invite(&access, invitation("bob@other.example", Level::Member, &["seller", "buyer"], 1)).unwrap();
        directory.remove_role(&access, &key("seller").into()).unwrap();
        let bob = person(kit, "bob@other.example");
        directory.accept(Taker::Person(bob.clone()), &InvitationRef::To(name("acme"))).map(joined).unwrap();
        let roles: Vec<_> = directory.roles_of(&access, id_of(&bob)).unwrap().into_iter().map(|given| given.role).collect();
        assert_eq!(roles, [key("member"), key("buyer")]);
    }

    fn an_expired_one_is_none(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let bob = person(kit, "bob@other.example");
        let end = invite(&directory, &access, "bob@other.example").expires_at;
        kit.pass(Duration::from_secs(12 * 3_600 - 1));
        assert_eq!(keys_of(&directory, &bob), ["acme"], "a second before midnight");
        kit.pass(Duration::from_secs(1));
        assert_eq!(kit.ctx.now(), end);
        assert_eq!(keys_of(&directory, &bob), [""; 0]);
        assert_eq!(directory.accept(Taker::Person(bob), &InvitationRef::To(name("acme"))).map(joined).unwrap_err().code(), Code::NotFound);
        assert_eq!(statuses(&directory, &access), [("bob@other.example".into(), InvitationStatus::Expired)]);
    }

    fn one_s_own_are_at_most_ten_the_oldest_first(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        let keys: Vec<String> = (0..12).map(|n| format!("club-{n}")).collect();
        for organization in &keys {
            kit.pass(Duration::from_millis(1));
            found(&directory, &ada, organization);
            invite(&directory, &enter(&directory, &ada, organization), "bob@other.example");
        }
        let bob = person(kit, "bob@other.example");
        assert_eq!(keys_of(&directory, &bob), keys[..10]);
        suspend(&directory, &ada, "club-3");
        directory.remove(&enter(&directory, &ada, "club-5"), Deletion::Permitted).unwrap();
        directory.accept(Taker::Person(bob.clone()), &InvitationRef::To(name("club-0"))).map(joined).unwrap();
        let left: Vec<_> = keys.into_iter().filter(|key| !["club-0", "club-3", "club-5"].contains(&key.as_str())).collect();
        assert_eq!(keys_of(&directory, &bob), left);
    }

    fn a_suspended_organization_neither_invites_nor_admits(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = person(kit, "bob@other.example");
        let sent = invite(&directory, &enter(&directory, &ada, "acme"), "bob@other.example");
        suspend(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        for refused in [
            directory.invite(&access, invitation("x@other.example", Level::Member, &[], 1)).map(drop),
            directory.withdraw(&access, sent.id),
            directory.accept(Taker::Person(bob.clone()), &InvitationRef::To(name("acme"))).map(joined).map(drop),
            directory.join(&bob, &name("acme")).map(drop),
        ] {
            assert_eq!(refused.unwrap_err().code(), Code::OrganizationInactive);
        }
        assert_eq!(statuses(&directory, &access), [("bob@other.example".into(), InvitationStatus::Pending)]);
        let patch = OrganizationPatch { status: Some(Status::Active), ..OrganizationPatch::default() };
        directory.update(&access, patch).unwrap();
        assert!(directory.accept(Taker::Person(bob), &InvitationRef::To(name("acme"))).map(joined).is_ok(), "it keeps");
    }

    fn a_deleted_organization_s_invitations_are_gone(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = person(kit, "bob@other.example");
        invite(&directory, &enter(&directory, &ada, "acme"), "bob@other.example");
        directory.remove(&enter(&directory, &ada, "acme"), Deletion::Permitted).unwrap();
        found(&directory, &ada, "acme");
        assert_eq!(keys_of(&directory, &bob), [""; 0]);
        assert_eq!(directory.accept(Taker::Person(bob), &InvitationRef::To(name("acme"))).map(joined).unwrap_err().code(), Code::NotFound, "a new one of the same name promised nothing");
    }

    fn whoever_is_sent_away_cannot_come_back_by_an_older_promise(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        directory.invite(&access, invitation("bob@other.example", Level::Admin, &[], 1)).unwrap();
        let bob = person(kit, "bob@other.example");
        directory.add_member(&access, id_of(&bob).into()).unwrap();
        directory.remove_member(&access, id_of(&bob)).unwrap();
        assert_eq!(directory.join(&bob, &name("acme")).unwrap_err().code(), Code::NotFound);
        invite(&directory, &access, "bob@other.example");
        assert!(directory.join(&bob, &name("acme")).is_ok(), "but by a newer one");
    }

    fn a_membership_for_a_time_stays_one(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        directory.invite(&access, invitation("bob@acme.example", Level::Admin, &[], 1)).unwrap();
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let end: Timestamp = kit.ctx.now().after(DAY);
        let patch = MemberPatch { level: None, expires_at: Some(Some(end)) };
        directory.change_member(&access, id_of(&bob), patch).unwrap();
        let member = directory.accept(Taker::Person(bob), &InvitationRef::To(name("acme"))).map(joined).unwrap();
        assert_eq!((member.level, member.expires_at), (Level::Admin, Some(end)));
    }
}
