//! What ends with a connection, and with the domain that it serves.

use polity_testkit::both_engines;
use serde_json::json;

use crate::ground::Caller;
use crate::ground::account_of;
use crate::jar::Jar;
use crate::stage::Stage;

const ALICE: &str = "alice@corp.example";

both_engines! {
    fn sessions_end_with_the_connection_and_tokens_do_not(kit) {
        let stage = Stage::set(kit);
        let connection = stage.openid(&[&stage.verified("corp.example")]);
        let mut jar = stage.signed_in(&connection, ALICE);
        let alice = Caller::of(&stage.service, "alice", &account_of(&stage.service, ALICE));
        assert!(stage.is_in(&mut jar, ALICE));
        stage.send("DELETE", &format!("/connections/{connection}"), json!({}));
        assert_eq!(jar.get(&stage.service, "/account").code(), 303);
        alice.does(&stage.service, "GET", "/directory/orgs/suggest");
        assert_eq!(stage.service.get(&format!("/sso/{connection}/start")).code(), 404);
        assert_eq!(stage.refused("GET", &format!("/connections/{connection}"), &json!({})), "404 not_found null");
    }

    fn sessions_end_with_the_domain_that_is_given_back(kit) {
        let stage = Stage::set(kit);
        let (domain, other) = (stage.verified("corp.example"), stage.verified("other.example"));
        let connection = stage.openid(&[&domain, &other]);
        let mut jar = stage.signed_in(&connection, ALICE);
        stage.send("DELETE", &format!("/domains/{domain}"), json!({}));
        assert_eq!(jar.get(&stage.service, "/account").code(), 303);
        let shown = stage.ada.does(&stage.service, "GET", &format!("{}/connections/{connection}", crate::stage::AT));
        assert_eq!(shown.json()["domains"], json!([other]));
    }

    fn a_connection_whose_domains_all_wait_lets_nobody_in(kit) {
        let stage = Stage::set(kit);
        let waiting = stage.claim("waits.example")["id"].as_str().unwrap().to_owned();
        let connection = stage.openid(&[&waiting]);
        let mut jar = Jar::default();
        assert_eq!(jar.get(&stage.service, &format!("/sso/{connection}/start")).code(), 401);
        let offer = stage.send("POST", &format!("/connections/{connection}/test"), json!({}));
        let query = offer["url"].as_str().unwrap().split_once('?').unwrap().1.to_owned();
        stage.leaves(&mut jar, &connection, &format!("?{query}"));
        // what began while the domain stood is not taken once it waits
        let domain = stage.verified("corp.example");
        stage.send("PATCH", &format!("/connections/{connection}"), json!({"domains": [domain, waiting]}));
        let asked = stage.leaves(&mut jar, &connection, "");
        stage.send("DELETE", &format!("/domains/{domain}"), json!({}));
        assert_eq!(stage.judged(&asked, ALICE).code(), 401);
    }
}
