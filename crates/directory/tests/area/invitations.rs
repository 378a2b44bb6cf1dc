//! Invitations: what they promise, who may make the promise, and who may take it up.

use std::time::Duration;

use polity_directory::{
    Assignee, Entry, Invitation, InvitationFields, InvitationId, InvitationStatus, Invitations, MemberPatch,
    Members, NewInvitations, OrganizationPatch, Organizations, Roles, Service, Status,
};
use polity_kernel::{
    Access, Actor, Code, Home, Level, Limits, Page, PermissionSet, ServiceAccountId, Subject, Timestamp,
};
use polity_testkit::{Kit, both_engines};

use crate::common::{
    self, acting, directory, enter, found, id_of, invitation, join, key, make_account, name, narrowed,
    new_role, permissions, person, whole,
};

const DAY: Duration = Duration::from_secs(86_400);

/// Invites one address as a plain member for a day.
fn invite(directory: &Service, access: &Access, email: &str) -> Invitation {
    directory.invite(access, invitation(email, Level::Member, &[], 1)).unwrap().remove(0)
}

/// What became of each of an organization's invitations, by address, oldest first.
fn statuses(directory: &Service, access: &Access) -> Vec<(String, InvitationStatus)> {
    let mut all = whole(|page| directory.invitations(access, page));
    all.sort_by_key(|invitation| (invitation.created_at, invitation.email.clone()));
    all.iter().map(|invitation| (invitation.email.to_string(), invitation.status)).collect()
}

fn keys_of(directory: &Service, actor: &Actor) -> Vec<String> {
    let own = directory.invitations_of(actor).unwrap();
    own.into_iter().map(|invitation| invitation.organization_key).collect()
}

fn suspend(directory: &Service, owner: &Actor, organization: &str) {
    let patch = OrganizationPatch { status: Some(Status::Inactive), ..OrganizationPatch::default() };
    directory.update(&enter(directory, owner, organization), patch).unwrap();
}

/// A service account of the organization with these grants.
fn program(kit: &Kit, access: &Access, grants: &[&str]) -> Actor {
    let subject = Subject::Service(ServiceAccountId::new(kit.ctx.ids().secret()));
    let home = Home { organization: access.organization(), permissions: permissions(grants) };
    Actor::new(subject, Limits::default(), PermissionSet::none()).with_home(home)
}

both_engines! {
    fn an_invitation_says_what_it_promises(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        let acme = found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let sent = directory.invite(&access, invitation(" Bob@Other.Example ", Level::Admin, &["manager", "manager"], 3)).unwrap();
        let [sent] = sent.as_slice() else { panic!("one address, {} invitations", sent.len()) };
        assert_eq!((sent.organization, sent.organization_key.as_str(), sent.organization_name.as_str()), (acme.id, "acme", "acme"));
        assert_eq!((sent.email.as_str(), sent.level), ("bob@other.example", Level::Admin));
        assert_eq!((sent.roles.as_slice(), sent.invited_by), ([key("manager")].as_slice(), Some(id_of(&ada))));
        assert_eq!((sent.status, sent.created_at), (InvitationStatus::Pending, Kit::START));
        assert_eq!(directory.invitations(&access, Page::first(9)).unwrap().items, std::slice::from_ref(sent));
        assert_eq!(directory.invitations_of(&person(kit, "bob@other.example")).unwrap(), std::slice::from_ref(sent));
    }

    fn an_invitation_ends_at_a_midnight(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let ends = |days| {
            let sent = directory.invite(&access, invitation("bob@other.example", Level::Member, &[], days)).unwrap();
            sent[0].expires_at.rfc3339()
        };
        assert_eq!(ends(1), "2026-01-16T00:00:00Z", "today is 2026-01-15");
        assert_eq!(ends(7), "2026-01-22T00:00:00Z");
        assert_eq!(ends(365), "2027-01-15T00:00:00Z");
        for unsaid in [0, -1, i64::MIN] {
            assert_eq!(ends(unsaid), "2026-02-12T00:00:00Z", "28 days");
        }
    }

    fn an_address_named_twice_is_invited_once(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let emails = ["zoe@other.example", "bob@other.example", "ZOE@other.example", " bob@other.example"];
        let fields = InvitationFields {
            emails: emails.map(String::from).to_vec(), level: Level::Member, roles: Vec::new(), days: 1,
        };
        let sent = directory.invite(&access, NewInvitations::try_from(fields).unwrap()).unwrap();
        let sent: Vec<_> = sent.iter().map(|invitation| invitation.email.as_str()).collect();
        assert_eq!(sent, ["zoe@other.example", "bob@other.example"], "in the order they were named");
        assert_eq!(statuses(&directory, &access).len(), 2);
    }

    fn inviting_again_replaces_what_is_still_live(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = person(kit, "bob@other.example");
        let access = enter(&directory, &ada, "acme");
        directory.invite(&access, invitation("bob@other.example", Level::Admin, &["manager"], 1)).unwrap();
        kit.pass(DAY);
        directory.invite(&access, invitation("bob@other.example", Level::Admin, &["manager"], 1)).unwrap();
        kit.pass(Duration::from_secs(1));
        let last = invite(&directory, &access, "bob@other.example");
        let statuses: Vec<_> = statuses(&directory, &access).into_iter().map(|(_, status)| status).collect();
        assert_eq!(statuses, [InvitationStatus::Expired, InvitationStatus::Revoked, InvitationStatus::Pending]);
        assert_eq!(directory.invitations_of(&bob).unwrap(), [last]);
        let member = directory.accept(&bob, &name("acme")).unwrap();
        assert_eq!(member.level, Level::Member, "only the last one counts");
        assert_eq!(directory.roles_of(&access, id_of(&bob)).unwrap().len(), 1);
    }

    fn one_taken_back_lets_nobody_in(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = person(kit, "bob@other.example");
        let access = enter(&directory, &ada, "acme");
        let sent = invite(&directory, &access, "bob@other.example");
        directory.withdraw(&access, sent.id).unwrap();
        assert_eq!(directory.accept(&bob, &name("acme")).unwrap_err().code(), Code::NotFound);
        assert_eq!(directory.join(&bob, &name("acme")).unwrap_err().code(), Code::JoinRefused);
        assert_eq!(keys_of(&directory, &bob), [""; 0]);
        assert_eq!(statuses(&directory, &access), [("bob@other.example".into(), InvitationStatus::Revoked)]);
    }

    fn only_a_live_one_is_taken_back(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        found(&directory, &ada, "other");
        let (access, foreign) = (enter(&directory, &ada, "acme"), enter(&directory, &ada, "other"));
        let withdrawn = invite(&directory, &access, "a@other.example");
        directory.withdraw(&access, withdrawn.id).unwrap();
        let claimed = invite(&directory, &access, "b@other.example");
        directory.accept(&person(kit, "b@other.example"), &name("acme")).unwrap();
        let elsewhere = invite(&directory, &foreign, "c@other.example");
        let unknown = InvitationId::new(kit.ctx.ids().secret());
        for id in [withdrawn.id, claimed.id, elsewhere.id, unknown] {
            assert_eq!(directory.withdraw(&access, id).unwrap_err().code(), Code::NotFound);
        }
        assert_eq!(statuses(&directory, &foreign), [("c@other.example".into(), InvitationStatus::Pending)]);
        let expired = invite(&directory, &access, "d@other.example");
        kit.pass(DAY);
        assert_eq!(directory.withdraw(&access, expired.id).unwrap_err().code(), Code::NotFound);
        let last = statuses(&directory, &access).into_iter().find(|(email, _)| email == "d@other.example");
        assert_eq!(last.unwrap().1, InvitationStatus::Expired, "which it stays");
    }

    fn inviting_needs_the_permission(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let sent = invite(&directory, &enter(&directory, &ada, "acme"), "cyd@other.example");
        let plain = enter(&directory, &bob, "acme");
        for refused in [
            directory.invite(&plain, invitation("x@other.example", Level::Member, &[], 1)).map(drop),
            directory.invitations(&plain, Page::first(9)).map(drop),
            directory.withdraw(&plain, sent.id),
        ] {
            assert_eq!(refused.unwrap_err().missing_permissions(), [common::permission("org.directory.members.create")]);
        }
    }

    fn nobody_promises_more_than_they_have(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let owner = enter(&directory, &ada, "acme");
        directory.grant(&owner, Assignee::Account(id_of(&bob)), &key("manager"), None).unwrap();
        directory.create_role(&owner, new_role("seller", &["shop.sell"])).unwrap();
        let manager = enter(&directory, &bob, "acme");
        let promise = |level, roles: &[&str]| directory.invite(&manager, invitation("x@other.example", level, roles, 1));

        assert_eq!(promise(Level::Admin, &[]).unwrap_err().code(), Code::Forbidden);
        assert_eq!(promise(Level::Owner, &[]).unwrap_err().code(), Code::Forbidden);
        assert_eq!(promise(Level::Member, &["admin"]).unwrap_err().code(), Code::Forbidden, "a level's role is that level");
        assert_eq!(promise(Level::Member, &["owner"]).unwrap_err().code(), Code::Forbidden);
        let error = promise(Level::Member, &["org.roles.admin.role"]).unwrap_err();
        assert!(error.missing_permissions().contains(&common::permission("org.roles.create")), "{error}");
        assert_eq!(statuses(&directory, &owner), [], "a refused one is not sent");
        promise(Level::Member, &["manager", "seller"]).unwrap();

        let patch = MemberPatch { level: Some(Level::Admin), expires_at: None };
        directory.change(&owner, id_of(&bob), patch).unwrap();
        let admin = enter(&directory, &bob, "acme");
        assert!(directory.invite(&admin, invitation("y@other.example", Level::Admin, &[], 1)).is_ok());
        let owner_s = directory.invite(&admin, invitation("y@other.example", Level::Owner, &[], 1));
        assert_eq!(owner_s.unwrap_err().code(), Code::Forbidden);
    }

    fn a_program_with_the_permission_invites_plain_members(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let owner = enter(&directory, &ada, "acme");
        let program = enter(&directory, &program(kit, &owner, &["org.directory.members.create"]), "acme");
        let sent = directory.invite(&program, invitation("bob@other.example", Level::Member, &[], 1)).unwrap();
        assert_eq!(sent[0].invited_by, None);
        let higher = directory.invite(&program, invitation("bob@other.example", Level::Admin, &[], 1));
        assert_eq!(higher.unwrap_err().code(), Code::Forbidden);
    }

    fn a_program_with_the_permission_removes_plain_members(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let (bob, cyd) = (join(kit, &directory, &ada, "acme", "bob@acme.example"), join(kit, &directory, &ada, "acme", "cyd@acme.example"));
        let owner = enter(&directory, &ada, "acme");
        directory.grant(&owner, Assignee::Account(id_of(&cyd)), &key("admin"), None).unwrap();
        let program = enter(&directory, &program(kit, &owner, &["org.directory.members.create"]), "acme");
        directory.expel(&program, id_of(&bob)).unwrap();
        assert_eq!(directory.enter(&bob, &name("acme")).unwrap_err().code(), Code::NotFound);
        assert_eq!(directory.expel(&program, id_of(&cyd)).unwrap_err().code(), Code::Forbidden);
    }

    fn a_role_that_is_not_there_cannot_be_promised(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let error = directory.invite(&access, invitation("bob@other.example", Level::Member, &["manager", "none"], 1)).unwrap_err();
        assert_eq!((error.code(), error.fields()[0].field.as_str()), (Code::Invalid, "roles"));
        assert_eq!(statuses(&directory, &access), []);
    }

    fn accepting_makes_a_member_with_level_and_roles_once(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = person(kit, "bob@other.example");
        let access = enter(&directory, &ada, "acme");
        directory.create_role(&access, new_role("seller", &["shop.sell"])).unwrap();
        directory.invite(&access, invitation("bob@other.example", Level::Member, &["admin", "seller"], 1)).unwrap();
        let member = directory.accept(&bob, &name("ACME")).unwrap();
        assert_eq!((member.account, member.level, member.version), (id_of(&bob), Level::Admin, 1));
        let roles: Vec<_> = directory.roles_of(&access, id_of(&bob)).unwrap().into_iter().map(|given| given.role).collect();
        assert_eq!(roles, [key("admin"), key("seller")]);
        assert_eq!(statuses(&directory, &access), [("bob@other.example".into(), InvitationStatus::Claimed)]);
        assert_eq!(directory.accept(&bob, &name("acme")).unwrap_err().code(), Code::NotFound);
    }

    fn only_whoever_proves_the_address_accepts(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        invite(&directory, &access, "bob@other.example");
        let unproven = acting(make_account(kit, "bob@other.example", false));
        let program = Actor::new(Subject::System, Limits::default(), PermissionSet::all());
        assert_eq!(directory.accept(&unproven, &name("acme")).unwrap_err().code(), Code::JoinRefused);
        assert_eq!(directory.join(&unproven, &name("acme")).unwrap_err().code(), Code::JoinRefused);
        assert_eq!(directory.accept(&program, &name("acme")).unwrap_err().code(), Code::PersonRequired);
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
            .map(|organization| directory.accept(&eve, &name(organization)).unwrap_err())
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
        for refused in [directory.accept(&without, &name("acme")).map(drop), directory.invitations_of(&without).map(drop)] {
            assert_eq!(refused.unwrap_err().missing_permissions(), [common::permission("org.directory.list")]);
        }
        let elsewhere = narrowed(&bob, Limits { organization: Some(other.id), ..Limits::default() });
        assert_eq!(directory.accept(&elsewhere, &name("acme")).unwrap_err().code(), Code::NotFound);
        assert!(directory.accept(&bob, &name("acme")).is_ok());
    }

    fn a_member_gains_what_an_invitation_gives(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let access = enter(&directory, &ada, "acme");
        directory.invite(&access, invitation("bob@acme.example", Level::Admin, &["manager"], 1)).unwrap();
        assert_eq!(directory.join(&bob, &name("acme")).unwrap_err().code(), Code::AlreadyMember, "that is no joining");
        let member = directory.accept(&bob, &name("acme")).unwrap();
        assert_eq!((member.level, member.version), (Level::Admin, 2));
        assert_eq!(directory.member(&access, id_of(&bob)).unwrap(), member);
        assert_eq!(directory.roles_of(&access, id_of(&bob)).unwrap()[1].role, key("manager"));

        directory.invite(&access, invitation("ada@acme.example", Level::Member, &["manager"], 1)).unwrap();
        let member = directory.accept(&ada, &name("acme")).unwrap();
        assert_eq!((member.level, member.version), (Level::Owner, 1), "nobody falls by being invited");
    }

    fn a_role_deleted_since_is_left_out(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        for role in ["seller", "buyer"] {
            directory.create_role(&access, new_role(role, &[])).unwrap();
        }
        directory.invite(&access, invitation("bob@other.example", Level::Member, &["seller", "buyer"], 1)).unwrap();
        directory.remove_role(&access, &key("seller")).unwrap();
        let bob = person(kit, "bob@other.example");
        directory.accept(&bob, &name("acme")).unwrap();
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
        assert_eq!(directory.accept(&bob, &name("acme")).unwrap_err().code(), Code::NotFound);
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
        directory.remove(&enter(&directory, &ada, "club-5")).unwrap();
        directory.accept(&bob, &name("club-0")).unwrap();
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
            directory.accept(&bob, &name("acme")).map(drop),
            directory.join(&bob, &name("acme")).map(drop),
        ] {
            assert_eq!(refused.unwrap_err().code(), Code::OrganizationInactive);
        }
        assert_eq!(statuses(&directory, &access), [("bob@other.example".into(), InvitationStatus::Pending)]);
        let patch = OrganizationPatch { status: Some(Status::Active), ..OrganizationPatch::default() };
        directory.update(&access, patch).unwrap();
        assert!(directory.accept(&bob, &name("acme")).is_ok(), "it keeps");
    }

    fn a_deleted_organization_s_invitations_are_gone(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = person(kit, "bob@other.example");
        invite(&directory, &enter(&directory, &ada, "acme"), "bob@other.example");
        directory.remove(&enter(&directory, &ada, "acme")).unwrap();
        found(&directory, &ada, "acme");
        assert_eq!(keys_of(&directory, &bob), [""; 0]);
        assert_eq!(directory.accept(&bob, &name("acme")).unwrap_err().code(), Code::NotFound, "a new one of the same name promised nothing");
    }

    fn whoever_is_sent_away_cannot_come_back_by_an_older_promise(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        directory.invite(&access, invitation("bob@other.example", Level::Admin, &[], 1)).unwrap();
        let bob = person(kit, "bob@other.example");
        directory.add(&access, id_of(&bob)).unwrap();
        directory.expel(&access, id_of(&bob)).unwrap();
        assert_eq!(directory.join(&bob, &name("acme")).unwrap_err().code(), Code::JoinRefused);
        invite(&directory, &access, "bob@other.example");
        assert!(directory.join(&bob, &name("acme")).is_ok(), "but by a newer one");
    }

    fn a_membership_for_a_time_stays_one(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let access = enter(&directory, &ada, "acme");
        let end: Timestamp = kit.ctx.now().after(DAY);
        let patch = MemberPatch { level: None, expires_at: Some(Some(end)) };
        directory.change(&access, id_of(&bob), patch).unwrap();
        directory.invite(&access, invitation("bob@acme.example", Level::Admin, &[], 1)).unwrap();
        let member = directory.accept(&bob, &name("acme")).unwrap();
        assert_eq!((member.level, member.expires_at), (Level::Admin, Some(end)));
    }
}
