//! A workbench: identity on a fresh store, trusted issuers that answer from memory, people and organizations.

pub(crate) mod keys;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use polity_accounts::{AccountFields, AccountPatch, NewAccount, People, within};
use polity_identity::{
    Algorithm, Authentication, Client, Clients, Credential, Errand, Fetch, HttpRequest, HttpResponse, Mint,
    NewClient, Owner, Registration, Secret, Service, Settings, Tokens, TrustedIssuer,
};
use polity_kernel::{
    Access, AccountId, Actor, Bounds, Code, Error, Level, MasterKey, OrganizationId, Permission,
    PermissionSet, Result, Seal, Standing, Subject, epoch,
};
use polity_testkit::Kit;
use serde_json::{Value, json};

use keys::Signer;

pub(crate) const ISSUER: &str = "https://polity.example";
pub(crate) const AUDIENCE: &str = "https://polity.example/api";
pub(crate) const OUTSIDE: &str = "https://issuer.example";
pub(crate) const OUTSIDE_AUDIENCE: &str = "polity";

/// Identity and what it stands on.
pub(crate) struct Bench<'k> {
    pub(crate) kit: &'k Kit,
    pub(crate) identity: Service,
    pub(crate) people: polity_accounts::Service,
    pub(crate) net: Arc<Net>,
    /// The key of the trusted issuer.
    pub(crate) outside: Signer,
}

/// The net as far as tests go: what each URL answers, and what was asked.
#[derive(Default)]
pub(crate) struct Net {
    answers: Mutex<HashMap<String, (u16, Value)>>,
    asked: Mutex<Vec<HttpRequest>>,
    errands: Mutex<Vec<(String, Errand)>>,
}

impl Net {
    pub(crate) fn answer(&self, url: &str, status: u16, body: Value) {
        self.answers.lock().unwrap().insert(url.to_owned(), (status, body));
    }

    pub(crate) fn fall_silent(&self) {
        self.answers.lock().unwrap().clear();
    }

    /// On whose word this URL was asked last.
    pub(crate) fn errand(&self, url: &str) -> Errand {
        let errands = self.errands.lock().unwrap();
        errands.iter().rfind(|(asked, _)| asked == url).map(|(_, errand)| *errand).unwrap()
    }

    /// How often this URL was asked.
    pub(crate) fn asked(&self, url: &str) -> usize {
        self.asked.lock().unwrap().iter().filter(|request| request.uri() == url).count()
    }

    /// The last request to this URL: its `Authorization` header and its body.
    pub(crate) fn last(&self, url: &str) -> (String, String) {
        let asked = self.asked.lock().unwrap();
        let request = asked.iter().rfind(|request| request.uri() == url).unwrap();
        let authorization =
            request.headers().get("authorization").map(|value| value.to_str().unwrap().to_owned());
        (authorization.unwrap_or_default(), String::from_utf8(request.body().clone()).unwrap())
    }
}

impl Fetch for Net {
    fn fetch(&self, errand: Errand, request: HttpRequest) -> Result<HttpResponse> {
        self.errands.lock().unwrap().push((request.uri().to_string(), errand));
        let answer = self.answers.lock().unwrap().get(&request.uri().to_string()).cloned();
        self.asked.lock().unwrap().push(request);
        let (status, body) = answer.ok_or_else(|| Error::new(Code::Unavailable, "nobody answers"))?;
        let mut response = HttpResponse::new(serde_json::to_vec(&body).unwrap());
        *response.status_mut() = status.try_into().unwrap();
        response.headers_mut().insert("content-type", "application/json".parse().unwrap());
        Ok(response)
    }
}

pub(crate) fn settings() -> Settings {
    Settings {
        issuer: ISSUER.to_owned(),
        audience: AUDIENCE.to_owned(),
        token_ttl: Duration::from_secs(3_600),
        registration: Registration::Open,
        trusted: vec![trusted()],
        master: MasterKey::new([7; 32]),
    }
}

pub(crate) fn trusted() -> TrustedIssuer {
    TrustedIssuer {
        issuer: OUTSIDE.to_owned(),
        audience: OUTSIDE_AUDIENCE.to_owned(),
        algorithms: vec![Algorithm::EdDsa, Algorithm::Rs256, Algorithm::Es256],
        jwks_uri: None,
        introspection: None,
        grants_permissions: false,
    }
}

pub(crate) fn bench(kit: &Kit) -> Bench<'_> {
    bench_with(kit, settings())
}

pub(crate) fn bench_with(kit: &Kit, settings: Settings) -> Bench<'_> {
    let net = Arc::new(Net::default());
    let identity = Service::new(
        kit.ctx.clone(),
        settings,
        Arc::clone(&net) as Arc<dyn Fetch>,
        Arc::new(polity_directory::NoWorkspaces),
        polity_identity::AtBrowser::nobody(),
    )
    .unwrap();
    let bench = Bench {
        kit,
        identity,
        people: polity_accounts::Service::new(kit.ctx.clone(), polity_accounts::Appointing::nothing()),
        net,
        outside: Signer::ed25519("outside-1", 1),
    };
    bench.publish(&bench.outside.jwks());
    bench
}

impl<'k> Bench<'k> {
    /// The same identity within bounds.
    pub(crate) fn bounded(&self, bounds: Bounds) -> Service {
        let ctx = self.kit.ctx.clone().bounded_by(bounds);
        Service::new(
            ctx,
            settings(),
            Arc::clone(&self.net) as Arc<dyn Fetch>,
            Arc::new(polity_directory::NoWorkspaces),
            polity_identity::AtBrowser::nobody(),
        )
        .unwrap()
    }

    /// A second node on the same store.
    pub(crate) fn other_node(&self) -> Service {
        Service::new(
            self.kit.ctx.clone(),
            settings(),
            Arc::clone(&self.net) as Arc<dyn Fetch>,
            Arc::new(polity_directory::NoWorkspaces),
            polity_identity::AtBrowser::nobody(),
        )
        .unwrap()
    }

    /// The trusted issuer publishes these keys.
    pub(crate) fn publish(&self, jwks: &Value) {
        let metadata = json!({
            "issuer": OUTSIDE,
            "authorization_endpoint": format!("{OUTSIDE}/authorize"),
            "jwks_uri": format!("{OUTSIDE}/jwks"),
            "introspection_endpoint": format!("{OUTSIDE}/introspect"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["EdDSA"],
        });
        self.net.answer(&format!("{OUTSIDE}/.well-known/openid-configuration"), 200, metadata);
        self.net.answer(&format!("{OUTSIDE}/jwks"), 200, jwks.clone());
    }

    /// The claims of a good token of the trusted issuer.
    pub(crate) fn claims(&self) -> Value {
        let now = self.kit.ctx.now().seconds();
        json!({
            "iss": OUTSIDE, "sub": "alice", "aud": OUTSIDE_AUDIENCE, "iat": now, "exp": now + 600,
            "email": "alice@acme.example", "email_verified": true, "name": "Alice",
        })
    }

    /// The same with one claim another; null takes it away.
    pub(crate) fn claims_with(&self, name: &str, value: Value) -> Value {
        let mut claims = self.claims();
        match value {
            Value::Null => {
                claims.as_object_mut().unwrap().remove(name);
            }
            value => claims[name] = value,
        }
        claims
    }

    pub(crate) fn person(&self, email: &str) -> AccountId {
        let new = NewAccount::try_from(AccountFields {
            email: email.to_owned(),
            email_verified: true,
            ..AccountFields::default()
        })
        .unwrap();
        self.kit
            .ctx
            .write_platform(move |tx| Ok(within::find_or_create(tx, &Actor::system(), None, &new)?.0.id))
            .unwrap()
    }

    pub(crate) fn patch(&self, account: AccountId, patch: AccountPatch) {
        self.people.update(&Actor::system(), account, patch).unwrap();
    }

    pub(crate) fn administrator(&self, email: &str) -> AccountId {
        let account = self.person(email);
        self.patch(account, AccountPatch { platform_administrator: Some(true), ..AccountPatch::default() });
        account
    }

    pub(crate) fn organization(&self) -> OrganizationId {
        self.kit
            .ctx
            .write_platform(|tx| {
                let id: OrganizationId = tx.new_id();
                epoch::begin(tx, id.uuid())?;
                Ok(id)
            })
            .unwrap()
    }

    pub(crate) fn service(&self, owner: &Owner, new: NewClient) -> (Client, Secret) {
        let (client, secret) = self.identity.register(owner, new).unwrap();
        (client, secret.unwrap())
    }

    pub(crate) fn token(&self, account: AccountId) -> String {
        self.mint(&Mint::of(Subject::Person(account)))
    }

    pub(crate) fn mint(&self, mint: &Mint) -> String {
        self.identity.mint(mint).unwrap().token.reveal().to_owned()
    }

    pub(crate) fn authenticate(&self, text: &str) -> Result<Actor> {
        authenticate(&self.identity, text)
    }

    /// The reason this credential is refused for; it must be `Unauthenticated`.
    pub(crate) fn refusal(&self, text: &str) -> String {
        refusal(&self.identity, text)
    }

    /// The present signing key of this service, taken out of its sealed row: what only a thief of the master key could do.
    pub(crate) fn stolen_key(&self) -> Signer {
        let kid = self.identity.jwks().unwrap().keys[0]["kid"].as_str().unwrap().to_owned();
        let sealed = self.kit.bytes("SELECT sealed AS bytes FROM signing_keys WHERE kid = $1", &kid);
        let seed = Seal::new(&settings().master, "identity.signing_keys").open(&kid, &sealed).unwrap();
        Signer::ed25519_of(kid.leak(), &seed)
    }
}

pub(crate) fn authenticate(identity: &Service, text: &str) -> Result<Actor> {
    identity.authenticate(&text.parse::<Credential>()?)
}

pub(crate) fn refusal(identity: &Service, text: &str) -> String {
    let error = authenticate(identity, text).expect_err("the credential is good");
    assert_eq!(error.code(), Code::Unauthenticated, "{error:?}");
    error.message().to_owned()
}

pub(crate) fn permission(name: &str) -> Permission {
    name.parse().unwrap()
}

pub(crate) fn permissions(names: &[&str]) -> Vec<Permission> {
    names.iter().map(|name| permission(name)).collect()
}

pub(crate) fn set(names: &[&str]) -> PermissionSet {
    permissions(names).into_iter().collect()
}

/// Somebody's access to an organization with exactly these permissions.
pub(crate) fn access(organization: OrganizationId, granted: PermissionSet) -> Access {
    let standing = Standing { level: Some(Level::Member), permissions: granted, active: true };
    Access::granted(organization, Actor::system(), standing)
}

/// An owner's access, by somebody who is no platform administrator.
pub(crate) fn owner(organization: OrganizationId) -> Owner {
    let somebody = Actor::new(
        Subject::Person(AccountId::new(organization.uuid())),
        Default::default(),
        PermissionSet::none(),
    );
    let standing = Standing { level: Some(Level::Owner), permissions: PermissionSet::all(), active: true };
    Owner::from(&Access::granted(organization, somebody, standing))
}

/// The platform, by an administrator.
pub(crate) fn platform() -> Owner {
    Owner::from(&Actor::system())
}

pub(crate) fn basic(id: &impl ToString, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{}:{secret}", id.to_string())))
}

/// The token with another part: 0 is the header, 1 the claims.
pub(crate) fn with_part(token: &str, index: usize, part: &Value) -> String {
    let mut parts: Vec<String> = token.split('.').map(str::to_owned).collect();
    parts[index] = encoded(part);
    parts.join(".")
}

pub(crate) fn part(token: &str, index: usize) -> Value {
    let text = token.split('.').nth(index).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).unwrap()).unwrap()
}

pub(crate) fn encoded(part: &Value) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(part).unwrap())
}
