//! The connection that an address's domain signs in with: offered first, or led to at once.

use polity::gate::guesses::Patience;
use polity_domains::{
    ClientAuthentication, ConnectionFields, ConnectionSettings, DomainPatch, Enforcement, NewConnection,
    OidcSettings,
};
use polity_identity::Secret;
use polity_testkit::{Kit, both_engines};
use serde_json::json;

use crate::ground::browser::{Jar, token};
use crate::ground::common::{Answer, Service};
use crate::ground::{Caller, entered};
use crate::zone::Zone;

const DOMAINS: &str = "/api/organizations/acme/domains";

/// A service with Ada's organization, whose domain `acme.example` has a connection, and that domain's id.
fn connected(kit: &Kit) -> (Service, Zone, String) {
    let zone = Zone::start();
    let resolver = zone.address.to_string();
    let service = Service::start_set(kit, Patience::default(), |settings| {
        settings.dns_resolver = resolver.parse().ok();
    });
    let ada = Caller::person(&service, "ada");
    ada.founds(&service, "acme");
    let claimed = ada.sends(&service, ("POST", DOMAINS), json!({"domain": "acme.example"})).json();
    zone.say("acme.example", claimed["verification_challenge"].as_str().unwrap());
    let domain = claimed["id"].as_str().unwrap().to_owned();
    ada.does(&service, "POST", &format!("{DOMAINS}/{domain}/verify"));
    let settings = ConnectionSettings::Oidc(OidcSettings {
        issuer: "https://idp.example".to_owned(),
        client_id: "polity".to_owned(),
        authentication: ClientAuthentication::ClientSecretBasic,
        scopes: Vec::new(),
        email_claim: None,
        groups_claim: None,
        allowed_tenants: Vec::new(),
    });
    let fields = ConnectionFields {
        name: "Acme <login>".to_owned(),
        settings,
        client_secret: Some(Secret::new("very-secret-secret")),
        domains: vec![domain.parse().unwrap()],
    };
    let access = entered(&service.polity, "acme");
    service.polity.connections.create(&access, NewConnection::try_from(fields).unwrap()).unwrap();
    (service, zone, domain)
}

/// What a browser is shown that names this address.
fn named(service: &Service, email: &str, more: &[(&str, &str)]) -> Answer {
    let mut jar = Jar::default();
    let token = token(&jar.get(service, "/login"));
    let fields = [&[("email", email), ("form_token", &token), ("return_to", "/account?x=1")], more].concat();
    let mut answer = jar.post(service, "/login", &fields);
    answer.text = answer.text.replace(&token, "").replace(email, "");
    answer
}

both_engines! {
    fn a_connection_is_offered_first_and_led_to_where_it_is_enforced(kit) {
        let (service, _zone, domain) = connected(kit);
        let page = named(&service, "ada@acme.example", &[]);
        assert!(page.code() == 200 && page.text.contains("Sign in with Acme &#60;login&#62;"), "{page:?}");
        assert!(page.text.contains("/start?return_to=%2Faccount%3Fx%3D1&#38;login_hint=ada%40acme.example"), "{page:?}");
        assert!(page.text.contains("action=\"/login/password\""), "the other ways are there too");
        let unknown = named(&service, "eve@acme.example", &[]);
        assert_eq!(unknown.text.replace("=eve%40", "=ada%40"), page.text, "an address without an account looks the same");
        assert!(!named(&service, "ada@other.example", &[]).text.contains("/sso/"));
        let access = entered(&service.polity, "acme");
        let enforced = DomainPatch { sso_enforcement: Some(Some(Enforcement::Oidc)), force: true, ..DomainPatch::default() };
        service.polity.domains.change(&access, domain.parse().unwrap(), enforced).unwrap();
        for email in ["ada@acme.example", "eve@acme.example"] {
            let led = named(&service, email, &[]);
            assert_eq!(led.code(), 303, "{led:?}");
            let to = led.header("location");
            assert!(to.starts_with("/sso/") && to.ends_with(&format!("login_hint={}", email.replace('@', "%40"))), "{to}");
            let page = named(&service, email, &[("other", "yes")]);
            assert!(page.code() == 200 && page.text.contains("action=\"/login/password\""), "{page:?}");
        }
        let page = service.get("/login?other=yes");
        assert!(page.text.contains("name=\"other\" value=\"yes\""), "{page:?}");
    }
}
