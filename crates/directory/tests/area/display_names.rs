//! The names people read: shared freely, unless a founder asks for one alone (docs/decisions/0016).

use polity_accounts::People;
use polity_directory::{
    Deletion, NewOrganization, OrganizationFields, OrganizationPatch, Organizations, Parameter, Service,
};
use polity_kernel::db::migrate;
use polity_kernel::{Actor, Code, Limits, Result};
use polity_testkit::{Kit, both_engines};
use serde_json::json;

use crate::common::{accounts, called, directory, enter, found, limited, named, new, permissions, person};

fn alone(name: &str) -> NewOrganization {
    new(OrganizationFields { sole_name: true, ..named(name) })
}

fn renamed(name: &str, sole_name: bool) -> OrganizationPatch {
    OrganizationPatch { name: Some(Some(name.to_owned())), sole_name, ..OrganizationPatch::default() }
}

fn taken<T: std::fmt::Debug>(result: Result<T>) {
    let error = result.unwrap_err();
    assert_eq!((error.code(), error.message()), (Code::Conflict, "this name is taken"));
}

fn ground(kit: &Kit) -> (Service, Actor) {
    (directory(kit), person(kit, "ada@acme.example"))
}

both_engines! {
    fn a_name_asked_for_alone_is_nobody_elses_in_any_case(kit) {
        let (directory, ada) = ground(kit);
        directory.found(&ada, alone("Straße Nord")).unwrap();
        let before = kit.rows();
        taken(directory.found(&ada, alone(" STRASSE nord ".replace("SS", "ß").as_str())));
        taken(directory.found(&ada, alone("straße nord")));
        assert_eq!(kit.rows(), before);
    }

    fn a_name_asked_for_alone_is_nobody_elses_who_is_read_the_same(kit) {
        let (directory, ada) = ground(kit);
        directory.found(&ada, alone("Straße Zoe\u{308}")).unwrap();
        for same in ["STRASSE ZOË", "straße  zoë", "Straße\u{a0}Zoë", "Ｓtraße Zoë"] {
            taken(directory.found(&ada, alone(same)));
            assert!(!directory.available(&ada, &called(same)).unwrap(), "{same}");
        }
        directory.found(&ada, alone("Strasse Zoe")).unwrap();
    }

    fn what_was_stored_before_is_spelled_anew_by_the_migration(kit) {
        let (directory, ada) = ground(kit);
        let acme = directory.found(&ada, new(named("Acme Corp"))).unwrap();
        directory.found(&ada, new(named("Straße Nord"))).unwrap();
        for email in ["jörg@acme.example", "zoë@acme.example", "andré@acme.example"] {
            person(kit, email);
        }
        kit.execute("
            UPDATE organizations SET name = 'Acme  Corp' WHERE name = 'Acme Corp';
            DELETE FROM display_names;
            INSERT INTO display_names (name, organizations) VALUES ('acme  corp', 1), ('straße nord', 1);
            UPDATE accounts SET email = 'jo\u{308}rg@acme.example' WHERE email = 'jörg@acme.example';
            UPDATE accounts SET email = 'zoe\u{308}@acme.example' WHERE email = 'andré@acme.example';
            DELETE FROM __diesel_schema_migrations WHERE version = '00000000000032';
        ");
        assert_eq!(migrate(kit.db()).unwrap().len(), 1);
        taken(directory.found(&ada, alone("STRASSE NORD")));
        taken(directory.found(&ada, alone("ACME CORP")));
        directory.remove(&enter(&directory, &ada, acme.alias.as_str()), Deletion::Permitted).unwrap();
        directory.found(&ada, alone("Acme Corp")).unwrap();
        let accounts = accounts(kit);
        let by = |email: &str| People::by_email(&accounts, &Actor::system(), &email.parse().unwrap());
        assert_eq!(by("jo\u{308}rg@acme.example").unwrap().email_text(), "jörg@acme.example");
        assert_eq!(by("zoe\u{308}@acme.example").unwrap().email_text(), "zoë@acme.example", "who has the spelling keeps it");
    }

    fn a_name_that_is_not_asked_for_alone_is_shared_and_still_in_use(kit) {
        let (directory, ada) = ground(kit);
        directory.found(&ada, new(named("Acme"))).unwrap();
        directory.found(&ada, new(named("acme"))).unwrap();
        taken(directory.found(&ada, alone("ACME")));
        assert!(!directory.available(&ada, &called(" aCME ")).unwrap());
    }

    fn a_name_is_free_when_the_last_to_have_it_lets_it_go(kit) {
        let (directory, ada) = ground(kit);
        let first = directory.found(&ada, new(named("Acme"))).unwrap();
        let second = directory.found(&ada, new(named("Acme"))).unwrap();
        directory.update(&enter(&directory, &ada, first.alias.as_str()), renamed("Other", true)).unwrap();
        taken(directory.found(&ada, alone("Acme")));
        directory.remove(&enter(&directory, &ada, second.alias.as_str()), Deletion::Permitted).unwrap();
        assert!(directory.available(&ada, &called("Acme")).unwrap());
        directory.found(&ada, alone("Acme")).unwrap();
    }

    fn renaming_asks_the_same(kit) {
        let (directory, ada) = ground(kit);
        directory.found(&ada, alone("Acme")).unwrap();
        let other = directory.found(&ada, alone("Other")).unwrap();
        let access = enter(&directory, &ada, other.alias.as_str());
        taken(directory.update(&access, renamed("ACME", true)));
        let same = directory.update(&access, renamed("OTHER", true)).unwrap();
        assert_eq!((same.name.as_str(), same.alias), ("OTHER", other.alias));
        directory.update(&access, renamed("acme", false)).unwrap();
        assert!(directory.available(&ada, &called("other")).unwrap());
    }

    fn a_fallback_name_counts_too(kit) {
        let (directory, ada) = ground(kit);
        found(&directory, &ada, "acme");
        assert!(!directory.available(&ada, &called("ACME")).unwrap());
    }

    fn what_no_organization_can_be_called_is_not_available(kit) {
        let (directory, ada) = ground(kit);
        for name in ["", "  ", "a\nb", &"x".repeat(201)] {
            assert!(!directory.available(&ada, &called(name)).unwrap(), "{name:?}");
        }
        let blind = limited(&ada, Limits { permissions: Some(permissions(&["org.roles.get"])), ..Limits::default() });
        let blind = Actor::new(blind.subject(), blind.limits().clone(), permissions(&[]));
        assert_eq!(directory.available(&blind, &called("x")).unwrap_err().code(), Code::Forbidden);
    }

    fn parameters_are_kept_masked_and_sealed(kit) {
        let (directory, ada) = ground(kit);
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let token = Parameter { name: "token".into(), value: json!("hush-hush"), sensitive: true, credential: false };
        let region = Parameter { name: "region".into(), value: json!("eu"), sensitive: false, credential: false };
        let set = |parameters| {
            let patch = OrganizationPatch { parameters: Some(parameters), ..OrganizationPatch::default() };
            directory.update(&access, patch)
        };
        let before = directory.organization(&access).unwrap().version;
        let after = set(vec![token, region]).unwrap();
        assert_eq!(after.version, before + 1);
        let shown: Vec<Parameter> = directory.organization(&access).unwrap().parameters.iter().cloned().collect();
        assert_eq!(shown.iter().map(|p| p.value.clone()).collect::<Vec<_>>(), [json!("(sensitive)"), json!("eu")]);
        set(shown.clone()).unwrap();
        assert!(!kit.dump().windows(9).any(|bytes| bytes == b"hush-hush"));
        set(Vec::new()).unwrap();
        assert_eq!(set(shown).unwrap_err().fields()[0].field, "parameters.token");
    }

    fn what_is_remembered_of_an_organization_is_small(kit) {
        let (directory, ada) = ground(kit);
        found(&directory, &ada, "acme");
        let access = enter(&directory, &ada, "acme");
        let read_again = |bytes: usize| {
            let value = json!("x".repeat(bytes));
            let region = Parameter { name: "region".into(), value, sensitive: false, credential: false };
            let patch = OrganizationPatch { parameters: Some(vec![region]), ..OrganizationPatch::default() };
            directory.update(&access, patch).unwrap();
            let read = || directory.organization(&access).unwrap();
            read();
            kit.statements(read).1
        };
        let remembered = read_again(500);
        assert!(remembered <= 1, "nothing but the epoch is read");
        assert!(read_again(8_000) > remembered, "50,000 of these would be 400 MB");
    }
}
