//! Secret keys: shown to a project's admins alone, one of them the default, and what a project is found by.

use std::time::Duration;

use polity_directory::{Deletion, OrganizationPatch, Organizations, Status, Upkeep};
use polity_kernel::{Access, Clock, Code, Ctx, IdSource, MasterKey, job::Outcome};
use polity_projects::{
    Project, ProjectKeys, ProjectRole, ProjectSecret, Projects, SecretKey, SecretKeyId, SecretKeyRef,
};
use polity_testkit::{Kit, both_engines};

use crate::areas::{Areas, directory};
use crate::common::{enter, found, missing, person, tick};
use crate::projects::{joined, log, open};

fn by_id(key: &SecretKey) -> SecretKeyRef {
    SecretKeyRef::Id(key.id)
}

fn by_secret(key: &SecretKey) -> SecretKeyRef {
    key.secret.exposed().parse().unwrap()
}

fn found_by(directory: &Areas, key: &SecretKey) -> Option<polity_directory::ProjectId> {
    directory.projects.project_by_secret(&key.secret.exposed()).unwrap().map(|(_, project)| project)
}

/// How many defaults there are, and whether the first is one.
fn defaults(keys: &[SecretKey]) -> (usize, bool) {
    (keys.iter().filter(|key| key.is_default).count(), keys[0].is_default)
}

fn version(directory: &Areas, access: &Access, project: &Project) -> i64 {
    directory.projects.project(access, project.id).unwrap().version
}

both_engines! {
    fn keys_are_added_preferred_and_withdrawn(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let shop = open(kit, &directory, &access, "Shop");
        let first = shop.secret_keys.clone().unwrap().remove(0);
        tick(kit);
        let two = directory.projects.add_secret_key(&access, shop.id).unwrap();
        assert_eq!((two.len(), &two[0], two[1].is_default, two[1].created_at), (2, &first, false, kit.ctx.now()));
        assert_ne!(two[0].secret, two[1].secret);
        assert_eq!(version(&directory, &access, &shop), 2);

        let refused = directory.projects.withdraw_secret_key(&access, shop.id, &by_id(&first)).unwrap_err();
        assert_eq!(refused.code(), Code::Conflict, "the default stays");
        let preferred = directory.projects.prefer_secret_key(&access, shop.id, &by_id(&two[1])).unwrap();
        assert_eq!((preferred[0].id, defaults(&preferred)), (two[1].id, (1, true)));
        assert_eq!(directory.projects.prefer_secret_key(&access, shop.id, &by_secret(&two[1])).unwrap(), preferred);
        assert_eq!(version(&directory, &access, &shop), 3, "nothing was left to do");
        assert_eq!(directory.projects.secret_keys(&access, shop.id).unwrap(), preferred);
        assert_eq!(directory.projects.project(&access, shop.id).unwrap().secret_keys, Some(preferred.clone()));

        let left = directory.projects.withdraw_secret_key(&access, shop.id, &by_secret(&first)).unwrap();
        assert_eq!(left, preferred[..1]);
        assert_eq!((found_by(&directory, &first), found_by(&directory, &left[0])), (None, Some(shop.id)));
    }

    fn a_key_that_is_not_there_is_unknown(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let [shop, other] = ["Shop", "Other"].map(|name| open(kit, &directory, &access, name));
        let theirs = other.secret_keys.clone().unwrap().remove(0);
        let random = kit.ctx.ids().secret();
        let nobodys = [SecretKeyRef::Id(SecretKeyId::new(random)), SecretKeyRef::Secret(ProjectSecret::from(random))];
        for key in [by_id(&theirs), by_secret(&theirs)].iter().chain(&nobodys) {
            assert_eq!(directory.projects.withdraw_secret_key(&access, shop.id, key).unwrap_err().code(), Code::NotFound);
            assert_eq!(directory.projects.prefer_secret_key(&access, shop.id, key).unwrap_err().code(), Code::NotFound);
        }
        assert_eq!(directory.projects.project(&access, other.id).unwrap(), other);
    }

    fn a_project_has_at_most_twenty(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let shop = open(kit, &directory, &access, "Shop");
        for _ in 1..20 {
            directory.projects.add_secret_key(&access, shop.id).unwrap();
        }
        assert_eq!(directory.projects.add_secret_key(&access, shop.id).unwrap_err().code(), Code::Conflict);
        let keys = directory.projects.secret_keys(&access, shop.id).unwrap();
        assert_eq!((keys.len(), defaults(&keys)), (20, (1, true)));
        assert!(keys[1..].is_sorted_by_key(|key| key.id));
        directory.projects.withdraw_secret_key(&access, shop.id, &by_id(&keys[7])).unwrap();
        assert_eq!(directory.projects.add_secret_key(&access, shop.id).unwrap().len(), 20);
    }

    fn a_project_is_found_by_each_of_its_secrets(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        let acme = found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let shop = open(kit, &directory, &access, "Shop");
        for key in directory.projects.add_secret_key(&access, shop.id).unwrap() {
            let secret = key.secret.exposed();
            for text in [secret.clone(), secret.to_uppercase(), format!(" {secret} ")] {
                assert_eq!(directory.projects.project_by_secret(&text).unwrap(), Some((acme.id, shop.id)));
            }
            for text in ["", "x", &secret[1..], &secret.replace('-', ""), &key.id.to_string(), &acme.id.to_string()] {
                assert_eq!(directory.projects.project_by_secret(text).unwrap(), None, "{text}");
            }
            let other = Areas::sealed(kit.ctx.clone(), &MasterKey::new([8; 32]), |directory| directory);
            assert_eq!(other.projects.project_by_secret(&secret).unwrap(), None, "only with the same master key");
        }
    }

    fn a_suspended_organization_is_found_by_none_until_it_works_again(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        let acme = found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let shop = open(kit, &directory, &access, "Shop");
        let secret = directory.projects.secret_keys(&access, shop.id).unwrap()[0].secret.exposed();
        for (status, there) in [(Status::Inactive, None), (Status::Active, Some((acme.id, shop.id)))] {
            let patch = OrganizationPatch { status: Some(status), ..OrganizationPatch::default() };
            directory.update(&enter(&directory, &ada, "acme"), patch).unwrap();
            assert_eq!(directory.projects.project_by_secret(&secret).unwrap(), there, "{status}");
        }
    }

    fn a_deleted_organization_is_found_by_none_and_leaves_nothing(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        let before = kit.rows();
        let acme = found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let shop = open(kit, &directory, &access, "Shop");
        let keys = directory.projects.add_secret_key(&access, shop.id).unwrap();
        directory.remove(&access, Deletion::Permitted).unwrap();
        assert!(keys.iter().all(|key| found_by(&directory, key).is_none()), "at once");
        assert_eq!((kit.rows()["project_key_lookups"], kit.rows()["active_projects"]), (0, 0));
        assert_eq!(directory.projects.active_project(&ada).unwrap(), None);
        while directory.purge(acme.id).unwrap() != Outcome::Done {}
        for table in ["projects", "project_keys", "project_members", "members"] {
            assert_eq!(kit.rows()[table], before[table], "{table}");
        }
    }

    fn a_secret_is_nowhere_to_be_read(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let shop = open(kit, &directory, &access, "Shop");
        let keys = directory.projects.add_secret_key(&access, shop.id).unwrap();
        directory.projects.prefer_secret_key(&access, shop.id, &by_secret(&keys[1])).unwrap();
        directory.projects.withdraw_secret_key(&access, shop.id, &by_secret(&keys[0])).unwrap();
        let said = format!("{shop:?} {keys:?} {:?}", by_secret(&keys[0]));
        let (log, dump) = (log(kit, &access), kit.dump());
        for key in &keys {
            let secret = key.secret.exposed();
            for text in [secret.clone(), secret.replace('-', "")] {
                assert!(!said.contains(&text) && !log.contains(&text));
                assert!(!dump.windows(text.len()).any(|part| part == text.as_bytes()));
            }
            let bare = secret.replace('-', "");
            let bytes: Vec<u8> = (0..16).map(|n| u8::from_str_radix(&bare[2 * n..2 * n + 2], 16).unwrap()).collect();
            assert!(!dump.windows(bytes.len()).any(|part| part == bytes));
        }
        assert!(log.contains("preferred") && log.contains(&keys[1].id.to_string()), "what was done is told of");
    }

    fn only_a_project_s_admins_see_and_change_keys(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let shop = open(kit, &directory, &enter(&directory, &ada, "acme"), "Shop");
        let key = by_id(&shop.secret_keys.clone().unwrap()[0]);
        for (name, role) in [("vic", ProjectRole::Viewer), ("uma", ProjectRole::User), ("abe", ProjectRole::Admin)] {
            let person = joined(kit, &directory, &ada, (name, &shop), role);
            let access = enter(&directory, &person, "acme");
            let shown = directory.projects.project(&access, shop.id).unwrap();
            let runs = role == ProjectRole::Admin;
            assert_eq!((shown.role, shown.secret_keys.is_some()), (Some(role), runs));
            let listed = directory.projects.projects(&access, polity_kernel::Page::first(9)).unwrap().items;
            assert_eq!(listed, [shown]);
            let results = [
                directory.projects.secret_keys(&access, shop.id),
                directory.projects.add_secret_key(&access, shop.id),
                directory.projects.prefer_secret_key(&access, shop.id, &key),
            ];
            for result in results {
                assert_eq!(result.is_ok(), runs);
                assert!(runs || missing(&result.unwrap_err()) == ["projects.update"]);
            }
        }
    }

    fn the_key_that_was_added_is_the_last_whatever_the_clocks_say(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let shop = open(kit, &directory, &access, "Shop");
        let first = directory.projects.add_secret_key(&access, shop.id).unwrap().pop().unwrap().id;
        // a node whose clock is behind
        let slow = Clock::fixed(Kit::START.before(Duration::from_secs(60)));
        let slow = Ctx::new(kit.db().clone(), slow, IdSource::random());
        let slow = Areas::of(slow);
        let added = slow.projects.add_secret_key(&enter(&slow, &ada, "acme"), shop.id).unwrap();
        assert_eq!((added.len(), added[0].is_default), (3, true));
        assert_ne!(added[2].id, first);
    }
}
