//! Organizations, their administrators and their connections.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

use polity_accounts::{AccountFields, NewAccount, People};
use polity_directory::{Entry, Members, NewOrganization, OrganizationFields, OrganizationRef, Organizations};
use polity_domains::{
    Attempt, Begin, Callback, ClientAuthentication, Connection, ConnectionFields, ConnectionService,
    ConnectionSettings, Connections, Departure, DomainId, NewConnection, OidcSettings, Rejection,
    SignInElsewhere,
};
use polity_identity::{Errand, Fetch, HttpRequest, HttpResponse, Secret};
use polity_kernel::{
    Access, Actor, Code, Conn, Ctx, Entitled, Entitlements, Error, MasterKey, OrganizationId, Result,
    Timestamp,
};
use polity_testkit::{Kit, acting};
use serde_json::Value;
use uuid::Uuid;

pub(crate) const SITE: &str = "https://polity.example";
pub(crate) const ISSUER: &str = "https://idp.example";
pub(crate) const CLIENT: &str = "polity";

/// The one domain that nobody has verified.
pub(crate) const UNVERIFIED: DomainId = DomainId::new(Uuid::from_u128(0xdead));

/// The net: what each address answers.
#[derive(Default)]
pub(crate) struct Net(Mutex<HashMap<String, (u16, Value)>>);

impl Net {
    pub(crate) fn answer(&self, url: &str, status: u16, body: Value) {
        self.0.lock().unwrap().insert(url.to_owned(), (status, body));
    }
}

impl Fetch for Net {
    fn fetch(&self, _: Errand, request: HttpRequest) -> Result<HttpResponse> {
        let answer = self.0.lock().unwrap().get(&request.uri().to_string()).cloned();
        let (status, body) = answer.ok_or_else(|| Error::new(Code::Unavailable, "nobody answers"))?;
        let body = match body {
            Value::String(text) => text.into_bytes(),
            body => serde_json::to_vec(&body).unwrap(),
        };
        let mut response = HttpResponse::new(body);
        *response.status_mut() = status.try_into().unwrap();
        Ok(response)
    }
}

/// One node with an organization on it.
pub(crate) struct Bench<'k> {
    pub(crate) kit: &'k Kit,
    pub(crate) net: Arc<Net>,
    pub(crate) service: ConnectionService,
    pub(crate) access: Access,
    directory: polity_directory::Service,
}

fn verified(_: &mut Conn, _: OrganizationId, domains: &[DomainId], _: Timestamp) -> Result<Vec<DomainId>> {
    Ok(domains.iter().copied().filter(|domain| *domain != UNVERIFIED).collect())
}

pub(crate) fn node(ctx: &Ctx, net: &Arc<Net>) -> ConnectionService {
    let fetch = Arc::clone(net) as Arc<dyn Fetch>;
    ConnectionService::new(ctx.clone(), &MasterKey::new([7; 32]), SITE.to_owned(), fetch, verified)
}

pub(crate) fn bench(kit: &Kit) -> Bench<'_> {
    let net = Arc::new(Net::default());
    let to = Entitled::to(Entitlements::of_features(std::iter::empty::<String>()));
    let directory = polity_directory::Service::new(
        kit.ctx.clone(),
        &MasterKey::new([7; 32]),
        polity_directory::RoleEnding::NOTHING,
        polity_directory::Terms::without_limits(Arc::new(polity_directory::NoWorkspaces)),
    )
    .entitled_by(Arc::new(move |_, _| Ok(to.clone())));
    let owner = person(kit, "owner@corp.example");
    let access = found(&directory, &owner, "corp");
    Bench { kit, service: node(&kit.ctx, &net), net, access, directory }
}

fn person(kit: &Kit, email: &str) -> Actor {
    let fields = AccountFields { email: email.to_owned(), email_verified: true, ..AccountFields::default() };
    let people = polity_accounts::Service::new(kit.ctx.clone(), polity_accounts::Appointing::nothing());
    acting(people.create(&Actor::system(), NewAccount::try_from(fields).unwrap()).unwrap().id)
}

fn found(directory: &polity_directory::Service, owner: &Actor, key: &str) -> Access {
    let fields = OrganizationFields { key: Some(key.to_owned()), ..OrganizationFields::default() };
    directory.found(owner, NewOrganization::try_from(fields).unwrap()).unwrap();
    directory.enter(owner, &key.parse::<OrganizationRef>().unwrap()).unwrap()
}

impl Bench<'_> {
    /// Another organization, as its owner has it.
    pub(crate) fn other(&self) -> Access {
        found(&self.directory, &person(self.kit, "owner@other.example"), "other")
    }

    /// The organization as a plain member has it.
    pub(crate) fn member(&self) -> Access {
        let actor = person(self.kit, "member@corp.example");
        let account = polity_kernel::AccountId::new(actor.subject().id().unwrap());
        self.directory.add_member(&self.access, account.into()).unwrap();
        self.directory.enter(&actor, &"corp".parse::<OrganizationRef>().unwrap()).unwrap()
    }

    pub(crate) fn create(&self, settings: ConnectionSettings) -> Connection {
        self.service.create(&self.access, new(settings)).unwrap()
    }

    pub(crate) fn log(&self, connection: &Connection) -> Vec<Attempt> {
        self.service.log(&self.access, connection.id).unwrap()
    }

    /// What the browser is sent to the provider with.
    pub(crate) fn start(&self, connection: &Connection, browser: &str) -> HashMap<String, String> {
        let Departure::Redirect(url) = self.service.start(connection.id, &begin(browser)).unwrap() else {
            panic!("no redirect")
        };
        url::form_urlencoded::parse(url.split_once('?').unwrap().1.as_bytes()).into_owned().collect()
    }
}

pub(crate) fn begin(browser: &str) -> Begin {
    Begin {
        browser: Secret::new(browser),
        return_to: Some("/account".to_owned()),
        login_hint: None,
        test: None,
    }
}

pub(crate) fn new(settings: ConnectionSettings) -> NewConnection {
    let needs_secret = !matches!(settings, ConnectionSettings::Saml(_));
    let fields = ConnectionFields {
        name: " Corp login ".to_owned(),
        settings,
        client_secret: needs_secret.then(|| Secret::new("very-secret-secret")),
        domains: Vec::new(),
    };
    NewConnection::try_from(fields).unwrap()
}

pub(crate) fn oidc() -> ConnectionSettings {
    ConnectionSettings::Oidc(OidcSettings {
        issuer: ISSUER.to_owned(),
        client_id: CLIENT.to_owned(),
        authentication: ClientAuthentication::ClientSecretBasic,
        scopes: Vec::new(),
        email_claim: None,
        groups_claim: None,
        allowed_tenants: Vec::new(),
    })
}

pub(crate) fn answer(state: &str, code: Option<&str>) -> Callback {
    Callback::Authorization {
        state: Some(Secret::new(state)),
        code: code.map(Secret::new),
        issuer: None,
        error: None,
    }
}

/// Why it was refused, which nobody at the browser is told.
pub(crate) fn why<T: std::fmt::Debug>(outcome: Result<T>) -> Rejection {
    let error = outcome.unwrap_err();
    assert_eq!(error.code(), Code::Unauthenticated, "{error:?}");
    let rejection = std::error::Error::source(&error).and_then(|cause| cause.downcast_ref::<Rejection>());
    let rejection = *rejection.unwrap_or_else(|| panic!("{error:?}"));
    assert!(!error.message().contains(rejection.words()), "{error:?}");
    rejection
}

pub(crate) static RSA: LazyLock<Vec<u8>> = LazyLock::new(|| {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.decode(include_str!("../data/idp.key.b64").trim()).unwrap()
});
