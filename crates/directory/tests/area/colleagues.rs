//! Colleagues: whom one sees of others, and who may change what of their accounts.

use polity_accounts::{
    Account, AccountFields, AccountPatch, AccountProfilePatch, AccountStatus, NewAccount, People,
};
use polity_directory::{
    AccountRef, Assignee, AssignmentRef, Deletion, MemberPatch, MemberQuery, Members, NewProject,
    OrganizationPatch, Organizations, People as _, ProjectFields, RoleAssignments, Roles, Service, Status,
};
use polity_kernel::{
    AccountId, Actor, Code, Home, KeyId, Limits, OrganizationId, Page, PermissionSet, Result, Subject, epoch,
};
use polity_projects::{ProjectMembers, ProjectRole, Projects};
use polity_testkit::{Kit, both_engines};

use crate::common::{
    accounts, acting, clerk, directory, enter, found, given, hire, id_of, join, key, limited, missing, name,
    new_role, permissions, person, relink, whole, with_domain,
};
use crate::town::{Town, town};

/// Whom somebody sees, by the part of the address before the @.
fn seen(directory: &Service, actor: &Actor) -> Vec<String> {
    let all: Vec<Account> = whole(|page| directory.people(actor, page));
    assert!(all.is_sorted_by_key(|account| account.id), "in the order of their ids");
    let mut names: Vec<String> =
        all.iter().map(|account| account.email_text().split('@').next().unwrap().to_owned()).collect();
    names.sort();
    names
}

fn by_id(actor: &Actor) -> AccountRef {
    AccountRef::Id(id_of(actor))
}

fn by_email(text: &str) -> AccountRef {
    AccountRef::Email(text.parse().unwrap())
}

fn renamed(text: &str) -> AccountPatch {
    AccountPatch {
        profile: AccountProfilePatch { name: Some(Some(text.to_owned())), ..AccountProfilePatch::default() },
        ..AccountPatch::default()
    }
}

fn readdressed(text: &str) -> AccountPatch {
    AccountPatch { email: Some(text.parse().unwrap()), ..AccountPatch::default() }
}

fn newcomer(email: &str) -> NewAccount {
    NewAccount::try_from(AccountFields { email: email.to_owned(), ..AccountFields::default() }).unwrap()
}

/// The account of somebody new, made by acme, whose member they are.
fn made(town: &Town, email: &str) -> AccountId {
    let new = town.directory.create_person(&town.max, Some(&name("acme")), newcomer(email)).unwrap().id;
    town.directory.add_member(&enter(&town.directory, &town.max, "acme"), new.into()).unwrap();
    new
}

fn organization_key(kit: &Kit, organization: OrganizationId, permissions: PermissionSet) -> Actor {
    let subject = Subject::OrganizationKey(KeyId::new(kit.ctx.ids().secret()), organization);
    Actor::new(subject, Limits::default(), PermissionSet::none())
        .with_home(Home { organization, permissions })
}

fn root(kit: &Kit) -> Actor {
    let made = AccountFields {
        email: "root@platform.example".into(),
        platform_administrator: true,
        ..AccountFields::default()
    };
    let account =
        People::create(&accounts(kit), &Actor::system(), NewAccount::try_from(made).unwrap()).unwrap();
    Actor::new(Subject::Person(account.id), Limits::default(), PermissionSet::all())
}

fn code<T>(result: Result<T>) -> Code {
    result.err().expect("it is refused").code()
}

both_engines! {
    fn one_sees_whom_one_shares_an_organization_with(kit) {
        let town = town(kit);
        assert_eq!(seen(&town.directory, &town.bob), ["ada", "bob", "cyd", "max"]);
        assert_eq!(seen(&town.directory, &town.eve), ["cyd", "eve"]);
        assert_eq!(seen(&town.directory, &town.cyd), ["ada", "bob", "cyd", "eve", "max"], "each once");
        assert_eq!(seen(&town.directory, &person(kit, "new@acme.example")), ["new"], "oneself at least");
        assert_eq!(seen(&town.directory, &Actor::system()).len(), 6, "polity sees everybody");
        let part = town.directory.people(&town.cyd, Page::offset(2, 2)).unwrap();
        let all = town.directory.people(&town.cyd, Page::first(9)).unwrap().items;
        assert_eq!(part.items, all[2..4], "counted from the beginning");
    }

    fn what_ends_a_membership_ends_the_view(kit) {
        let town = town(kit);
        let (directory, access) = (&town.directory, enter(&town.directory, &town.ada, "acme"));
        let minute = std::time::Duration::from_secs(60);
        let ends = MemberPatch { level: None, expires_at: Some(Some(kit.ctx.now().after(minute))) };
        directory.change_member(&access, id_of(&town.bob), ends).unwrap();
        directory.remove_member(&access, id_of(&town.cyd)).unwrap();
        assert_eq!(seen(directory, &town.max), ["ada", "bob", "max"]);
        kit.pass(minute);
        assert_eq!(seen(directory, &town.max), ["ada", "max"]);
        assert_eq!(seen(directory, &town.bob), ["bob"]);
        assert_eq!(code(directory.person(&town.max, &by_id(&town.bob))), Code::NotFound);
        directory.remove(&access, Deletion::Permitted).unwrap();
        assert_eq!(seen(directory, &town.max), ["max"], "a deleted organization has no members");
        assert_eq!(code(directory.person(&town.ada, &by_id(&town.max))), Code::NotFound);
    }

    fn a_credential_sees_no_more_than_it_may(kit) {
        let town = town(kit);
        let directory = &town.directory;
        let acme = directory.organization(&enter(directory, &town.ada, "acme")).unwrap();
        let only = |permissions_: &[&str]| limited(&town.cyd, Limits { permissions: Some(permissions(permissions_)), ..Limits::default() });
        assert_eq!(seen(directory, &only(&["org.directory.get"])), ["cyd"]);
        assert_eq!(seen(directory, &only(&["org.members.list"])).len(), 5);
        assert_eq!(code(directory.person(&only(&["org.members.list"]), &by_id(&town.ada))), Code::NotFound);
        assert!(directory.person(&only(&["org.members.get"]), &by_id(&town.ada)).is_ok());
        let there = limited(&town.cyd, Limits { organization: Some(acme.id), ..Limits::default() });
        assert_eq!(seen(directory, &there), ["ada", "bob", "cyd", "max"]);
        assert_eq!(code(directory.person(&there, &by_id(&town.eve))), Code::NotFound);

        let key = organization_key(kit, acme.id, PermissionSet::all());
        assert_eq!(seen(directory, &key), ["ada", "bob", "cyd", "max"], "an organization's key sees its people");
        assert!(directory.person(&key, &by_email("bob@acme.example")).is_ok());
        assert_eq!(code(directory.person(&key, &by_id(&town.eve))), Code::NotFound);
        let blind = organization_key(kit, acme.id, permissions(&["org.directory.get"]));
        assert_eq!(seen(directory, &blind), [""; 0]);
        let root = Actor::new(root(kit).subject(), Limits { organization: Some(acme.id), ..Limits::default() }, PermissionSet::all());
        assert_eq!(seen(directory, &root), ["ada", "bob", "cyd", "max", "root"]);
        assert_eq!(code(directory.person(&root, &by_id(&town.eve))), Code::NotFound);
    }

    fn an_account_is_asked_for_by_id_or_address(kit) {
        let town = town(kit);
        let (directory, bob) = (&town.directory, &town.bob);
        let expected = accounts(kit).account(&Actor::system(), id_of(&town.cyd)).unwrap();
        for of in [by_id(&town.cyd), by_email("CYD@acme.example")] {
            assert_eq!(directory.person(bob, &of).unwrap(), expected);
            assert_eq!(directory.person(&town.cyd, &of).unwrap(), expected, "one's own");
            assert_eq!(directory.person(&Actor::system(), &of).unwrap(), expected);
        }
        let refused = [by_id(&town.eve), by_email("eve@other.example"), by_email("none@acme.example"), AccountRef::Id(AccountId::new(kit.ctx.ids().secret()))];
        let words: Vec<String> = refused.iter().map(|of| format!("{:?}", directory.person(bob, of).unwrap_err())).collect();
        assert!(words.iter().all(|said| *said == words[0]), "a foreign one is as good as none: {words:?}");
        assert_eq!(code(directory.person(bob, &refused[0])), Code::NotFound);
    }

    fn accounts_are_made_for_others(kit) {
        let town = town(kit);
        let (directory, acme) = (&town.directory, name("acme"));
        let made = directory.create_person(&town.max, Some(&acme), newcomer("new@acme.example")).unwrap();
        assert_eq!((made.email_verified, made.platform_administrator, made.created_by), (false, false, town.max.id()));
        assert_eq!(code(directory.create_person(&town.max, Some(&acme), newcomer("NEW@acme.example"))), Code::Conflict);
        let of = AccountRef::Id(made.id);
        assert_eq!(directory.person(&town.max, &of).unwrap(), made, "no member yet, but of his making");
        assert_eq!(code(directory.person(&town.ada, &of)), Code::NotFound, "and nobody else's");
        let blind = Limits { permissions: Some(permissions(&["org.members.create"])), ..Limits::default() };
        assert_eq!(code(directory.person(&limited(&town.max, blind), &of)), Code::NotFound);
        assert_eq!(directory.employments(&town.max, made.id).unwrap(), []);

        let before = kit.rows();
        let refused = directory.create_person(&town.bob, Some(&acme), newcomer("x@acme.example")).unwrap_err();
        assert_eq!(missing(&refused), ["org.members.create"]);
        let foreign = directory.create_person(&town.max, Some(&name("other")), newcomer("x@acme.example"));
        assert_eq!(code(foreign), Code::NotFound);
        assert_eq!(code(directory.create_person(&town.ada, None, newcomer("x@acme.example"))), Code::Forbidden);
        for entrusted in [
            AccountFields { email: "x@acme.example".into(), email_verified: true, ..AccountFields::default() },
            AccountFields { email: "x@acme.example".into(), platform_administrator: true, ..AccountFields::default() },
        ] {
            let entrusted = NewAccount::try_from(entrusted).unwrap();
            assert_eq!(code(directory.create_person(&town.ada, Some(&acme), entrusted)), Code::Forbidden);
        }
        assert_eq!(kit.rows(), before, "nothing was made");
        assert!(directory.create_person(&root(kit), None, newcomer("x@acme.example")).is_ok());
    }

    fn one_changes_one_s_own_account(kit) {
        let town = town(kit);
        let (directory, bob) = (&town.directory, &town.bob);
        let changed = directory.change_person(bob, &by_email("bob@acme.example"), renamed("Bob")).unwrap();
        assert_eq!(changed.profile.name.as_deref(), Some("Bob"));
        let changed = directory.change_person(bob, &by_id(bob), readdressed("bob@new.example")).unwrap();
        assert_eq!((changed.email_text(), changed.email_verified), ("bob@acme.example", true), "it waits, as anywhere");
        let entrusted = AccountPatch { status: Some(AccountStatus::Disabled), ..AccountPatch::default() };
        assert_eq!(code(directory.change_person(bob, &by_id(bob), entrusted)), Code::Forbidden);
        let narrow = limited(bob, Limits { role: Some("owner".into()), ..Limits::default() });
        assert_eq!(code(directory.change_person(&narrow, &by_id(bob), renamed("B"))), Code::Forbidden);
    }

    fn an_account_that_nobody_made_here_is_its_persons_alone(kit) {
        let town = town(kit);
        let directory = &town.directory;
        for patch in [renamed("X"), readdressed("bob@new.example")] {
            for actor in [&town.max, &town.ada, &town.cyd] {
                let refused = directory.change_person(actor, &by_id(&town.bob), patch.clone());
                assert_eq!(code(refused), Code::Forbidden);
            }
            assert_eq!(code(directory.change_person(&town.max, &by_id(&town.eve), patch)), Code::NotFound);
        }
        let bob = accounts(kit).account(&Actor::system(), id_of(&town.bob)).unwrap();
        assert_eq!((bob.email_text(), bob.profile.name.as_deref()), ("bob@acme.example", None));
    }

    fn an_account_is_changed_by_the_organization_that_made_it_until_it_is_used(kit) {
        let town = town(kit);
        let directory = &town.directory;
        let new = made(&town, "new@acme.example");
        let scope = new.uuid();
        let count = || kit.db().read(|conn| epoch::read(conn, &[scope])).unwrap()[0].1;
        let before = count();
        let changed = directory.change_person(&town.max, &AccountRef::Id(new), readdressed("new@other.example")).unwrap();
        assert_eq!((changed.email_text(), changed.email_verified), ("new@other.example", false), "at once: nobody uses it");
        assert_eq!(count(), before + 1, "whatever was remembered of the account is void");
        let refused = directory.change_person(&town.bob, &AccountRef::Id(new), renamed("X")).unwrap_err();
        assert_eq!(missing(&refused), ["org.members.update"]);
        assert_eq!(code(directory.change_person(&town.cyd, &AccountRef::Id(new), renamed("X"))), Code::Forbidden);
        let taken = directory.change_person(&town.max, &AccountRef::Id(new), readdressed("eve@other.example"));
        assert_eq!(code(taken), Code::Conflict);

        directory.add_member(&enter(directory, &town.eve, "other"), new.into()).unwrap();
        for actor in [&town.max, &town.eve] {
            assert_eq!(code(directory.change_person(actor, &AccountRef::Id(new), renamed("X"))), Code::Forbidden, "it is elsewhere too");
        }
        directory.remove_member(&enter(directory, &town.eve, "other"), new).unwrap();
        assert!(directory.change_person(&town.max, &AccountRef::Id(new), renamed("New")).is_ok());

        let other = enter(directory, &town.eve, "other");
        let employed = hire(kit, &other, "new", (Some(&acting(new)), None)).unwrap();
        let refused = directory.change_person(&town.max, &AccountRef::Id(new), readdressed("mine@max.example"));
        assert_eq!(code(refused), Code::Forbidden, "another organization counts on who it is");
        relink(kit, &other, employed, None).unwrap();
        assert!(directory.change_person(&town.max, &AccountRef::Id(new), renamed("Newer")).is_ok());

        kit.ctx.write_platform(move |tx| polity_accounts::within::prove(tx, new)).unwrap();
        for patch in [renamed("X"), readdressed("mine@max.example")] {
            let refused = directory.change_person(&town.ada, &AccountRef::Id(new), patch);
            assert_eq!(code(refused), Code::Forbidden, "its person is there");
        }
    }

    fn an_account_is_changed_by_who_has_its_domain(kit) {
        let town = town(kit);
        let directory = &town.directory;
        let boss = person(kit, "boss@corp.example");
        with_domain(directory, &boss, "corp", "corp.example");
        let amy = join(kit, directory, &boss, "corp", "amy@corp.example");
        let guest = join(kit, directory, &boss, "corp", "guest@other.example");
        kit.ctx.write_platform({ let amy = id_of(&amy); move |tx| polity_accounts::within::prove(tx, amy) }).unwrap();
        let changed = directory.change_person(&boss, &by_id(&amy), readdressed("amelia@corp.example")).unwrap();
        assert_eq!(changed.email_text(), "amelia@corp.example", "at once: the domain is theirs");
        assert!(directory.change_person(&boss, &by_id(&amy), renamed("Amelia")).is_ok());
        for (whom, patch) in [(&amy, readdressed("amy@free.example")), (&guest, readdressed("guest@corp.example")), (&guest, renamed("X"))] {
            assert_eq!(code(directory.change_person(&boss, &by_id(whom), patch)), Code::Forbidden);
        }
    }

    fn nobody_else_sets_what_is_entrusted(kit) {
        let town = town(kit);
        for entrusted in [
            AccountPatch { status: Some(AccountStatus::Disabled), ..AccountPatch::default() },
            AccountPatch { email_verified: Some(false), ..AccountPatch::default() },
            AccountPatch { platform_administrator: Some(true), ..AccountPatch::default() },
            AccountPatch { email_verified: Some(true), ..readdressed("bob@new.example") },
        ] {
            let refused = town.directory.change_person(&town.ada, &by_id(&town.bob), entrusted.clone());
            assert_eq!(code(refused), Code::Forbidden, "{entrusted:?}");
        }
        let root = root(kit);
        town.directory.add_member(&enter(&town.directory, &town.ada, "acme"), id_of(&root).into()).unwrap();
        let refused = town.directory.change_person(&town.ada, &by_id(&root), renamed("X"));
        assert_eq!(code(refused), Code::Forbidden, "a platform administrator's account is theirs");
        assert!(town.directory.change_person(&root, &by_id(&town.ada), renamed("Ada")).is_ok());
    }

    fn an_address_is_no_way_to_rights_one_lacks(kit) {
        let town = town(kit);
        let directory = &town.directory;
        let access = enter(directory, &town.ada, "acme");
        let new = made(&town, "new@acme.example");
        directory.create_role(&access, new_role("keeper", &["org.roles.create"])).unwrap();
        directory.grant(&access, given(Assignee::Account(new), &key("keeper"), None)).unwrap();
        for patch in [readdressed("mine@max.example"), renamed("X")] {
            let refused = directory.change_person(&town.max, &AccountRef::Id(new), patch).unwrap_err();
            assert_eq!(missing(&refused), ["org.roles.create"]);
        }
        directory.revoke(&access, &key("keeper").into(), AssignmentRef::To(Assignee::Account(new))).unwrap();
        let project = crate::common::workspaces(kit).open_project(&access, NewProject::try_from(ProjectFields { name: "p".into(), ..ProjectFields::default() }).unwrap()).unwrap();
        crate::common::workspaces(kit).give_project_role(&access, project.id, new, ProjectRole::Admin).unwrap();
        let refused = directory.change_person(&town.max, &AccountRef::Id(new), readdressed("mine@max.example")).unwrap_err();
        assert_eq!(missing(&refused), ["projects.update"], "its secret keys are nobody else's");
        crate::common::workspaces(kit).take_project_role(&access, project.id, new).unwrap();
        assert!(directory.change_person(&town.max, &AccountRef::Id(new), renamed("New")).is_ok());
    }

    fn a_suspended_organization_changes_nobody(kit) {
        let town = town(kit);
        let directory = &town.directory;
        let new = made(&town, "new@acme.example");
        let off = OrganizationPatch { status: Some(Status::Inactive), ..OrganizationPatch::default() };
        directory.update(&enter(directory, &town.ada, "acme"), off).unwrap();
        assert_eq!(code(directory.change_person(&town.ada, &AccountRef::Id(new), renamed("X"))), Code::Forbidden);
        assert!(directory.person(&town.ada, &by_id(&town.bob)).is_ok(), "but one still reads");
    }

    fn rights_are_judged_as_they_are_now(kit) {
        let town = town(kit);
        let (one, two) = (&town.directory, directory(kit));
        let new = made(&town, "new@acme.example");
        assert!(one.change_person(&town.max, &AccountRef::Id(new), renamed("New")).is_ok());
        two.revoke(&enter(&two, &town.ada, "acme"), &key("manager").into(), AssignmentRef::To(Assignee::Account(id_of(&town.max)))).unwrap();
        assert_eq!(code(one.change_person(&town.max, &AccountRef::Id(new), renamed("X"))), Code::Forbidden);
    }

    fn people_are_not_read_with_a_credential_for_less(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = clerk(kit, &directory, &ada, &[]);
        let only = Limits { permissions: Some(permissions(&["org.directory.get", "org.directory.list"])), ..Limits::default() };
        let access = enter(&directory, &limited(&bob, only), "acme");
        assert_eq!(missing(&directory.members(&access, &MemberQuery::everybody().and_roles(), Page::first(9)).unwrap_err()), ["org.members.list"]);
        assert_eq!(directory.members(&enter(&directory, &bob, "acme"), &MemberQuery::everybody(), Page::first(9)).unwrap().items.len(), 2);
        assert_eq!(missing(&directory.member(&access, id_of(&bob)).unwrap_err()), ["org.members.get"]);
        assert_eq!(directory.accounts(&access, Page::first(9)).unwrap().items.len(), 2, "who they are, by id alone");
    }
}
