//! A provider that answers from memory.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use polity_identity::{Errand, Fetch, HttpRequest, HttpResponse, Secret};
use polity_kernel::{Clock, Code, Error, IdSource, OrganizationId, Result, Timestamp};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::connection::PublicKey;
use crate::connection::code::{Binding, Client, Moment, SigningKey};
use crate::connection::external::ExternalIdentity;
use crate::connection::keys::PrivateKey;
use crate::connection::oidc::providers::Providers;
use crate::connection::oidc::{OpenIdProvider, Returned};
use crate::connection::rejection::Rejection;
use crate::connection::settings::{ClientAuthentication, OidcSettings};
use crate::connection::web::Web;

pub(super) const NOW: Timestamp = Timestamp::from_seconds(1_768_478_400);
pub(super) const ISSUER: &str = "https://idp.example";
pub(super) const CLIENT: &str = "polity client";
pub(super) const BACK: &str = "https://polity.example/sso/callback";
pub(super) const ACCESS: &str = "access-token";

/// A key pair that is made once.
pub(super) static OURS: LazyLock<(PrivateKey, PublicKey)> =
    LazyLock::new(|| PrivateKey::generate(&IdSource::random(), NOW).unwrap());

/// The net: what each address answers, and what was asked.
#[derive(Default)]
pub(super) struct Net {
    answers: Mutex<HashMap<String, (u16, Vec<u8>)>>,
    pub(super) asked: Mutex<Vec<(Errand, HttpRequest)>>,
}

impl Net {
    pub(super) fn answer(&self, url: &str, status: u16, body: &Value) {
        self.answer_bytes(url, status, serde_json::to_vec(body).unwrap());
    }

    pub(super) fn answer_bytes(&self, url: &str, status: u16, body: Vec<u8>) {
        self.answers.lock().unwrap().insert(url.to_owned(), (status, body));
    }

    pub(super) fn fall_silent(&self, url: &str) {
        self.answers.lock().unwrap().remove(url);
    }

    pub(super) fn times(&self, url: &str) -> usize {
        self.asked.lock().unwrap().iter().filter(|(_, request)| request.uri() == url).count()
    }

    /// The form that was last posted to the address, and its `Authorization`.
    pub(super) fn posted(&self, url: &str) -> (HashMap<String, String>, Option<String>) {
        let asked = self.asked.lock().unwrap();
        let (_, request) = asked.iter().rfind(|(_, request)| request.uri() == url).unwrap();
        let header = request.headers().get("authorization").map(|value| value.to_str().unwrap().to_owned());
        (url::form_urlencoded::parse(request.body()).into_owned().collect(), header)
    }
}

impl Fetch for Net {
    fn fetch(&self, errand: Errand, request: HttpRequest) -> Result<HttpResponse> {
        let answer = self.answers.lock().unwrap().get(&request.uri().to_string()).cloned();
        self.asked.lock().unwrap().push((errand, request));
        let (status, body) = answer.ok_or_else(|| Error::new(Code::Unavailable, "nobody answers"))?;
        let mut response = HttpResponse::new(body);
        *response.status_mut() = status.try_into().unwrap();
        response.headers_mut().insert("content-type", "application/json".parse().unwrap());
        Ok(response)
    }
}

/// A key of the provider.
pub(super) struct Signer {
    kid: &'static str,
    algorithm: Algorithm,
    key: EncodingKey,
}

impl Signer {
    pub(super) fn ed25519(kid: &'static str, seed: u8) -> Self {
        let prefix = STANDARD.decode("MC4CAQAwBQYDK2VwBCIEIA==").unwrap();
        let key = EncodingKey::from_ed_der(&[prefix.as_slice(), &[seed; 32]].concat());
        Self { kid, algorithm: Algorithm::EdDSA, key }
    }

    pub(super) fn jwk(&self) -> Value {
        let mut jwk =
            serde_json::to_value(Jwk::from_encoding_key(&self.key, self.algorithm).unwrap()).unwrap();
        jwk["kid"] = json!(self.kid);
        jwk["use"] = json!("sig");
        jwk
    }

    pub(super) fn sign(&self, claims: &Value) -> String {
        let mut header = Header::new(self.algorithm);
        header.kid = Some(self.kid.to_owned());
        jsonwebtoken::encode(&header, claims, &self.key).unwrap()
    }
}

/// A provider, this service as its client, and one sign-in between them.
pub(super) struct Bench {
    pub(super) net: Net,
    pub(super) providers: Providers,
    pub(super) settings: OidcSettings,
    pub(super) binding: Binding,
    pub(super) signer: Signer,
    pub(super) clock: Clock,
    pub(super) ids: IdSource,
    secret: Secret,
}

pub(super) fn organization() -> OrganizationId {
    OrganizationId::new(Uuid::from_u128(7))
}

pub(super) fn discovery() -> Value {
    json!({
        "issuer": ISSUER, "authorization_endpoint": format!("{ISSUER}/authorize"),
        "token_endpoint": format!("{ISSUER}/token"), "jwks_uri": format!("{ISSUER}/jwks"),
        "userinfo_endpoint": format!("{ISSUER}/userinfo"),
    })
}

impl Bench {
    pub(super) fn new() -> Self {
        let ids = IdSource::random();
        let bench = Self {
            net: Net::default(),
            providers: Providers::default(),
            settings: OidcSettings {
                issuer: ISSUER.to_owned(),
                client_id: CLIENT.to_owned(),
                authentication: ClientAuthentication::ClientSecretBasic,
                scopes: ["openid", "email"].map(str::to_owned).to_vec(),
                email_claim: None,
                groups_claim: Some("groups".to_owned()),
                allowed_tenants: Vec::new(),
            },
            binding: Binding::random(&ids),
            signer: Signer::ed25519("k1", 1),
            clock: Clock::fixed(NOW),
            ids,
            secret: Secret::new("s&cret"),
        };
        bench.discover(&discovery());
        bench.publish(&[&bench.signer]);
        bench.give(&bench.claims());
        bench
    }

    pub(super) fn discover(&self, document: &Value) {
        self.net.answer(&format!("{ISSUER}/.well-known/openid-configuration"), 200, document);
    }

    pub(super) fn publish(&self, signers: &[&Signer]) {
        let keys: Vec<Value> = signers.iter().map(|signer| signer.jwk()).collect();
        self.net.answer(&format!("{ISSUER}/jwks"), 200, &json!({ "keys": keys }));
    }

    /// The claims of a good ID token.
    pub(super) fn claims(&self) -> Value {
        let now = self.clock.now().seconds();
        json!({
            "iss": ISSUER, "sub": "alice", "aud": CLIENT, "iat": now, "exp": now + 300,
            "nonce": self.binding.nonce.reveal(), "email": "alice@corp.example", "email_verified": true,
            "given_name": "Alice", "family_name": "Example", "name": "Alice Example", "groups": ["staff", "dev"],
            "amr": ["pwd", "otp"], "acr": "2",
        })
    }

    /// The token endpoint gives an ID token with these claims.
    pub(super) fn give(&self, claims: &Value) {
        self.give_token(&self.signer.sign(claims));
    }

    pub(super) fn give_token(&self, token: &str) {
        let body = json!({ "access_token": ACCESS, "token_type": "Bearer", "id_token": token });
        self.net.answer(&format!("{ISSUER}/token"), 200, &body);
    }

    pub(super) fn client(&self) -> Client<'_> {
        Client {
            id: &self.settings.client_id,
            authentication: self.settings.authentication,
            secret: Some(&self.secret),
            key: Some(SigningKey { kid: "our-key", key: &OURS.0 }),
            redirect_uri: BACK,
        }
    }

    pub(super) fn web(&self) -> Web<'_> {
        Web { fetch: &self.net, organization: organization() }
    }

    pub(super) fn moment(&self) -> Moment<'_> {
        Moment { now: self.clock.now(), ids: &self.ids }
    }

    fn provider(&self) -> OpenIdProvider<'_> {
        OpenIdProvider {
            settings: &self.settings,
            providers: &self.providers,
            web: self.web(),
            uptime: self.clock.uptime(),
        }
    }

    pub(super) fn start(&self) -> std::result::Result<String, Rejection> {
        self.provider().authorization_url(&self.client(), &self.binding, Some("alice@corp.example"))
    }

    pub(super) fn finish(&self) -> std::result::Result<ExternalIdentity, Rejection> {
        self.finish_from(None)
    }

    pub(super) fn finish_from(
        &self,
        issuer: Option<&str>,
    ) -> std::result::Result<ExternalIdentity, Rejection> {
        let code = Secret::new("the-code");
        let returned = Returned { code: &code, issuer };
        self.provider().identity(&self.client(), &self.binding, &returned, self.moment())
    }

    /// Why a token with this claim changed is refused; null takes the claim away.
    pub(super) fn refused(&self, claim: &str, value: Value) -> Rejection {
        let mut claims = self.claims();
        match value {
            Value::Null => drop(claims.as_object_mut().unwrap().remove(claim)),
            value => claims[claim] = value,
        }
        self.give(&claims);
        self.finish().unwrap_err()
    }

    pub(super) fn pass(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }
}

pub(super) fn encoded(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}
