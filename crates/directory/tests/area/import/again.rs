//! Importing again: what is already there is found, brought up to date, and never taken away.

use std::time::Duration;

use polity_accounts::{AccountFields, AccountProfile, NewAccount, People};
use polity_directory::{
    Assignee, Entry, ImportChanges, ImportedGroup, ImportedOrganization, ImportedPerson, MemberPatch,
    MemberQuery, Members, OrganizationFields, Organizations, RoleAssignments, Roles,
};
use polity_groups::{GroupFields, GroupProfile, Groups, NewGroup};
use polity_kernel::event::Recorded;
use polity_kernel::{Actor, Code, Level, Page, event};
use polity_testkit::both_engines;

use super::{company, group, import, imported, level, listed, of, places, refused, team};
use crate::common::{
    self, directory, enter, fields, found, given, groups, id_of, join, key, name, new, new_role, permission,
    person,
};

both_engines! {
    fn people_are_found_again_by_address_and_left_as_they_are(kit) {
        let directory = directory(kit);
        let ada = common::make_account(kit, "ada@acme.example", true);
        let fields = AccountFields { email: "ADA@acme.example".into(), profile: AccountProfile { name: Some("Countess".into()), ..AccountProfile::default() }, ..AccountFields::default() };
        let listed = ImportedPerson { account: NewAccount::try_from(fields).unwrap(), ..listed("ada", Level::Owner) };
        let changes = import(kit, &directory, ImportedOrganization { people: vec![listed], ..imported() });
        assert_eq!((changes.accounts_created, changes.members_created), (0, 1));
        let account = common::accounts(kit).account(&Actor::system(), ada).unwrap();
        assert_eq!((account.profile.name, account.email_verified, account.version), (None, true, 1), "the account is its person's");
    }

    fn a_level_is_raised_but_never_lowered(kit) {
        let directory = directory(kit);
        import(kit, &directory, company());
        let people = vec![listed("ada", Level::Member), listed("bob", Level::Member), listed("cyd", Level::Admin)];
        let changes = import(kit, &directory, ImportedOrganization { people, ..imported() });
        assert_eq!(changes, ImportChanges { members_changed: 1, ..ImportChanges::default() });
        let levels = ["ada", "bob", "cyd"].map(|who| level(kit, &directory, who));
        assert_eq!(levels, [Level::Owner, Level::Admin, Level::Admin]);
    }

    fn ownership_is_not_overturned_from_outside(kit) {
        let (directory, eve) = (directory(kit), person(kit, "eve@other.example"));
        found(&directory, &eve, "acme");
        import(kit, &directory, company());
        assert_eq!(level(kit, &directory, "ada"), Level::Admin, "as high as it goes where somebody owns it");
        assert_eq!(import(kit, &directory, company()), ImportChanges::default());
        let access = enter(&directory, &eve, "acme");
        assert_eq!(directory.organization(&access).unwrap().owner, Some(id_of(&eve)));
    }

    fn nobody_is_removed(kit) {
        let (directory, eve) = (directory(kit), person(kit, "eve@other.example"));
        import(kit, &directory, company());
        let ada = of(kit, "ada");
        let access = enter(&directory, &ada, "acme");
        directory.add_member(&access, id_of(&eve).into()).unwrap();
        directory.grant(&access, given(Assignee::Account(id_of(&eve)), &key("manager"), None)).unwrap();
        let fewer = ImportedOrganization { people: company().people[..1].to_vec(), groups: vec![team("sales", None, &[], &[])], ..imported() };
        assert_eq!(import(kit, &directory, fewer), ImportChanges::default());
        assert_eq!(directory.members(&access, &MemberQuery::everybody(), Page::first(9)).unwrap().items.len(), 4);
        assert_eq!(places(kit, &access, "sales").len(), 2);
        assert!(enter(&directory, &eve, "acme").require(&permission("org.groups.create")).is_ok());
    }

    fn a_membership_that_ended_begins_anew(kit) {
        let directory = directory(kit);
        import(kit, &directory, company());
        let (ada, bob) = (of(kit, "ada"), of(kit, "bob"));
        let access = enter(&directory, &ada, "acme");
        let end = kit.ctx.now().after(Duration::from_millis(500));
        let patch = MemberPatch { level: None, expires_at: Some(Some(end)) };
        directory.change_member(&access, id_of(&bob), patch).unwrap();
        let changes = import(kit, &directory, company());
        assert_eq!((changes.members_created, changes.memberships_created), (1, 2), "with the places the old one had");
        assert_eq!(directory.member(&access, id_of(&bob)).unwrap().member.expires_at, None);
    }

    fn a_renamed_group_is_the_same_group(kit) {
        let directory = directory(kit);
        import(kit, &directory, company());
        let access = enter(&directory, &of(kit, "ada"), "acme");
        let before = group(kit, &access, "sales");
        let renamed = || ImportedGroup { formerly: vec!["never".into(), "sales".into()], ..team("trade", None, &[("bob", "MAINTAINER")], &["seller"]) };
        let again = || ImportedOrganization { groups: vec![renamed(), team("north", Some("trade"), &[], &[])], ..company() };
        let changes = import(kit, &directory, again());
        assert_eq!(changes, ImportChanges { groups_changed: 1, ..ImportChanges::default() });
        let after = group(kit, &access, "trade");
        assert_eq!((after.id, after.name.as_str()), (before.id, "Team trade"));
        assert_eq!(groups(kit).by_external_id(&access, "sales").unwrap_err().code(), Code::NotFound);
        assert!(enter(&directory, &of(kit, "cyd"), "acme").require(&permission("shop.sell")).is_ok());
        assert_eq!(import(kit, &directory, again()), ImportChanges::default());
    }

    fn a_former_name_that_another_group_has_now_is_that_one_s(kit) {
        let directory = directory(kit);
        import(kit, &directory, company());
        let access = enter(&directory, &of(kit, "ada"), "acme");
        let before = group(kit, &access, "sales");
        let split = || ImportedGroup { formerly: vec!["sales".into()], ..team("trade", None, &[], &[]) };
        for order in [vec![team("sales", None, &[], &[]), split()], vec![split(), team("sales", None, &[], &[])]] {
            import(kit, &directory, ImportedOrganization { groups: order, ..company() });
            assert_eq!(group(kit, &access, "sales").id, before.id);
            assert_ne!(group(kit, &access, "trade").id, before.id);
        }
    }

    fn of_somebody_named_twice_in_a_group_the_last_counts(kit) {
        let directory = directory(kit);
        let twice = || ImportedOrganization { groups: vec![team("sales", None, &[("bob", "MEMBER"), ("bob", "MAINTAINER")], &[])], ..company() };
        assert_eq!(import(kit, &directory, twice()).memberships_created, 1);
        let access = enter(&directory, &of(kit, "ada"), "acme");
        assert_eq!(places(kit, &access, "sales"), ["MAINTAINER"]);
        assert_eq!(import(kit, &directory, twice()), ImportChanges::default());
    }

    fn what_a_group_and_a_role_are_like_is_brought_up_to_date(kit) {
        let directory = directory(kit);
        import(kit, &directory, company());
        let described = GroupFields { name: "Sales".into(), external_id: Some("sales".into()), profile: GroupProfile { description: Some("Sells".into()), ..GroupProfile::default() }, ..GroupFields::default() };
        let changed = ImportedOrganization {
            roles: vec![new_role("seller", &["shop.sell", "shop.refund"])],
            groups: vec![ImportedGroup { group: NewGroup::try_from(described).unwrap(), ..team("sales", None, &[("bob", "MEMBER")], &["manager"]) }],
            ..company()
        };
        let changes = import(kit, &directory, changed);
        assert_eq!(changes, ImportChanges {
            roles_changed: 1, groups_changed: 1, memberships_changed: 1, roles_granted: 1, ..ImportChanges::default()
        });
        let access = enter(&directory, &of(kit, "ada"), "acme");
        assert_eq!(group(kit, &access, "sales").profile.unwrap().description.as_deref(), Some("Sells"));
        assert!(enter(&directory, &of(kit, "cyd"), "acme").require(&permission("shop.refund")).is_ok());
        let log = kit.ctx.read(|conn| event::latest(conn, access.organization(), 6)).unwrap();
        let log: Vec<_> = log.iter().map(Recorded::name).collect();
        let log: Vec<_> = log.iter().filter(|event| *event != "member.accepted").collect();
        assert_eq!(log, ["role.granted", "group.member_updated", "group.updated", "role.updated"]);
    }

    fn a_taken_domain_or_alias_fails_the_whole_roster(kit) {
        let (directory, eve) = (directory(kit), person(kit, "eve@other.example"));
        common::with_domain(&directory, &eve, "other", "mail.example");
        for clash in [
            OrganizationFields { domain: Some("mail.example".into()), ..fields("acme") },
            OrganizationFields { alias: Some("other".into()), ..fields("acme") },
        ] {
            assert_eq!(refused(&directory, ImportedOrganization { organization: new(clash), ..company() }).code(), Code::Conflict);
            assert_eq!(directory.enter(&Actor::system(), &name("acme")).unwrap_err().code(), Code::NotFound);
        }
    }

    fn an_organization_has_at_most_500_roles(kit) {
        let directory = directory(kit);
        let roles: Vec<_> = (0..500).map(|n| new_role(&format!("role-{n}"), &[])).collect();
        import(kit, &directory, ImportedOrganization { roles: roles.clone(), people: company().people, ..imported() });
        let access = enter(&directory, &of(kit, "ada"), "acme");
        assert_eq!(directory.create_role(&access, new_role("one-more", &[])).unwrap_err().code(), Code::Conflict);
        let error = refused(&directory, ImportedOrganization { roles: [roles, vec![new_role("one-more", &[])]].concat(), ..imported() });
        assert_eq!(error.code(), Code::Conflict);
    }

    fn a_member_by_other_ways_is_one_of_the_roster_s_people(kit) {
        let (directory, eve) = (directory(kit), person(kit, "eve@other.example"));
        found(&directory, &eve, "acme");
        let cyd = join(kit, &directory, &eve, "acme", "cyd@acme.example");
        let before = directory.member(&enter(&directory, &eve, "acme"), id_of(&cyd)).unwrap();
        let changes = import(kit, &directory, company());
        assert_eq!((changes.accounts_created, changes.members_created), (2, 2));
        let after = directory.member(&enter(&directory, &eve, "acme"), id_of(&cyd)).unwrap();
        assert_eq!(after, before);
    }
}
