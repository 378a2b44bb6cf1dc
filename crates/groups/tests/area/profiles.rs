//! Profiles: what a group shows of itself.

use polity_groups::{GroupFields, GroupId, GroupPatch, GroupProfile, GroupProfilePatch, Groups, NewGroup};
use polity_kernel::{Code, OrganizationId, epoch};
use polity_testkit::{Kit, both_engines};

use super::{allowed, code, group, log, organization, owner, service};

fn profile(icon: Option<&str>, description: Option<&str>) -> GroupProfile {
    GroupProfile { icon: icon.map(str::to_owned), description: description.map(str::to_owned) }
}

fn epoch_of(kit: &Kit, organization: OrganizationId) -> i64 {
    kit.ctx.read(|conn| epoch::read(conn, &[organization.uuid()])).unwrap()[0].1
}

both_engines! {
    fn a_group_has_no_profile_until_something_is_said(kit) {
        let access = owner(organization(kit));
        let made = group(kit, &access, "a");
        let before = epoch_of(kit, access.organization());
        assert_eq!((code(service(kit).profile(&access, made.id)), &made.profile), (Code::NotFound, &None));
        let rocket = profile(Some("rocket"), None);
        assert_eq!(service(kit).set_profile(&access, made.id, rocket.clone()).unwrap(), rocket);
        assert_eq!(service(kit).profile(&access, made.id).unwrap(), rocket);
        let shown = service(kit).group(&access, made.id).unwrap();
        assert_eq!((shown.profile, shown.version), (Some(rocket), 2));
        assert_eq!(epoch_of(kit, access.organization()), before, "nobody's rights hang on it");
        assert_eq!(log(kit, access.organization()), ["group.created", "group.updated"]);
    }

    fn setting_replaces_and_patching_merges(kit) {
        let access = owner(organization(kit));
        let made = group(kit, &access, "a").id;
        let patch = |icon: Option<Option<&str>>, description: Option<Option<&str>>| {
            let owned = |text: Option<&str>| text.map(str::to_owned);
            let patch = GroupProfilePatch { icon: icon.map(owned), description: description.map(owned) };
            service(kit).patch_profile(&access, made, patch).unwrap()
        };
        assert_eq!(patch(None, Some(Some(" Sells\nthings "))), profile(None, Some("Sells\nthings")), "the first one");
        assert_eq!(patch(Some(Some("🚀")), None), profile(Some("🚀"), Some("Sells\nthings")));
        assert_eq!(patch(None, Some(None)), profile(Some("🚀"), None));
        let set = |profile| service(kit).set_profile(&access, made, profile).unwrap();
        assert_eq!(set(profile(None, Some("x"))), profile(None, Some("x")), "what is absent is cleared");
        assert_eq!(set(GroupProfile::default()), GroupProfile::default());
        assert_eq!(service(kit).profile(&access, made).unwrap(), GroupProfile::default(), "one may be empty");
        let events = log(kit, access.organization()).len();
        set(GroupProfile::default());
        assert_eq!(log(kit, access.organization()).len(), events, "the same again is no change");
    }

    fn the_description_of_a_group_is_that_of_its_profile(kit) {
        let access = owner(organization(kit));
        let fields = GroupFields {
            name: "a".to_owned(),
            profile: profile(None, Some("Sells")),
            ..GroupFields::default()
        };
        let made = service(kit).create(&access, NewGroup::try_from(fields).unwrap()).unwrap().id;
        assert_eq!(service(kit).profile(&access, made).unwrap(), profile(None, Some("Sells")));
        let icon = GroupProfilePatch { icon: Some(Some("star".to_owned())), ..GroupProfilePatch::default() };
        service(kit).patch_profile(&access, made, icon).unwrap();
        let buys = GroupProfilePatch { description: Some(Some("Buys".to_owned())), ..GroupProfilePatch::default() };
        let patch = GroupPatch { profile: buys, ..GroupPatch::default() };
        let changed = service(kit).update(&access, made, patch).unwrap();
        assert_eq!(changed.profile, Some(profile(Some("star"), Some("Buys"))));
        let nothing = GroupProfilePatch { description: Some(None), icon: Some(None) };
        let cleared = GroupPatch { profile: nothing, ..GroupPatch::default() };
        assert_eq!(service(kit).update(&access, made, cleared).unwrap().profile, Some(GroupProfile::default()));
    }

    fn profiles_are_for_those_who_may(kit) {
        let organization = organization(kit);
        let made = group(kit, &owner(organization), "a").id;
        let (reader, there) = (allowed(organization, &["org.groups.get"]), owner(super::organization(kit)));
        let (groups, empty) = (service(kit), GroupProfile::default());
        assert_eq!(code(groups.set_profile(&reader, made, empty.clone())), Code::Forbidden);
        assert_eq!(code(groups.patch_profile(&reader, made, GroupProfilePatch::default())), Code::Forbidden);
        assert_eq!(code(groups.profile(&allowed(organization, &[]), made)), Code::Forbidden);
        groups.set_profile(&allowed(organization, &["org.groups.update"]), made, empty.clone()).unwrap();
        assert_eq!(groups.profile(&reader, made).unwrap(), empty);
        for access in [&there, &owner(organization)] {
            let unknown = if access.organization() == organization { GroupId::new(kit.ctx.ids().secret()) } else { made };
            assert_eq!(code(groups.profile(access, unknown)), Code::NotFound);
            assert_eq!(code(groups.set_profile(access, unknown, empty.clone())), Code::NotFound);
            assert_eq!(code(groups.patch_profile(access, unknown, GroupProfilePatch::default())), Code::NotFound);
        }
    }

    fn a_bad_profile_names_its_field(kit) {
        let access = owner(organization(kit));
        let made = group(kit, &access, "a").id;
        for (field, bad) in [
            ("icon", profile(Some(&"x".repeat(2049)), None)),
            ("icon", profile(Some("a\u{0}"), None)),
            ("description", profile(None, Some(&"x".repeat(2001)))),
            ("description", profile(None, Some("a\u{1b}"))),
        ] {
            let patch = GroupProfilePatch { icon: Some(bad.icon.clone()), description: Some(bad.description.clone()) };
            let refused = service(kit).set_profile(&access, made, bad).unwrap_err();
            assert_eq!((refused.code(), refused.fields()[0].field.as_str()), (Code::Invalid, field));
            let refused = service(kit).patch_profile(&access, made, patch).unwrap_err();
            assert_eq!((refused.code(), refused.fields()[0].field.as_str()), (Code::Invalid, field));
        }
        assert_eq!(code(service(kit).profile(&access, made)), Code::NotFound);
    }
}
