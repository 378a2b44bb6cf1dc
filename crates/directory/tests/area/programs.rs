//! Service accounts that found organizations: what they own, see and may be put out of (docs/decisions/0030).

use polity_directory::{
    Deletion, Entry, MemberPatch, MemberQuery, Members, OrganizationFilter, OrganizationPatch, Organizations,
    People, Service, within,
};
use polity_kernel::{
    AccountId, Actor, Code, Home, Level, Limits, OrganizationId, Page, PermissionSet, ServiceAccountId,
    Subject,
};
use polity_testkit::{Kit, both_engines};

use crate::common::{
    account, directory, enter, fields, found, id_of, join, name, new, permissions, person, tick, whole,
};

/// A service account that may found organizations, of the platform or with a home.
fn program(kit: &Kit, home: Option<OrganizationId>) -> Actor {
    let subject = Subject::Service(ServiceAccountId::new(kit.ctx.ids().secret()));
    let actor =
        Actor::new(subject, Limits::default(), permissions(&["org.directory.create", "org.directory.list"]));
    match home {
        Some(organization) => {
            actor.with_home(Home { organization, permissions: permissions(&["org.directory.get"]) })
        }
        None => actor,
    }
}

fn member_of(program: &Actor) -> AccountId {
    program.subject().member().unwrap()
}

fn keys(directory: &Service, actor: &Actor) -> Vec<String> {
    let own = whole(|page| directory.organizations(actor, OrganizationFilter::Own, page));
    assert_eq!(directory.organization_count(actor).unwrap(), own.len() as u64);
    own.into_iter().map(|one| one.key.as_str().to_owned()).collect()
}

both_engines! {
    fn what_a_program_founds_is_its_own(kit) {
        let (directory, program) = (directory(kit), program(kit, None));
        let made = directory.found(&program, new(fields("acme"))).unwrap();
        assert_eq!((made.owner, made.created_by), (Some(member_of(&program)), program.id()));
        let access = enter(&directory, &program, "acme");
        assert_eq!((access.level(), access.permissions().is_all()), (Some(Level::Owner), true));
        assert_eq!(directory.accounts(&access, Page::first(9)).unwrap().items, [member_of(&program)]);
        assert_eq!(directory.owners(&access).unwrap(), [member_of(&program)]);
        assert_eq!((keys(&directory, &program), directory.home(&program).unwrap()), (vec!["acme".to_owned()], Some(made.id)));
        let bob = account(kit, "bob@acme.example");
        tick(kit);
        directory.add_member(&access, bob.into()).unwrap();
        directory.change_member(&access, bob, MemberPatch { level: Some(Level::Owner), expires_at: None }).unwrap();
        let patch = OrganizationPatch { name: Some(Some("Acme".into())), ..OrganizationPatch::default() };
        assert_eq!(directory.update(&access, patch).unwrap().name, "Acme");
        assert_eq!(directory.people(&program, Page::first(9)).unwrap().items.len(), 1, "it is no person itself");
        assert_eq!(directory.members(&access, &MemberQuery::everybody().at_least(Level::Admin), Page::first(9)).unwrap().items.len(), 1);
        directory.remove(&enter(&directory, &program, "acme"), Deletion::Owned).unwrap();
        assert_eq!(keys(&directory, &program), [""; 0]);
    }

    fn what_it_founds_for_somebody_it_runs(kit) {
        let (directory, program) = (directory(kit), program(kit, None));
        let ada = account(kit, "ada@acme.example");
        let named = directory.found(&program, new(fields("one")).owned_by("ada@acme.example".parse().unwrap())).unwrap();
        let owned = directory.found(&program, new(polity_directory::OrganizationFields { owner: Some(ada), ..fields("two") })).unwrap();
        assert_eq!((named.owner, owned.owner), (Some(ada), Some(ada)));
        for key in ["one", "two"] {
            let access = enter(&directory, &program, key);
            assert_eq!((access.level(), directory.owners(&access).unwrap()), (Some(Level::Owner), vec![ada]), "until its owner comes");
        }
    }

    fn it_is_put_out_like_anybody_and_not_when_it_is_the_only_owner(kit) {
        let (directory, program) = (directory(kit), program(kit, None));
        directory.found(&program, new(fields("acme"))).unwrap();
        let itself = enter(&directory, &program, "acme");
        assert_eq!(directory.remove_member(&itself, member_of(&program)).unwrap_err().code(), Code::LastOwner);
        let Subject::Service(service) = program.subject() else { panic!("not a program") };
        let resign = || kit.ctx.write_platform(move |tx| within::resign(tx, &*crate::common::hooks(), &Actor::system(), service));
        assert_eq!(resign().unwrap_err().code(), Code::LastOwner);
        let bob = account(kit, "bob@acme.example");
        directory.add_member(&itself, bob.into()).unwrap();
        directory.change_member(&itself, bob, MemberPatch { level: Some(Level::Owner), expires_at: None }).unwrap();
        enter(&directory, &crate::common::acting(bob), "acme");
        directory.found(&program, new(fields("other"))).unwrap();
        let before = kit.rows();
        assert_eq!(resign().unwrap_err().code(), Code::LastOwner, "all or nothing");
        assert_eq!(kit.rows(), before);
        directory.remove(&enter(&directory, &program, "other"), Deletion::Permitted).unwrap();
        resign().unwrap();
        assert_eq!(directory.enter(&program, &name("acme")).unwrap_err().code(), Code::NotFound);
        let owner = enter(&directory, &crate::common::acting(bob), "acme");
        assert_eq!(directory.accounts(&owner, Page::first(9)).unwrap().items, [bob]);
        assert_eq!(directory.add_member(&owner, member_of(&program).into()).unwrap_err().code(), Code::NotFound, "it is no account");
        resign().unwrap();
    }

    fn it_sees_its_own_beside_the_one_it_belongs_to(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        let before = program(kit, None);
        directory.found(&before, new(fields("first"))).unwrap();
        tick(kit);
        let home = found(&directory, &ada, "home").id;
        let program = Actor::new(before.subject(), Limits::default(), before.platform().clone())
            .with_home(Home { organization: home, permissions: permissions(&["org.directory.get"]) });
        for key in ["second", "third"] {
            tick(kit);
            directory.found(&program, new(fields(key))).unwrap();
        }
        assert_eq!(keys(&directory, &program), ["first", "home", "second", "third"]);
        assert_eq!(directory.home(&program).unwrap(), Some(home));
        assert_eq!(enter(&directory, &program, "home").level(), None);
        let only = Actor::new(before.subject(), Limits { permissions: Some(permissions(&["org.roles.list"])), ..Limits::default() }, PermissionSet::none());
        assert_eq!(enter(&directory, &only, "first").permissions(), &permissions(&["org.roles.list"]));
        assert_eq!(keys(&directory, &only), [""; 0], "a credential narrows it like anybody's");
    }

    fn another_program_is_a_stranger(kit) {
        let (directory, mine, other) = (directory(kit), program(kit, None), program(kit, None));
        directory.found(&mine, new(fields("acme"))).unwrap();
        assert_eq!(directory.enter(&other, &name("acme")).unwrap_err().code(), Code::NotFound);
        assert_eq!(keys(&directory, &other), [""; 0]);
        let ada = person(kit, "ada@acme.example");
        found(&directory, &ada, "hers");
        let bob = join(kit, &directory, &ada, "hers", "bob@acme.example");
        assert_eq!(directory.enter(&mine, &name("hers")).unwrap_err().code(), Code::NotFound);
        assert!(directory.people(&mine, Page::first(9)).unwrap().items.iter().all(|one| one.id != id_of(&bob)));
    }
}
