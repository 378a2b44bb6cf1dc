//! Profiles: what an organization tells of itself, and its picture, which is the organization's own.

use polity_directory::{
    OrganizationFacts, OrganizationFactsPatch, OrganizationPatch, Organizations, Profiles, Status,
};
use polity_kernel::{Code, event};
use polity_testkit::both_engines;

use crate::common::{directory, enter, found, join, missing, person};

fn said() -> OrganizationFacts {
    OrganizationFacts {
        logo_url: Some("https://acme.example/a.png".into()),
        timezone: Some("Europe/Paris".into()),
        location: Some("Lyon".into()),
        country_code: Some("FR".into()),
        company_size: Some("11-50".into()),
        website: Some("acme.example".into()),
        mission: Some("Ropes\nfor everybody".into()),
        ..OrganizationFacts::default()
    }
}

/// The change after which these facts and no others are told.
fn all(facts: OrganizationFacts) -> OrganizationFactsPatch {
    OrganizationFactsPatch {
        description: Some(facts.description),
        logo_url: Some(facts.logo_url),
        external_sales_force_id: Some(facts.external_sales_force_id),
        timezone: Some(facts.timezone),
        location: Some(facts.location),
        country_code: Some(facts.country_code),
        company_size: Some(facts.company_size),
        industry: Some(facts.industry),
        website: Some(facts.website),
        mission: Some(facts.mission),
    }
}

fn nothing() -> OrganizationFactsPatch {
    all(OrganizationFacts::default())
}

both_engines! {
    fn a_profile_is_made_replaced_and_changed(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        assert_eq!(directory.profile(&access).unwrap_err().code(), Code::NotFound, "none yet");
        assert_eq!(directory.change_profile(&access, all(said())).unwrap(), said());
        assert_eq!(directory.profile(&access).unwrap(), said());

        let patch = OrganizationFactsPatch {
            location: Some(Some(" Nantes ".into())),
            mission: Some(None),
            ..OrganizationFactsPatch::default()
        };
        let changed = OrganizationFacts { location: Some("Nantes".into()), mission: None, ..said() };
        assert_eq!(directory.change_profile(&access, patch).unwrap(), changed);
        assert_eq!(directory.profile(&access).unwrap(), changed, "what is not said stays");

        let little = OrganizationFacts { timezone: Some("UTC".into()), ..OrganizationFacts::default() };
        directory.change_profile(&access, all(little.clone())).unwrap();
        assert_eq!(directory.profile(&access).unwrap(), little, "what is not said is cleared");
        directory.change_profile(&access, nothing()).unwrap();
        assert_eq!(directory.profile(&access).unwrap(), OrganizationFacts::default(), "an empty one is one");
    }

    fn a_change_makes_the_profile_that_there_was_not(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let patch = OrganizationFactsPatch { timezone: Some(Some("UTC".into())), ..OrganizationFactsPatch::default() };
        directory.change_profile(&access, patch).unwrap();
        let expected = OrganizationFacts { timezone: Some("UTC".into()), ..OrganizationFacts::default() };
        assert_eq!(directory.profile(&access).unwrap(), expected);
    }

    fn the_picture_is_the_organization_s_own(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let picture = |url: Option<&str>| OrganizationPatch {
            facts: OrganizationFactsPatch { logo_url: Some(url.map(str::to_owned)), ..Default::default() },
            ..OrganizationPatch::default()
        };
        let changed = directory.update(&access, picture(Some("https://acme.example/b.png"))).unwrap();
        let alone = OrganizationFacts { logo_url: changed.facts.logo_url.clone(), ..OrganizationFacts::default() };
        assert_eq!(directory.profile(&access).unwrap(), alone, "a picture is a profile");
        assert_eq!(changed.profile(), Some(&alone));

        directory.change_profile(&access, all(said())).unwrap();
        let organization = directory.organization(&access).unwrap();
        assert_eq!(organization.facts.logo_url, said().logo_url, "the remembered one is not what is answered");
        assert_eq!(organization.version, changed.version + 1);
        directory.update(&access, picture(None)).unwrap();
        assert_eq!(directory.profile(&access).unwrap(), OrganizationFacts { logo_url: None, ..said() });
    }

    fn what_a_change_leaves_alone_is_not_judged_again(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        // as rules of an earlier version let it be told
        kit.execute("UPDATE organizations SET profile = '{\"mission\":\"Ro\u{200b}pes\"}'");
        let named = OrganizationPatch { name: Some(Some("Acme".into())), ..OrganizationPatch::default() };
        assert_eq!(directory.update(&access, named).unwrap().facts.mission.as_deref(), Some("Ro\u{200b}pes"));
        let located = OrganizationFactsPatch { location: Some(Some("Lyon".into())), ..Default::default() };
        assert_eq!(directory.change_profile(&access, located).unwrap().location.as_deref(), Some("Lyon"));
        let again = OrganizationFactsPatch { mission: Some(Some("Ro\u{200b}pes".into())), ..Default::default() };
        assert_eq!(directory.change_profile(&access, again).unwrap_err().fields()[0].field, "mission");
    }

    fn the_same_again_changes_nothing(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        let acme = found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        directory.change_profile(&access, all(said())).unwrap();
        let log = || kit.db().read(|conn| event::latest(conn, acme.id, 99)).unwrap().len();
        let (version, events) = (directory.organization(&access).unwrap().version, log());
        directory.change_profile(&access, all(said())).unwrap();
        directory.change_profile(&access, OrganizationFactsPatch::default()).unwrap();
        assert_eq!((directory.organization(&access).unwrap().version, log()), (version, events));
    }

    fn members_read_and_whoever_runs_it_writes(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        directory.change_profile(&enter(&directory, &ada, "acme"), all(said())).unwrap();
        let member = enter(&directory, &bob, "acme");
        assert_eq!(directory.profile(&member).unwrap(), said());
        let refusals = [
            directory.change_profile(&member, nothing()).unwrap_err(),
            directory.change_profile(&member, OrganizationFactsPatch::default()).unwrap_err(),
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
        directory.change_profile(&access, all(said())).unwrap();
        let bad = OrganizationFacts { website: Some("javascript:alert(1)".into()), ..said() };
        assert_eq!(directory.change_profile(&access, all(bad)).unwrap_err().fields()[0].field, "website");
        let bad = OrganizationFactsPatch { logo_url: Some(Some("x".repeat(2001))), ..OrganizationFactsPatch::default() };
        assert_eq!(directory.change_profile(&access, bad).unwrap_err().fields()[0].field, "logo_url");
        assert_eq!(directory.profile(&access).unwrap(), said());
    }

    fn a_suspended_organization_tells_what_it_told(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        directory.change_profile(&access, all(said())).unwrap();
        for status in [Status::Inactive, Status::Pending, Status::Deleted] {
            let to = OrganizationPatch { status: Some(status), ..OrganizationPatch::default() };
            directory.update(&access, to).unwrap();
            let access = enter(&directory, &ada, "acme");
            assert!(!access.is_active(), "only an active one works");
            assert_eq!(directory.profile(&access).unwrap(), said());
            let refused = directory.change_profile(&access, nothing()).unwrap_err();
            assert_eq!(refused.code(), Code::OrganizationInactive, "{status}");
        }
        let to = OrganizationPatch { status: Some(Status::Active), ..OrganizationPatch::default() };
        let revived = directory.update(&access, to).unwrap();
        assert_eq!((revived.status_changed_at, revived.status_changed_by), (Some(kit.ctx.now()), ada.id()));
        assert!(directory.change_profile(&access, nothing()).is_ok());
    }
}
