//! Account types: who may make them, what they may give, and how they change.

use polity_accounts::{
    AccountTypeFields, AccountTypePatch, AccountTypes, Agreement, GrantedRole, NewAccountType, Requirements,
    Specifications, TypeStatus,
};
use polity_kernel::{Code, Error, Page};
use polity_testkit::both_engines;

use super::{account_type, allowed, log, organization, owner, service, set, tick};

fn fields(code: &str) -> AccountTypeFields {
    AccountTypeFields { code: code.to_owned(), ..AccountTypeFields::default() }
}

fn new(code: &str) -> NewAccountType {
    NewAccountType::try_from(fields(code)).unwrap()
}

/// Every field filled.
fn full() -> AccountTypeFields {
    AccountTypeFields {
        code: "partner".to_owned(),
        name: Some("Partner".to_owned()),
        description: Some("Works with us\nand for us".to_owned()),
        status: Some(TypeStatus::Test),
        requirements: Requirements { totp: true, ..Requirements::default() },
        specifications: Specifications { expiry: Some("NOW/DAY+3DAYS".parse().unwrap()), validity: None },
        agreements: vec![
            Agreement { id: "nda".to_owned(), kind: Some("contract".to_owned()), ..Agreement::default() },
            Agreement { id: "aup".to_owned(), ..Agreement::default() },
        ],
        subscriptions: vec!["news".to_owned()],
        permissions: set(&["projects.get"]),
        roles: vec![GrantedRole {
            key: "reader".to_owned(),
            name: Some("Reader".to_owned()),
            permissions: set(&["projects.list", "projects.find"]),
            ..GrantedRole::default()
        }],
    }
}

both_engines! {
    fn a_type_is_kept_as_it_was_given(kit) {
        let access = owner(organization(kit));
        let made = service(kit).create_type(&access, NewAccountType::try_from(full()).unwrap()).unwrap();
        assert_eq!(service(kit).type_by_code(&access, "partner").unwrap(), made);
        assert_eq!((made.agreements[0].id.as_str(), made.agreements[1].id.as_str()), ("nda", "aup"));
        assert_eq!(made.gives(), set(&["projects.get", "projects.list", "projects.find"]));
        assert_eq!(log(kit, access.organization()), ["account_type.created"]);

        let plain = service(kit).create_type(&access, new("visitor")).unwrap();
        assert_eq!((plain.name.as_str(), plain.status), ("visitor", TypeStatus::Draft));
    }

    fn a_code_is_one_types_in_an_organization(kit) {
        let (here, there) = (owner(organization(kit)), owner(organization(kit)));
        service(kit).create_type(&here, new("gold")).unwrap();
        assert_eq!(service(kit).create_type(&here, new("gold")).unwrap_err().code(), Code::Conflict);
        service(kit).create_type(&there, new("gold")).expect("another organization has its own codes");
    }

    fn a_foreign_organizations_type_is_as_good_as_none(kit) {
        account_type(kit, organization(kit), "gold", &[]);
        let there = owner(organization(kit));
        for refused in [
            service(kit).type_by_code(&there, "gold"),
            service(kit).update_type(&there, "gold", AccountTypePatch::default()),
            service(kit).retire_type(&there, "gold"),
            service(kit).type_by_code(&there, "no\u{0}code"),
        ] {
            assert_eq!(refused.unwrap_err().code(), Code::NotFound);
        }
        assert!(service(kit).types(&there, Page::first(9)).unwrap().items.is_empty());
    }

    fn each_write_asks_for_its_permission_and_reading_for_none(kit) {
        let organization = organization(kit);
        account_type(kit, organization, "gold", &[]);
        let nobody = allowed(organization, &[]);
        let missing = |error: Error| error.missing_permissions().iter().map(ToString::to_string).collect::<Vec<_>>();
        let types = service(kit);
        assert_eq!(missing(types.create_type(&nobody, new("x")).unwrap_err()), ["org.user.account.types.create"]);
        assert_eq!(
            missing(types.update_type(&nobody, "gold", AccountTypePatch::default()).unwrap_err()),
            ["org.user.account.types.update"]
        );
        assert_eq!(missing(types.retire_type(&nobody, "gold").unwrap_err()), ["org.user.account.types.delete"]);
        assert_eq!(types.type_by_code(&nobody, "gold").unwrap().code.as_str(), "gold");
        assert_eq!(types.types(&nobody, Page::first(9)).unwrap().items.len(), 1);
    }

    fn nobody_puts_into_a_type_what_they_do_not_hold(kit) {
        let organization = organization(kit);
        let may = ["org.user.account.types.create", "org.user.account.types.update", "projects.get"];
        let clerk = allowed(organization, &may);
        let refused = service(kit).create_type(&clerk, NewAccountType::try_from(full()).unwrap()).unwrap_err();
        assert_eq!(refused.code(), Code::Forbidden);
        let missing: Vec<String> = refused.missing_permissions().iter().map(ToString::to_string).collect();
        assert_eq!(missing, ["projects.find", "projects.list"], "those of its roles count too");

        account_type(kit, organization, "gold", &["billing.pay"]);
        let add = AccountTypePatch { permissions: Some(set(&["billing.pay", "billing.void"])), ..AccountTypePatch::default() };
        let refused = service(kit).update_type(&clerk, "gold", add).unwrap_err();
        assert_eq!(refused.missing_permissions(), ["billing.void".parse().unwrap()], "what is in already may stay");
        let less = AccountTypePatch { permissions: Some(set(&["projects.get"])), ..AccountTypePatch::default() };
        service(kit).update_type(&clerk, "gold", less).expect("taking away needs no more");
    }

    fn nobody_switches_on_a_type_that_gives_what_they_do_not_hold(kit) {
        let organization = organization(kit);
        account_type(kit, organization, "gold", &["billing.pay"]);
        service(kit).retire_type(&owner(organization), "gold").unwrap();
        let publish = AccountTypePatch { status: Some(TypeStatus::Published), ..AccountTypePatch::default() };
        let clerk = allowed(organization, &["org.user.account.types.update"]);
        let refused = service(kit).update_type(&clerk, "gold", publish).unwrap_err();
        assert_eq!(refused.missing_permissions(), ["billing.pay".parse().unwrap()]);
    }

    fn a_patch_changes_what_it_names(kit) {
        let access = owner(organization(kit));
        let made = service(kit).create_type(&access, NewAccountType::try_from(full()).unwrap()).unwrap();
        let patch = AccountTypePatch {
            name: Some(None),
            description: Some(None),
            status: Some(TypeStatus::Published),
            subscriptions: Some(Vec::new()),
            ..AccountTypePatch::default()
        };
        let changed = service(kit).update_type(&access, "partner", patch.clone()).unwrap();
        assert_eq!((changed.name.as_str(), changed.description.as_deref()), ("partner", None));
        assert_eq!((&changed.roles, &changed.agreements, changed.version), (&made.roles, &made.agreements, 2));
        assert_eq!(service(kit).type_by_code(&access, "partner").unwrap(), changed);

        assert_eq!(service(kit).update_type(&access, "partner", patch).unwrap(), changed, "the same again is no change");
        let late = AccountTypePatch { name: Some(Some("P".to_owned())), version: Some(1), ..AccountTypePatch::default() };
        assert_eq!(service(kit).update_type(&access, "partner", late).unwrap_err().code(), Code::Conflict);
        assert_eq!(log(kit, access.organization()), ["account_type.created", "account_type.updated"]);
    }

    fn a_retired_type_stays_on_record(kit) {
        let access = owner(organization(kit));
        account_type(kit, access.organization(), "gold", &[]);
        assert_eq!(service(kit).retire_type(&access, "gold").unwrap().status, TypeStatus::Inactive);
        assert_eq!(service(kit).retire_type(&access, "gold").unwrap().version, 2, "doing it again changes nothing");
        assert_eq!(service(kit).type_by_code(&access, "gold").unwrap().status, TypeStatus::Inactive);
        assert_eq!(log(kit, access.organization()), ["account_type.created", "account_type.retired"]);
    }

    fn types_come_in_pages_oldest_first(kit) {
        let access = owner(organization(kit));
        for code in ["c", "a", "b"] {
            service(kit).create_type(&access, new(code)).unwrap();
            tick(kit);
        }
        let codes = |page| {
            let paged = service(kit).types(&access, page).unwrap();
            let codes: Vec<String> = paged.items.iter().map(|found| found.code.to_string()).collect();
            (codes.join(" "), paged.next)
        };
        let (first, next) = codes(Page::first(2));
        assert_eq!(first, "c a");
        assert_eq!(codes(Page::after(2, next.unwrap())), ("b".to_owned(), None));
        assert_eq!(codes(Page::offset(2, 1)), ("a b".to_owned(), None));
    }
}

#[test]
fn bad_input_names_its_field() {
    let long = "x".repeat(201);
    let agreement = Agreement { id: String::new(), ..Agreement::default() };
    let role = GrantedRole { key: "r".to_owned(), name: Some("a\u{7}".to_owned()), ..GrantedRole::default() };
    let bad = [
        ("code", fields("Gold")),
        ("code", fields("")),
        ("code", fields("gold card")),
        ("name", AccountTypeFields { name: Some(long.clone()), ..fields("gold") }),
        ("description", AccountTypeFields { description: Some("a\u{0}".to_owned()), ..fields("gold") }),
        ("agreements.0.id", AccountTypeFields { agreements: vec![agreement], ..fields("gold") }),
        ("roles.0.name", AccountTypeFields { roles: vec![role], ..fields("gold") }),
        ("subscriptions", AccountTypeFields { subscriptions: vec![long], ..fields("gold") }),
        ("subscriptions", AccountTypeFields { subscriptions: vec!["s".to_owned(); 51], ..fields("gold") }),
    ];
    for (field, fields) in bad {
        let error = NewAccountType::try_from(fields).unwrap_err();
        assert_eq!((error.code(), error.fields()[0].field.as_str()), (Code::Invalid, field));
    }
}
