//! An organization with a verified domain, and somebody at the provider.

use std::collections::HashMap;

use polity::gate::guesses::Patience;
use polity_testkit::Kit;
use serde_json::{Value, json};

use crate::ground::common::{Answer, Service};
use crate::ground::{Caller, MOMENT};
use crate::jar::{Jar, button};
use crate::provider::Provider;
use crate::zone::Zone;

pub(crate) const AT: &str = "/api/organizations/acme";

/// A service, an organization on it, and a provider.
pub(crate) struct Stage<'k> {
    pub(crate) kit: &'k Kit,
    pub(crate) service: Service,
    pub(crate) provider: Provider,
    zone: Zone,
    /// Who owns the organization.
    pub(crate) ada: Caller,
}

/// What the browser is sent to the provider with.
pub(crate) type Asked = HashMap<String, String>;

impl<'k> Stage<'k> {
    pub(crate) fn set(kit: &'k Kit) -> Self {
        let (zone, provider) = (Zone::start(), Provider::start());
        let address = zone.address.to_string();
        let many = std::num::NonZeroU32::new(1_000_000).unwrap();
        let service = Service::start_set(kit, Patience { burst: many, per_minute: many }, |settings| {
            settings.dns_resolver = address.parse().ok();
            settings.outbound_allow = vec!["127.0.0.0/8".parse().unwrap()];
        });
        let ada = Caller::person(&service, "ada");
        ada.founds(&service, "acme");
        Self { kit, service, provider, zone, ada }
    }

    /// A domain that the organization claims.
    pub(crate) fn claim(&self, domain: &str) -> Value {
        self.kit.pass(MOMENT);
        self.send("POST", "/domains", json!({ "domain": domain }))
    }

    /// The id of a domain that is verified.
    pub(crate) fn verified(&self, domain: &str) -> String {
        let claimed = self.claim(domain);
        self.zone.say(domain, claimed["verification_challenge"].as_str().unwrap());
        let id = claimed["id"].as_str().unwrap().to_owned();
        let verified = self.send("POST", &format!("/domains/{id}/verify"), json!({}));
        assert_eq!(verified["is_verified"], true);
        id
    }

    /// The id of a connection to the OpenID provider that serves these domains.
    pub(crate) fn openid(&self, domains: &[&str]) -> String {
        let body = json!({
            "name": "Corp", "kind": "oidc", "issuer": self.provider.issuer(), "client_id": "polity",
            "client_secret": "very-secret-secret", "domains": domains,
        });
        self.send("POST", "/connections", body)["id"].as_str().unwrap().to_owned()
    }

    /// Sends something about the organization, which must succeed.
    pub(crate) fn send(&self, method: &str, path: &str, body: Value) -> Value {
        let answer = self.ada.sends(&self.service, (method, &format!("{AT}{path}")), body);
        if answer.text.is_empty() { Value::Null } else { answer.json() }
    }

    /// What is refused of something about the organization.
    pub(crate) fn refused(&self, method: &str, path: &str, body: &Value) -> String {
        let answer = self.ada.put(&self.service, (method, &format!("{AT}{path}")), body);
        let told = answer.json();
        format!("{} {} {}", answer.code(), told["code"].as_str().unwrap(), told["attr"]).replace('"', "")
    }

    /// The log of a connection, the newest first.
    pub(crate) fn log(&self, connection: &str) -> Vec<String> {
        let path = format!("{AT}/connections/{connection}/log");
        let log = self.ada.does(&self.service, "GET", &path).json();
        let told = |entry: &Value| format!("{} {}", entry["step"], entry["outcome"]).replace('"', "");
        log["results"].as_array().unwrap().iter().map(told).collect()
    }

    /// Leaves for the OpenID provider.
    pub(crate) fn leaves(&self, jar: &mut Jar, connection: &str, query: &str) -> Asked {
        let page = jar.get(&self.service, &format!("/sso/{connection}/start{query}"));
        assert_eq!(page.code(), 200, "{page:?}");
        let url = button(&page);
        assert!(url.starts_with(&format!("{}/authorize?", self.provider.issuer())), "{url}");
        url::form_urlencoded::parse(url.split_once('?').unwrap().1.as_bytes()).into_owned().collect()
    }

    /// Comes back from it as somebody with this address, and says where that leads.
    pub(crate) fn judged(&self, asked: &Asked, email: &str) -> Answer {
        let now = self.service.polity.ctx.now().seconds();
        self.provider.give(json!({
            "iss": self.provider.issuer(), "sub": email.split('@').next().unwrap(), "aud": "polity", "iat": now,
            "exp": now + 300, "nonce": asked["nonce"], "email": email, "email_verified": true, "shoe_size": 42,
        }));
        self.service.get(&format!("/sso/callback?code=c&state={}", asked["state"]))
    }

    /// The same, and in at this browser.
    pub(crate) fn returns(&self, jar: &mut Jar, asked: &Asked, email: &str) -> Answer {
        let judged = self.judged(asked, email);
        assert_eq!(judged.code(), 303, "{judged:?}");
        jar.get(&self.service, judged.header("location"))
    }

    /// A browser that somebody has signed in at by this connection.
    pub(crate) fn signed_in(&self, connection: &str, email: &str) -> Jar {
        let mut jar = Jar::default();
        let asked = self.leaves(&mut jar, connection, "");
        let answer = self.returns(&mut jar, &asked, email);
        assert_eq!((answer.code(), answer.header("location")), (303, "/account"), "{answer:?}");
        jar
    }

    /// Whether somebody is signed in at this browser, by their address.
    pub(crate) fn is_in(&self, jar: &mut Jar, email: &str) -> bool {
        let page = jar.get(&self.service, "/account");
        page.code() == 200 && page.text.contains(email)
    }
}
