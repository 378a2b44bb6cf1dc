//! Imports: importing brings an organization to what the import says, all of it or nothing, and no further.

mod again;

use std::time::Duration;

use polity_accounts::{AccountFields, NewAccount, People};
use polity_directory::{
    Entry, ImportChanges, ImportedGroup, ImportedMember, ImportedOrganization, ImportedPerson, MemberQuery,
    Members, OrganizationFacts, OrganizationFactsPatch, OrganizationFields, OrganizationPatch, Organizations,
    Roles, Service, Status, Step, Upkeep,
};
use polity_groups::{Group, GroupFields, Groups, MemberFilter, Memberships, NewGroup};
use polity_kernel::{Access, Actor, Code, Error, Level, Limits, Page, PermissionSet, event};
use polity_testkit::{Kit, both_engines};

use crate::common::{
    self, account, acting, directory, enter, fields, found, groups, id_of, key, name, new, new_role,
    permission, person,
};

/// An import of `acme` with nobody in it.
fn imported() -> ImportedOrganization {
    ImportedOrganization {
        organization: new(fields("acme")),
        roles: Vec::new(),
        apps: Vec::new(),
        people: Vec::new(),
        groups: Vec::new(),
    }
}

fn listed(who: &str, level: Level) -> ImportedPerson {
    let email = format!("{who}@acme.example");
    let account = NewAccount::try_from(AccountFields { email, ..AccountFields::default() }).unwrap();
    ImportedPerson { place: format!("people/{who}"), account, level }
}

fn team(id: &str, parent: Option<&str>, members: &[(&str, &str)], roles: &[&str]) -> ImportedGroup {
    let fields =
        GroupFields { name: format!("Team {id}"), external_id: Some(id.into()), ..GroupFields::default() };
    let member = |(who, kind): &(&str, &str)| ImportedMember {
        place: format!("teams/{id}/{who}"),
        email: format!("{who}@acme.example").parse().unwrap(),
        kind: (*kind).to_owned(),
    };
    ImportedGroup {
        place: format!("teams/{id}"),
        group: NewGroup::try_from(fields).unwrap(),
        formerly: Vec::new(),
        parent: parent.map(str::to_owned),
        members: members.iter().map(member).collect(),
        roles: roles.iter().map(|role| key(role)).collect(),
    }
}

/// Ada owns, Bob and Cyd belong; Cyd is in a team within a team that carries a role.
fn company() -> ImportedOrganization {
    ImportedOrganization {
        roles: vec![new_role("seller", &["shop.sell"])],
        people: vec![listed("ada", Level::Owner), listed("bob", Level::Admin), listed("cyd", Level::Member)],
        groups: vec![
            team("sales", None, &[("bob", "MAINTAINER")], &["seller"]),
            team("north", Some("sales"), &[("cyd", "MEMBER"), ("bob", "MEMBER")], &[]),
        ],
        ..imported()
    }
}

fn import(kit: &Kit, directory: &Service, imported: ImportedOrganization) -> ImportChanges {
    kit.pass(Duration::from_secs(1));
    directory.import(&Actor::system(), imported).unwrap()
}

fn refused(directory: &Service, imported: ImportedOrganization) -> Error {
    directory.import(&Actor::system(), imported).unwrap_err()
}

/// The account of one of the import's people.
fn of(kit: &Kit, who: &str) -> Actor {
    let email = format!("{who}@acme.example").parse().unwrap();
    acting(common::accounts(kit).by_email(&Actor::system(), &email).unwrap().id)
}

fn level(kit: &Kit, directory: &Service, who: &str) -> Level {
    let access = enter(directory, &Actor::system(), "acme");
    directory.member(&access, id_of(&of(kit, who))).unwrap().member.level
}

fn group(kit: &Kit, access: &Access, id: &str) -> Group {
    groups(kit).by_external_id(access, id).unwrap()
}

/// Who is in a group and as what.
fn places(kit: &Kit, access: &Access, id: &str) -> Vec<String> {
    let group = group(kit, access, id);
    let found = groups(kit).members(access, group.id, MemberFilter::default(), Page::first(99)).unwrap();
    let mut kinds: Vec<String> = found.items.into_iter().map(|place| place.kind).collect();
    kinds.sort();
    kinds
}

fn described(description: &str) -> OrganizationFacts {
    OrganizationFacts { description: Some(description.to_owned()), ..OrganizationFacts::default() }
}

both_engines! {
    fn a_roster_makes_an_organization_with_everybody_in_it(kit) {
        let directory = directory(kit);
        let changes = import(kit, &directory, company());
        assert_eq!(changes, ImportChanges {
            organizations_created: 1,
            accounts_created: 3,
            members_created: 3,
            roles_created: 1,
            groups_created: 2,
            memberships_created: 4,
            roles_granted: 1,
            ..ImportChanges::default()
        });
        let access = enter(&directory, &of(kit, "ada"), "acme");
        assert_eq!(directory.organization(&access).unwrap().owner, Some(id_of(&of(kit, "ada"))));
        assert_eq!([level(kit, &directory, "bob"), level(kit, &directory, "cyd")], [Level::Admin, Level::Member]);
        assert_eq!(places(kit, &access, "sales"), ["MAINTAINER", "MEMBER"], "Bob and the team within");
        assert!(enter(&directory, &of(kit, "cyd"), "acme").require(&permission("shop.sell")).is_ok());
        let (north, sales) = (group(kit, &access, "north"), group(kit, &access, "sales"));
        let explained = directory.explain(&access, id_of(&of(kit, "cyd"))).unwrap();
        let way = explained.into_iter().find(|given| given.permission == permission("shop.sell")).unwrap().via;
        assert_eq!(way, [Step::Group(north.id, north.name), Step::Group(sales.id, sales.name), Step::Role("seller".into())]);
    }

    fn importing_twice_changes_nothing(kit) {
        let directory = directory(kit);
        import(kit, &directory, company());
        let access = enter(&directory, &Actor::system(), "acme");
        let log = || kit.ctx.read(|conn| event::latest(conn, access.organization(), 99)).unwrap().len();
        let before = (log(), directory.organization(&access).unwrap());
        let changes = import(kit, &directory, company());
        assert_eq!(changes, ImportChanges::default());
        assert_eq!((changes.created(), changes.changed()), (0, 0));
        assert_eq!((log(), directory.organization(&access).unwrap()), before);
    }

    fn a_broken_row_leaves_nothing_and_names_its_place(kit) {
        let directory = directory(kit);
        let with = |group: ImportedGroup| ImportedOrganization { groups: [company().groups, vec![group]].concat(), ..company() };
        let nameless = GroupFields { name: "Nameless".into(), ..GroupFields::default() };
        let broken = [
            (with(team("x", None, &[("nobody", "MEMBER")], &[])), "teams/x/nobody", Code::Invalid),
            (with(team("x", None, &[("bob", &"x".repeat(65))], &[])), "teams/x/bob", Code::Invalid),
            (with(team("x", Some("unlisted"), &[], &[])), "teams/x", Code::Invalid),
            (with(team("x", None, &[], &["none"])), "teams/x", Code::NotFound),
            (with(team("x", None, &[], &["owner"])), "teams/x", Code::Invalid),
            (with(team("sales", Some("north"), &[], &[])), "teams/sales", Code::Cycle),
            (with(ImportedGroup { group: NewGroup::try_from(nameless).unwrap(), ..team("x", None, &[], &[]) }), "teams/x", Code::Invalid),
            (ImportedOrganization { roles: vec![new_role("manager", &[])], ..company() }, "role manager", Code::Conflict),
        ];
        for (imported, place, code) in broken {
            let error = refused(&directory, imported);
            assert!(error.to_string().starts_with(&format!("{}: {place}: ", code.name())), "{error}");
            assert_eq!(directory.enter(&Actor::system(), &name("acme")).unwrap_err().code(), Code::NotFound);
            let email = "ada@acme.example".parse().unwrap();
            let account = common::accounts(kit).by_email(&Actor::system(), &email);
            assert_eq!(account.unwrap_err().code(), Code::NotFound, "{place}: not even the accounts are left");
        }
        assert_eq!(import(kit, &directory, company()).created(), 15, "and the name is still free");
    }

    fn a_broken_row_leaves_an_organization_that_was_there_as_it_was(kit) {
        let directory = directory(kit);
        import(kit, &directory, company());
        let access = enter(&directory, &Actor::system(), "acme");
        let before = (directory.organization(&access).unwrap(), directory.roles(&access).unwrap().len());
        let changed = OrganizationFields { facts: described("Other"), ..fields("acme") };
        let broken = ImportedOrganization {
            organization: new(changed),
            roles: vec![new_role("buyer", &[])],
            apps: Vec::new(),
            people: vec![listed("dan", Level::Member)],
            groups: vec![team("south", None, &[("dan", "MEMBER")], &["none"])],
        };
        assert_eq!(refused(&directory, broken).code(), Code::NotFound);
        assert_eq!((directory.organization(&access).unwrap(), directory.roles(&access).unwrap().len()), before);
        assert_eq!(groups(kit).by_external_id(&access, "south").unwrap_err().code(), Code::NotFound);
        assert_eq!(directory.members(&access, &MemberQuery::everybody(), Page::first(9)).unwrap().items.len(), 3);
    }

    fn only_a_platform_administrator_imports(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        assert_eq!(directory.import(&ada, company()).unwrap_err().code(), Code::Forbidden);
        let limited = Actor::new(ada.subject(), Limits::default(), common::permissions(&["org.directory.create"]));
        assert_eq!(directory.import(&limited, company()).unwrap_err().code(), Code::Forbidden);
    }

    fn whoever_imports_does_not_come_to_own_it(kit) {
        let (directory, root) = (directory(kit), person(kit, "root@platform.example"));
        let root = Actor::new(root.subject(), Limits::default(), PermissionSet::all());
        directory.import(&root, ImportedOrganization { people: vec![listed("ada", Level::Owner)], ..imported() }).unwrap();
        let access = enter(&directory, &root, "acme");
        assert_eq!(directory.organization(&access).unwrap().owner, Some(id_of(&of(kit, "ada"))));
        assert_eq!(directory.members(&access, &MemberQuery::everybody(), Page::first(9)).unwrap().items.len(), 1);
    }

    fn an_owner_can_be_named_with_the_organization(kit) {
        let (directory, eve) = (directory(kit), account(kit, "eve@other.example"));
        let of_eve = OrganizationFields { owner: Some(eve), ..fields("acme") };
        import(kit, &directory, ImportedOrganization { organization: new(of_eve), people: vec![listed("ada", Level::Owner)], ..imported() });
        let access = enter(&directory, &Actor::system(), "acme");
        assert_eq!(directory.organization(&access).unwrap().owner, Some(eve));
        assert_eq!(level(kit, &directory, "ada"), Level::Admin, "ownership was settled by then");
        let nobody = OrganizationFields { owner: Some(polity_kernel::AccountId::new(kit.ctx.ids().secret())), ..fields("other") };
        let error = refused(&directory, ImportedOrganization { organization: new(nobody), ..imported() });
        assert_eq!((error.code(), error.fields()[0].field.as_str()), (Code::Invalid, "owner"));
    }

    fn an_organization_is_found_again_by_its_key(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "Acme");
        let access = enter(&directory, &ada, "acme");
        let said = OrganizationPatch {
            facts: OrganizationFactsPatch { description: Some(Some("Ours".into())), ..Default::default() },
            ..OrganizationPatch::default()
        };
        directory.update(&access, said).unwrap();
        assert_eq!(import(kit, &directory, imported()), ImportChanges::default(), "a silent imported changes nothing");
        let all = OrganizationFields {
            alias: Some("acme-inc".into()),
            name: Some("Acme, Inc.".into()),
            domain: Some("acme.example".into()),
            domain_verified: Some(true),
            facts: OrganizationFacts {
                logo_url: Some("https://acme.example/logo.png".into()),
                external_sales_force_id: Some("A1".into()),
                ..described("Theirs")
            },
            ..fields("ACME")
        };
        let changes = import(kit, &directory, ImportedOrganization { organization: new(all.clone()), ..imported() });
        assert_eq!(changes, ImportChanges { organizations_changed: 1, ..ImportChanges::default() });
        let changed = directory.organization(&enter(&directory, &ada, "acme-inc")).unwrap();
        assert_eq!((changed.key.as_str(), changed.alias.as_str(), changed.name.as_str()), ("Acme", "acme-inc", "Acme, Inc."));
        assert_eq!(changed.facts, all.facts);
        assert!(changed.domain.unwrap().verified);
        assert_eq!(import(kit, &directory, ImportedOrganization { organization: new(all), ..imported() }), ImportChanges::default());
    }

    fn another_organization_s_names_are_not_a_key(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        let theirs = OrganizationFields { alias: Some("acme".into()), ..fields("theirs") };
        let before = directory.found(&ada, new(theirs)).unwrap();
        for word in ["acme".to_owned(), before.id.to_string()] {
            let error = refused(&directory, ImportedOrganization { organization: new(fields(&word)), ..company() });
            assert_eq!(error.code(), Code::Conflict, "{word}");
        }
        assert_eq!(directory.organization(&enter(&directory, &ada, "theirs")).unwrap(), before);
        let keyless = OrganizationFields { name: Some("Acme".into()), ..OrganizationFields::default() };
        let error = refused(&directory, ImportedOrganization { organization: new(keyless), ..company() });
        assert_eq!((error.code(), error.fields()[0].field.as_str()), (Code::Invalid, "key"));
    }

    fn a_suspended_organization_is_imported_only_with_a_word_on_its_status(kit) {
        let directory = directory(kit);
        import(kit, &directory, company());
        let access = enter(&directory, &Actor::system(), "acme");
        let status = |status| OrganizationPatch { status: Some(status), ..OrganizationPatch::default() };
        directory.update(&access, status(Status::Inactive)).unwrap();
        assert_eq!(refused(&directory, company()).code(), Code::OrganizationInactive);
        let says = |status| ImportedOrganization { organization: new(OrganizationFields { status: Some(status), ..fields("acme") }), ..company() };
        assert_eq!(import(kit, &directory, says(Status::Inactive)), ImportChanges::default());
        let fields = OrganizationFields { name: Some("Other".into()), status: Some(Status::Inactive), ..fields("acme") };
        let renamed = ImportedOrganization { organization: new(fields), ..company() };
        assert_eq!(refused(&directory, renamed).code(), Code::OrganizationInactive);
        let mut joined = says(Status::Inactive);
        joined.people.push(listed("late", Level::Member));
        assert_eq!(refused(&directory, joined).code(), Code::OrganizationInactive);
        let revived = import(kit, &directory, says(Status::Active));
        assert_eq!(revived, ImportChanges { organizations_changed: 1, ..ImportChanges::default() });
        assert_eq!(directory.organization(&access).unwrap().status, Status::Active);
    }
}
