//! What an organization tells of itself.

use polity_testkit::{Kit, both_engines};
use serde_json::{Value, json};

use crate::ground::transcript::Transcript;
use crate::ground::{id_of, newest};
use crate::staff::Company;

const PROFILE: &str = "/api/v1/organization/profile";

both_engines! {
    fn made_changed_and_replaced(kit) { life(kit); }

    fn what_cannot_be_told_is_refused(kit) { refusing(kit); }

    fn by_id_it_is_the_same_one(kit) {
        let company = Company::found(kit);
        let (service, ada) = (&company.service, &company.ada);
        let id = id_of(service, "acme");
        let told = json!({"timezone": "Europe/Paris", "mission": "Ropes\nand nets"});
        let made = ada.sends(service, ("POST", &format!("/api/v1/organization/{id}/profile")), told.clone());
        assert_eq!((made.code(), made.json()), (201, told.clone()));
        assert_eq!(ada.does(service, "GET", PROFILE).json(), told);
        let changed = ada.sends(service, ("PATCH", "/api/v1/organization/acme/profile"), json!({"timezone": null}));
        assert_eq!((changed.code(), changed.json()), (200, json!({"mission": "Ropes\nand nets"})));
        assert_eq!(ada.does(service, "GET", "/api/v1/organization/ACME/profile").json(), changed.json());
        assert_eq!(ada.does(service, "GET", "/api/v1/organization/acme").json()["profile"], changed.json());
    }

    fn the_picture_is_the_organizations_own(kit) {
        let company = Company::found(kit);
        let (service, ada) = (&company.service, &company.ada);
        ada.sends(service, ("POST", PROFILE), json!({"logoUrl": "https://acme.example/1.png"}));
        assert_eq!(ada.does(service, "GET", "/directory/orgs/acme").json()["logo_url"], "https://acme.example/1.png");
        ada.sends(service, ("PUT", "/directory/orgs/acme"), json!({"logo_url": "https://acme.example/2.png"}));
        assert_eq!(ada.does(service, "GET", PROFILE).json(), json!({"logoUrl": "https://acme.example/2.png"}));
    }

    fn the_industry_is_told_once_and_shown_by_both_families(kit) {
        let company = Company::found(kit);
        let (service, ada) = (&company.service, &company.ada);
        let put = ada.sends(service, ("PUT", "/directory/orgs/acme"), json!({"industry": " Ropes "}));
        assert_eq!(put.json()["industry"], "Ropes");
        assert_eq!(ada.does(service, "GET", PROFILE).json(), json!({"industry": "Ropes"}));
        ada.sends(service, ("PATCH", PROFILE), json!({"industry": "Nets", "location": "Lyon"}));
        assert_eq!(ada.does(service, "GET", "/directory/orgs/acme").json()["industry"], "Nets");
        ada.sends(service, ("PUT", "/directory/orgs/acme"), json!({}));
        assert_eq!(ada.does(service, "GET", PROFILE).json(), json!({"location": "Lyon"}), "PUT replaces");
    }
}

fn life(kit: &Kit) {
    let company = Company::found(kit);
    let (ada, bob, eve) = (&company.ada, &company.bob, &company.eve);
    let by_id = format!("/api/v1/organization/{}/profile", id_of(&company.service, "acme"));
    let all = json!({"logoUrl": "https://acme.example/l.png", "timezone": "Europe/Paris", "location": " Lyon ",
        "countryCode": "FR", "companySize": "51-200", "website": "acme.example", "mission": "Ropes", "other": 1});
    let mut script = Transcript::new(kit, &company.service);
    script.name(id_of(&company.service, "acme"), "acme");
    script.ask(ada, "GET", PROFILE);
    script.send(ada, ("PATCH", PROFILE), json!({"location": "Paris"}));
    script.send(ada, ("POST", PROFILE), all);
    script.ask(bob, "GET", PROFILE);
    script.send(ada, ("PATCH", PROFILE), json!({"mission": null, "location": "", "companySize": "201-500"}));
    script.send(ada, ("PATCH", &by_id), json!({}));
    script.send(ada, ("POST", PROFILE), json!({"mission": "Nets"}));
    script.send(bob, ("PATCH", PROFILE), json!({"mission": "Mine"}));
    script.send(bob, ("POST", &by_id), json!({"mission": "Mine"}));
    script.ask(eve, "GET", &by_id);
    script.send(eve, ("PATCH", &by_id), json!({"mission": "Mine"}));
    script.send(eve, ("POST", &by_id), json!({"mission": "Mine"}));
    script.ask(ada, "GET", &by_id);
    insta::assert_snapshot!(script, @r#"
    ada> GET /api/v1/organization/profile
    404 {"error":"Not Found","message":"no such profile","status":404}
    ada> PATCH /api/v1/organization/profile {"location":"Paris"}
    200 {"location":"Paris"}
    ada> POST /api/v1/organization/profile {"companySize":"51-200","countryCode":"FR","location":" Lyon ","logoUrl":"https://acme.example/l.png","mission":"Ropes","other":1,"timezone":"Europe/Paris","website":"acme.example"}
    201 {"companySize":"51-200","countryCode":"FR","location":"Lyon","logoUrl":"https://acme.example/l.png","mission":"Ropes","timezone":"Europe/Paris","website":"acme.example"}
    bob> GET /api/v1/organization/profile
    200 {"companySize":"51-200","countryCode":"FR","location":"Lyon","logoUrl":"https://acme.example/l.png","mission":"Ropes","timezone":"Europe/Paris","website":"acme.example"}
    ada> PATCH /api/v1/organization/profile {"companySize":"201-500","location":"","mission":null}
    200 {"companySize":"201-500","countryCode":"FR","logoUrl":"https://acme.example/l.png","timezone":"Europe/Paris","website":"acme.example"}
    ada> PATCH /api/v1/organization/[acme]/profile {}
    200 {"companySize":"201-500","countryCode":"FR","logoUrl":"https://acme.example/l.png","timezone":"Europe/Paris","website":"acme.example"}
    ada> POST /api/v1/organization/profile {"mission":"Nets"}
    201 {"mission":"Nets"}
    bob> PATCH /api/v1/organization/profile {"mission":"Mine"}
    403 {"error":"Forbidden","message":"permission required: org.directory.update","status":403}
    bob> POST /api/v1/organization/[acme]/profile {"mission":"Mine"}
    403 {"error":"Forbidden","message":"permission required: org.directory.update","status":403}
    eve> GET /api/v1/organization/[acme]/profile
    404 {"error":"Not Found","message":"no such organization","status":404}
    eve> PATCH /api/v1/organization/[acme]/profile {"mission":"Mine"}
    404 {"error":"Not Found","message":"no such organization","status":404}
    eve> POST /api/v1/organization/[acme]/profile {"mission":"Mine"}
    404 {"error":"Not Found","message":"no such organization","status":404}
    ada> GET /api/v1/organization/[acme]/profile
    200 {"mission":"Nets"}
    "#);
}

fn refusing(kit: &Kit) {
    let company = Company::found(kit);
    let (service, ada) = (&company.service, &company.ada);
    ada.sends(service, ("POST", PROFILE), json!({"mission": "Ropes"}));
    let acme = id_of(service, "acme");
    let before = (kit.rows(), newest(kit, &[acme]));
    let bad: Vec<(&str, Value)> = vec![
        ("logoUrl", json!("javascript:alert(1)")),
        ("logoUrl", json!("acme.example/l.png")),
        ("website", json!("javascript:alert(1)")),
        ("website", json!("no site at all")),
        ("timezone", json!("x".repeat(201))),
        ("location", json!("a\u{7}b")),
        ("countryCode", json!(33)),
        ("companySize", json!({})),
        ("mission", json!("x".repeat(2_001))),
        ("mission", json!(["Ropes"])),
    ];
    for (field, value) in bad {
        for method in ["POST", "PATCH"] {
            let answer = ada.put(service, (method, PROFILE), &json!({field: value}));
            assert_eq!(answer.code(), 400, "{method} {field} {value}");
            assert_eq!(answer.json()["fields"][0]["field"], field, "{answer:?}");
        }
    }
    assert_eq!((kit.rows(), newest(kit, &[acme])), before, "nothing was written");
    assert_eq!(ada.does(service, "GET", PROFILE).json(), json!({"mission": "Ropes"}));
}
