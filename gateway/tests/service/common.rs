//! The service as tests see it: started by the same `boot` as in production, on a free port, over a fresh store.

use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::sync::OnceLock;
use std::thread::JoinHandle;

use polity::areas::Polity;
use polity::boot;
use polity::config::Settings;
use polity::gate::Gate;
use polity::gate::guesses::Patience;
use polity::telemetry;
use polity_accounts::{Account, AccountFields, NewAccount, People};
use polity_identity::Mint;
use polity_kernel::{Actor, Bounds, OrganizationId, Permission, Subject};
use polity_testkit::Kit;
use reqwest::blocking::{Client, RequestBuilder};
use reqwest::header::HeaderMap;
use reqwest::{Method, StatusCode};
use serde_json::Value;
use tempfile::TempDir;
use tokio::sync::oneshot;

/// A running service. It stops, gracefully, when dropped.
pub(crate) struct Service {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// Its areas, for what a test sets up.
    pub(crate) polity: Polity,
    client: Client,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<std::io::Result<()>>>,
    _data_dir: TempDir,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Service {
    /// Starts a service over the kit's store.
    pub(crate) fn start(kit: &Kit) -> Self {
        Self::start_with(kit, Patience::default())
    }

    /// Starts a service with another limit on failed authentications.
    pub(crate) fn start_with(kit: &Kit, patience: Patience) -> Self {
        Self::start_set(kit, patience, |_| {})
    }

    /// Starts a service with other settings too.
    pub(crate) fn start_set(kit: &Kit, patience: Patience, change: impl FnOnce(&mut Settings)) -> Self {
        Self::start_whole(kit, patience, change, |_| {})
    }

    /// Starts a service with other settings and another gate.
    pub(crate) fn start_whole(
        kit: &Kit,
        patience: Patience,
        change: impl FnOnce(&mut Settings),
        gated: impl FnOnce(&mut Gate),
    ) -> Self {
        let data_dir = TempDir::new().unwrap();
        let mut settings = settings(kit, &data_dir);
        change(&mut settings);
        let listener = TcpListener::bind(settings.listen).unwrap();
        let address = listener.local_addr().unwrap();
        telemetry::collect_figures().unwrap();
        let identity = boot::identity_settings(&kit.ctx, &settings, address).unwrap();
        let polity = boot::assemble(&kit.ctx, identity, &settings).unwrap();
        let mut gate = Gate::new(polity.clone(), &settings, patience);
        gated(&mut gate);
        let (stop, stopped) = oneshot::channel();
        let thread =
            std::thread::spawn(move || boot::serve(gate, listener, &settings, async { drop(stopped.await) }));
        Self {
            address,
            polity,
            client: client(),
            stop: Some(stop),
            thread: Some(thread),
            _data_dir: data_dir,
        }
    }

    /// Tells the service to stop, without waiting for it.
    pub(crate) fn begin_to_stop(&mut self) {
        drop(self.stop.take());
    }

    /// Stops the service and waits until it has.
    pub(crate) fn stop(&mut self) -> std::io::Result<()> {
        self.begin_to_stop();
        self.thread.take().map_or(Ok(()), |thread| thread.join().unwrap())
    }

    /// Begins a request; see [`send`].
    pub(crate) fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let method: Method = method.parse().unwrap();
        self.client.request(method, format!("http://{}{path}", self.address))
    }

    /// GET without a credential.
    pub(crate) fn get(&self, path: &str) -> Answer {
        send(self.request("GET", path))
    }

    /// An account that exists, with a verified address.
    pub(crate) fn person(&self, email: &str) -> Account {
        self.account(AccountFields { email: email.to_owned(), email_verified: true, ..Default::default() })
    }

    /// A platform administrator that exists.
    pub(crate) fn administrator(&self, email: &str) -> Account {
        self.account(AccountFields {
            email: email.to_owned(),
            email_verified: true,
            platform_administrator: true,
            ..Default::default()
        })
    }

    fn account(&self, fields: AccountFields) -> Account {
        let new = NewAccount::try_from(fields).unwrap();
        People::create(self.polity.accounts.as_ref(), &Actor::system(), new).unwrap()
    }

    /// An access token of this person that is not narrowed.
    pub(crate) fn token(&self, account: &Account) -> String {
        self.mint(&Mint::of(Subject::Person(account.id)))
    }

    /// An access token of this person for one organization, or only with some permissions.
    pub(crate) fn narrow_token(
        &self,
        account: &Account,
        organization: Option<OrganizationId>,
        permissions: Option<&[&str]>,
    ) -> String {
        let permissions =
            permissions.map(|names| names.iter().map(|name| name.parse::<Permission>().unwrap()).collect());
        self.mint(&Mint { organization, permissions, ..Mint::of(Subject::Person(account.id)) })
    }

    fn mint(&self, mint: &Mint) -> String {
        self.polity.identity.mint(mint).unwrap().token.reveal().to_owned()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // a test that has failed already needs no second panic
        if !std::thread::panicking() {
            self.stop().unwrap();
        }
    }
}

/// Sends a request and reads the whole answer.
pub(crate) fn send(request: RequestBuilder) -> Answer {
    let answer = request.send().unwrap();
    let (status, headers) = (answer.status(), answer.headers().clone());
    Answer { status, headers, text: answer.text().unwrap() }
}

impl Answer {
    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// One header as text; empty when it is absent.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The status as a number, for short comparisons.
    pub(crate) fn code(&self) -> u16 {
        self.status.as_u16()
    }
}

/// Settings of a test: nothing comes from the environment, and port and data directory are its own.
pub(crate) fn settings(kit: &Kit, data_dir: &TempDir) -> Settings {
    let variables = [
        ("POLITY_DATA_DIR", data_dir.path().to_str().unwrap()),
        ("POLITY_LISTEN", "127.0.0.1:0"),
        ("POLITY_MASTER_KEY", &"5a".repeat(32)),
        ("POLITY_WORKERS", "2"),
        ("POLITY_DNS_RESOLVER", &nameless().to_string()),
        ("POLITY_SHUTDOWN_TIMEOUT", "20s"),
    ];
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let mut settings = Settings::load(&variables.into(), None).unwrap();
    settings.database_url = kit.db().url().clone();
    // tests that are not about them make as much as they like
    settings.bounds = Bounds::NONE;
    settings
}

/// A name server of this program that knows no name: nothing leaves the machine.
fn nameless() -> SocketAddr {
    static ADDRESS: OnceLock<SocketAddr> = OnceLock::new();
    *ADDRESS.get_or_init(|| {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let address = socket.local_addr().unwrap();
        std::thread::spawn(move || {
            let mut query = [0; 512];
            while let Ok((_, asker)) = socket.recv_from(&mut query) {
                drop(socket.send_to(&unknown(&query), asker));
            }
        });
        address
    })
}

/// The answer to a query of one question that there is no such name (RFC 1035 §4.1).
fn unknown(query: &[u8; 512]) -> Vec<u8> {
    let (head, rest) = query.split_at(12);
    let name = rest.iter().take_while(|byte| **byte != 0).count();
    let id = head.iter().take(2);
    // an answer with recursion, one question, nothing else
    let said = [0x81, 0x83, 0, 1, 0, 0, 0, 0, 0, 0];
    id.chain(&said).chain(rest.iter().take(name + 5)).copied().collect()
}

fn client() -> Client {
    // other tests of this program may have been first
    drop(rustls::crypto::ring::default_provider().install_default());
    Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}
