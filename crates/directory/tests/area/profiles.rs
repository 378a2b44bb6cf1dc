//! Profiles: what an organization tells of itself, and its picture, which is the organization's own.

use polity_directory::{
    OrganizationPatch, OrganizationProfile, OrganizationProfilePatch, Organizations, Profiles, Status,
};
use polity_kernel::{Code, event};
use polity_testkit::both_engines;

use crate::common::{directory, enter, found, join, missing, person};

fn said() -> OrganizationProfile {
    OrganizationProfile {
        logo_url: Some("https://acme.example/a.png".into()),
        timezone: Some("Europe/Paris".into()),
        location: Some("Lyon".into()),
        country_code: Some("FR".into()),
        company_size: Some("11-50".into()),
        website: Some("acme.example".into()),
        mission: Some("Ropes\nfor everybody".into()),
    }
}

both_engines! {
    fn a_profile_is_made_replaced_and_changed(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        assert_eq!(directory.profile(&access).unwrap_err().code(), Code::NotFound, "none yet");
        assert_eq!(directory.set_profile(&access, said()).unwrap(), said());
        assert_eq!(directory.profile(&access).unwrap(), said());

        let patch = OrganizationProfilePatch {
            location: Some(Some(" Nantes ".into())),
            mission: Some(None),
            ..OrganizationProfilePatch::default()
        };
        let changed = OrganizationProfile { location: Some("Nantes".into()), mission: None, ..said() };
        assert_eq!(directory.patch_profile(&access, patch).unwrap(), changed);
        assert_eq!(directory.profile(&access).unwrap(), changed, "what is not said stays");

        let little = OrganizationProfile { timezone: Some("UTC".into()), ..OrganizationProfile::default() };
        directory.set_profile(&access, little.clone()).unwrap();
        assert_eq!(directory.profile(&access).unwrap(), little, "what is not said is cleared");
        directory.set_profile(&access, OrganizationProfile::default()).unwrap();
        assert_eq!(directory.profile(&access).unwrap(), OrganizationProfile::default(), "an empty one is one");
    }

    fn a_change_makes_the_profile_that_there_was_not(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let patch = OrganizationProfilePatch { timezone: Some(Some("UTC".into())), ..OrganizationProfilePatch::default() };
        directory.patch_profile(&access, patch).unwrap();
        let expected = OrganizationProfile { timezone: Some("UTC".into()), ..OrganizationProfile::default() };
        assert_eq!(directory.profile(&access).unwrap(), expected);
    }

    fn the_picture_is_the_organization_s_own(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let picture = |url: Option<&str>| OrganizationPatch { logo_url: Some(url.map(str::to_owned)), ..OrganizationPatch::default() };
        let changed = directory.update(&access, picture(Some("https://acme.example/b.png"))).unwrap();
        let alone = OrganizationProfile { logo_url: changed.logo_url.clone(), ..OrganizationProfile::default() };
        assert_eq!(directory.profile(&access).unwrap(), alone, "a picture is a profile");
        assert_eq!(changed.profile(), Some(alone));

        directory.set_profile(&access, said()).unwrap();
        let organization = directory.organization(&access).unwrap();
        assert_eq!(organization.logo_url, said().logo_url, "the remembered one is not what is answered");
        assert_eq!(organization.version, changed.version + 1);
        directory.update(&access, picture(None)).unwrap();
        assert_eq!(directory.profile(&access).unwrap(), OrganizationProfile { logo_url: None, ..said() });
    }

    fn the_same_again_changes_nothing(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        let acme = found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        directory.set_profile(&access, said()).unwrap();
        let log = || kit.db().read(|conn| event::latest(conn, acme.id, 99)).unwrap().len();
        let (version, events) = (directory.organization(&access).unwrap().version, log());
        directory.set_profile(&access, said()).unwrap();
        directory.patch_profile(&access, OrganizationProfilePatch::default()).unwrap();
        assert_eq!((directory.organization(&access).unwrap().version, log()), (version, events));
    }

    fn members_read_and_whoever_runs_it_writes(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        directory.set_profile(&enter(&directory, &ada, "acme"), said()).unwrap();
        let member = enter(&directory, &bob, "acme");
        assert_eq!(directory.profile(&member).unwrap(), said());
        let refusals = [
            directory.set_profile(&member, OrganizationProfile::default()).unwrap_err(),
            directory.patch_profile(&member, OrganizationProfilePatch::default()).unwrap_err(),
        ];
        for refused in refusals {
            assert_eq!(missing(&refused), ["org.directory.update"]);
        }
        assert_eq!(directory.profile(&member).unwrap(), said());
    }

    fn what_will_not_do_names_its_field_and_changes_nothing(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        directory.set_profile(&access, said()).unwrap();
        let bad = OrganizationProfile { website: Some("javascript:alert(1)".into()), ..said() };
        assert_eq!(directory.set_profile(&access, bad).unwrap_err().fields()[0].field, "website");
        let bad = OrganizationProfilePatch { logo_url: Some(Some("x".repeat(2001))), ..OrganizationProfilePatch::default() };
        assert_eq!(directory.patch_profile(&access, bad).unwrap_err().fields()[0].field, "logo_url");
        assert_eq!(directory.profile(&access).unwrap(), said());
    }

    fn a_suspended_organization_tells_what_it_told(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        directory.set_profile(&access, said()).unwrap();
        for status in [Status::Inactive, Status::Pending, Status::Deleted] {
            let to = OrganizationPatch { status: Some(status), ..OrganizationPatch::default() };
            directory.update(&access, to).unwrap();
            let access = enter(&directory, &ada, "acme");
            assert!(!access.is_active(), "only an active one works");
            assert_eq!(directory.profile(&access).unwrap(), said());
            let refused = directory.set_profile(&access, OrganizationProfile::default()).unwrap_err();
            assert_eq!(refused.code(), Code::OrganizationInactive, "{status}");
        }
        let to = OrganizationPatch { status: Some(Status::Active), ..OrganizationPatch::default() };
        let revived = directory.update(&access, to).unwrap();
        assert_eq!((revived.status_changed_at, revived.status_changed_by), (Some(kit.ctx.now()), ada.id()));
        assert!(directory.set_profile(&access, OrganizationProfile::default()).is_ok());
    }
}
