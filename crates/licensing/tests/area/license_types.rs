//! Licenses that organizations take by themselves.

use polity_directory::entitlements::{DOMAINS, MEMBERS};
use polity_kernel::Code;
use polity_licensing::{LicenseStanding, LicenseType, Licensing};
use polity_projects::entitlements::PROJECTS;
use polity_testkit::both_engines;

use crate::common::{days, node, person};
use crate::issuer::{growth, vendor};

both_engines! {
    fn a_trial_lasts_thirty_days(kit) {
        let node = node(kit);
        let access = node.found(&person(kit, "ada@acme.example"), "acme");
        let license = node.licensing.take_type(&access, LicenseType::Trial).unwrap();
        assert_eq!((license.kind, license.standing), (LicenseType::Trial, LicenseStanding::Active));
        assert_eq!(license.expires_at, Some(kit.ctx.now().after(days(30))));
        assert_eq!((license.jti, license.grace_until), (None, None));
        let limits = [MEMBERS, PROJECTS, DOMAINS];
        assert_eq!(limits.map(|resource| license.entitlements.limit(resource)), [Some(50), Some(10), Some(5)]);
        node.populate(kit, &access, 6);

        kit.pass(days(30));
        let license = node.licensing.license(&access).unwrap();
        assert_eq!((license.kind, license.standing), (LicenseType::Trial, LicenseStanding::Ended));
        assert_eq!(license.entitlements.limit(MEMBERS), Some(5));
        let warning = "the trial license ended at 2026-02-14T12:00:00Z; the organization has what free gives";
        assert_eq!(license.warning.as_deref(), Some(warning));
        assert_eq!(node.hire(kit, &access, "late").unwrap_err().code(), Code::LimitReached);
    }

    fn a_trial_is_had_once(kit) {
        let node = node(kit);
        let access = node.found(&person(kit, "ada@acme.example"), "acme");
        let refused = || {
            let rows = kit.rows();
            let error = node.licensing.take_type(&access, LicenseType::Trial).unwrap_err();
            assert_eq!((error.code(), error.message()), (Code::Conflict, "the organization has had its trial"));
            assert_eq!(kit.rows(), rows);
        };
        node.licensing.take_type(&access, LicenseType::Trial).unwrap();
        refused();
        node.licensing.take_type(&access, LicenseType::Free).unwrap();
        refused();
        node.licensing.apply_key(&access, &vendor().sign(&growth("acme", "l-1"))).unwrap();
        refused();
        kit.pass(days(400));
        refused();
        assert_eq!(node.licensing.license(&access).unwrap().kind, LicenseType::Growth);
    }

    fn the_others_need_a_key(kit) {
        let node = node(kit);
        let access = node.found(&person(kit, "ada@acme.example"), "acme");
        let before = (kit.rows(), node.licensing.license(&access).unwrap());
        for kind in [LicenseType::Growth, LicenseType::Enterprise, LicenseType::Google, LicenseType::Honeycomb] {
            let error = node.licensing.take_type(&access, kind).unwrap_err();
            assert_eq!((error.code(), error.message()), (Code::Forbidden, &*format!("a license of type {kind} needs a license key")));
        }
        assert_eq!((kit.rows(), node.licensing.license(&access).unwrap()), before);
    }

    fn the_way_back_is_open_to_whoever_fits(kit) {
        let node = node(kit);
        let access = node.found(&person(kit, "ada@acme.example"), "acme");
        node.licensing.apply_key(&access, &vendor().sign(&growth("acme", "l-1"))).unwrap();
        node.populate(kit, &access, 6);
        let before = (kit.rows(), node.licensing.license(&access).unwrap());
        let error = node.licensing.take_type(&access, LicenseType::Free).unwrap_err();
        assert_eq!(error.code(), Code::Conflict);
        assert_eq!(error.message(), "the organization exceeds the limits of the license (members: 6, at most 5)");
        assert_eq!((kit.rows(), node.licensing.license(&access).unwrap()), before);
        let last = access.actor().clone();
        let members = polity_directory::Members::accounts(&*node.directory, &access, polity_kernel::Page::first(9)).unwrap();
        let other = members.items.into_iter().find(|account| Some(*account) != last.person().ok()).unwrap();
        polity_directory::Members::remove_member(&*node.directory, &access, other).unwrap();
        let license = node.licensing.take_type(&access, LicenseType::Free).unwrap();
        assert_eq!((license.kind, license.jti, license.expires_at), (LicenseType::Free, None, None));
    }
}
