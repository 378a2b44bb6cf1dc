//! Memberships that others made, and what an invitation still offers when it is taken up (docs/decisions/0020, docs/decisions/0021).

use polity_accounts::{AccountPatch, AccountStatus, People};
use polity_directory::{
    Assignee, AssignmentRef, Entry, InvitationRef, Invitations, MemberQuery, Members, Notifying,
    OrganizationPatch, OrganizationRef, Organizations, RoleAssignments, Roles, Service, Status, Taker,
};
use polity_kernel::{Access, Actor, Code, Level, Limits, Result, job};
use polity_testkit::{Kit, at_once, both_engines};

use crate::common::{
    account, accounts, acting, directory, enter, found, given, id_of, invitation, join, joined, key, name,
    named, new, new_role, person, tick, with_domain,
};

/// Makes somebody an owner who never asked for it.
fn trapped(kit: &Kit, directory: &Service, owner: &Actor, email: &str) -> Actor {
    let victim = person(kit, email);
    tick(kit);
    directory.add_member(&enter(directory, owner, "acme"), id_of(&victim).into()).unwrap();
    raise(directory, owner, &victim, Level::Owner);
    victim
}

fn raise(directory: &Service, owner: &Actor, whom: &Actor, level: Level) {
    let patch = polity_directory::MemberPatch { level: Some(level), expires_at: None };
    directory.change_member(&enter(directory, owner, "acme"), id_of(whom), patch).unwrap();
}

fn is_accepted(directory: &Service, access: &Access, whom: &Actor) -> bool {
    directory.member(access, id_of(whom)).unwrap().member.accepted_at.is_some()
}

fn code<T>(result: Result<T>) -> Code {
    result.err().expect("it is refused").code()
}

/// The kinds of job that are promised.
fn promised(kit: &Kit) -> Vec<String> {
    let worker = kit.ctx.ids().secret();
    let mut kinds = Vec::new();
    while let Some(leased) = job::lease(&kit.ctx, worker).unwrap() {
        job::settle(&kit.ctx, worker, &leased, Ok(job::Outcome::Done)).unwrap();
        kinds.push(leased.kind);
    }
    kinds
}

/// Ends what the second of the two, who invited, was, by the first.
type Way = fn(&Kit, &Service, &Actor, &Actor);

both_engines! {
    fn a_membership_that_others_made_leads_nobody_anywhere(kit) {
        let (directory, eve) = (directory(kit), person(kit, "eve@evil.example"));
        found(&directory, &eve, "acme");
        let ada = person(kit, "ada@good.example");
        let own = found(&directory, &ada, "good").id;
        directory.add_member(&enter(&directory, &eve, "acme"), id_of(&ada).into()).unwrap();
        assert_eq!(directory.home(&ada).unwrap(), Some(own), "her requests go where they went");
        let access = enter(&directory, &eve, "acme");
        assert!(!is_accepted(&directory, &access, &ada));
        assert_eq!(directory.members(&access, &MemberQuery::everybody(), polity_kernel::Page::first(9)).unwrap().items.len(), 2, "the organization counts her");

        directory.look_in(&ada, &name("acme")).unwrap();
        assert_eq!(directory.home(&ada).unwrap(), Some(own), "looking takes nothing up");
        enter(&directory, &ada, "acme");
        assert!(is_accepted(&directory, &access, &ada), "naming it does");
        assert_eq!(directory.home(&ada).unwrap(), None, "from now on there are two");
    }

    fn who_was_made_an_owner_may_go(kit) {
        let (directory, eve) = (directory(kit), person(kit, "eve@evil.example"));
        found(&directory, &eve, "acme");
        for way in 0..2 {
            let ada = trapped(kit, &directory, &eve, &format!("ada{way}@good.example"));
            assert_eq!(code(directory.leave(&eve, &name("acme"))), Code::LastOwner, "an owner in name alone is none to keep it");
            let demote = polity_directory::MemberPatch { level: Some(Level::Member), expires_at: None };
            assert_eq!(code(directory.change_member(&enter(&directory, &eve, "acme"), id_of(&eve), demote)), Code::LastOwner);
            if way == 0 {
                directory.leave(&ada, &name("acme")).unwrap();
            } else {
                let access = directory.look_in(&ada, &name("acme")).unwrap();
                directory.remove_member(&access, id_of(&ada)).unwrap();
            }
            assert_eq!(code(directory.enter(&ada, &name("acme"))), Code::NotFound);
        }
        let ada = trapped(kit, &directory, &eve, "ada@good.example");
        enter(&directory, &ada, "acme");
        directory.leave(&eve, &name("acme")).unwrap();
        assert_eq!(code(directory.leave(&ada, &name("acme"))), Code::LastOwner, "she has taken it up");
    }

    fn what_sleeps_is_not_taken_up_and_may_be_left(kit) {
        let (directory, eve) = (directory(kit), person(kit, "eve@evil.example"));
        found(&directory, &eve, "acme");
        let (ada, bob) = (trapped(kit, &directory, &eve, "ada@good.example"), trapped(kit, &directory, &eve, "bob@good.example"));
        enter(&directory, &bob, "acme");
        let off = OrganizationPatch { status: Some(Status::Inactive), ..OrganizationPatch::default() };
        let access = enter(&directory, &eve, "acme");
        directory.update(&access, off).unwrap();
        assert!(!enter(&directory, &ada, "acme").is_active(), "she may look");
        assert!(!is_accepted(&directory, &access, &ada), "but nothing is written of a suspended organization");
        directory.leave(&ada, &name("acme")).unwrap();
        assert_eq!(code(directory.enter(&ada, &name("acme"))), Code::NotFound);
        assert_eq!(code(directory.leave(&bob, &name("acme"))), Code::OrganizationInactive, "he has taken it up");
    }

    fn who_joins_takes_up_what_others_made(kit) {
        let (directory, eve) = (directory(kit), person(kit, "eve@evil.example"));
        found(&directory, &eve, "acme");
        let ada = account(kit, "ada@good.example");
        directory.add_member(&enter(&directory, &eve, "acme"), ada.into()).unwrap();
        assert!(directory.join(&acting(ada), &name("acme")).unwrap().accepted_at.is_some());
        assert_eq!(code(directory.join(&acting(ada), &name("acme"))), Code::AlreadyMember);
    }

    fn many_requests_at_once_take_it_up_once(kit) {
        let (directory, eve) = (directory(kit), person(kit, "eve@evil.example"));
        found(&directory, &eve, "acme");
        let ada = person(kit, "ada@good.example");
        directory.add_member(&enter(&directory, &eve, "acme"), id_of(&ada).into()).unwrap();
        let entered = at_once(8, |_| directory.enter(&ada, &name("acme")).map(|access| access.level()));
        assert!(entered.into_iter().all(|level| level.unwrap() == Some(Level::Member)));
        assert_eq!(directory.member(&enter(&directory, &eve, "acme"), id_of(&ada)).unwrap().member.version, 2);
    }

    fn who_founds_for_others_runs_it_until_one_comes(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@good.example"));
        let zoe = "zoe@new.example".parse::<polity_accounts::EmailAddress>().unwrap();
        let acme = directory.found(&ada, new(named("Acme")).owned_by(zoe.clone())).unwrap();
        let there: OrganizationRef = acme.id.into();
        let zoe = acting(accounts(kit).by_email(&Actor::system(), &zoe).unwrap().id);
        let access = directory.enter(&ada, &there).unwrap();
        let patch = polity_directory::MemberPatch { level: Some(Level::Admin), expires_at: None };
        directory.change_member(&access, id_of(&zoe), patch).expect("the address was mistyped");
        let patch = polity_directory::MemberPatch { level: Some(Level::Owner), expires_at: None };
        directory.change_member(&access, id_of(&zoe), patch).unwrap();
        directory.enter(&zoe, &there).unwrap();
        let access = directory.enter(&ada, &there).unwrap();
        assert_eq!(access.level(), Some(Level::Admin));
        let patch = polity_directory::MemberPatch { level: Some(Level::Member), expires_at: None };
        assert_eq!(code(directory.change_member(&access, id_of(&zoe), patch)), Code::Forbidden);
    }

    fn nobody_adds_to_one_who_has_more(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@good.example"));
        found(&directory, &ada, "acme");
        let owner = enter(&directory, &ada, "acme");
        directory.create_role(&owner, new_role("clerk", &["org.user.roles.update", "org.members.update"])).unwrap();
        directory.create_role(&owner, new_role("seller", &["shop.sell"])).unwrap();
        let [clerk, boss, plain] = ["clerk", "boss", "plain"].map(|who| join(kit, &directory, &ada, "acme", &format!("{who}@acme.example")));
        directory.grant(&owner, given(Assignee::Account(id_of(&clerk)), &key("clerk"), None)).unwrap();
        raise(&directory, &ada, &boss, Level::Admin);
        let access = enter(&directory, &clerk, "acme");
        directory.grant(&access, given(Assignee::Account(id_of(&plain)), &key("seller"), None)).unwrap();
        assert_eq!(code(directory.grant(&access, given(Assignee::Account(id_of(&boss)), &key("seller"), None))), Code::Forbidden);
        directory.grant(&access, given(Assignee::Account(id_of(&clerk)), &key("seller"), None)).expect("one's own");
    }

    fn what_the_inviter_cannot_give_any_more_is_not_given(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@good.example"));
        found(&directory, &ada, "acme");
        let owner = enter(&directory, &ada, "acme");
        directory.create_role(&owner, new_role("keeper", &["org.roles.create"])).unwrap();
        let max = join(kit, &directory, &ada, "acme", "max@acme.example");
        for role in ["manager", "keeper"] {
            directory.grant(&owner, given(Assignee::Account(id_of(&max)), &key(role), None)).unwrap();
        }
        let sent = invitation("bob@other.example", Level::Member, &["manager", "keeper"], 5);
        directory.invite(&enter(&directory, &max, "acme"), sent).unwrap();
        directory.revoke(&owner, &key("keeper").into(), AssignmentRef::To(Assignee::Account(id_of(&max)))).unwrap();
        let bob = person(kit, "bob@other.example");
        directory.accept(Taker::Person(bob.clone()), &InvitationRef::To(name("acme"))).map(joined).unwrap();
        let roles: Vec<String> = directory.roles_of(&owner, id_of(&bob)).unwrap().into_iter().map(|given| given.role.to_string()).collect();
        assert_eq!(roles, ["member", "manager"]);
    }

    fn an_invitation_is_over_with_its_inviter(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@good.example"));
        with_domain(&directory, &ada, "acme", "good.example");
        let owner = enter(&directory, &ada, "acme");
        let ways: [(&str, Way); 4] = [
            ("gone", |_, directory, ada, max| assert!(directory.remove_member(&enter(directory, ada, "acme"), id_of(max)).unwrap())),
            ("left", |_, directory, _, max| directory.leave(max, &name("acme")).unwrap()),
            ("lowered", |_, directory, ada, max| raise(directory, ada, max, Level::Member)),
            ("off", |kit, _, _, max| {
                let off = AccountPatch { status: Some(AccountStatus::Disabled), ..AccountPatch::default() };
                accounts(kit).update(&Actor::system(), id_of(max), off).unwrap();
            }),
        ];
        for (word, way) in ways {
            let max = join(kit, &directory, &ada, "acme", &format!("max-{word}@acme.example"));
            raise(&directory, &ada, &max, Level::Admin);
            let email = format!("bob-{word}@other.example");
            let sent = directory.invite(&enter(&directory, &max, "acme"), invitation(&email, Level::Admin, &[], 5)).unwrap().remove(0);
            way(kit, &directory, &ada, &max);
            promised(kit);
            let bob = person(kit, &email);
            let doors: [&dyn Fn() -> Result<()>; 3] = [
                &|| directory.accept(Taker::Person(bob.clone()), &InvitationRef::Id(sent.id)).map(drop),
                &|| directory.accept(Taker::Person(bob.clone()), &InvitationRef::To(name("acme"))).map(joined).map(drop),
                &|| directory.join(&bob, &name("acme")).map(drop),
            ];
            assert_eq!(code(doors[word.len() % 3]()), Code::InvitationOver, "{word}");
            let told = promised(kit);
            assert!(!told.is_empty() && told.iter().all(|kind| kind == "mail.invitation_over"), "those who run it are told: {told:?}");
            assert_eq!(code(directory.accept(Taker::Person(bob.clone()), &InvitationRef::To(name("acme"))).map(joined)), Code::NotFound, "it is over");
            assert_eq!(code(directory.enter(&bob, &name("acme"))), Code::NotFound);
            let told = directory.over_mail(owner.organization(), sent.id, id_of(&ada)).unwrap().unwrap();
            assert_eq!((told.invitation.id, told.to.id), (sent.id, id_of(&ada)), "{word}");
        }
    }

    fn who_sends_an_invitation_again_promises_it(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@good.example"));
        found(&directory, &ada, "acme");
        let max = join(kit, &directory, &ada, "acme", "max@acme.example");
        raise(&directory, &ada, &max, Level::Admin);
        let sent = invitation("bob@other.example", Level::Admin, &[], 5);
        let sent = directory.invite(&enter(&directory, &max, "acme"), sent).unwrap().remove(0);
        directory.remove_member(&enter(&directory, &ada, "acme"), id_of(&max)).unwrap();
        let again = directory.resend(&enter(&directory, &ada, "acme"), sent.id).unwrap();
        assert_eq!((again.id, again.invited_by), (sent.id, Some(id_of(&ada))));
        let bob = person(kit, "bob@other.example");
        assert_eq!(directory.accept(Taker::Person(bob), &InvitationRef::To(name("acme"))).map(joined).unwrap().level, Level::Admin);
    }

    fn a_member_takes_up_a_higher_level_only_as_it_is_offered(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@good.example"));
        found(&directory, &ada, "acme");
        let max = join(kit, &directory, &ada, "acme", "max@acme.example");
        raise(&directory, &ada, &max, Level::Admin);
        let sent = |email: &str| directory.invite(&enter(&directory, &max, "acme"), invitation(email, Level::Admin, &[], 5)).unwrap().remove(0);
        let (link, _) = (sent("bob@acme.example"), sent("cyd@acme.example"));
        let [bob, cyd] = ["bob", "cyd"].map(|who| join(kit, &directory, &ada, "acme", &format!("{who}@acme.example")));
        assert_eq!(code(directory.accept(Taker::Person(bob.clone()), &InvitationRef::Id(link.id))), Code::AlreadyMember, "that is no joining");
        raise(&directory, &ada, &max, Level::Member);
        assert_eq!(code(directory.accept(Taker::Person(bob.clone()), &InvitationRef::To(name("acme"))).map(joined)), Code::InvitationOver);
        assert_eq!(enter(&directory, &bob, "acme").level(), Some(Level::Member));
        raise(&directory, &ada, &max, Level::Admin);
        assert_eq!(directory.accept(Taker::Person(cyd), &InvitationRef::To(name("acme"))).map(joined).unwrap().level, Level::Admin);
    }

    fn a_program_that_is_not_known_any_more_has_promised_nothing(kit) {
        use polity_kernel::{Home, KeyId, PermissionSet, Subject};
        let (directory, ada) = (directory(kit), person(kit, "ada@good.example"));
        let acme = found(&directory, &ada, "acme").id;
        let id = KeyId::new(kit.ctx.ids().secret());
        let home = Home { organization: acme, permissions: PermissionSet::all() };
        let program = Actor::new(Subject::OrganizationKey(id, acme), Limits::default(), PermissionSet::none()).with_home(home);
        let sent = directory.invite(&enter(&directory, &program, "acme"), invitation("bob@other.example", Level::Member, &[], 1)).unwrap();
        assert_eq!(sent[0].invited_by_program.map(|by| by.uuid()), Some(id.uuid()));
        let bob = person(kit, "bob@other.example");
        assert_eq!(code(directory.accept(Taker::Person(bob.clone()), &InvitationRef::To(name("acme"))).map(joined)), Code::InvitationOver);
        // the same by the operator stands
        directory.invite(&enter(&directory, &Actor::system(), "acme"), invitation("bob@other.example", Level::Member, &[], 1)).unwrap();
        assert!(directory.accept(Taker::Person(bob), &InvitationRef::To(name("acme"))).map(joined).is_ok());
    }
}
