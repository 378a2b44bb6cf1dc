//! Signing in at the providers of others, in a browser: what works, and what is refused when they misbehave.

use std::time::{Duration, Instant};

use crate::browser::Browser;
use crate::provider::Provider;
use crate::service::{Operator, Service};
use serde_json::{Value, json};

/// How long a page may take to lead where it leads.
const PATIENCE: Duration = Duration::from_secs(15);

/// Where the browser is once it has been at the provider: at a path of the service's own.
async fn arrived(browser: &Browser, service: &Service, start: &str) -> String {
    browser.goto(&format!("{}{start}", service.origin)).await;
    let began = Instant::now();
    loop {
        let here = browser.here().await;
        let own = here.strip_prefix(&service.origin).filter(|path| !path.starts_with("/sso/"));
        let told = browser.shown("h1").await;
        let is_refused =
            here.contains("/sso/callback") || here.contains("/acs") || here.contains("/complete/");
        if own.is_some() || (is_refused && told.is_some()) {
            return here;
        }
        // what a provider posts is posted by a button, where its page has no script
        if !here.starts_with(&service.origin) {
            browser.press("form[action*='/complete/saml'] button").await;
        }
        assert!(began.elapsed() < PATIENCE, "still at {here}: {}", browser.source().await);
    }
}

/// Forgets who is signed in, here and at the provider.
async fn forget(browser: &Browser) {
    browser.devtools("Network.clearBrowserCookies", &json!({})).await;
    browser.log().await;
}

/// Signs in, and answers which page comes of it.
async fn signs_in(browser: &Browser, service: &Service, connection: &str) -> String {
    forget(browser).await;
    arrived(browser, service, &format!("/sso/{connection}/start?login_hint=ida&return_to=/account")).await
}

async fn lets_in(browser: &Browser, service: &Service, operator: &Operator<'_>, connection: &str) {
    let here = signs_in(browser, service, connection).await;
    assert!(here.ends_with("/account"), "{here}: {}", operator.last_attempt(connection).await);
    let page = browser.source().await;
    assert!(page.contains("ida@corp.example"), "{page}");
    assert_eq!(browser.complaints().await, Vec::<String>::new());
}

/// Expects to be refused, and answers what the administrator reads of it.
async fn refuses(browser: &Browser, service: &Service, operator: &Operator<'_>, connection: &str) -> String {
    let here = signs_in(browser, service, connection).await;
    assert!(!here.ends_with("/account"), "somebody was let in");
    operator.last_attempt(connection).await
}

fn openid(provider: &Provider, client: &str, method: &str) -> Value {
    json!({
        "name": "OpenID", "kind": "oidc", "issuer": provider.origin(), "client_id": client,
        "client_secret": format!("secret-of-{client}"), "token_endpoint_auth_method": method,
    })
}

#[actix_web::test]
async fn an_openid_provider_signs_people_in_and_is_refused_when_it_misbehaves() {
    let browser = Browser::open().await;
    let service = Service::start();
    let operator = service.operated().await;
    let provider = Provider::openid(&service);
    let ida = json!({"ida": {"email": "ida@corp.example", "email_verified": "true", "name": "Ida"}});
    provider.tell("/people", &ida).await;
    let connection = operator.connect(openid(&provider, "basic", "client_secret_basic")).await;
    lets_in(&browser, &service, &operator, &connection).await;
    lets_in(&browser, &service, &operator, &connection).await;

    let faults = [
        json!({"claims": {"iss": "https://evil.example"}}),
        json!({"claims": {"aud": "somebody-else"}}),
        json!({"claims": {"nonce": "another"}}),
        json!({"claims": {"exp": 1_000_000_000}}),
        json!({"sign": "none"}),
        json!({"sign": "HS256"}),
        json!({"sign": "stranger"}),
    ];
    let mut words = Vec::new();
    for fault in faults {
        provider.tell("/fault", &fault).await;
        words.push(format!("{fault} -> {}", refuses(&browser, &service, &operator, &connection).await));
    }
    provider.tell("/fault", &json!({})).await;
    lets_in(&browser, &service, &operator, &connection).await;
    let told = words.join("\n");
    assert!(words.iter().all(|line| line.contains("-> refused: ")), "{told}");
}

#[actix_web::test]
async fn a_server_shaped_as_githubs_vouches_for_verified_addresses_alone() {
    let browser = Browser::open().await;
    let service = Service::start();
    let operator = service.operated().await;
    let provider = Provider::github();
    let emails = json!([
        {"email": "unverified@corp.example", "primary": true, "verified": false},
        {"email": "ida@corp.example", "primary": false, "verified": true},
    ]);
    provider.tell("/people", &json!({"ida": {"id": 583_231, "name": "Ida", "emails": emails}})).await;
    let at = |path: &str| format!("{}{path}", provider.origin());
    let connection = json!({
        "name": "GitHub", "kind": "oauth2", "client_id": "polity", "client_secret": "secret-of-polity",
        "authorize_url": at("/login/oauth/authorize"), "token_url": at("/login/oauth/access_token"),
        "user_url": at("/user"), "emails_url": at("/user/emails"), "scopes": ["read:user", "user:email"],
    });
    let connection = operator.connect(connection).await;
    let here = signs_in(&browser, &service, &connection).await;
    let page = browser.source().await;
    assert!(here.ends_with("/account"), "{here}: {page}");
    assert!(!page.contains("unverified@corp.example"), "{page}");
}

#[actix_web::test]
async fn samlify_signs_people_in_however_it_signs() {
    let browser = Browser::open().await;
    let service = Service::start();
    let operator = service.operated().await;
    let provider = Provider::samlify(&service);
    let metadata =
        reqwest::get(format!("{}/metadata", provider.origin())).await.unwrap().text().await.unwrap();
    let connection = json!({"name": "samlify", "kind": "saml", "metadata": metadata});
    let connection = operator.connect(connection).await;
    let person = json!({"email": "ida@corp.example", "first_name": "Ida", "last_name": "B", "groups": "eng"});
    let ours = reqwest::get(format!("{}/sso/{connection}/metadata", service.origin)).await.unwrap();
    let certificate = encryption_certificate(&ours.text().await.unwrap());
    for shape in [
        json!({"person": person, "sign": "assertion"}),
        json!({"person": person, "sign": "response"}),
        json!({"person": person, "sign": "both"}),
        json!({"person": person, "sign": "assertion", "encrypt": certificate, "cipher": "aes256-gcm"}),
    ] {
        provider.tell("/shape", &shape).await;
        lets_in(&browser, &service, &operator, &connection).await;
    }
    let unsafely =
        json!({"person": person, "sign": "assertion", "encrypt": certificate, "cipher": "aes256-cbc"});
    provider.tell("/shape", &unsafely).await;
    let words = refuses(&browser, &service, &operator, &connection).await;
    assert!(words.starts_with("refused: ") && words.contains("AES-CBC"), "{words}");
}

/// The certificate in our metadata for which providers encrypt.
fn encryption_certificate(metadata: &str) -> String {
    let descriptor = metadata.split("use=\"encryption\"").nth(1).unwrap();
    let from = descriptor.split("X509Certificate>").nth(1).unwrap();
    from.split('<').next().unwrap().to_owned()
}

#[actix_web::test]
async fn pysaml2_signs_people_in_however_it_signs() {
    let browser = Browser::open().await;
    let service = Service::start();
    let operator = service.operated().await;
    let provider = Provider::pysaml2();
    let metadata =
        reqwest::get(format!("{}/metadata", provider.origin())).await.unwrap().text().await.unwrap();
    let connection = json!({"name": "pysaml2", "kind": "saml", "metadata": metadata});
    let connection = operator.connect(connection).await;
    let ours = reqwest::get(format!("{}/sso/{connection}/metadata", service.origin)).await.unwrap();
    provider.tell_text("/service", ours.text().await.unwrap()).await;
    let person = json!({"id": "p-1", "mail": ["ida@corp.example"], "givenName": ["Ida"], "sn": ["B"]});
    for shape in [
        json!({"person": person, "sign": "assertion"}),
        json!({"person": person, "sign": "response"}),
        json!({"person": person, "sign": "both"}),
        json!({"person": person, "sign": "response", "encrypt": true}),
        json!({"person": person, "sign": "both", "encrypt": true}),
    ] {
        provider.tell("/shape", &shape).await;
        lets_in(&browser, &service, &operator, &connection).await;
    }
    provider.tell("/shape", &json!({"person": person, "sign": "assertion", "encrypt": true})).await;
    let words = refuses(&browser, &service, &operator, &connection).await;
    assert!(words.starts_with("refused: ") && words.contains("AES-CBC"), "{words}");
}
