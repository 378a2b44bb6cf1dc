//! Organizations: names are one's own over all tenants, and a deleted one is gone at once.

use polity_directory::{
    Alias, Deletion, DomainName, Entry, Members, OrganizationFields, OrganizationPatch, Organizations,
    Status, Upkeep, Wanted,
};
use polity_kernel::job::Outcome;
use polity_kernel::{Actor, Code, Home, Level, Limits, PermissionSet, ServiceAccountId, Subject, event, job};
use polity_testkit::both_engines;

use crate::common::{
    self, acting, called, directory, enter, fields, found, id_of, join, name, named, new, person, with_domain,
};

both_engines! {
    fn a_founder_owns_what_they_found(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        let organization = found(&directory, &ada, "acme");
        assert_eq!(organization.owner, Some(id_of(&ada)));
        let access = enter(&directory, &ada, "acme");
        assert_eq!(access.level(), Some(Level::Owner));
        assert_eq!(directory.organization(&access).unwrap(), organization);
    }

    fn names_that_are_not_given_are_made(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        let by_domain = OrganizationFields { domain: Some("mail.Acme.co.uk".into()), ..OrganizationFields::default() };
        let organization = directory.found(&ada, new(by_domain)).unwrap();
        assert_eq!(organization.key.as_str(), organization.id.to_string());
        assert_eq!((organization.name.as_str(), organization.alias.as_str()), ("mail.acme.co.uk", "acme"));

        let organization = directory.found(&ada, new(named("Acme"))).unwrap();
        assert_eq!(organization.alias.as_str(), "acme-2", "the plain one is taken");
    }

    fn an_organization_goes_by_id_key_and_alias(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        let wanted = OrganizationFields { alias: Some("acme-tools".into()), ..fields("Acme.1") };
        let organization = directory.found(&ada, new(wanted)).unwrap();
        for word in [organization.id.to_string().as_str(), "Acme.1", "acme.1", "acme-tools", "ACME-TOOLS"] {
            assert_eq!(enter(&directory, &ada, word).organization(), organization.id, "{word}");
        }
    }

    fn the_id_behind_a_name_is_no_secret_while_the_name_is_taken(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        let wanted = OrganizationFields { alias: Some("acme-tools".into()), ..fields("Acme.1") };
        let organization = directory.found(&ada, new(wanted)).unwrap();
        let words = [organization.id.to_string(), "ACME.1".into(), "acme-tools".into()];
        for word in &words {
            assert_eq!(directory.locate(&name(word)).unwrap(), Some(organization.id), "{word}");
        }
        let access = enter(&directory, &ada, "acme-tools");
        assert_eq!(directory.key(&access).unwrap(), organization.key);
        directory.remove(&access, Deletion::Permitted).unwrap();
        for word in &words {
            assert_eq!(directory.locate(&name(word)).unwrap(), None, "{word}");
        }
        assert_eq!(directory.key(&access).unwrap_err().code(), Code::NotFound);
    }

    fn a_name_is_one_organizations_whatever_kind_of_name_it_is(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        let first = found(&directory, &ada, "acme");
        let clashes = [
            fields("acme"),
            fields("ACME"),
            fields(&first.id.to_string()),
            OrganizationFields { alias: Some("acme".into()), ..fields("other") },
            OrganizationFields { alias: Some("admin".into()), ..fields("other") },
        ];
        for clash in clashes {
            let error = directory.found(&ada, new(clash.clone())).unwrap_err();
            assert_eq!(error.code(), Code::Conflict, "{clash:?}");
        }
        assert_eq!(directory.found(&ada, new(fields("other"))).unwrap().key.as_str(), "other", "nothing was left behind");
    }

    fn a_program_of_an_organization_asks_by_the_permission_it_has_there(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        let home = with_domain(&directory, &ada, "acme", "acme.example").id;
        let program = |permissions: &[&str], limit: Option<&[&str]>| {
            let limits = Limits { permissions: limit.map(common::permissions), ..Limits::default() };
            let subject = Subject::Service(ServiceAccountId::new(kit.ctx.ids().secret()));
            Actor::new(subject, limits, PermissionSet::none())
                .with_home(Home { organization: home, permissions: common::permissions(permissions) })
        };
        let wanted = Wanted { domain: Some("acme.example".parse::<DomainName>().unwrap()), alias: None, name: None };
        let may = program(&["org.directory.list"], None);
        assert!(!directory.available(&may, &wanted).unwrap());
        assert!(directory.available(&may, &called("Initech")).unwrap());
        for may_not in [program(&["org.directory.get"], None), program(&["org.directory.list"], Some(&["org.directory.get"]))] {
            assert_eq!(directory.available(&may_not, &wanted).unwrap_err().code(), Code::Forbidden);
            assert_eq!(directory.available(&may_not, &called("Initech")).unwrap_err().code(), Code::Forbidden);
        }
    }

    fn another_name_may_be_bounded_and_the_one_it_has_is_taken_back(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        let long = "x".repeat(65);
        directory.found(&ada, new(OrganizationFields { name: Some(long.clone()), ..fields("acme") })).unwrap();
        let called = |name: &str| OrganizationPatch { name: Some(Some(name.to_owned())), longest_name: Some(64), ..OrganizationPatch::default() };
        let access = enter(&directory, &ada, "acme");
        assert_eq!(directory.update(&access, called(&long)).unwrap().name, long);
        let error = directory.update(&access, called(&"y".repeat(65))).unwrap_err();
        assert_eq!(error.message(), "name: is longer than 64 characters");
        assert!(directory.update(&access, called(&"y".repeat(64))).is_ok());
        assert!(directory.update(&access, called(&long)).is_err(), "it has it no more");
    }

    fn a_domain_is_one_organizations(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        let claim = |key| OrganizationFields { domain: Some("acme.example".into()), ..fields(key) };
        let first = directory.found(&ada, new(claim("one"))).unwrap();
        assert!(!first.domain.unwrap().verified, "a claim is not a proof");
        let wanted = Wanted { domain: Some("acme.example".parse::<DomainName>().unwrap()), alias: None, name: None };
        assert!(directory.available(&ada, &wanted).unwrap(), "and blocks nobody");
        assert!(!directory.found(&ada, new(claim("two"))).unwrap().domain.unwrap().verified);
        let verify = |organization: &str, word| {
            let patch = OrganizationPatch { domain_verified: Some(word), ..OrganizationPatch::default() };
            directory.update(&enter(&directory, &Actor::system(), organization), patch).map(|after| after.domain.unwrap().verified)
        };
        assert!(verify("two", true).unwrap());
        assert_eq!(verify("one", true).unwrap_err().code(), Code::Conflict, "whoever proves it first has it");
        assert_eq!(directory.found(&ada, new(claim("three"))).unwrap_err().code(), Code::Conflict);
        assert!(!directory.available(&ada, &wanted).unwrap());
        assert!(!verify("two", false).unwrap());
        assert!(verify("one", true).unwrap(), "until the proof is void");
        let vouched = OrganizationFields { domain: Some("b.example".into()), domain_verified: Some(true), ..fields("three") };
        assert_eq!(directory.found(&ada, new(vouched)).unwrap_err().code(), Code::Forbidden);
    }

    fn free_names_are_available(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        with_domain(&directory, &ada, "acme", "acme.example");
        let alias = |text: &str| Wanted { alias: Some(text.parse::<Alias>().unwrap()), domain: None, name: None };
        let domain = |text: &str| Wanted { domain: Some(text.parse::<DomainName>().unwrap()), alias: None, name: None };
        assert!(directory.available(&ada, &Wanted::default()).unwrap());
        assert!(directory.available(&ada, &alias("free")).unwrap());
        assert!(!directory.available(&ada, &alias("acme")).unwrap());
        assert!(!directory.available(&ada, &alias("orgs")).unwrap(), "a reserved word is never free");
        assert!(directory.available(&ada, &domain("free.example")).unwrap());
        assert!(!directory.available(&ada, &domain("ACME.example")).unwrap());
    }

    fn clearing_falls_back_and_releases(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        with_domain(&directory, &ada, "acme", "acme.example");
        let access = enter(&directory, &ada, "acme");
        let patch = OrganizationPatch { name: Some(None), domain: Some(None), ..OrganizationPatch::default() };
        let changed = directory.update(&access, patch).unwrap();
        assert_eq!((changed.name.as_str(), changed.domain, changed.version), ("acme", None, 2));
        let claim = OrganizationFields { domain: Some("acme.example".into()), ..fields("other") };
        assert!(directory.found(&ada, new(claim)).is_ok(), "the domain is free again");
    }

    fn another_domain_has_to_be_verified_again(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        with_domain(&directory, &ada, "acme", "acme.example");
        let access = enter(&directory, &ada, "acme");
        let to = |domain: &str| OrganizationPatch { domain: Some(Some(domain.into())), ..OrganizationPatch::default() };
        let same = directory.update(&access, to("Acme.Example")).unwrap();
        assert!(same.domain.unwrap().verified, "the same domain stays proven");
        let other = directory.update(&access, to("acme.test")).unwrap();
        assert!(!other.domain.unwrap().verified);
        let word = OrganizationPatch { domain_verified: Some(true), ..OrganizationPatch::default() };
        assert_eq!(directory.update(&access, word.clone()).unwrap_err().code(), Code::Forbidden);
        let administrator = enter(&directory, &Actor::system(), "acme");
        assert!(directory.update(&administrator, word).unwrap().domain.unwrap().verified);
    }

    fn an_alias_can_change_and_the_old_one_is_free(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        let wanted = OrganizationFields { alias: Some("old".into()), ..fields("acme") };
        directory.found(&ada, new(wanted)).unwrap();
        let access = enter(&directory, &ada, "old");
        let patch = OrganizationPatch { alias: Some("new".into()), ..OrganizationPatch::default() };
        directory.update(&access, patch).unwrap();
        assert_eq!(directory.enter(&ada, &name("old")).unwrap_err().code(), Code::NotFound);
        assert!(directory.enter(&ada, &name("new")).is_ok() && directory.enter(&ada, &name("acme")).is_ok());
    }

    fn a_suspended_organization_is_read_but_not_changed(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let status = |status| OrganizationPatch { status: Some(status), ..OrganizationPatch::default() };
        directory.update(&enter(&directory, &ada, "acme"), status(Status::Inactive)).unwrap();
        let access = enter(&directory, &ada, "acme");
        assert_eq!(directory.organization(&access).unwrap().status, Status::Inactive);
        let bob = common::account(kit, "bob@acme.example");
        assert_eq!(directory.add_member(&access, bob.into()).unwrap_err().code(), Code::OrganizationInactive);
        assert_eq!(directory.leave(&ada, &name("acme")).unwrap_err().code(), Code::OrganizationInactive);
        let before = directory.organization(&access).unwrap();
        let renamed = || OrganizationPatch { name: Some(Some("Other".into())), ..OrganizationPatch::default() };
        let shared = || OrganizationPatch { owner_email: Some("eve@acme.example".into()), ..OrganizationPatch::default() };
        for resting in [None, Some(Status::Inactive), Some(Status::Pending)] {
            for patch in [renamed(), shared()] {
                let refused = directory.update(&access, OrganizationPatch { status: resting, ..patch }).unwrap_err();
                assert_eq!(refused.code(), Code::OrganizationInactive, "{resting:?}");
            }
        }
        assert_eq!(directory.organization(&access).unwrap(), before, "nothing of it was changed");
        directory.update(&access, OrganizationPatch { status: Some(Status::Active), ..renamed() }).unwrap();
        assert!(directory.add_member(&enter(&directory, &ada, "acme"), bob.into()).is_ok());
    }

    fn a_deleted_organization_is_gone_at_once_and_its_rows_soon(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        let organization = with_domain(&directory, &ada, "acme", "acme.example");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let before = enter(&directory, &bob, "acme");
        directory.remove(&enter(&directory, &ada, "acme"), Deletion::Permitted).unwrap();
        assert_eq!(directory.enter(&bob, &name("acme")).unwrap_err().code(), Code::NotFound);
        assert_eq!(directory.organization(&before).unwrap_err().code(), Code::NotFound);
        assert_eq!(directory.remove_member(&before, id_of(&bob)).unwrap_err().code(), Code::NotFound);
        with_domain(&directory, &ada, "acme", "acme.example");

        let worker = kit.ctx.ids().secret();
        let job = job::lease(&kit.ctx, worker).unwrap().unwrap();
        assert_eq!((job.kind.as_str(), &job.payload["organization"]), ("directory.purge", &organization.id.to_string().into()));
        let mut batches = 0;
        while directory.purge(organization.id).unwrap() == Outcome::Again {
            batches += 1;
        }
        assert!(batches > 0);
        assert!(kit.ctx.read(|conn| event::latest(conn, organization.id, 9)).unwrap().is_empty());
        assert!(directory.enter(&ada, &name("acme")).is_ok(), "the new one of the same name stays");
    }

    fn only_what_is_deleted_is_purged(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        let organization = found(&directory, &ada, "acme");
        assert_eq!(directory.purge(organization.id).unwrap_err().code(), Code::Internal);
        assert!(directory.organization(&enter(&directory, &ada, "acme")).is_ok());
    }

    fn suggestions_are_invitations_first_then_the_verified_domain(kit) {
        let directory = directory(kit);
        let ada = person(kit, "ada@acme.example");
        with_domain(&directory, &ada, "acme", "acme.example");
        found(&directory, &ada, "club");
        let bob = person(kit, "bob@acme.example");
        let keys = |actor: &Actor| -> Vec<String> {
            let found = directory.suggestions(actor).unwrap();
            found.into_iter().map(|organization| organization.key.as_str().to_owned()).collect()
        };
        assert_eq!(keys(&bob), ["acme"]);
        assert_eq!(keys(&ada), [""; 0], "she is in already");
        let invitations = common::invitation("bob@acme.example", Level::Member, &[], 1);
        polity_directory::Invitations::invite(&directory, &enter(&directory, &ada, "club"), invitations).unwrap();
        assert_eq!(keys(&bob), ["club", "acme"]);
        assert_eq!(keys(&acting(common::make_account(kit, "eve@acme.example", false))), [""; 0], "nothing is proven");
    }

    fn founding_needs_the_permission(kit) {
        let directory = directory(kit);
        let ada = person(kit, "ada@acme.example");
        let nothing = Actor::new(ada.subject(), Limits::default(), common::permissions(&[]));
        let error = directory.found(&nothing, new(fields("acme"))).unwrap_err();
        assert_eq!(error.missing_permissions(), [common::permission("org.directory.create")]);
    }
}
