//! Which organizations somebody sees, where a call goes that names none, and founding for somebody else.

use polity_accounts::People;
use polity_directory::{
    Assignee, Deletion, Entry, MemberPatch, Members, Organization, OrganizationFilter, OrganizationPatch,
    Organizations, RoleAssignments, Roles, Service,
};
use polity_kernel::{
    Actor, Code, Home, Level, Limits, Page, PermissionSet, ServiceAccountId, Subject, event,
};
use polity_testkit::both_engines;

use crate::common::{
    account, accounts, acting, directory, enter, fields, found, given, id_of, join, key, limited, missing,
    name, named, new, new_role, permissions, person, tick, whole,
};

fn seen(directory: &Service, actor: &Actor) -> Vec<String> {
    let all: Vec<Organization> = whole(|page| directory.organizations(actor, OrganizationFilter::Seen, page));
    all.into_iter().map(|organization| organization.key.as_str().to_owned()).collect()
}

both_engines! {
    fn people_see_their_own_and_administrators_of_the_platform_all(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        let bob = person(kit, "bob@other.example");
        for key in ["one", "two", "three", "four"] {
            tick(kit);
            found(&directory, if key == "two" { &bob } else { &ada }, key);
        }
        directory.add_member(&enter(&directory, &bob, "two"), id_of(&ada).into()).unwrap();
        assert_eq!(seen(&directory, &ada), ["one", "two", "three", "four"]);
        assert_eq!(seen(&directory, &bob), ["two"]);
        assert_eq!(seen(&directory, &Actor::system()), ["one", "two", "three", "four"]);
        assert_eq!(seen(&directory, &person(kit, "new@acme.example")), [""; 0]);
        let skipping = directory.organizations(&ada, OrganizationFilter::Seen, Page::offset(2, 1)).unwrap();
        assert_eq!(skipping.items.iter().map(|one| one.key.as_str()).collect::<Vec<_>>(), ["two", "three"]);
        assert!(skipping.next.is_some());
        directory.remove(&enter(&directory, &ada, "one"), Deletion::Permitted).unwrap();
        directory.remove_member(&enter(&directory, &bob, "two"), id_of(&ada)).unwrap();
        assert_eq!(seen(&directory, &ada), ["three", "four"]);
        assert_eq!(seen(&directory, &Actor::system()), ["two", "three", "four"]);
    }

    fn many_organizations_are_counted_and_listed_without_entering_each(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        let asked = |actor: &Actor| {
            let listed = || {
                let page = directory.organizations(actor, OrganizationFilter::Own, Page::first(50)).unwrap().items.len();
                (directory.organization_count(actor).unwrap(), page)
            };
            kit.statements(listed)
        };
        (0..2).for_each(|number| drop(found(&directory, &ada, &format!("few-{number}"))));
        let (two, few) = asked(&ada);
        (0..30).for_each(|number| drop(found(&directory, &ada, &format!("many-{number}"))));
        let (all, many) = asked(&ada);
        assert_eq!((two, all), ((2, 2), (32, 32)));
        assert_eq!(few, many, "statements");

        let reading = |names: &[&str]| {
            limited(&ada, Limits { permissions: Some(permissions(names)), ..Limits::default() })
        };
        assert_eq!(asked(&reading(&["org.directory.get"])).0, (32, 32));
        assert_eq!(asked(&reading(&["org.roles.get"])).0, (0, 0), "what the credential leaves counts");
    }

    fn a_list_shows_each_as_it_is(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        crate::common::with_domain(&directory, &ada, "acme", "acme.example");
        found(&directory, &ada, "other");
        let listed: Vec<Organization> = whole(|page| directory.organizations(&ada, OrganizationFilter::Seen, page));
        for organization in listed {
            let access = directory.enter(&ada, &organization.id.into()).unwrap();
            assert_eq!(directory.organization(&access).unwrap(), organization);
        }
    }

    fn a_credential_sees_no_more_than_it_may(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        let (one, two) = (found(&directory, &ada, "one"), found(&directory, &ada, "two"));
        let only = |limits| seen(&directory, &limited(&ada, limits));
        assert_eq!(only(Limits { organization: Some(two.id), ..Limits::default() }), ["two"]);
        let silent = Limits { permissions: Some(permissions(&["org.groups.get"])), ..Limits::default() };
        assert_eq!(only(silent), [""; 0], "reading an organization takes org.directory.get");

        let program = Subject::Service(ServiceAccountId::new(kit.ctx.ids().secret()));
        let home = |names: &[&str]| Home { organization: one.id, permissions: permissions(names) };
        let program = Actor::new(program, Limits::default(), PermissionSet::none());
        assert_eq!(seen(&directory, &program), [""; 0]);
        assert_eq!(seen(&directory, &program.clone().with_home(home(&["org.directory.get"]))), ["one"]);
        assert_eq!(seen(&directory, &program.with_home(home(&["org.groups.get"]))), [""; 0]);

        let root = Actor::new(ada.subject(), Limits { organization: Some(one.id), ..Limits::default() }, PermissionSet::all());
        assert_eq!(seen(&directory, &root), ["one"], "a platform administrator's too");
    }

    fn pages_are_full_though_much_is_hidden(kit) {
        let (directory, ada, bob) = (directory(kit), person(kit, "ada@acme.example"), person(kit, "bob@acme.example"));
        let mut open = Vec::new();
        for n in 0..9 {
            let owner = if n % 4 == 3 { &bob } else { &ada };
            tick(kit);
            let organization = found(&directory, owner, &format!("o{n}"));
            if n % 4 == 3 {
                open.push(organization.key.as_str().to_owned());
            } else {
                directory.add_member(&enter(&directory, &ada, organization.key.as_str()), id_of(&bob).into()).unwrap();
            }
        }
        let limits = Limits { permissions: Some(permissions(&["org.directory.get"])), ..Limits::default() };
        assert_eq!(seen(&directory, &limited(&bob, limits)).len(), 9);
        for n in (0..9).filter(|n| n % 4 != 3) {
            directory.remove_member(&enter(&directory, &ada, &format!("o{n}")), id_of(&bob)).unwrap();
        }
        assert_eq!(seen(&directory, &bob), open);
    }

    fn home_is_the_only_place_one_has(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        assert_eq!(directory.home(&ada).unwrap(), None);
        let one = found(&directory, &ada, "one");
        assert_eq!(directory.home(&ada).unwrap(), Some(one.id));
        let two = found(&directory, &ada, "two");
        assert_eq!(directory.home(&ada).unwrap(), None, "two are one too many");
        let there = limited(&ada, Limits { organization: Some(two.id), ..Limits::default() });
        assert_eq!(directory.home(&there).unwrap(), Some(two.id));
        directory.remove(&enter(&directory, &ada, "one"), Deletion::Permitted).unwrap();
        assert_eq!(directory.home(&ada).unwrap(), Some(two.id), "a deleted one is none");
        assert_eq!(directory.home(&Actor::system()).unwrap(), None);
        let program = Actor::new(Subject::Service(ServiceAccountId::new(kit.ctx.ids().secret())), Limits::default(), PermissionSet::none());
        assert_eq!(directory.home(&program).unwrap(), None);
        let home = Home { organization: two.id, permissions: PermissionSet::none() };
        assert_eq!(directory.home(&program.with_home(home)).unwrap(), Some(two.id));
    }

    fn owners_are_listed_by_seniority(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let cyd = join(kit, &directory, &ada, "acme", "cyd@acme.example");
        let access = enter(&directory, &ada, "acme");
        let owner = MemberPatch { level: Some(Level::Owner), expires_at: None };
        directory.change_member(&access, id_of(&cyd), owner).unwrap();
        assert_eq!(directory.owners(&enter(&directory, &bob, "acme")).unwrap(), [id_of(&ada), id_of(&cyd)]);
        let silent = Limits { permissions: Some(permissions(&["org.groups.get"])), ..Limits::default() };
        let silent = enter(&directory, &limited(&bob, silent), "acme");
        assert_eq!(missing(&directory.owners(&silent).unwrap_err()), ["org.directory.get"]);
    }

    fn an_organization_is_founded_for_whoever_has_the_address(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        let founded = directory.found(&ada, new(named("Acme")).owned_by("Zoe@New.example".parse().unwrap())).unwrap();
        let zoe = accounts(kit).by_email(&Actor::system(), &"zoe@new.example".parse().unwrap()).unwrap();
        assert!(!zoe.email_verified, "nobody has proven anything");
        assert_eq!((founded.owner, founded.created_by), (Some(zoe.id), ada.id()));
        let access = enter(&directory, &ada, founded.key.as_str());
        assert_eq!((access.level(), directory.owners(&access).unwrap()), (Some(Level::Owner), vec![zoe.id]), "who founds for others runs it until they come");
        assert_eq!(enter(&directory, &acting(zoe.id), founded.key.as_str()).level(), Some(Level::Owner));
        assert_eq!(enter(&directory, &ada, founded.key.as_str()).level(), Some(Level::Admin), "she has come");

        let own = directory.found(&ada, new(named("Own")).owned_by("ada@acme.example".parse().unwrap())).unwrap();
        assert_eq!(enter(&directory, &ada, own.key.as_str()).level(), Some(Level::Owner));
        let system = directory.found(&Actor::system(), new(named("Third")).owned_by("ada@acme.example".parse().unwrap())).unwrap();
        assert_eq!(system.owner, Some(id_of(&ada)));
    }

    fn a_failed_founding_leaves_no_account(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let address = "zoe@new.example".parse::<polity_accounts::EmailAddress>().unwrap();
        let taken = directory.found(&ada, new(fields("acme")).owned_by(address.clone())).unwrap_err();
        assert_eq!(taken.code(), Code::Conflict);
        let nobody = Actor::new(ada.subject(), Limits::default(), PermissionSet::none());
        let refused = directory.found(&nobody, new(fields("other")).owned_by(address.clone())).unwrap_err();
        assert_eq!(missing(&refused), ["org.directory.create"]);
        assert_eq!(accounts(kit).by_email(&Actor::system(), &address).unwrap_err().code(), Code::NotFound);
    }

    fn an_owner_names_another_by_address(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let owner = |text: &str| OrganizationPatch { owner_email: Some(text.into()), ..OrganizationPatch::default() };
        let access = enter(&directory, &ada, "acme");
        tick(kit);
        directory.update(&access, owner("bob@acme.example")).unwrap();
        directory.update(&access, owner("new@acme.example")).unwrap();
        let new = accounts(kit).by_email(&Actor::system(), &"new@acme.example".parse().unwrap()).unwrap();
        assert_eq!(directory.owners(&access).unwrap(), [id_of(&ada), id_of(&bob), new.id]);
        assert_eq!(enter(&directory, &bob, "acme").level(), Some(Level::Owner));
        assert_eq!(directory.update(&access, owner("no address")).unwrap_err().fields()[0].field, "owner_email");
    }

    fn only_owners_name_owners_but_one_who_is_one_is_no_news(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        let acme = found(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        directory.grant(&enter(&directory, &ada, "acme"), given(Assignee::Account(id_of(&bob)), &key("admin"), None)).unwrap();
        let admin = enter(&directory, &bob, "acme");
        let patch = |text: &str| OrganizationPatch { name: Some(Some("New".into())), owner_email: Some(text.into()), ..OrganizationPatch::default() };
        let before = kit.rows();
        for refused in ["bob@acme.example", "new@acme.example"] {
            assert_eq!(directory.update(&admin, patch(refused)).unwrap_err().code(), Code::Forbidden, "{refused}");
        }
        assert_eq!(kit.rows(), before, "neither an account nor anything else was made");
        assert_eq!(directory.organization(&admin).unwrap().name, "acme", "nor was the rest of it done");
        tick(kit);
        assert_eq!(directory.update(&admin, patch("ada@acme.example")).unwrap().name, "New");
        let log = kit.db().read(|conn| event::latest(conn, acme.id, 1)).unwrap();
        assert_eq!((log[0].entity.as_str(), log[0].action.as_str()), ("organization", "updated"));
    }

    fn a_key_limited_to_a_role_does_what_the_role_gives_now(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let owner = enter(&directory, &ada, "acme");
        directory.create_role(&owner, new_role("clerk", &["org.directory.get", "shop.sell"])).unwrap();
        let by_role = |role: &str| limited(&ada, Limits { role: Some(role.into()), ..Limits::default() });
        let as_clerk = enter(&directory, &by_role("clerk"), "acme");
        assert_eq!((as_clerk.permissions(), as_clerk.level()), (&permissions(&["org.directory.get", "shop.sell"]), Some(Level::Member)));
        assert_eq!(enter(&directory, &by_role("admin"), "acme").level(), Some(Level::Admin));
        assert!(enter(&directory, &by_role("owner"), "acme").permissions().is_all());
        assert_eq!(enter(&directory, &by_role("manager"), "acme").level(), Some(Level::Member));

        let gives = |names: &[&str]| polity_directory::RolePatch { permissions: Some(names.iter().map(ToString::to_string).collect()), ..Default::default() };
        directory.update_role(&owner, &key("clerk").into(), gives(&["shop.sell"])).unwrap();
        assert_eq!(*enter(&directory, &by_role("clerk"), "acme").permissions(), permissions(&["shop.sell"]));
        let off = polity_directory::RolePatch { stage: Some(polity_directory::Stage::Disabled), ..Default::default() };
        directory.update_role(&owner, &key("clerk").into(), off).unwrap();
        assert_eq!(*enter(&directory, &by_role("clerk"), "acme").permissions(), PermissionSet::none());
        directory.remove_role(&owner, &key("clerk").into()).unwrap();
        for gone in ["clerk", "never was", ""] {
            assert_eq!(*enter(&directory, &by_role(gone), "acme").permissions(), PermissionSet::none(), "{gone:?}");
        }
        // a role gives only what the owner of the credential has
        let bob = acting(account(kit, "bob@acme.example"));
        directory.add_member(&owner, id_of(&bob).into()).unwrap();
        let bob = limited(&bob, Limits { role: Some("admin".into()), ..Limits::default() });
        assert!(enter(&directory, &bob, "acme").require(&crate::common::permission("org.roles.create")).is_err());
        assert!(directory.enter(&bob, &name("nowhere")).is_err());
    }
}
