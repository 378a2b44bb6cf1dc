//! Taking a promise up by its link: by whom, once, and until when.

use polity_accounts::People;
use polity_directory::entitlements::MEMBERS;
use polity_directory::{
    Deletion, InvitationFields, InvitationFilter, InvitationId, InvitationRef, Invitations, Members,
    Organizations, Status, Taker,
};
use polity_kernel::{PermissionSet, Subject};

use super::*;
use crate::common::{accounts, acting, carried, joined, make_account, only};

fn by(actor: &Actor) -> Taker {
    Taker::Person(actor.clone())
}

fn stranger() -> Taker {
    Taker::Stranger { first_name: " Bob ".into(), role_at_organization: None }
}

both_engines! {
    fn taking_up_makes_a_member_with_all_that_was_promised_once(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let [shop, stock, gone] = ["Shop", "Stock", "Gone"].map(|name| project(kit, &access, name));
        let projects = vec![promise(shop, ProjectLevel::Admin), promise(stock, ProjectLevel::Member), promise(gone, ProjectLevel::Admin)];
        let sent = directory.invite(&access, vec![new(InvitationFields { level: Level::Admin, projects, ..invitee("bob@other.example") })]).map(only).unwrap();
        common::workspaces(kit).close_project(&access, gone).unwrap();
        let bob = person(kit, "bob@other.example");
        let taken = directory.accept(by(&bob), &InvitationRef::Id(sent.id)).unwrap();
        assert_eq!((taken.account.id, taken.member.level), (id_of(&bob), Level::Admin));
        let role = |project| {
            let all = common::workspaces(kit).project_members(&access, project, Page::first(9)).unwrap().items;
            all.into_iter().find(|member| member.account == id_of(&bob)).map(|member| member.role)
        };
        assert_eq!((role(shop), role(stock)), (Some(ProjectRole::Admin), Some(ProjectRole::User)));
        assert_eq!(refused(directory.accept(by(&bob), &InvitationRef::Id(sent.id))), Code::Conflict);
        assert_eq!(refused(directory.follow(None, sent.id)), Code::Conflict);
        assert_eq!(waiting(&directory, &access), [""; 0]);
        let statuses: Vec<_> = directory.invitations(&access, InvitationFilter::All, Page::first(9)).unwrap().items.iter().map(|one| one.status).collect();
        assert_eq!(statuses, [InvitationStatus::Claimed]);
    }

    fn nothing_promised_takes_nothing_away(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let shop = project(kit, &access, "Shop");
        let sent = directory.invite(&access, vec![new(InvitationFields { projects: vec![promise(shop, ProjectLevel::Member)], ..invitee("bob@other.example") })]).map(only).unwrap();
        let bob = person(kit, "bob@other.example");
        common::workspaces(kit).give_project_role(&access, shop, id_of(&bob), ProjectRole::Admin).unwrap();
        assert_eq!(refused(directory.accept(by(&bob), &InvitationRef::Id(sent.id))), Code::AlreadyMember);
        directory.accept(Taker::Person(bob), &InvitationRef::To(common::name("acme"))).map(joined).unwrap();
        let members = common::workspaces(kit).project_members(&access, shop, Page::first(9)).unwrap().items;
        assert!(members.iter().all(|member| member.role == ProjectRole::Admin));
    }

    fn the_other_family_s_accepting_gives_the_projects_too(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let shop = project(kit, &access, "Shop");
        directory.invite(&access, vec![new(InvitationFields { projects: vec![promise(shop, ProjectLevel::Member)], ..invitee("bob@other.example") })]).map(only).unwrap();
        let bob = person(kit, "bob@other.example");
        directory.accept(Taker::Person(bob.clone()), &InvitationRef::To(common::name("acme"))).map(joined).unwrap();
        assert_eq!(common::workspaces(kit).project(&enter(&directory, &bob, "acme"), shop).unwrap().role, Some(ProjectRole::User));
    }

    fn an_unlicensed_role_in_a_project_is_left_out(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let shop = project(kit, &access, "Shop");
        let sent = directory.invite(&access, vec![new(InvitationFields { projects: vec![promise(shop, ProjectLevel::Member)], ..invitee("bob@other.example") })]).map(only).unwrap();
        let bob = person(kit, "bob@other.example");
        entitled_to(kit, &[]).accept(by(&bob), &InvitationRef::Id(sent.id)).unwrap();
        assert_eq!(refused(common::workspaces(kit).project(&enter(&directory, &bob, "acme"), shop)), Code::NotFound);
    }

    fn only_whoever_it_is_for_takes_it_up(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let other = found(&directory, &ada, "other");
        let access = enter(&directory, &ada, "acme");
        let sent = invite(&directory, &access, "bob@other.example");
        let eve = person(kit, "eve@other.example");
        assert_eq!(refused(directory.accept(by(&eve), &InvitationRef::Id(sent.id))), Code::JoinRefused);
        let unproven = acting(make_account(kit, "bob@other.example", false));
        assert_eq!(refused(directory.accept(by(&unproven), &InvitationRef::Id(sent.id))), Code::JoinRefused);
        let program = Actor::new(Subject::System, Limits::default(), PermissionSet::all());
        assert_eq!(refused(directory.accept(by(&program), &InvitationRef::Id(sent.id))), Code::PersonRequired);
        let without = Actor::new(eve.subject(), Limits::default(), PermissionSet::none());
        assert_eq!(refused(directory.accept(by(&without), &InvitationRef::Id(sent.id))), Code::Forbidden);
        let zoe = person(kit, "zoe@other.example");
        let elsewhere = limited(&zoe, Limits { organization: Some(other.id), ..Limits::default() });
        let sent = invite(&directory, &access, "zoe@other.example");
        assert_eq!(refused(directory.accept(by(&elsewhere), &InvitationRef::Id(sent.id))), Code::NotFound);
        assert_eq!(waiting(&directory, &access).len(), 2, "nothing came of it");
    }

    fn an_expired_one_is_refused_until_it_is_sent_again(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let sent = invite(&directory, &access, "bob@other.example");
        let bob = person(kit, "bob@other.example");
        kit.pass(3 * DAY + Duration::from_secs(1));
        assert_eq!(refused(directory.follow(None, sent.id)), Code::Conflict);
        assert_eq!(refused(directory.accept(by(&bob), &InvitationRef::Id(sent.id))), Code::Conflict);
        assert_eq!(refused(directory.accept(stranger(), &InvitationRef::Id(sent.id))), Code::Conflict);
        directory.resend(&access, sent.id).unwrap();
        kit.pass(3 * DAY - Duration::from_secs(1));
        assert!(directory.accept(by(&bob), &InvitationRef::Id(sent.id)).is_ok());
    }

    fn a_stranger_gets_an_account_that_is_not_proven(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let sent = invite(&directory, &access, "bob@other.example");
        for unnamed in ["", " ", "a\nb"] {
            let error = directory.accept(Taker::Stranger { first_name: unnamed.into(), role_at_organization: None }, &InvitationRef::Id(sent.id)).unwrap_err();
            assert_eq!((error.code(), error.fields()[0].field.as_str()), (Code::Invalid, "first_name"));
        }
        let long = Taker::Stranger { first_name: "Bob".into(), role_at_organization: Some("x".repeat(129)) };
        let error = directory.accept(long, &InvitationRef::Id(sent.id)).unwrap_err();
        assert_eq!((error.code(), error.fields()[0].field.as_str()), (Code::Invalid, "role_at_organization"));
        let taken = directory.accept(stranger(), &InvitationRef::Id(sent.id)).unwrap();
        assert_eq!((taken.account.email_text(), taken.account.profile.name.as_deref()), ("bob@other.example", Some("Bob")));
        assert!(!taken.account.email_verified, "every member may read the link");
        assert_eq!(directory.member(&access, taken.account.id).unwrap().member, taken.member);
        assert_eq!(carried(&directory, &access, &acting(taken.account.id)), ["member"]);
        assert_eq!(refused(directory.accept(stranger(), &InvitationRef::Id(sent.id))), Code::Conflict);
    }

    fn a_stranger_with_an_account_is_asked_to_sign_in(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let sent = invite(&directory, &enter(&directory, &ada, "acme"), "bob@other.example");
        let bob = make_account(kit, "bob@other.example", false);
        assert_eq!(refused(directory.accept(stranger(), &InvitationRef::Id(sent.id))), Code::Unauthenticated);
        assert_eq!(accounts(kit).account(&Actor::system(), bob).unwrap().profile.name, None, "it stays as it was");
        assert!(directory.follow(None, sent.id).is_ok());
    }

    fn a_full_organization_admits_nobody_and_makes_no_account(kit) {
        let ada = person(kit, "ada@acme.example");
        found(&directory(kit), &ada, "acme");
        let full = directory(kit).entitled_by(Arc::new(|_, _| {
            Ok(Entitled::to(Entitlements::all().limited(MEMBERS, Some(1))))
        }));
        let sent = invite(&full, &enter(&full, &ada, "acme"), "bob@other.example");
        assert_eq!(refused(full.accept(stranger(), &InvitationRef::Id(sent.id))), Code::LimitReached);
        person(kit, "bob@other.example");
    }

    fn what_is_unknown_or_gone_is_no_invitation(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let sent = invite(&directory, &access, "bob@other.example");
        let bob = person(kit, "bob@other.example");
        let unknown = InvitationId::new(kit.ctx.ids().secret());
        assert_eq!(refused(directory.follow(None, unknown)), Code::NotFound);
        assert_eq!(refused(directory.accept(by(&bob), &InvitationRef::Id(unknown))), Code::NotFound);
        let patch = |status| OrganizationPatch { status: Some(status), ..OrganizationPatch::default() };
        directory.update(&access, patch(Status::Inactive)).unwrap();
        assert_eq!(refused(directory.follow(None, sent.id)), Code::OrganizationInactive);
        assert_eq!(refused(directory.accept(by(&bob), &InvitationRef::Id(sent.id))), Code::OrganizationInactive);
        directory.update(&enter(&directory, &ada, "acme"), patch(Status::Active)).unwrap();
        directory.remove(&enter(&directory, &ada, "acme"), Deletion::Permitted).unwrap();
        assert_eq!(refused(directory.follow(None, sent.id)), Code::NotFound);
        assert_eq!(refused(directory.accept(by(&bob), &InvitationRef::Id(sent.id))), Code::NotFound);
    }
}
