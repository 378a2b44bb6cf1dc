//! Organizations, their administrators and their connections.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

use polity_directory::Terms;
use polity_domains::{
    Admitting, Attempt, Begin, Callback, Claims, ClientAuthentication, Connection, ConnectionFields,
    ConnectionService, ConnectionSettings, Connections, Departure, DomainId, NewConnection, OidcSettings,
    Rejection, SignInElsewhere,
};
use polity_identity::{Errand, Fetch, HttpRequest, HttpResponse, Secret};
use polity_kernel::{
    Access, Code, Conn, Ctx, Entitled, Entitlements, Error, MasterKey, OrganizationId, Result,
};
use polity_signin::SessionSettings;
use polity_testkit::Kit;
use serde_json::Value;

use crate::common::{Ground, ground};

pub(crate) const SITE: &str = "https://polity.example";
pub(crate) const ISSUER: &str = "https://idp.example";
pub(crate) const CLIENT: &str = "polity";

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
    pub(crate) ground: Ground<'k>,
    pub(crate) access: Access,
}

pub(crate) fn node(ctx: &Ctx, net: &Arc<Net>) -> ConnectionService {
    entitled_node(ctx, net, Entitlements::all())
}

/// The same where organizations are entitled to this.
pub(crate) fn entitled_node(ctx: &Ctx, net: &Arc<Net>, to: Entitlements) -> ConnectionService {
    let fetch = Arc::clone(net) as Arc<dyn Fetch>;
    let terms = Terms {
        entitling: Arc::new(move |_: &mut Conn, _: OrganizationId| Ok(Entitled::to(to.clone()))),
        ..Terms::without_limits(Arc::new(polity_directory::NoWorkspaces), Arc::new(Claims))
    };
    let at_browser = polity_signin::at_browser(&master(), &SessionSettings::default()).unwrap();
    ConnectionService::new(ctx.clone(), &master(), SITE.to_owned(), fetch, Admitting { terms, at_browser })
}

pub(crate) fn bench(kit: &Kit) -> Bench<'_> {
    let net = Arc::new(Net::default());
    let ground = ground(kit);
    let access = ground.found("corp");
    Bench { kit, service: node(&kit.ctx, &net), net, ground, access }
}

fn master() -> MasterKey {
    MasterKey::new([7; 32])
}

impl Bench<'_> {
    /// Another organization, as its owner has it.
    pub(crate) fn other(&self) -> Access {
        self.ground.found("other")
    }

    /// The organization as a plain member has it.
    pub(crate) fn member(&self) -> Access {
        self.ground.member(&self.access, "corp", "member")
    }

    /// A domain that the organization has verified.
    pub(crate) fn verified(&self, name: &str) -> DomainId {
        self.ground.proven(&self.access, name).id
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
