//! License keys: which are taken, what they do at once, and that nothing else changes anything.

use polity_directory::entitlements::MEMBERS;
use polity_directory::{NewProject, OrganizationPatch, Organizations, ProjectFields, Status};
use polity_kernel::{Code, Page, Result, event};
use polity_licensing::{License, LicenseStanding, LicenseType, Licensing};
use polity_projects::{ProjectMembers, ProjectRole, Projects};
use polity_testkit::both_engines;
use serde_json::json;

use crate::common::{days, narrowed, node, person, settings, started};
use crate::issuer::{DAY, Issuer, claims, expiry, growth, hmac, successor, unpadded, vendor};

/// What was said about the license key that was refused.
fn why(result: Result<License>) -> String {
    let error = result.unwrap_err();
    assert_eq!((error.code(), error.fields()[0].field.as_str()), (Code::Invalid, "license_key"));
    error.fields()[0].message.clone()
}

both_engines! {
    fn a_license_key_takes_effect_at_once(kit) {
        let node = node(kit);
        let access = node.found(&person(kit, "ada@acme.example"), "acme");
        node.populate(kit, &access, 5);
        assert_eq!(node.hire(kit, &access, "sixth").unwrap_err().code(), Code::LimitReached);

        let license = node.licensing.apply_key(&access, &vendor().sign(&growth("acme", "l-1"))).unwrap();
        assert_eq!((license.kind, license.standing), (LicenseType::Growth, LicenseStanding::Active));
        assert_eq!(license.jti.as_deref(), Some("l-1"));
        assert_eq!(license.issued_at, Some(kit.ctx.now()));
        assert_eq!(license.expires_at, Some(expiry()));
        assert_eq!(license.grace_until, Some(expiry().after(days(14))));
        assert_eq!(license.entitlements.limit(MEMBERS), Some(20));
        assert_eq!(license.entitlements.features().unwrap().collect::<Vec<_>>(), ["rbac"]);
        assert_eq!((license.usage.members, license.warning.as_ref()), (5, None));
        assert_eq!(node.licensing.license(&access).unwrap(), license);
        // entered before the license was there
        node.hire(kit, &access, "late").unwrap();
    }

    fn a_feature_is_on_while_the_license_names_it(kit) {
        let node = node(kit);
        let access = node.found(&person(kit, "ada@acme.example"), "acme");
        let fields = ProjectFields { name: "Production".to_owned(), ..ProjectFields::default() };
        let project = node.projects.open_project(&access, NewProject::try_from(fields).unwrap()).unwrap().id;
        let bob = node.hire(kit, &access, "bob").unwrap();
        let give = |role| node.projects.give_project_role(&access, project, bob, role);
        assert_eq!(give(ProjectRole::User).unwrap_err().code(), Code::NotEntitled);
        node.licensing.apply_key(&access, &vendor().sign(&growth("acme", "l-1"))).unwrap();
        give(ProjectRole::User).unwrap();
        node.licensing.take_type(&access, LicenseType::Free).unwrap();
        assert_eq!(give(ProjectRole::Admin).unwrap_err().code(), Code::NotEntitled);
        assert_eq!(node.projects.project_members(&access, project, Page::first(9)).unwrap().items.len(), 2);
    }

    fn a_key_is_for_the_organization_that_it_names(kit) {
        let node = node(kit);
        let access = node.found(&person(kit, "ada@acme.example"), "Acme.Ltd");
        let alias = |alias: &str| OrganizationPatch { alias: Some(alias.to_owned()), ..OrganizationPatch::default() };
        node.directory.update(&access, alias("acme-ropes")).unwrap();
        let id = access.organization().to_string();
        for (n, subject) in [id.as_str(), "acme.LTD", "ACME-ropes", "*"].into_iter().enumerate() {
            let key = vendor().sign(&growth(subject, &format!("l-{n}")));
            node.licensing.apply_key(&access, &format!("  {key}\n")).unwrap();
        }
        let before = node.licensing.license(&access).unwrap();
        for subject in ["acme", "", "other", "acme-ropes "] {
            let key = vendor().sign(&growth(subject, "l-9"));
            assert_eq!(why(node.licensing.apply_key(&access, &key)), "is another organization's");
        }
        // a key stays what it is when the organization changes its name
        node.directory.update(&access, alias("acme-nets")).unwrap();
        assert_eq!(node.licensing.license(&access).unwrap(), before);
    }

    fn a_key_that_will_not_do_changes_nothing(kit) {
        let revoked = polity_licensing::Settings { revoked: ["burnt".to_owned()].into(), ..settings() };
        let node = started(&kit.ctx, &revoked);
        let access = node.found(&person(kit, "ada@acme.example"), "acme");
        let good = vendor().sign(&growth("acme", "l-1"));
        let before = node.licensing.apply_key(&access, &good).unwrap();
        let rows = kit.rows();

        let stranger = Issuer::new("vendor-1", 9);
        let [header, claimed, signature] = good.split('.').collect::<Vec<_>>()[..] else { panic!("{good}") };
        let more = unpadded(&claims("acme", "l-2", &json!({ "members": 9_999 })));
        let none = unpadded(&json!({ "alg": "none", "kid": "vendor-1" }));
        let at = |iat: i64, exp: i64| {
            let (mut claims, start) = (growth("acme", "l-2"), kit.ctx.now().seconds());
            claims["iat"] = json!(start + iat);
            claims["exp"] = json!(start + exp);
            vendor().sign(&claims)
        };
        let refused = [
            (String::new(), "must not be empty"),
            (" \n\t".to_owned(), "must not be empty"),
            ("x".repeat(1_000_000), "is longer than 8 KiB"),
            (format!("{good}{}", "A".repeat(8 * 1024)), "is longer than 8 KiB"),
            ("license".to_owned(), "is not a license key"),
            ("..".to_owned(), "is not a license key"),
            (format!("{header}.{claimed}"), "is not a license key"),
            (format!("{good}.{signature}"), "is not a license key"),
            (good.chars().take(good.len() - 1).collect(), "is not a license key"),
            (good.chars().take(good.len() / 2).collect(), "is not a license key"),
            (format!("{header}.{more}.{signature}"), "is not signed by the key it names"),
            (stranger.sign(&growth("acme", "l-2")), "is not signed by the key it names"),
            (Issuer::new("vendor-2", 1).sign(&growth("acme", "l-2")), "is not signed by the key it names"),
            (Issuer::new("vendor-3", 1).sign(&growth("acme", "l-2")), "is signed with an unknown key"),
            (hmac(&vendor(), &growth("acme", "l-2")), "is not signed with EdDSA"),
            (format!("{none}.{claimed}."), "is not signed with EdDSA"),
            (format!("{none}.{claimed}.{signature}"), "is not signed with EdDSA"),
            (vendor().sign(&growth("acme", "burnt")), "is revoked"),
            (vendor().sign(&growth("other", "l-2")), "is another organization's"),
            (at(-2 * DAY, -DAY), "has expired"),
            (at(-2, 0), "has expired"),
            (at(301, DAY), "is not valid yet"),
        ];
        for (key, expected) in refused {
            assert_eq!(why(node.licensing.apply_key(&access, &key)), expected, "{key:.80}");
            assert_eq!(kit.rows(), rows, "{key:.80}");
            assert_eq!(node.licensing.license(&access).unwrap(), before, "{key:.80}");
        }
    }

    fn what_the_organization_exceeds_is_named(kit) {
        let node = node(kit);
        let access = node.found(&person(kit, "ada@acme.example"), "acme");
        node.populate(kit, &access, 3);
        node.set_domain(&access, Some("acme.example.com")).unwrap();
        let before = (kit.rows(), node.licensing.license(&access).unwrap());
        let small = vendor().sign(&claims("acme", "l-1", &json!({ "members": 2, "projects": 1 })));
        let error = node.licensing.apply_key(&access, &small).unwrap_err();
        assert_eq!(error.code(), Code::Conflict);
        assert_eq!(error.message(), "the organization exceeds the limits of the license (members: 3, at most 2)");
        assert_eq!((kit.rows(), node.licensing.license(&access).unwrap()), before);
        // as much as there is will do
        let just = vendor().sign(&claims("acme", "l-2", &json!({ "members": 3, "projects": 1, "domains": 1 })));
        node.licensing.apply_key(&access, &just).unwrap();
    }

    fn the_same_key_again_changes_nothing(kit) {
        let node = node(kit);
        let access = node.found(&person(kit, "ada@acme.example"), "acme");
        let key = vendor().sign(&growth("acme", "l-1"));
        let first = node.licensing.apply_key(&access, &key).unwrap();
        let rows = kit.rows();
        assert_eq!(node.licensing.apply_key(&access, &key).unwrap(), first);
        assert_eq!(kit.rows(), rows);
        let next = node.licensing.apply_key(&access, &successor().sign(&growth("acme", "l-2"))).unwrap();
        assert_eq!(next.jti.as_deref(), Some("l-2"));
    }

    fn a_license_is_its_administrators_business(kit) {
        let node = node(kit);
        let ada = person(kit, "ada@acme.example");
        let access = node.found(&ada, "acme");
        let bob = node.hire(kit, &access, "bob").unwrap();
        let key = vendor().sign(&growth("acme", "l-1"));
        let member = node.enter(&crate::common::acting(bob), "acme");
        let reader = node.enter(&narrowed(&ada, &["org.license.get"]), "acme");
        let rows = kit.rows();
        assert_eq!(node.licensing.license(&member).unwrap_err().code(), Code::Forbidden);
        assert_eq!(node.licensing.acceptances(&member, Page::first(9)).unwrap_err().code(), Code::Forbidden);
        node.licensing.license(&reader).unwrap();
        assert!(node.licensing.acceptances(&reader, Page::first(9)).unwrap().items.is_empty());
        for access in [&member, &reader] {
            let error = node.licensing.apply_key(access, &key).unwrap_err();
            assert_eq!(error.message(), "permission required: org.license.update");
            assert_eq!(node.licensing.apply_key(access, "no key at all").unwrap_err().code(), Code::Forbidden);
            assert_eq!(node.licensing.take_type(access, LicenseType::Trial).unwrap_err().code(), Code::Forbidden);
        }
        assert_eq!(kit.rows(), rows);
    }

    fn a_suspended_organization_keeps_its_license(kit) {
        let node = node(kit);
        let access = node.found(&person(kit, "ada@acme.example"), "acme");
        let patch = OrganizationPatch { status: Some(Status::Inactive), ..OrganizationPatch::default() };
        node.directory.update(&access, patch).unwrap();
        let error = node.licensing.apply_key(&access, &vendor().sign(&growth("acme", "l-1"))).unwrap_err();
        assert_eq!(error.code(), Code::OrganizationInactive);
        assert_eq!(node.licensing.license(&access).unwrap().kind, LicenseType::Free);
    }

    fn a_change_is_told_of_without_the_key(kit) {
        let node = node(kit);
        let access = node.found(&person(kit, "ada@acme.example"), "acme");
        let tick = || kit.pass(std::time::Duration::from_millis(1));
        tick();
        let key = vendor().sign(&growth("acme", "l-1"));
        let license = node.licensing.apply_key(&access, &key).unwrap();
        tick();
        node.licensing.apply_key(&access, &successor().sign(&growth("acme", "l-2"))).unwrap();
        let told = kit.ctx.read(|conn| event::latest(conn, access.organization(), 9)).unwrap();
        let (second, first) = (&told[0], &told[1]);
        assert_eq!((second.action.as_str(), second.entity.as_str()), ("replaced", "license"));
        assert_eq!(second.entity_id, access.organization().to_string());
        assert_eq!(second.before.as_ref().unwrap().0["jti"], "l-1");
        assert_eq!(second.after.as_ref().unwrap().0["jti"], "l-2");
        assert!(first.before.is_none());
        for told in [format!("{told:?}"), format!("{license:?}"), format!("{:?}", node.licensing)] {
            assert!(!told.contains(&key), "{told}");
        }
    }
}
