//! Try-outs, and what is enforced only after one.

use polity_testkit::both_engines;
use serde_json::json;

use crate::jar::Jar;
use crate::stage::Stage;

const ALICE: &str = "alice@corp.example";

/// Where a try-out begins that is offered now.
fn offered(stage: &Stage<'_>, connection: &str) -> String {
    let offer = stage.send("POST", &format!("/connections/{connection}/test"), json!({}));
    let url = offer["url"].as_str().unwrap();
    let start = format!("http://{}/sso/{connection}/start", stage.service.address);
    url.strip_prefix(&start).unwrap().to_owned()
}

both_engines! {
    fn a_try_out_shows_what_is_told_and_signs_nobody_in(kit) {
        let stage = Stage::set(kit);
        let connection = stage.openid(&[]);
        let query = offered(&stage, &connection);
        let mut jar = Jar::default();
        let asked = stage.leaves(&mut jar, &connection, &query);
        assert_eq!(jar.get(&stage.service, &format!("/sso/{connection}/start{query}")).code(), 401, "it is good once");
        let page = stage.returns(&mut jar, &asked, ALICE);
        assert_eq!(page.code(), 200, "{page:?}");
        for shown in [ALICE, "shoe_size", "42", "alice"] {
            assert!(page.text.contains(shown), "{shown} is not on {page:?}");
        }
        assert!(jar.value("polity").is_none() && !stage.is_in(&mut jar, ALICE));
        let shown = stage.ada.does(&stage.service, "GET", &format!("{}/connections/{connection}", crate::stage::AT)).json();
        assert_eq!((&shown["tested_address"], &shown["tested_at"]), (&json!(ALICE), &json!("2026-01-15T12:00:00Z")));
        assert_eq!(jar.get(&stage.service, &format!("/sso/{connection}/start?test=x")).code(), 401);
    }

    fn what_nobody_has_tried_is_enforced_by_force_alone(kit) {
        let stage = Stage::set(kit);
        let domain = stage.verified("corp.example");
        let connection = stage.openid(&[&domain]);
        let path = format!("/domains/{domain}");
        let enforce = json!({"sso_enforcement": "oidc"});
        let untested = "400 connection_not_tested sso_enforcement";
        assert_eq!(stage.refused("PATCH", &path, &enforce), untested);
        let mut jar = Jar::default();
        let asked = stage.leaves(&mut jar, &connection, &offered(&stage, &connection));
        assert_eq!(stage.returns(&mut jar, &asked, "eve@elsewhere.example").code(), 200);
        assert_eq!(stage.refused("PATCH", &path, &enforce), untested, "the address is none of the domain");
        let asked = stage.leaves(&mut jar, &connection, &offered(&stage, &connection));
        assert_eq!(stage.returns(&mut jar, &asked, ALICE).code(), 200);
        assert_eq!(stage.refused("PATCH", &path, &json!({"sso_enforcement": "saml"})), untested, "it is none by SAML");
        assert_eq!(stage.send("PATCH", &path, enforce.clone())["sso_enforcement"], "oidc");
        stage.send("PATCH", &path, json!({"sso_enforcement": ""}));
        stage.send("PATCH", &format!("/connections/{connection}"), json!({"groups_claim": "groups"}));
        assert_eq!(stage.refused("PATCH", &path, &enforce), untested, "other settings have to be tried anew");
        assert_eq!(stage.send("PATCH", &format!("{path}?force=true"), enforce)["sso_enforcement"], "oidc");
    }
}
