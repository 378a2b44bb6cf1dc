//! Apps: links to outside systems, whose secrets nobody reads, and the organizations found by them.

use std::collections::BTreeMap;

use polity_directory::{
    AppFields, AppStatus, Deletion, Entry, ImportedOrganization, NewApp, Organizations, Secrets, Upkeep,
};
use polity_kernel::job::Outcome;
use polity_kernel::{Access, Actor, Code, Home, KeyId, Limits, Page, Paged, PermissionSet, Result, Subject};
use polity_projects::{App, AppLookup, Apps};
use polity_testkit::{Kit, both_engines};

use crate::areas::{Areas, directory};
use crate::common::{
    enter, fields, found, id_of, join, limited, missing, new, permissions, person, tick, whole,
};

const NAME: &str = "token-8c21";
const SECRET: &str = "hush-4f1c-quite-unlikely-elsewhere";

fn map<V: From<String>>(pairs: &[(&str, &str)]) -> BTreeMap<String, V> {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned().into())).collect()
}

fn slack(external_id: Option<&str>) -> AppFields {
    AppFields {
        kind: "Slack".into(),
        external_id: external_id.map(str::to_owned),
        values: map(&[("team", "T1"), ("region", "eu")]),
        secrets: Secrets::from(map::<String>(&[(NAME, SECRET)])),
        ..AppFields::default()
    }
}

fn connect(directory: &Areas, access: &Access, fields: AppFields) -> Result<App> {
    directory.projects.connect(access, NewApp::try_from(fields).unwrap())
}

/// The keys of the organizations that a look-up finds.
fn keys(list: impl Fn(Page) -> Result<Paged<polity_directory::Organization>>) -> Vec<String> {
    whole(list).into_iter().map(|organization| organization.key.as_str().to_owned()).collect()
}

fn by_secret(directory: &Areas, actor: &Actor, kind: &str, key: &str, secret: &str) -> Vec<String> {
    keys(|page| directory.projects.organizations_by_app(actor, AppLookup::Secret { kind, key, secret }, page))
}

/// Whether the store keeps the text anywhere, log and all; bytes are looked through in hexadecimal too.
fn keeps(kit: &Kit, text: &str) -> bool {
    let dump = kit.dump();
    let hex: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
    [text, &hex].iter().any(|text| dump.windows(text.len()).any(|part| part == text.as_bytes()))
}

both_engines! {
    fn an_app_is_connected_listed_and_disconnected(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        let acme = found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let app = connect(&directory, &access, slack(Some("T1"))).unwrap();
        assert_eq!((app.organization, app.kind.as_str(), app.name.as_str()), (acme.id, "Slack", "Slack"));
        assert_eq!((app.external_id.as_deref(), app.internal, app.status), (Some("T1"), false, AppStatus::Active));
        assert_eq!((app.created_at, app.created_by, app.version), (kit.ctx.now(), ada.id(), 1));
        assert_eq!(app.values, map(&[("team", "T1"), ("region", "eu")]));
        tick(kit);
        let other = connect(&directory, &access, slack(Some("T2"))).unwrap();
        assert_eq!(whole(|page| directory.projects.apps(&access, page)), [app.clone(), other.clone()]);
        assert_eq!(directory.projects.disconnect(&access, app.id).unwrap(), app);
        assert_eq!(whole(|page| directory.projects.apps(&access, page)), [other]);
        assert_eq!(directory.projects.disconnect(&access, app.id).unwrap_err().code(), Code::NotFound);
        assert!(connect(&directory, &access, slack(Some("T1"))).is_ok(), "its place is free again");
    }

    fn an_outside_id_is_one_app_s_of_its_kind(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        connect(&directory, &access, slack(Some("T1"))).unwrap();
        let same = AppFields { kind: "SLACK".into(), ..slack(Some("T1")) };
        assert_eq!(connect(&directory, &access, same).unwrap_err().code(), Code::Conflict);
        let other = AppFields { kind: "jira".into(), ..slack(Some("T1")) };
        assert!(connect(&directory, &access, other).is_ok());
        assert!(connect(&directory, &access, slack(None)).is_ok());
        assert!(connect(&directory, &access, slack(None)).is_ok(), "without one there may be several");
        found(&directory, &ada, "other");
        let there = enter(&directory, &ada, "other");
        assert!(connect(&directory, &there, slack(Some("T1"))).is_ok(), "other organizations have their own");
    }

    fn an_organization_has_at_most_a_hundred(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let bare = || AppFields { kind: "x".into(), ..AppFields::default() };
        for _ in 0..100 {
            connect(&directory, &access, bare()).unwrap();
        }
        assert_eq!(connect(&directory, &access, bare()).unwrap_err().code(), Code::Conflict);
    }

    fn members_read_and_whoever_runs_it_writes(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let bob = join(kit, &directory, &ada, "acme", "bob@acme.example");
        let app = connect(&directory, &enter(&directory, &ada, "acme"), slack(None)).unwrap();
        let member = enter(&directory, &bob, "acme");
        assert_eq!(directory.projects.apps(&member, Page::first(9)).unwrap().items, std::slice::from_ref(&app));
        assert_eq!(missing(&connect(&directory, &member, slack(None)).unwrap_err()), ["org.directory.update"]);
        assert_eq!(missing(&directory.projects.disconnect(&member, app.id).unwrap_err()), ["org.directory.update"]);
        let silent = Limits { permissions: Some(permissions(&["org.groups.get"])), ..Limits::default() };
        let silent = enter(&directory, &limited(&bob, silent), "acme");
        assert_eq!(missing(&directory.projects.apps(&silent, Page::first(9)).unwrap_err()), ["org.directory.get"]);
    }

    fn another_organization_s_app_is_unknown(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        found(&directory, &ada, "other");
        let app = connect(&directory, &enter(&directory, &ada, "acme"), slack(None)).unwrap();
        let there = enter(&directory, &ada, "other");
        assert_eq!(directory.projects.disconnect(&there, app.id).unwrap_err().code(), Code::NotFound);
        assert!(directory.projects.apps(&there, Page::first(9)).unwrap().items.is_empty());
        assert_eq!(directory.projects.apps(&enter(&directory, &ada, "acme"), Page::first(9)).unwrap().items, [app]);
    }

    fn organizations_are_found_by_kind_id_value_and_secret(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        for key in ["one", "two", "three"] {
            tick(kit);
            found(&directory, &ada, key);
        }
        connect(&directory, &enter(&directory, &ada, "one"), slack(Some("T1"))).unwrap();
        connect(&directory, &enter(&directory, &ada, "one"), slack(Some("T2"))).unwrap();
        let other = AppFields { values: map(&[("team", "T9")]), secrets: Secrets::from(map::<String>(&[(NAME, "other")])), ..slack(Some("T1")) };
        connect(&directory, &enter(&directory, &ada, "two"), other).unwrap();

        let kind = |kind: &str| keys(|page| directory.projects.organizations_by_app(&ada, AppLookup::Kind(kind), page));
        assert_eq!(kind(" sLACK "), ["one", "two"], "each once, whatever its case");
        assert_eq!(kind("jira"), [""; 0]);
        let id = |kind: &str, id: &str| keys(|page| directory.projects.organizations_by_app(&ada, AppLookup::ExternalId { kind, id }, page));
        assert_eq!((id("slack", "T1"), id("slack", "T2")), (vec!["one".into(), "two".into()], vec!["one".to_owned()]));
        assert_eq!((id("slack", "t1"), id("jira", "T1")), (vec![], vec![]), "an id is meant to the letter");
        let value = |key: &str, value: &str| keys(|page| directory.projects.organizations_by_app(&ada, AppLookup::Value { kind: "slack", key, value }, page));
        assert_eq!((value("team", "T1"), value("team", "T9")), (vec!["one".to_owned()], vec!["two".to_owned()]));
        assert_eq!((value("region", "T1"), value(NAME, SECRET)), (vec![], vec![]), "a secret is no value");

        assert_eq!(by_secret(&directory, &ada, "slack", NAME, SECRET), ["one"]);
        assert_eq!(by_secret(&directory, &ada, "SLACK", NAME, "other"), ["two"]);
        for (kind, key, secret) in [
            ("slack", NAME, "wrong"),
            ("slack", NAME, ""),
            ("slack", NAME, &SECRET[..SECRET.len() - 1]),
            ("slack", NAME, &format!("{SECRET} ")),
            ("slack", "key", SECRET),
            ("slack", "team", "T1"),
            ("jira", NAME, SECRET),
        ] {
            assert_eq!(by_secret(&directory, &ada, kind, key, secret), [""; 0], "{kind} {key}");
        }
    }

    fn only_organizations_that_one_sees_are_found(kit) {
        let (directory, ada, eve) = (directory(kit), person(kit, "ada@acme.example"), person(kit, "eve@other.example"));
        let acme = found(&directory, &ada, "acme");
        found(&directory, &eve, "eves");
        connect(&directory, &enter(&directory, &ada, "acme"), slack(Some("T1"))).unwrap();
        let found_by = |actor: &Actor| {
            [
                keys(|page| directory.projects.organizations_by_app(actor, AppLookup::Kind("slack"), page)),
                keys(|page| directory.projects.organizations_by_app(actor, AppLookup::ExternalId { kind: "slack", id: "T1" }, page)),
                keys(|page| directory.projects.organizations_by_app(actor, AppLookup::Value { kind: "slack", key: "team", value: "T1" }, page)),
                by_secret(&directory, actor, "slack", NAME, SECRET),
            ]
        };
        let acme_only = std::array::from_fn(|_| vec!["acme".to_owned()]);
        let nothing: [Vec<String>; 4] = std::array::from_fn(|_| Vec::new());
        assert_eq!(found_by(&ada), acme_only);
        assert_eq!(found_by(&Actor::system()), acme_only);
        assert_eq!(found_by(&eve), nothing, "not even by the right secret");
        let key = |organization| {
            let subject = Subject::OrganizationKey(KeyId::new(kit.ctx.ids().secret()), organization);
            Actor::new(subject, Limits::default(), PermissionSet::none())
                .with_home(Home { organization, permissions: PermissionSet::all() })
        };
        assert_eq!(found_by(&key(acme.id)), acme_only);
        assert_eq!(found_by(&key(found(&directory, &eve, "hers").id)), nothing);
        let silent = Limits { permissions: Some(permissions(&["org.groups.get"])), ..Limits::default() };
        assert_eq!(found_by(&limited(&ada, silent)), nothing);
        let elsewhere = Limits { organization: Some(found(&directory, &ada, "more").id), ..Limits::default() };
        assert_eq!(found_by(&limited(&ada, elsewhere)), nothing);
    }

    fn look_ups_are_paged(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        let expected: Vec<String> = (0..7)
            .map(|n| {
                let key = format!("o{n}");
                tick(kit);
                found(&directory, &ada, &key);
                connect(&directory, &enter(&directory, &ada, &key), slack(None)).unwrap();
                connect(&directory, &enter(&directory, &ada, &key), slack(None)).unwrap();
                key
            })
            .collect();
        for actor in [&ada, &Actor::system()] {
            assert_eq!(keys(|page| directory.projects.organizations_by_app(actor, AppLookup::Kind("slack"), page)), expected);
            assert_eq!(by_secret(&directory, actor, "slack", NAME, SECRET), expected);
        }
    }

    fn what_is_out_of_use_finds_nothing(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let resting = AppFields { status: Some(AppStatus::Inactive), ..slack(Some("T1")) };
        connect(&directory, &access, resting).unwrap();
        assert_eq!(keys(|page| directory.projects.organizations_by_app(&ada, AppLookup::Kind("slack"), page)), [""; 0]);
        let app = connect(&directory, &access, slack(Some("T2"))).unwrap();
        assert_eq!(by_secret(&directory, &ada, "slack", NAME, SECRET), ["acme"]);
        directory.projects.disconnect(&access, app.id).unwrap();
        assert_eq!(by_secret(&directory, &ada, "slack", NAME, SECRET), [""; 0]);
    }

    fn a_deleted_organization_is_found_by_nothing_and_leaves_nothing(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        let before = kit.rows();
        let acme = found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        connect(&directory, &access, slack(Some("T1"))).unwrap();
        directory.remove(&access, Deletion::Permitted).unwrap();
        assert_eq!(keys(|page| directory.projects.organizations_by_app(&Actor::system(), AppLookup::Kind("slack"), page)), [""; 0]);
        assert_eq!(kit.rows()["app_lookups"], 0, "at once");
        while directory.purge(acme.id).unwrap() != Outcome::Done {}
        for table in ["apps", "app_lookups", "organizations", "checkpoints"] {
            assert_eq!(kit.rows()[table], before[table], "{table}");
        }
    }

    fn a_secret_is_nowhere_to_be_read(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let app = connect(&directory, &access, slack(Some("T1"))).unwrap();
        let clash = connect(&directory, &access, slack(Some("T1"))).unwrap_err();
        let said = format!("{app:?} {clash:?} {:?} {:?}", slack(None), NewApp::try_from(slack(None)).unwrap());
        assert!(!said.contains(SECRET) && said.contains("Slack"));
        import(&directory, vec![slack(Some("T1"))]);
        directory.projects.disconnect(&access, app.id).unwrap();
        connect(&directory, &access, slack(Some("T1"))).unwrap();
        assert!(keeps(kit, "T1") && keeps(kit, "Slack"), "what is kept can be seen");
        assert!(!keeps(kit, SECRET) && !keeps(kit, NAME), "neither a secret nor its name");
    }

    fn secrets_open_only_with_the_master_key_and_in_their_row(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        connect(&directory, &enter(&directory, &ada, "acme"), slack(Some("T1"))).unwrap();
        let other = Areas::sealed(kit.ctx.clone(), &polity_kernel::MasterKey::new([8; 32]), |directory| directory);
        assert_eq!(by_secret(&other, &ada, "slack", NAME, SECRET), [""; 0]);
        assert_eq!(by_secret(&directory, &ada, "slack", NAME, SECRET), ["acme"]);
    }

    fn an_import_finds_apps_again_by_kind_and_id(kit) {
        let directory = directory(kit);
        let admin = Actor::system();
        let changes = import(&directory, vec![slack(Some("T1")), slack(None)]);
        assert_eq!((changes.apps_created, changes.apps_changed), (2, 0));
        let again = import(&directory, vec![slack(Some("T1")), slack(None)]);
        assert_eq!((again.created(), again.changed()), (0, 0), "doing it twice changes nothing");

        let renamed = AppFields { name: Some("Chat".into()), values: map(&[("team", "T5")]), ..slack(Some("T1")) };
        let reworded = AppFields { secrets: Secrets::from(map::<String>(&[(NAME, "another")])), ..slack(None) };
        let changes = import(&directory, vec![renamed, reworded]);
        assert_eq!((changes.apps_created, changes.apps_changed), (0, 2));
        let access = enter(&directory, &admin, "acme");
        let apps = directory.projects.apps(&access, Page::first(9)).unwrap().items;
        assert_eq!(apps.iter().map(|app| (app.name.as_str(), app.version)).collect::<Vec<_>>(), [("Chat", 2), ("Slack", 2)]);
        assert_eq!(keys(|page| directory.projects.organizations_by_app(&admin, AppLookup::Value { kind: "slack", key: "team", value: "T5" }, page)), ["acme"]);
        assert_eq!(by_secret(&directory, &admin, "slack", NAME, "another"), ["acme"]);
        import(&directory, vec![AppFields { secrets: Secrets::default(), ..slack(Some("T1")) }]);
        assert_eq!(by_secret(&directory, &admin, "slack", NAME, SECRET), [""; 0], "what is not said of it is gone");
    }

    fn apps_stay_with_a_suspended_organization(kit) {
        let (directory, ada) = (directory(kit), person(kit, "ada@acme.example"));
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let app = connect(&directory, &access, slack(None)).unwrap();
        let off = polity_directory::OrganizationPatch { status: Some(polity_directory::Status::Inactive), ..Default::default() };
        directory.update(&access, off).unwrap();
        let access = directory.enter(&ada, &"acme".parse().unwrap()).unwrap();
        assert_eq!(directory.projects.disconnect(&access, app.id).unwrap_err().code(), Code::OrganizationInactive);
        assert_eq!(keys(|page| directory.projects.organizations_by_app(&ada, AppLookup::Kind("slack"), page)), ["acme"]);
        assert_eq!(id_of(&ada), directory.organization(&access).unwrap().owner.unwrap());
    }
}

fn import(directory: &Areas, apps: Vec<AppFields>) -> polity_directory::ImportChanges {
    let apps = apps.into_iter().map(|app| NewApp::try_from(app).unwrap()).collect();
    let imported = ImportedOrganization {
        organization: new(fields("acme")),
        roles: Vec::new(),
        apps,
        people: Vec::new(),
        groups: Vec::new(),
    };
    directory.import(&Actor::system(), imported).unwrap()
}
