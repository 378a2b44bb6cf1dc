//! Licenses: applied, taken, read, refused (docs/decisions/0014).

use std::time::Duration;

use polity_testkit::{Kit, both_engines};
use serde_json::{Value, json};

use crate::ground::common::Answer;
use crate::ground::license::{DAY, REVOKED, growth, sign, signed_by};
use crate::ground::transcript::Transcript;
use crate::ground::{Caller, account_of, id_of};
use crate::stage::{PROJECTS, Stage};

const CURRENT: &str = "/v1/organization-license";
const ACME: &str = "/v1/organizations/acme/license";

fn days(days: i64) -> Duration {
    Duration::from_secs(u64::try_from(days * DAY).unwrap())
}

/// Ada again, with a token for later.
fn later(kit: &Kit, stage: &Stage, passed: i64) -> Caller {
    kit.pass(days(passed));
    Caller::of(&stage.service, "ada", &account_of(&stage.service, "ada@acme.example"))
}

both_engines! {
    fn it_is_replaced_and_told(kit) { life(kit); }

    fn a_key_that_is_not_good_is_refused_and_nothing_changes(kit) { refusals(kit); }

    fn one_that_the_organization_exceeds_is_refused_naming_which(kit) {
        let stage = Stage::set(kit);
        let Stage { service, ada, .. } = &stage;
        ada.sends(service, ("POST", PROJECTS), json!({"name": "Second"}));
        let before = ada.does(service, "GET", CURRENT).text;
        let small = sign(&growth(&json!({"limits": {"members": 1, "projects": 1, "domains": 9}})));
        for body in [json!({"licenseKey": small}), json!({"createLicenseType": "free"})] {
            let refused = ada.put(service, ("PUT", ACME), &body);
            assert_eq!(refused.code(), 409, "{refused:?}");
            let words = refused.json()["errors"][0].as_str().unwrap().to_owned();
            assert!(words.contains("projects: 2, at most 1") && !words.contains("domains"), "{words}");
        }
        assert_eq!(ada.does(service, "GET", CURRENT).text, before);
    }

    fn after_its_end_everything_works_on_for_a_while_and_then_nothing_grows(kit) {
        let stage = Stage::set(kit);
        let Stage { service, .. } = &stage;
        stage.ada.sends(service, ("POST", PROJECTS), json!({"name": "Second"}));
        let warning = |ada: &Caller| {
            let list = ada.does(service, "GET", "/v1/organizations").json();
            let one = ada.does(service, "GET", "/v1/organizations/acme").json();
            assert_eq!(list["organizations"][0]["metadata"], one["organization"]["metadata"]);
            one["organization"]["metadata"].get("warning").is_some()
        };
        assert!(!warning(&stage.ada));
        let ada = later(kit, &stage, 366);
        assert!(warning(&ada));
        let license = ada.does(service, "GET", CURRENT).json();
        assert_eq!((&license["standing"], license["graceUntil"].is_string()), (&json!("grace"), true));
        assert_eq!(ada.put(service, ("POST", PROJECTS), &json!({"name": "Third"})).code(), 201);
        let ada = later(kit, &stage, 14);
        assert_eq!(ada.does(service, "GET", CURRENT).json()["standing"], "ended");
        assert_eq!(ada.put(service, ("POST", PROJECTS), &json!({"name": "Fourth"})).code(), 409);
        assert_eq!(ada.does(service, "GET", PROJECTS).json()["accounts"].as_array().unwrap().len(), 3, "all is readable");
        let again = sign(&growth(&json!({"jti": "2", "exp": Kit::START.seconds() + 999 * DAY})));
        ada.sends(service, ("PUT", CURRENT), json!({"licenseKey": again}));
        assert_eq!(ada.put(service, ("POST", PROJECTS), &json!({"name": "Fourth"})).code(), 201);
        assert!(!warning(&ada));
    }

    fn only_administrators_read_and_replace_it(kit) {
        let stage = Stage::set(kit);
        let Stage { service, ada, bob, eve, .. } = &stage;
        let key = sign(&growth(&json!({})));
        let reading = |who: &Caller, path: &str| who.asks_in(service, "acme", ("GET", path, None)).code();
        let writing = |who: &Caller, path: &str| {
            who.asks_in(service, "acme", ("PUT", path, Some(&json!({"licenseKey": key})))).code()
        };
        for path in [CURRENT, ACME] {
            let narrowed = ada.narrowed(service, &["org.license.get"]);
            for (who, read, write) in [(bob, 403, 403), (eve, 404, 404), (&Caller::anonymous(), 401, 401), (&narrowed, 200, 403), (ada, 200, 204)] {
                assert_eq!((reading(who, path), writing(who, path)), (read, write), "{} {path}", who.name);
            }
        }
        let unknown = "/v1/organizations/01900000-0000-7000-8000-000000000000/license";
        assert_eq!((reading(ada, unknown), writing(ada, unknown)), (404, 404));
    }
}

fn life(kit: &Kit) {
    let stage = Stage::set(kit);
    let Stage { service, ada, .. } = &stage;
    let mut script = Transcript::new(kit, service);
    script.ask(ada, "GET", CURRENT);
    script.send(ada, ("PUT", ACME), json!({"createLicenseType": "trial"}));
    script.ask(ada, "GET", ACME);
    script.send(ada, ("PUT", ACME), json!({"createLicenseType": "free"}));
    script.ask(ada, "GET", CURRENT);
    script.send(ada, ("PUT", ACME), json!({"createLicenseType": "trial"}));
    for body in [
        json!({"createLicenseType": "growth"}),
        json!({"createLicenseType": "platinum"}),
        json!({"createLicenseType": 1}),
        json!({"createLicenseType": "free", "licenseKey": "x"}),
        json!({}),
    ] {
        script.send(ada, ("PUT", ACME), body);
    }
    let key =
        sign(&growth(&json!({"type": "enterprise", "sub": "ACME", "limits": {"members": 20, "unknown": 1}})));
    assert_eq!(ada.sends(service, ("PUT", CURRENT), json!({"licenseKey": format!(" {key}\n")})).code(), 204);
    let told = script.ask(ada, "GET", CURRENT);
    assert!(!told.text.contains(&key));
    insta::assert_snapshot!(script, @r#"
    ada> GET /v1/organization-license
    200 {"expiresAt":"2027-01-15T12:00:00Z","features":["rbac"],"graceUntil":"2027-01-29T12:00:00Z","issuedAt":"2026-01-15T12:00:00Z","keyId":"1","limits":{},"standing":"active","type":"growth","usage":{"domains":0,"members":2,"projects":1}}
    ada> PUT /v1/organizations/acme/license {"createLicenseType":"trial"}
    204
    ada> GET /v1/organizations/acme/license
    200 {"expiresAt":"2026-02-14T12:00:00.003Z","features":["automatic_provisioning","legal_baa","multiple_organizations","organization_invite_settings","organization_security_settings","rbac","saml","scim","sso_enforcement"],"limits":{"domains":5,"members":50,"projects":10},"standing":"active","type":"trial","usage":{"domains":0,"members":2,"projects":1}}
    ada> PUT /v1/organizations/acme/license {"createLicenseType":"free"}
    204
    ada> GET /v1/organization-license
    200 {"features":[],"limits":{"domains":1,"members":5,"projects":1},"standing":"active","type":"free","usage":{"domains":0,"members":2,"projects":1}}
    ada> PUT /v1/organizations/acme/license {"createLicenseType":"trial"}
    409 {"errors":["the organization has had its trial"]}
    ada> PUT /v1/organizations/acme/license {"createLicenseType":"growth"}
    403 {"errors":["a license of type growth needs a license key"]}
    ada> PUT /v1/organizations/acme/license {"createLicenseType":"platinum"}
    400 {"errors":["createLicenseType: must be one of: free, trial, growth, enterprise, google, honeycomb"]}
    ada> PUT /v1/organizations/acme/license {"createLicenseType":1}
    400 {"errors":["createLicenseType: invalid type: integer `1`, expected a string"]}
    ada> PUT /v1/organizations/acme/license {"createLicenseType":"free","licenseKey":"x"}
    400 {"errors":["createLicenseType: cannot stand beside a licenseKey"]}
    ada> PUT /v1/organizations/acme/license {}
    400 {"errors":["licenseKey: is required, unless createLicenseType is given"]}
    ada> GET /v1/organization-license
    200 {"expiresAt":"2027-01-15T12:00:00Z","features":["rbac"],"graceUntil":"2027-01-29T12:00:00Z","issuedAt":"2026-01-15T12:00:00Z","keyId":"1","limits":{"members":20},"standing":"active","type":"enterprise","usage":{"domains":0,"members":2,"projects":1}}
    "#);
}

fn refused(answer: &Answer, case: &str) -> String {
    assert_eq!(answer.code(), 400, "{case}: {answer:?}");
    let errors = answer.json()["errors"].clone();
    let text = errors[0].as_str().unwrap_or_else(|| panic!("{case}: {errors}"));
    text.strip_prefix("licenseKey: ").unwrap_or_else(|| panic!("{case}: {text}")).to_owned()
}

fn refusals(kit: &Kit) {
    let stage = Stage::set(kit);
    let Stage { service, ada, .. } = &stage;
    let good = sign(&growth(&json!({})));
    let start = Kit::START.seconds();
    let globex = id_of(service, "globex").to_string();
    let claims = |changes: Value| sign(&growth(&changes));
    let (before, rows) = (ada.does(service, "GET", CURRENT).text, kit.rows());
    let cases = [
        ("empty", String::new()),
        ("blank", " \n".to_owned()),
        ("no key", "not a license".to_owned()),
        ("truncated", good[..good.len() - 2].to_owned()),
        ("without its signature", good.rsplit_once('.').unwrap().0.to_owned()),
        ("forged", signed_by(2, &growth(&json!({})))),
        ("expired", claims(json!({"exp": start - 1}))),
        ("not yet valid", claims(json!({"nbf": start + DAY}))),
        ("revoked", claims(json!({ "jti": REVOKED }))),
        ("of another issuer", claims(json!({"iss": "https://other.example"}))),
        ("another organization's", claims(json!({ "sub": globex }))),
        ("of no type there is", claims(json!({"type": "platinum"}))),
        ("without end", claims(json!({"exp": null}))),
        ("a megabyte", "x".repeat(1024 * 1024)),
        ("a megabyte of a good one", format!("{good}{}", "A".repeat(1024 * 1024))),
    ];
    for (case, key) in &cases {
        let why = refused(&ada.put(service, ("PUT", CURRENT), &json!({ "licenseKey": key })), case);
        let also = refused(&ada.put(service, ("PUT", ACME), &json!({ "licenseKey": key })), case);
        assert_eq!(why, also, "{case}");
        assert!(key.len() < 20 || !why.contains(key), "{case}");
    }
    assert_eq!((ada.does(service, "GET", CURRENT).text, kit.rows()), (before, rows), "nothing has changed");
}
