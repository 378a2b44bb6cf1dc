//! Groups: who makes, sees, changes and removes them.

use polity_groups::{
    Group, GroupFields, GroupFilter, GroupId, GroupPatch, GroupProfile, GroupProfilePatch, GroupStatus,
    Groups, Member, Memberships, NewGroup,
};
use polity_kernel::{Code, Error, Page};
use polity_testkit::{Kit, both_engines};

use super::{
    account, acting, allowed, chains, code, group, log, new, organization, owner, put, service, tick,
};

fn known_outside(name: &str, external_id: &str) -> NewGroup {
    let external_id = Some(external_id.to_owned());
    NewGroup::try_from(GroupFields { name: name.to_owned(), external_id, ..GroupFields::default() }).unwrap()
}

both_engines! {
    fn a_group_is_kept_as_it_was_given(kit) {
        let access = owner(organization(kit));
        let fields = GroupFields {
            name: "  Engineering ".to_owned(),
            kind: Some("DEPARTMENT".to_owned()),
            profile: GroupProfile { description: Some("Builds\nthings".to_owned()), ..GroupProfile::default() },
            external_id: Some("eng".to_owned()),
            status: Some(GroupStatus::Pending),
        };
        let made = service(kit).create(&access, NewGroup::try_from(fields).unwrap()).unwrap();
        assert_eq!((made.name.as_str(), made.kind.as_str()), ("Engineering", "DEPARTMENT"));
        assert_eq!((made.version, made.created_at, made.status), (1, Kit::START, GroupStatus::Pending));
        assert_eq!(service(kit).group(&access, made.id).unwrap(), made);
        assert_eq!(service(kit).by_external_id(&access, "eng").unwrap(), made);
        assert_eq!(log(kit, access.organization()), ["group.created"]);

        let plain = group(kit, &access, "Plain");
        assert_eq!((plain.kind.as_str(), plain.status, plain.external_id), ("TEAM", GroupStatus::Active, None));
    }

    fn names_may_be_shared_and_external_ids_not(kit) {
        let (here, there) = (owner(organization(kit)), owner(organization(kit)));
        group(kit, &here, "a");
        group(kit, &here, "a");
        let first = service(kit).create(&here, known_outside("x", "1")).unwrap();
        assert_eq!(code(service(kit).create(&here, known_outside("y", "1"))), Code::Conflict);
        service(kit).create(&there, known_outside("x", "1")).expect("another organization has its own ids");

        let second = service(kit).create(&here, known_outside("y", "2")).unwrap();
        let patch = GroupPatch { external_id: Some(Some("1".to_owned())), ..GroupPatch::default() };
        assert_eq!(code(service(kit).update(&here, second.id, patch)), Code::Conflict);
        assert_eq!(service(kit).by_external_id(&here, "1").unwrap(), first);
    }

    fn a_foreign_organizations_group_is_as_good_as_none(kit) {
        let (here, there) = (owner(organization(kit)), owner(organization(kit)));
        let known = service(kit).create(&here, known_outside("x", "1")).unwrap();
        let (own, ada) = (group(kit, &there, "own"), Member::Account(account(kit, "ada")));
        let groups = service(kit);
        for refused in [
            code(groups.group(&there, known.id)),
            code(groups.by_external_id(&there, "1")),
            code(groups.by_external_id(&there, "a\u{0}")),
            code(groups.update(&there, known.id, GroupPatch::default())),
            code(groups.remove(&there, known.id)),
            code(put(kit, &there, known.id, ada)),
            code(put(kit, &there, own.id, Member::Group(known.id))),
            code(groups.remove_member(&there, known.id, ada)),
            code(groups.members(&there, known.id, Default::default(), Page::first(9))),
            code(groups.transitive_members(&there, known.id, Default::default(), Page::first(9))),
            code(groups.group(&here, GroupId::new(kit.ctx.ids().secret()))),
        ] {
            assert_eq!(refused, Code::NotFound);
        }
        assert_eq!(groups.groups(&there, GroupFilter::default(), Page::first(9)).unwrap().items, [own]);
        let of_known = groups.groups_of(&there, Member::Group(known.id), Page::first(9)).unwrap();
        assert!(of_known.items.is_empty());
    }

    fn each_call_asks_for_its_permission(kit) {
        let organization = organization(kit);
        let (known, ada) = (group(kit, &owner(organization), "a"), Member::Account(account(kit, "ada")));
        let nobody = allowed(organization, &[]);
        let missing = |error: Error| error.missing_permissions()[0].to_string();
        let (groups, page) = (service(kit), Page::first(9));
        for (lacking, permission) in [
            (groups.create(&nobody, new("b")).unwrap_err(), "org.groups.create"),
            (groups.group(&nobody, known.id).unwrap_err(), "org.groups.get"),
            (groups.groups(&nobody, GroupFilter::default(), page).unwrap_err(), "org.groups.list"),
            (groups.by_external_id(&nobody, "1").unwrap_err(), "org.groups.find"),
            (groups.update(&nobody, known.id, GroupPatch::default()).unwrap_err(), "org.groups.update"),
            (groups.remove(&nobody, known.id).unwrap_err(), "org.groups.delete"),
            (put(kit, &nobody, known.id, ada).unwrap_err(), "org.groups.update"),
            (groups.remove_member(&nobody, known.id, ada).unwrap_err(), "org.groups.update"),
            (groups.members(&nobody, known.id, Default::default(), page).unwrap_err(), "org.groups.get"),
            (groups.transitive_members(&nobody, known.id, Default::default(), page).unwrap_err(), "org.groups.get"),
            (groups.groups_of(&nobody, ada, page).unwrap_err(), "org.groups.find"),
        ] {
            assert_eq!(missing(lacking), permission);
        }
        let creator = allowed(organization, &["org.groups.create", "org.groups.get"]);
        let made = groups.create(&creator, new("b")).unwrap();
        assert_eq!(groups.group(&creator, made.id).unwrap(), made);
    }

    fn a_patch_changes_what_it_names(kit) {
        let access = owner(organization(kit));
        let made = service(kit).create(&access, known_outside("x", "1")).unwrap();
        tick(kit);
        let patch = GroupPatch {
            name: Some("y".to_owned()),
            external_id: Some(None),
            status: Some(GroupStatus::Inactive),
            ..GroupPatch::default()
        };
        let changed = service(kit).update(&access, made.id, patch.clone()).unwrap();
        assert_eq!((changed.name.as_str(), changed.external_id.as_deref(), changed.version), ("y", None, 2));
        assert!(changed.updated_at > made.updated_at && changed.created_at == made.created_at);
        assert_eq!(service(kit).group(&access, made.id).unwrap(), changed);
        assert_eq!(service(kit).update(&access, made.id, patch).unwrap(), changed, "the same again is no change");

        let late = GroupPatch { name: Some("z".to_owned()), version: Some(1), ..GroupPatch::default() };
        assert_eq!(code(service(kit).update(&access, made.id, late)), Code::Conflict);
        assert_eq!(log(kit, access.organization()), ["group.created", "group.updated"]);
    }

    fn who_made_a_group_and_who_changed_its_status_is_kept(kit) {
        let access = owner(organization(kit));
        let [ada, bob] = ["ada", "bob"].map(|name| account(kit, name));
        let (by_ada, by_bob) = (acting(&access, ada), acting(&access, bob));
        let made = service(kit).create(&by_ada, new("a")).unwrap();
        let stamp = |group: &Group| (group.status_changed_at, group.status_changed_by.map(|id| id.uuid()));
        assert_eq!((made.created_by.map(|id| id.uuid()), stamp(&made)), (Some(ada.uuid()), (None, None)));
        assert_eq!(group(kit, &access, "b").created_by, None, "polity itself has no id");

        tick(kit);
        let renamed = GroupPatch { name: Some("c".to_owned()), ..GroupPatch::default() };
        assert_eq!(stamp(&service(kit).update(&by_bob, made.id, renamed).unwrap()), (None, None));
        let rests = GroupPatch { status: Some(GroupStatus::Inactive), ..GroupPatch::default() };
        let resting = service(kit).update(&by_bob, made.id, rests).unwrap();
        assert_eq!(stamp(&resting), (Some(kit.ctx.now()), Some(bob.uuid())));
        assert_eq!(resting.created_by, made.created_by);
        assert_eq!(service(kit).group(&access, made.id).unwrap(), resting);
    }

    fn groups_are_filtered_by_status_and_kind(kit) {
        let access = owner(organization(kit));
        let kinds = [("a", "Équipe"), ("b", "TEAM"), ("c", "ÉQUIPE"), ("d", "équipe")];
        let made = kinds.map(|(name, kind)| {
            tick(kit);
            let fields = GroupFields { name: name.to_owned(), kind: Some(kind.to_owned()), ..GroupFields::default() };
            service(kit).create(&access, NewGroup::try_from(fields).unwrap()).unwrap()
        });
        let rests = GroupPatch { status: Some(GroupStatus::Pending), ..GroupPatch::default() };
        service(kit).update(&access, made[2].id, rests).unwrap();
        let names = |status, kind: Option<&str>, page| {
            let filter = GroupFilter { status, kind: kind.map(str::to_owned) };
            let found = service(kit).groups(&access, filter, page).unwrap();
            found.items.into_iter().map(|group| group.name).collect::<Vec<_>>().join(" ")
        };
        let all = Page::first(9);
        assert_eq!(names(None, Some("éQUIPE"), all), "a c d", "compared without case");
        assert_eq!(names(None, Some("éQUIPE"), Page::after(9, made[0].id.uuid())), "c d");
        assert_eq!(names(Some(GroupStatus::Active), None, all), "a b d");
        assert_eq!(names(Some(GroupStatus::Pending), Some("équipe"), all), "c");
        assert_eq!(names(Some(GroupStatus::Deleted), None, all), "");
        let bad = GroupFilter { kind: Some("a\u{0}".to_owned()), ..GroupFilter::default() };
        let refused = service(kit).groups(&access, bad, all).unwrap_err();
        assert_eq!((refused.code(), refused.fields()[0].field.as_str()), (Code::Invalid, "kind"));
    }

    fn bad_input_names_its_field_and_changes_nothing(kit) {
        let access = owner(organization(kit));
        let made = group(kit, &access, "a");
        for (field, patch) in [
            ("name", GroupPatch { name: Some(" ".to_owned()), ..GroupPatch::default() }),
            ("name", GroupPatch { name: Some("a\u{0}".to_owned()), ..GroupPatch::default() }),
            ("name", GroupPatch { name: Some("x".repeat(201)), ..GroupPatch::default() }),
            ("kind", GroupPatch { kind: Some("x".repeat(65)), ..GroupPatch::default() }),
            ("description", GroupPatch { profile: GroupProfilePatch { description: Some(Some("a\u{1b}".to_owned())), ..GroupProfilePatch::default() }, ..GroupPatch::default() }),
            ("icon", GroupPatch { profile: GroupProfilePatch { icon: Some(Some("x".repeat(2049))), ..GroupProfilePatch::default() }, ..GroupPatch::default() }),
            ("external_id", GroupPatch { external_id: Some(Some("x".repeat(256))), ..GroupPatch::default() }),
        ] {
            let error = service(kit).update(&access, made.id, patch).unwrap_err();
            assert_eq!((error.code(), error.fields()[0].field.as_str()), (Code::Invalid, field));
        }
        let profile = GroupProfile { description: Some("x".repeat(2001)), ..GroupProfile::default() };
        let fields = GroupFields { name: "x".repeat(201), profile, ..GroupFields::default() };
        let error = NewGroup::try_from(fields).unwrap_err();
        let named: Vec<&str> = error.fields().iter().map(|error| error.field.as_str()).collect();
        assert_eq!(named, ["description", "name"], "all at once");
        assert_eq!(service(kit).group(&access, made.id).unwrap(), made);
    }

    fn a_removed_group_leaves_no_trace_in_others(kit) {
        let access = owner(organization(kit));
        let [top, middle, bottom] = ["top", "middle", "bottom"].map(|name| group(kit, &access, name));
        let ada = account(kit, "ada");
        put(kit, &access, top.id, Member::Group(middle.id)).unwrap();
        put(kit, &access, middle.id, Member::Group(bottom.id)).unwrap();
        put(kit, &access, bottom.id, Member::Account(ada)).unwrap();
        service(kit).remove(&access, middle.id).unwrap();

        assert_eq!(code(service(kit).group(&access, middle.id)), Code::NotFound);
        assert_eq!(code(service(kit).remove(&access, middle.id)), Code::NotFound);
        assert!(service(kit).members(&access, top.id, Default::default(), Page::first(9)).unwrap().items.is_empty());
        let of_bottom = service(kit).groups_of(&access, Member::Group(bottom.id), Page::first(9)).unwrap();
        assert!(of_bottom.items.is_empty());
        assert_eq!(chains(kit, &access, ada), ["bottom"]);
        assert!(log(kit, access.organization()).contains(&"group.deleted".to_owned()));
    }

    fn groups_come_in_pages_oldest_first(kit) {
        let access = owner(organization(kit));
        for name in ["c", "a", "b"] {
            group(kit, &access, name);
            tick(kit);
        }
        let names = |page| {
            let paged = service(kit).groups(&access, GroupFilter::default(), page).unwrap();
            let names: Vec<String> = paged.items.into_iter().map(|found| found.name).collect();
            (names.join(" "), paged.next)
        };
        let (first, next) = names(Page::first(2));
        assert_eq!(first, "c a");
        assert_eq!(names(Page::after(2, next.unwrap())), ("b".to_owned(), None));
        assert_eq!(names(Page::offset(2, 1)), ("a b".to_owned(), None));
    }
}
