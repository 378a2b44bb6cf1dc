//! Invitations: what they promise, who may make the promise, and who may take it up.

mod accepting;

use std::time::Duration;

use polity_directory::{
    Assignee, Entry, Invitation, InvitationFilter, InvitationId, InvitationListFields, InvitationRef,
    InvitationStatus, Invitations, MemberPatch, Members, NewInvitation, NewInvitations, OrganizationPatch,
    Organizations, RoleAssignments, Roles, Service, Status, Taker,
};
use polity_kernel::{
    Access, Actor, Code, Home, Level, Limits, Page, PermissionSet, ServiceAccountId, Subject,
};
use polity_testkit::{Kit, both_engines};

use crate::common::{
    self, directory, enter, found, given, id_of, invitation, join, joined, key, name, new_role, permissions,
    person, whole,
};

const DAY: Duration = Duration::from_secs(86_400);

/// Invites one address as a plain member for a day.
fn invite(directory: &Service, access: &Access, email: &str) -> Invitation {
    directory.invite(access, invitation(email, Level::Member, &[], 1)).unwrap().remove(0)
}

/// What became of each of an organization's invitations, by address, oldest first.
fn statuses(directory: &Service, access: &Access) -> Vec<(String, InvitationStatus)> {
    let mut all = whole(|page| directory.invitations(access, InvitationFilter::All, page));
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
        assert_eq!(directory.invitations(&access, InvitationFilter::All, Page::first(9)).unwrap().items, std::slice::from_ref(sent));
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
        let fields = InvitationListFields {
            emails: emails.map(String::from).to_vec(), level: Level::Member, roles: Vec::new(), days: 1,
        };
        let sent = directory.invite(&access, NewInvitation::each(&NewInvitations::try_from(fields).unwrap())).unwrap();
        let sent: Vec<_> = sent.iter().map(|invitation| invitation.email.as_str()).collect();
        assert_eq!(sent, ["zoe@other.example", "bob@other.example"], "in the order they were named");
        assert_eq!(statuses(&directory, &access).len(), 2);
    }

    fn inviting_again_replaces_what_waits(kit) {
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
        assert_eq!(statuses, [InvitationStatus::Revoked, InvitationStatus::Revoked, InvitationStatus::Pending]);
        assert_eq!(directory.invitations_of(&bob).unwrap(), [last]);
        let member = directory.accept(Taker::Person(bob.clone()), &InvitationRef::To(name("acme"))).map(joined).unwrap();
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
        assert_eq!(directory.accept(Taker::Person(bob.clone()), &InvitationRef::To(name("acme"))).map(joined).unwrap_err().code(), Code::NotFound);
        assert_eq!(directory.join(&bob, &name("acme")).unwrap_err().code(), Code::NotFound);
        assert_eq!(keys_of(&directory, &bob), [""; 0]);
        assert_eq!(statuses(&directory, &access), [("bob@other.example".into(), InvitationStatus::Revoked)]);
    }

    fn only_one_that_waits_is_taken_back(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        found(&directory, &ada, "other");
        let (access, foreign) = (enter(&directory, &ada, "acme"), enter(&directory, &ada, "other"));
        let withdrawn = invite(&directory, &access, "a@other.example");
        directory.withdraw(&access, withdrawn.id).unwrap();
        let claimed = invite(&directory, &access, "b@other.example");
        directory.accept(Taker::Person(person(kit, "b@other.example")), &InvitationRef::To(name("acme"))).map(joined).unwrap();
        let elsewhere = invite(&directory, &foreign, "c@other.example");
        let unknown = InvitationId::new(kit.ctx.ids().secret());
        for id in [withdrawn.id, claimed.id, elsewhere.id, unknown] {
            assert_eq!(directory.withdraw(&access, id).unwrap_err().code(), Code::NotFound);
        }
        assert_eq!(statuses(&directory, &foreign), [("c@other.example".into(), InvitationStatus::Pending)]);
        let expired = invite(&directory, &access, "d@other.example");
        kit.pass(DAY);
        directory.withdraw(&access, expired.id).unwrap();
        let last = statuses(&directory, &access).into_iter().find(|(email, _)| email == "d@other.example");
        assert_eq!(last.unwrap().1, InvitationStatus::Revoked, "nobody sends it again");
    }

    fn inviting_needs_the_permission(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let sent = invite(&directory, &enter(&directory, &ada, "acme"), "cyd@other.example");
        let plain = enter(&directory, &bob, "acme");
        for refused in [
            directory.invite(&plain, invitation("x@other.example", Level::Member, &[], 1)).map(drop),
            directory.invitations(&plain, InvitationFilter::All, Page::first(9)).map(drop),
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
        directory.grant(&owner, given(Assignee::Account(id_of(&bob)), &key("manager"), None)).unwrap();
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
        directory.change_member(&owner, id_of(&bob), patch).unwrap();
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
        directory.grant(&owner, given(Assignee::Account(id_of(&cyd)), &key("admin"), None)).unwrap();
        let program = enter(&directory, &program(kit, &owner, &["org.directory.members.create"]), "acme");
        directory.remove_member(&program, id_of(&bob)).unwrap();
        assert_eq!(directory.enter(&bob, &name("acme")).unwrap_err().code(), Code::NotFound);
        assert_eq!(directory.remove_member(&program, id_of(&cyd)).unwrap_err().code(), Code::Forbidden);
    }

    fn a_role_that_is_not_there_cannot_be_promised(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let error = directory.invite(&access, invitation("bob@other.example", Level::Member, &["manager", "none"], 1)).unwrap_err();
        assert_eq!((error.code(), error.fields()[0].field.as_str()), (Code::Invalid, "roles"));
        assert_eq!(statuses(&directory, &access), []);
    }
}
