//! Signing in by SAML: what is posted, and what is made of it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use polity_testkit::both_engines;
use serde_json::{Value, json};

use crate::ground::common::{Answer, send};
use crate::idp::{CERTIFICATE, Draft, IDP};
use crate::jar::{Jar, field, posted};
use crate::stage::Stage;

const ALICE: &str = "alice@corp.example";

/// A connection by SAML that serves this domain, and what its provider is told.
fn saml(stage: &Stage<'_>, domain: &str, unsolicited: bool) -> Value {
    stage.send("POST", "/connections", json!({
        "name": "Corp", "kind": "saml", "entity_id": IDP, "sso_url": "https://idp.example/sso", "sso_binding": "post",
        "certificates": [CERTIFICATE], "domains": [domain], "allow_unsolicited": unsolicited,
    }))
}

fn text<'v>(connection: &'v Value, name: &str) -> &'v str {
    connection[name].as_str().unwrap()
}

/// Leaves for the provider, and says with which request.
fn leaves(stage: &Stage<'_>, jar: &mut Jar, connection: &Value) -> String {
    let page = jar.get(&stage.service, &format!("/sso/{}/start", text(connection, "id")));
    assert_eq!(page.code(), 200, "{page:?}");
    assert!(page.header("content-security-policy").contains("form-action https://idp.example"), "{page:?}");
    let request =
        String::from_utf8(STANDARD.decode(field(&page, "SAMLRequest").replace("&#43;", "+")).unwrap())
            .unwrap();
    request.split_once(" ID=\"").unwrap().1.split('"').next().unwrap().to_owned()
}

/// The response of the provider at this address, in answer to a request or to none.
fn response(stage: &Stage<'_>, connection: &Value, (acs, answers): (&str, Option<&str>)) -> String {
    let now = stage.service.polity.ctx.now();
    Draft { acs, audience: text(connection, "sp_entity_id"), answers, email: ALICE, now, id: "_a1" }
        .response()
}

fn path(stage: &Stage<'_>, url: &str) -> String {
    url.strip_prefix(&format!("http://{}", stage.service.address)).unwrap().to_owned()
}

/// What comes of posting a response to the connection's own address.
fn post(stage: &Stage<'_>, connection: &Value, answers: Option<&str>, relay: &str) -> Answer {
    let acs = text(connection, "sp_acs_url");
    let response = response(stage, connection, (acs, answers));
    posted(&stage.service, &path(stage, acs), &[("SAMLResponse", &response), ("RelayState", relay)])
}

both_engines! {
    fn somebody_signs_in_by_an_assertion(kit) {
        let stage = Stage::set(kit);
        let connection = saml(&stage, &stage.verified("corp.example"), false);
        let mut jar = Jar::default();
        let request = leaves(&stage, &mut jar, &connection);
        let long = "x".repeat(5_000);
        let judged = post(&stage, &connection, Some(&request), &long);
        assert!(judged.code() == 303 && judged.header("location").starts_with("/sso/arrive?code="), "{judged:?}");
        assert!(judged.headers.get("set-cookie").is_none());
        let again = post(&stage, &connection, Some(&request), "");
        assert_eq!(again.code(), 401, "an answer is taken once");
        let answer = jar.get(&stage.service, judged.header("location"));
        assert_eq!((answer.code(), answer.header("location")), (303, "/account"), "{answer:?}");
        assert!(stage.is_in(&mut jar, ALICE));
        assert_eq!(stage.log(text(&connection, "id")), ["answer passed"]);
    }

    fn relay_state_is_never_followed(kit) {
        let stage = Stage::set(kit);
        let domain = stage.verified("corp.example");
        let connection = saml(&stage, &domain, true);
        for relay in ["https://evil.example", "//evil.example", "/account?x=1", &"x".repeat(81)] {
            kit.pass(std::time::Duration::from_secs(1_000));
            let judged = post(&stage, &connection, None, relay);
            // the same assertion is not taken twice while it counts; a while later it is forgotten
            if judged.code() == 303 {
                assert!(judged.header("location").starts_with("/sso/arrive?code="), "{judged:?}");
                let page = Jar::default().get(&stage.service, judged.header("location"));
                assert!(page.code() == 200 && !page.text.contains("evil.example"), "{page:?}");
            } else {
                assert_eq!(judged.code(), 401, "{judged:?}");
            }
        }
        let complete = |relay: &str| posted(&stage.service, "/complete/saml/", &[("SAMLResponse", "AAAA"), ("RelayState", relay)]).code();
        for relay in ["https://evil.example", "", &"x".repeat(81)] {
            assert_eq!(complete(relay), 404, "{relay}");
        }
    }

    fn what_nobody_asked_for_is_confirmed_first(kit) {
        let stage = Stage::set(kit);
        let refusing = saml(&stage, &stage.verified("other.example"), false);
        assert_eq!(post(&stage, &refusing, None, "").code(), 401);
        assert_eq!(stage.log(text(&refusing, "id")), Vec::<String>::new(), "what nobody began is not logged");
        let connection = saml(&stage, &stage.verified("corp.example"), true);
        let judged = post(&stage, &connection, None, "");
        assert_eq!(judged.code(), 303, "{judged:?}");
        let mut jar = Jar::default();
        let page = jar.get(&stage.service, judged.header("location"));
        assert_eq!(page.code(), 200, "{page:?}");
        assert!(page.text.contains(IDP) && jar.value("polity").is_none());
        let (token, code) = (field(&page, "form_token"), field(&page, "code"));
        assert_eq!(jar.post(&stage.service, "/sso/arrive", &[("code", code.as_str())]).code(), 403);
        let answer = jar.post(&stage.service, "/sso/arrive", &[("code", &code), ("form_token", &token)]);
        assert_eq!((answer.code(), answer.header("location")), (303, "/account"), "{answer:?}");
        assert!(stage.is_in(&mut jar, ALICE));
        assert_eq!(post(&stage, &connection, None, "").code(), 401, "the assertion is used up");
    }

    fn one_address_serves_all_connections(kit) {
        let stage = Stage::set(kit);
        let domain = stage.verified("corp.example");
        let connection = saml(&stage, &domain, true);
        let acs = format!("http://{}/complete/saml/", stage.service.address);
        let send = |answers: Option<&str>, relay: &str| {
            let response = response(&stage, &connection, (&acs, answers));
            posted(&stage.service, "/complete/saml/", &[("SAMLResponse", &response), ("RelayState", relay)])
        };
        let mut jar = Jar::default();
        let request = leaves(&stage, &mut jar, &connection);
        let judged = send(Some(&request), "");
        assert_eq!(judged.code(), 303, "{judged:?}");
        assert_eq!(jar.get(&stage.service, judged.header("location")).header("location"), "/account");
        assert_eq!(send(Some(&request), &domain).code(), 404, "it answers nothing any more");
        kit.pass(std::time::Duration::from_secs(1_000));
        stage.service.polity.connections.forget_expired().unwrap();
        let judged = send(None, &domain);
        assert_eq!(judged.code(), 303, "{judged:?}");
        let page = Jar::default().get(&stage.service, judged.header("location"));
        assert!(page.code() == 200 && page.text.contains("/sso/arrive"), "{page:?}");
    }

    fn what_providers_are_told_can_be_read(kit) {
        let stage = Stage::set(kit);
        let connection = saml(&stage, &stage.verified("corp.example"), false);
        let own = stage.service.get(&path(&stage, text(&connection, "sp_metadata_url")));
        let common = stage.service.get("/api/saml/metadata/");
        for (metadata, acs) in [(&own, text(&connection, "sp_acs_url")), (&common, "/complete/saml/")] {
            assert_eq!((metadata.code(), metadata.header("content-type")), (200, "application/samlmetadata+xml"));
            assert!(metadata.text.contains(acs) && metadata.text.contains(text(&connection, "sp_entity_id")));
            assert!(metadata.text.trim_end().ends_with("</md:EntityDescriptor>"), "{metadata:?}");
        }
        assert!(own.text.contains("X509Certificate") && !common.text.contains("X509Certificate"));
        let keys = stage.service.get(&format!("/sso/{}/jwks.json", text(&connection, "id"))).json();
        assert_eq!((&keys["keys"][0]["kty"], keys["keys"][0].get("d")), (&json!("RSA"), None));
    }

    fn what_is_posted_is_a_form_and_no_longer_than_any_honest_one(kit) {
        let stage = Stage::set(kit);
        for path in ["/complete/saml/", "/sso/callback"] {
            let sent = |kind: &str, body: String| {
                send(stage.service.request("POST", path).header("content-type", kind).body(body)).code()
            };
            let form = "application/x-www-form-urlencoded";
            assert_eq!(sent(form, format!("SAMLResponse={}", "a".repeat(401 * 1024))), 413, "{path}");
            assert_eq!(sent("text/plain", "SAMLResponse=a".to_owned()), 415, "{path}");
            assert_eq!(sent("application/json", "{}".to_owned()), 415, "{path}");
            assert!([401, 404].contains(&sent(form, format!("SAMLResponse={}", "a".repeat(300 * 1024)))), "{path}");
        }
    }
}
