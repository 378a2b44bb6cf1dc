//! Members: who gets in, who stays the owner, and what goes with a member who goes.

use std::time::Duration;

use polity_directory::{
    Assignee, Entry, Invitations, MemberPatch, MemberQuery, Members, OrganizationPatch, Organizations,
    RoleAssignments, Service, Status,
};
use polity_groups::{GroupFields, Groups, MembershipFields, Memberships, NewGroup, NewMembership};
use polity_kernel::{Access, Actor, Code, Level, Limits, Page, PermissionSet, Subject};
use polity_testkit::{Kit, both_engines};

use crate::common::{
    self, account, acting, directory, enter, found, given, id_of, join, key, name, person, whole, with_domain,
};

fn level(level: Level) -> MemberPatch {
    MemberPatch { level: Some(level), expires_at: None }
}

fn invite(directory: &Service, access: &Access, email: &str, level: Level) {
    directory.invite(access, common::invitation(email, level, &["manager"], 1)).unwrap();
}

/// A group that carries a role and has this member.
fn group_with(kit: &Kit, access: &Access, member: &Actor) -> polity_groups::GroupId {
    let groups = polity_groups::Service::new(kit.ctx.clone(), polity_groups::Guard::NOTHING);
    let fields = GroupFields { name: "Team".into(), ..GroupFields::default() };
    let group = groups.create(access, NewGroup::try_from(fields).unwrap()).unwrap();
    let place = MembershipFields {
        member: polity_groups::Member::Account(id_of(member)),
        kind: None,
        expires_at: None,
    };
    groups.add(access, group.id, NewMembership::try_from(place).unwrap()).unwrap();
    group.id
}

both_engines! {
    fn a_verified_domain_lets_its_people_in(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        with_domain(&directory, &ada, "acme", "acme.example");
        let bob = person(kit, "Bob@ACME.example");
        let member = directory.join(&bob, &name("acme")).unwrap();
        assert_eq!(member.level, Level::Member);
        assert_eq!(directory.join(&bob, &name("acme")).unwrap_err().code(), Code::AlreadyMember);
    }

    fn nobody_else_is_let_in(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        with_domain(&directory, &ada, "acme", "acme.example");
        let outsider = person(kit, "eve@other.example");
        let unproven = acting(common::make_account(kit, "mallory@acme.example", false));
        let below = person(kit, "eve@sub.acme.example");
        for (stranger, told) in [(outsider, Code::NotFound), (unproven, Code::JoinRefused), (below, Code::NotFound)] {
            assert_eq!(directory.join(&stranger, &name("acme")).unwrap_err().code(), told);
        }
        assert_eq!(directory.join(&ada, &name("unknown")).unwrap_err().code(), Code::NotFound);
        let program = Actor::new(Subject::System, Limits::default(), PermissionSet::all());
        assert_eq!(directory.join(&program, &name("acme")).unwrap_err().code(), Code::PersonRequired);
    }

    fn a_claimed_but_unverified_domain_lets_nobody_in(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        let fields = polity_directory::OrganizationFields { domain: Some("acme.example".into()), ..common::fields("acme") };
        directory.found(&ada, common::new(fields)).unwrap();
        let bob = person(kit, "bob@acme.example");
        assert_eq!(directory.join(&bob, &name("acme")).unwrap_err().code(), Code::NotFound);
    }

    fn an_invitation_gives_its_level_and_roles_once(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        invite(&directory, &access, "bob@other.example", Level::Admin);
        let bob = person(kit, "bob@other.example");
        assert_eq!(directory.join(&bob, &name("acme")).unwrap().level, Level::Admin);
        let roles: Vec<_> = directory.roles_of(&access, id_of(&bob)).unwrap().into_iter().map(|a| a.role).collect();
        assert_eq!(roles, [key("admin"), key("manager")]);
        directory.leave(&bob, &name("acme")).unwrap();
        assert_eq!(directory.join(&bob, &name("acme")).unwrap_err().code(), Code::NotFound, "it is claimed");
    }

    fn an_expired_invitation_lets_nobody_in(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        invite(&directory, &enter(&directory, &ada, "acme"), "bob@other.example", Level::Member);
        kit.pass(Duration::from_secs(12 * 3_600));
        let bob = person(kit, "bob@other.example");
        assert_eq!(directory.join(&bob, &name("acme")).unwrap_err().code(), Code::NotFound);
    }

    fn the_last_owner_stays(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let access = enter(&directory, &ada, "acme");
        assert_eq!(directory.leave(&ada, &name("acme")).unwrap_err().code(), Code::LastOwner);
        assert_eq!(directory.remove_member(&access, id_of(&ada)).unwrap_err().code(), Code::LastOwner);
        assert_eq!(directory.change_member(&access, id_of(&ada), level(Level::Admin)).unwrap_err().code(), Code::LastOwner);
        let ends = MemberPatch { level: None, expires_at: Some(Some(kit.ctx.now().after(Duration::from_secs(60)))) };
        assert_eq!(directory.change_member(&access, id_of(&ada), ends).unwrap_err().code(), Code::LastOwner);

        directory.change_member(&access, id_of(&bob), level(Level::Owner)).unwrap();
        directory.leave(&ada, &name("acme")).unwrap();
        assert_eq!(directory.leave(&bob, &name("acme")).unwrap_err().code(), Code::LastOwner);
    }

    fn an_owner_for_a_time_is_not_the_only_one(kit) {
        let directory = directory(kit);
        directory.found(&Actor::system(), common::new(common::fields("acme"))).unwrap();
        let access = enter(&directory, &Actor::system(), "acme");
        let (bob, cyd) = (account(kit, "bob@acme.example"), account(kit, "cyd@acme.example"));
        let end = Some(Some(kit.ctx.now().after(Duration::from_secs(60))));
        for who in [bob, cyd] {
            directory.add_member(&access, who.into()).unwrap();
        }
        directory.change_member(&access, bob, MemberPatch { level: None, expires_at: end }).unwrap();
        assert_eq!(directory.change_member(&access, bob, level(Level::Owner)).unwrap_err().code(), Code::LastOwner);
        let both = MemberPatch { level: Some(Level::Owner), expires_at: end };
        assert_eq!(directory.change_member(&access, cyd, both).unwrap_err().code(), Code::LastOwner);
        directory.change_member(&access, cyd, level(Level::Owner)).unwrap();
        assert_eq!(directory.change_member(&access, bob, level(Level::Owner)).unwrap_err().code(), Code::LastOwner, "Cyd has not taken it up");
        enter(&directory, &acting(cyd), "acme");
        directory.change_member(&access, bob, level(Level::Owner)).unwrap();
        let leaves = directory.leave(&acting(cyd), &name("acme")).unwrap_err();
        assert_eq!(leaves.code(), Code::LastOwner, "Bob's ownership will be over");
    }

    fn an_end_lies_ahead(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let patch = MemberPatch { level: None, expires_at: Some(Some(kit.ctx.now())) };
        let error = directory.change_member(&enter(&directory, &ada, "acme"), id_of(&bob), patch).unwrap_err();
        assert_eq!((error.code(), error.fields()[0].field.as_str()), (Code::Invalid, "expires_at"));
    }

    fn leaving_takes_membership(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        with_domain(&directory, &ada, "acme", "acme.example");
        let code = |who: &Actor| directory.leave(who, &name("acme")).unwrap_err().code();
        assert_eq!(code(&person(kit, "bob@acme.example")), Code::NotAMember, "whom the domain would let in");
        invite(&directory, &enter(&directory, &ada, "acme"), "cyd@other.example", Level::Member);
        assert_eq!(code(&person(kit, "cyd@other.example")), Code::NotAMember, "whom an invitation would");
        assert_eq!(code(&person(kit, "eve@other.example")), Code::NotFound);
    }

    fn a_stranger_does_not_learn_whether_there_is_an_organization(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        with_domain(&directory, &ada, "acme", "acme.example");
        let eve = person(kit, "eve@other.example");
        let told = |organization: &str| {
            let (join, leave) = (directory.join(&eve, &name(organization)), directory.leave(&eve, &name(organization)));
            [join.map(drop), leave].map(|answer| answer.unwrap_err().to_string())
        };
        let unknown = told("nowhere");
        assert_eq!(told("acme"), unknown);
        let suspended = OrganizationPatch { status: Some(Status::Inactive), ..OrganizationPatch::default() };
        let epoch = |access: &Access| access.watched().to_vec();
        directory.update(&enter(&directory, &ada, "acme"), suspended).unwrap();
        let before = epoch(&enter(&directory, &ada, "acme"));
        assert_eq!(told("acme"), unknown, "nor how it stands");
        assert_eq!(epoch(&enter(&directory, &ada, "acme")), before, "nor holds anybody up");
    }

    fn adding_and_removing_do_nothing_twice(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let bob = account(kit, "bob@other.example");
        let first = directory.add_member(&access, bob.into()).unwrap();
        assert_eq!(directory.add_member(&access, bob.into()).unwrap(), first);
        directory.remove_member(&access, bob).unwrap();
        directory.remove_member(&access, bob).unwrap();
        assert_eq!(directory.member(&access, bob).unwrap_err().code(), Code::NotFound);
        let nobody = polity_kernel::AccountId::new(kit.ctx.ids().secret());
        assert_eq!(directory.add_member(&access, nobody.into()).unwrap_err().code(), Code::NotFound);
    }

    fn nobody_removes_or_raises_above_themselves(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let owner = enter(&directory, &ada, "acme");
        directory.change_member(&owner, id_of(&bob), level(Level::Admin)).unwrap();
        let admin = enter(&directory, &bob, "acme");
        for refused in [
            directory.remove_member(&admin, id_of(&ada)).unwrap_err(),
            directory.change_member(&admin, id_of(&ada), level(Level::Member)).unwrap_err(),
            directory.change_member(&admin, id_of(&bob), level(Level::Owner)).unwrap_err(),
        ] {
            assert_eq!(refused.code(), Code::Forbidden);
        }
    }

    fn a_member_who_goes_leaves_nothing_behind(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let owner = enter(&directory, &ada, "acme");
        let group = group_with(kit, &owner, &bob);
        directory.grant(&owner, given(Assignee::Account(id_of(&bob)), &key("manager"), None)).unwrap();
        directory.grant(&owner, given(Assignee::Group(group), &key("org.roles.admin.role"), None)).unwrap();
        assert!(enter(&directory, &bob, "acme").require(&common::permission("org.roles.delete")).is_ok());

        directory.remove_member(&owner, id_of(&bob)).unwrap();
        assert_eq!(directory.enter(&bob, &name("acme")).unwrap_err().code(), Code::NotFound);
        directory.add_member(&owner, id_of(&bob).into()).unwrap();
        let back = enter(&directory, &bob, "acme");
        assert!(back.require(&common::permission("org.roles.delete")).is_err(), "the group is gone with the membership");
        assert!(back.require(&common::permission("org.groups.create")).is_err(), "and so is the role");
    }

    fn a_membership_ends_at_its_end(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let end = kit.ctx.now().after(Duration::from_secs(60));
        let patch = MemberPatch { level: None, expires_at: Some(Some(end)) };
        directory.change_member(&enter(&directory, &ada, "acme"), id_of(&bob), patch).unwrap();
        assert!(directory.enter(&bob, &name("acme")).is_ok());
        kit.pass(Duration::from_secs(60));
        assert_eq!(directory.enter(&bob, &name("acme")).unwrap_err().code(), Code::NotFound);
    }

    fn members_come_in_pages_in_order_of_joining(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let mut joined = vec![id_of(&ada)];
        // accounts are made in the opposite order, so that order of joining is told apart
        let mut others: Vec<_> = (0..5).map(|n| account(kit, &format!("p{n}@acme.example"))).collect();
        others.reverse();
        let access = enter(&directory, &ada, "acme");
        for account in others {
            kit.pass(Duration::from_secs(1));
            directory.add_member(&access, account.into()).unwrap();
            joined.push(account);
        }
        let access = enter(&directory, &ada, "acme");
        let seen: Vec<_> = whole(|page| directory.members(&access, &MemberQuery::everybody(), page)).iter().map(|member| member.account.id).collect();
        assert_eq!(seen, joined);
        assert_eq!(whole(|page| directory.accounts(&access, page)), joined, "and so do their accounts alone");
        let end = kit.ctx.now().after(Duration::from_secs(1));
        let patch = MemberPatch { level: None, expires_at: Some(Some(end)) };
        directory.change_member(&access, joined.remove(2), patch).unwrap();
        kit.pass(Duration::from_secs(1));
        assert_eq!(whole(|page| directory.accounts(&access, page)), joined, "but for one whose time is over");
        assert_eq!(whole(|page| directory.members(&access, &MemberQuery::everybody(), page)).len(), joined.len());
    }

    fn people_are_shown_with_their_roles(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let access = enter(&directory, &ada, "acme");
        directory.grant(&access, given(Assignee::Account(id_of(&bob)), &key("manager"), None)).unwrap();
        let people = directory.members(&access, &MemberQuery::everybody().and_roles(), Page::first(10)).unwrap().items;
        let shown: Vec<_> = people.iter().map(|p| (p.account.email_text(), p.roles.clone())).collect();
        assert_eq!(
            shown,
            [("ada@acme.example", vec![key("owner")]), ("bob@acme.example", vec![key("member"), key("manager")])]
        );
    }
}
