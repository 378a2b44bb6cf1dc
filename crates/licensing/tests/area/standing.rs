//! How a license stands as time passes and as the operator changes their mind.

use std::collections::BTreeSet;

use polity_directory::entitlements::{DOMAINS, MEMBERS};
use polity_directory::{Members, Organizations};
use polity_kernel::{Code, MasterKey, Page};
use polity_licensing::{EntitlementMode, LicenseStanding, LicenseType, Licensing, Settings};
use polity_projects::entitlements::PROJECTS;
use polity_testkit::both_engines;

use crate::common::{days, node, person, settings, started};
use crate::issuer::{expiry, growth, vendor};

both_engines! {
    fn who_has_no_license_has_what_free_gives(kit) {
        let node = node(kit);
        let access = node.found(&person(kit, "ada@acme.example"), "acme");
        let license = node.licensing.license(&access).unwrap();
        assert_eq!((license.kind, license.standing), (LicenseType::Free, LicenseStanding::Active));
        let limits = [MEMBERS, PROJECTS, DOMAINS];
        assert_eq!(limits.map(|resource| license.entitlements.limit(resource)), [Some(5), Some(1), Some(1)]);
        assert_eq!(license.entitlements.features().unwrap().count(), 0);
        assert_eq!((license.jti, license.expires_at, license.grace_until, license.warning), (None, None, None, None));
    }

    fn everything_keeps_working_for_two_weeks_after_the_end(kit) {
        let node = node(kit);
        let access = node.found(&person(kit, "ada@acme.example"), "acme");
        let key = vendor().sign(&growth("acme", "l-1"));
        node.licensing.apply_key(&access, &key).unwrap();
        node.populate(kit, &access, 7);
        let warnings = || node.licensing.warnings(&[access.organization()]).unwrap();
        assert!(warnings().is_empty());

        kit.pass(days(365));
        let license = node.licensing.license(&access).unwrap();
        assert_eq!((license.kind, license.standing), (LicenseType::Growth, LicenseStanding::Grace));
        let warning = "the license expired at 2027-01-15T12:00:00Z; everything keeps working until 2027-01-29T12:00:00Z";
        assert_eq!(license.warning.as_deref(), Some(warning));
        assert_eq!(warnings(), [(access.organization(), warning.to_owned())]);
        node.hire(kit, &access, "late").unwrap();
        // what has expired is not applied anew, not even while it counts
        assert_eq!(node.licensing.apply_key(&access, &key).unwrap_err().code(), Code::Invalid);

        kit.pass(days(14));
        let license = node.licensing.license(&access).unwrap();
        assert_eq!((license.kind, license.standing), (LicenseType::Growth, LicenseStanding::Ended));
        assert_eq!((license.expires_at, license.grace_until), (Some(expiry()), Some(expiry().after(days(14)))));
        assert_eq!(license.entitlements.limit(MEMBERS), Some(5));
        assert_eq!((license.usage.members, warnings().len()), (8, 1));
        // what there is stays readable and cannot grow
        assert_eq!(node.directory.accounts(&access, Page::first(99)).unwrap().items.len(), 8);
        node.directory.organization(&access).unwrap();
        assert_eq!(node.hire(kit, &access, "later").unwrap_err().code(), Code::LimitReached);
    }

    fn a_key_that_is_revoked_or_whose_issuer_is_not_trusted_any_more_counts_no_longer(kit) {
        let first = node(kit);
        let access = first.found(&person(kit, "ada@acme.example"), "acme");
        first.licensing.apply_key(&access, &vendor().sign(&growth("acme", "l-1"))).unwrap();
        first.populate(kit, &access, 6);
        let revoked = Settings { revoked: BTreeSet::from(["l-1".to_owned()]), ..settings() };
        let withdrawn = Settings { keys: settings().keys.split_off(1), ..settings() };
        for (name, settings) in [("late", revoked), ("later", withdrawn)] {
            let next = started(&kit.ctx, &settings);
            let access = next.enter(access.actor(), "acme");
            assert_eq!(next.hire(kit, &access, name).unwrap_err().code(), Code::LimitReached);
            let license = next.licensing.license(&access).unwrap();
            assert_eq!((license.kind, license.standing), (LicenseType::Growth, LicenseStanding::Ended));
            assert_eq!((license.jti.as_deref(), license.issued_at), (Some("l-1"), None));
            assert_eq!(license.entitlements.limit(MEMBERS), Some(5));
            let told = next.licensing.warnings(&[access.organization()]).unwrap().remove(0).1;
            assert_eq!(told, "the growth license key is not accepted any more; the organization has what free gives");
        }
        // trusted again, it counts again
        let again = node(kit);
        again.hire(kit, &again.enter(access.actor(), "acme"), "sixth").unwrap();
    }

    fn nothing_is_limited_where_licenses_do_not_count(kit) {
        let open = Settings { mode: EntitlementMode::All, ..settings() };
        let node = started(&kit.ctx, &open);
        let access = node.found(&person(kit, "ada@acme.example"), "acme");
        node.populate(kit, &access, 8);
        node.licensing.apply_key(&access, &vendor().sign(&growth("acme", "l-1"))).unwrap();
        kit.pass(days(400));
        let license = node.licensing.license(&access).unwrap();
        assert_eq!((license.kind, license.warning), (LicenseType::Growth, None));
        assert_eq!((license.entitlements.limit(MEMBERS), license.entitlements.features().is_none()), (None, true));
        assert!(node.licensing.warnings(&[access.organization()]).unwrap().is_empty());
        node.hire(kit, &access, "another").unwrap();
    }

    fn each_organization_has_its_own(kit) {
        let node = node(kit);
        let (ada, eve) = (person(kit, "ada@acme.example"), person(kit, "eve@other.example"));
        let (acme, other) = (node.found(&ada, "acme"), node.found(&eve, "other"));
        node.licensing.apply_key(&acme, &vendor().sign(&growth("acme", "l-1"))).unwrap();
        assert_eq!(node.licensing.license(&other).unwrap().kind, LicenseType::Free);
        kit.pass(days(365));
        let warned = node.licensing.warnings(&[acme.organization(), other.organization()]).unwrap();
        assert_eq!(warned.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [acme.organization()]);
        assert!(node.licensing.warnings(&[]).unwrap().is_empty());
        assert_eq!(node.licensing.purge(acme.organization(), 10).unwrap(), 2, "the license, and what key it was");
        assert_eq!(node.licensing.purge(acme.organization(), 10).unwrap(), 0);
        assert_eq!(node.licensing.license(&acme).unwrap().kind, LicenseType::Free);
    }
}

#[test]
fn settings_that_cannot_be_meant_do_not_start() {
    let kit = polity_testkit::Kit::new(polity_testkit::Engine::Sqlite);
    let twice = Settings { keys: vec![vendor().verification(), vendor().verification()], ..settings() };
    let error = polity_licensing::Service::new(
        kit.ctx,
        &MasterKey::new([7; 32]),
        &twice,
        std::sync::Arc::new(polity_domains::Claims),
    )
    .unwrap_err();
    assert_eq!(error.fields()[0].field, "license_keys");
}
