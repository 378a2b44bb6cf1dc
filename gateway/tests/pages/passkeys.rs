//! Passkeys: added at one's own account, and signed in with.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use polity_signin::{AssertionOptions, RegistrationOptions, RelyingParty};
use polity_testkit::both_engines;
use serde_json::{Value, json};

use crate::authenticator::Authenticator;
use crate::ground::MOMENT;
use crate::ground::browser::{Jar, hidden, signed_in, token, with_ada};
use crate::ground::common::{Answer, Service};

fn text(bytes: &[u8]) -> Value {
    json!(URL_SAFE_NO_PAD.encode(bytes))
}

fn bytes(value: &Value) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(value.as_str().unwrap()).unwrap()
}

/// What the page has its script ask the browser.
fn options(page: &Answer) -> Value {
    assert!(page.header("content-security-policy").contains("script-src 'self';"), "{page:?}");
    assert!(page.text.contains("<script src=\"/pages/passkey.js\" defer></script>"));
    let (_, rest) = page.text.split_once("data-options=\"").unwrap_or_else(|| panic!("{page:?}"));
    serde_json::from_str(&rest.split('"').next().unwrap().replace("&#34;", "\"")).unwrap()
}

/// An authenticator before this service.
fn authenticator(service: &Service) -> Authenticator {
    let mut authenticator = Authenticator::new("credential of ada");
    authenticator.origin = format!("http://{}", service.address);
    authenticator.relying_party = service.address.ip().to_string();
    authenticator
}

/// What the page's script would put into the form that adds a passkey.
fn made(authenticator: &mut Authenticator, told: &Value) -> String {
    let id = told["rp"]["id"].as_str().unwrap().to_owned();
    let options = RegistrationOptions {
        challenge: bytes(&told["challenge"]),
        relying_party: RelyingParty { id, origin: authenticator.origin.clone() },
        user_handle: bytes(&told["user"]["id"]),
        user_name: told["user"]["name"].to_string(),
        display_name: told["user"]["displayName"].to_string(),
        exclude: Vec::new(),
    };
    let answer = authenticator.register(&options);
    json!({"clientData": text(&answer.client_data), "attestation": text(&answer.attestation)}).to_string()
}

/// What it would put into the form that signs in.
fn shown(authenticator: &mut Authenticator, told: &Value) -> String {
    let options = AssertionOptions {
        challenge: bytes(&told["challenge"]),
        relying_party: told["rpId"].to_string(),
        allow: Vec::new(),
    };
    let answer = authenticator.assert(&options);
    json!({
        "credential": text(&answer.credential), "clientData": text(&answer.client_data),
        "authenticatorData": text(&answer.authenticator_data), "signature": text(&answer.signature),
        "userHandle": answer.user_handle.map(|handle| text(&handle)),
    })
    .to_string()
}

/// Adds a passkey of this name in a browser that is signed in.
fn adds(service: &Service, jar: &mut Jar, authenticator: &mut Authenticator, name: &str) -> Answer {
    let token = token(&jar.get(service, "/account"));
    let page = jar.post(service, "/account/passkeys", &[("passkey_name", name), ("form_token", &token)]);
    assert_eq!(page.code(), 200, "{page:?}");
    let answer = made(authenticator, &options(&page));
    let fields = [("passkey_name", name.to_owned()), ("answer", answer), ("form_token", token)];
    jar.post(
        service,
        "/account/passkeys/add",
        &fields.each_ref().map(|(name, value)| (*name, value.as_str())),
    )
}

both_engines! {
    fn a_passkey_is_added_and_signs_in_by_itself(kit) {
        let (service, _) = with_ada(kit);
        let (mut own, mut other) = (signed_in(&service), signed_in(&service));
        let mut authenticator = authenticator(&service);
        let added = adds(&service, &mut own, &mut authenticator, "Laptop");
        assert_eq!((added.code(), added.header("location")), (303, "/account#passkeys"), "{added:?}");
        assert_eq!((other.get(&service, "/account").code(), own.get(&service, "/account").code()), (303, 200));
        kit.pass(MOMENT);
        let (mut jar, mut eve) = (Jar::default(), Jar::default());
        let [token, theirs] = [&mut jar, &mut eve].map(|jar| token(&jar.get(&service, "/login")));
        assert_eq!(jar.post(&service, "/login/passkey", &[("form_token", "x")]).code(), 403);
        let begin = |jar: &mut Jar, token: &str| options(&jar.post(&service, "/login/passkey", &[("form_token", token)]));
        let answer = shown(&mut authenticator, &begin(&mut jar, &token));
        let taken = eve.post(&service, "/login/passkey/answer", &[("answer", &answer), ("form_token", &theirs)]);
        assert_eq!((taken.code(), eve.value("polity")), (401, String::new()), "another browser");
        let fields = [("answer", answer.as_str()), ("form_token", token.as_str()), ("return_to", "/account?x=1")];
        let done = jar.post(&service, "/login/passkey/answer", &fields);
        assert_eq!((done.code(), done.header("location")), (303, "/account?x=1"), "{done:?}");
        let told = jar.get(&service, "/account/export").json();
        assert_eq!(told["sessions"][0]["methods"], json!(["hwk", "user"]));
        let again = jar.post(&service, "/login/passkey/answer", &fields);
        assert_eq!(again.code(), 401, "replayed");
        for bad in ["", "x", "{}", "[]", &"x".repeat(8_000)] {
            let sent = eve.post(&service, "/login/passkey/answer", &[("answer", bad), ("form_token", &theirs)]);
            assert_eq!((sent.code(), eve.value("polity")), (401, String::new()), "{bad}");
        }
        assert_eq!(service.get("/login/passkey").header("location"), "/login");
    }

    fn a_passkey_is_renamed_and_removed(kit) {
        let (service, _) = with_ada(kit);
        let mut jar = signed_in(&service);
        adds(&service, &mut jar, &mut authenticator(&service), "Laptop <x>");
        let page = jar.get(&service, "/account");
        assert!(page.text.contains("Laptop &#60;x&#62;"), "{page:?}");
        let (token, id) = (token(&page), hidden(&page, "passkey"));
        let rename = |jar: &mut Jar, id: &str, name: &str| {
            jar.post(&service, "/account/passkeys/rename", &[("passkey", id), ("passkey_name", name), ("form_token", &token)])
        };
        assert_eq!(rename(&mut jar, &id, "Key").code(), 303);
        assert!(jar.get(&service, "/account").text.contains("<strong>Key</strong>"));
        let long = rename(&mut jar, &id, &"x".repeat(129));
        assert!(long.code() == 400 && long.text.contains("passkey_name-wrong"), "{long:?}");
        assert_eq!(rename(&mut jar, &uuid::Uuid::from_u128(7).to_string(), "Key").code(), 404);
        let bad = jar.post(&service, "/account/passkeys/add", &[("answer", ""), ("form_token", &token)]);
        assert!(bad.code() == 400 && bad.text.contains("JavaScript"), "{bad:?}");
        let remove = [("passkey", id.as_str()), ("form_token", token.as_str())];
        assert_eq!(jar.post(&service, "/account/passkeys/remove", &remove).code(), 303);
        assert!(!jar.get(&service, "/account").text.contains("<strong>Key</strong>"));
        assert_eq!(jar.post(&service, "/account/passkeys/remove", &remove).code(), 303, "as it should be");
    }

    fn only_the_pages_that_ask_for_a_passkey_have_script(kit) {
        let (service, _) = with_ada(kit);
        let script = service.get("/pages/passkey.js");
        assert_eq!((script.code(), script.header("content-type")), (200, "text/javascript; charset=utf-8"));
        assert!(!script.text.contains("eval") && !script.text.contains("innerHTML"));
        let mut jar = signed_in(&service);
        for path in ["/login", "/account", "/logout", "/"] {
            let page = jar.get(&service, path);
            assert!(!page.header("content-security-policy").contains("script"), "{path}");
            assert!(!page.text.contains("<script"), "{path}");
        }
    }
}
