//! Puts the service together: the same for the binary and for tests.
//!
//! The only file that names concrete services.

use std::future::Future;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::middleware::{Compress, from_fn};
use actix_web::{App, rt, web};
use polity_accounts::Accounts;
use polity_directory::{Directory, OrganizationRef};
use polity_groups::Grouping;
use polity_identity::Identity;
use polity_kernel::db::{DatabaseUrl, Options};
use polity_kernel::{Access, AccountId, Actor, Clock, Ctx, Db, Error, IdSource, Result, Subject};
use polity_licensing::{Legal, LegalService, Licensing, entitling};
use tracing::Span;
use tracing_actix_web::TracingLogger;

use crate::config::Settings;
use crate::errands::Errands;
use crate::guesses::{Guesses, Patience};
use crate::jobs::Worker;
use crate::mail::Post;
use crate::objects::Objects;
use crate::offload::{Readers, Writers};
use crate::outbound::Outbound;
use crate::pace::Pacer;
use crate::pandadoc::PandaDoc;
use crate::proxies::Proxies;
use crate::slots::Slots;
use crate::telemetry::Trace;
use crate::{frame, routes, server, telemetry};

/// Threads that read, per worker: as few as keep it busy (measured: twice the throughput of the default 512).
pub(crate) const READERS: usize = 2;

/// Threads that write to SQLite: as many writes as one commit should hold.
const SQLITE_WRITERS: usize = 64;

/// How long a client may take nothing of its answer.
const READING_PATIENCE: Duration = Duration::from_secs(30);

/// Threads that wait for passwords: more than the hashing lets wait, so that who is refused is so at once.
const PROVERS: usize = 48;

/// Long answers and long bodies of one caller that may be under way at once.
const LONG_AT_ONCE: usize = 16;

/// How often a stop looks whether it is the last to hold the store, and how long it waits in between: two seconds in all.
const CLOSE_ATTEMPTS: u32 = 400;
const CLOSE_PAUSE: Duration = Duration::from_millis(5);

/// How an organization of this name is entered.
pub(crate) type Way = fn(&Polity, &Actor, &OrganizationRef) -> Result<Access>;

/// Every area behind its trait. Cheap to clone.
#[derive(Clone)]
pub struct Polity {
    /// The store, the clock and the ids.
    pub ctx: Ctx,
    /// People, account types and their assignments.
    pub accounts: Arc<dyn Accounts>,
    /// Groups.
    pub groups: Arc<dyn Grouping>,
    /// Organizations, members, roles, invitations.
    pub directory: Arc<dyn Directory>,
    /// Licenses, what they entitle to, and the EULA.
    pub licensing: Arc<dyn Licensing>,
    /// Legal documents and their signing.
    pub legal: Arc<dyn Legal>,
    /// Who is calling.
    pub identity: Arc<dyn Identity>,
}

/// What all requests share.
pub struct Gate {
    /// The areas.
    pub polity: Polity,
    /// The threads that read for callers.
    pub readers: Readers,
    /// The threads that write.
    pub writers: Writers,
    /// Long answers under way, by caller.
    pub answers: Slots,
    /// Long bodies that arrive, by caller.
    pub uploads: Slots,
    /// How long a client may take nothing of its answer.
    pub patience: Duration,
    /// The threads that wait for others' servers.
    pub errands: Errands,
    /// The threads that wait for passwords to be hashed.
    pub provers: Writers,
    /// Whether clients reach the service by HTTPS.
    pub is_https: bool,
    /// Whose word on addresses is taken.
    pub proxies: Proxies,
    /// Failed authentications by address.
    pub guesses: Guesses,
    /// Requests with API keys, by organization.
    pub keys: Pacer,
    /// What those without a credential do, by address.
    pub strangers: Pacer,
    /// Whether the store has been seen to have the present shape.
    pub current: AtomicBool,
}

impl Polity {
    /// Puts the areas together over an open store.
    pub fn assemble(ctx: &Ctx, identity: polity_identity::Settings, settings: &Settings) -> Result<Self> {
        let ctx = &ctx.clone().bounded_by(settings.bounds);
        let licensing = &settings.licensing;
        let objects = Arc::new(Objects::open(settings)?);
        let legal = LegalService::new(ctx.clone(), &identity.master, &settings.legal, objects)?;
        let legal = match &settings.legal_provider {
            Some(account) => legal.signed_with(Arc::new(PandaDoc::new(account.clone()))),
            None => legal,
        };
        let fetch = Arc::new(Outbound::new(&settings.outbound_allow));
        let directory =
            polity_directory::Service::new(ctx.clone(), &identity.master, polity_identity::ROLE_ENDING);
        Ok(Self {
            ctx: ctx.clone(),
            accounts: Arc::new(polity_accounts::Service::new(ctx.clone(), polity_directory::APPOINTING)),
            groups: Arc::new(polity_groups::Service::new(ctx.clone(), polity_directory::GROUP_GUARD)),
            directory: Arc::new(
                directory.entitled_by(entitling(licensing)).with_programs(polity_identity::program),
            ),
            licensing: Arc::new(polity_licensing::Service::new(ctx.clone(), &identity.master, licensing)?),
            legal: Arc::new(legal),
            identity: Arc::new(
                polity_identity::Service::new(ctx.clone(), identity, fetch)?
                    .entitled_by(entitling(licensing)),
            ),
        })
    }

    /// Lets an actor into the organization of this id, key or alias ([`polity_directory::Entry::enter`]), and notes it in
    /// the request's span.
    pub fn enter(&self, actor: &Actor, organization: &OrganizationRef) -> Result<Access> {
        let access = self.directory.enter(actor, organization)?;
        telemetry::note_organization(&Span::current(), access.organization());
        Ok(access)
    }

    /// How the actor enters to end this account's membership: who ends their own does not take it up by that.
    pub(crate) fn way_to_end(actor: &Actor, account: AccountId) -> Way {
        if actor.subject() == Subject::Person(account) { Self::look_in } else { Self::enter }
    }

    /// The same without taking a membership up ([`polity_directory::Entry::look_in`]), for whoever leaves or looks at a list.
    pub fn look_in(&self, actor: &Actor, organization: &OrganizationRef) -> Result<Access> {
        let access = self.directory.look_in(actor, organization)?;
        telemetry::note_organization(&Span::current(), access.organization());
        Ok(access)
    }
}

impl Gate {
    /// The gate to these areas.
    pub fn new(polity: Polity, settings: &Settings, patience: Patience) -> Self {
        let writers = match settings.database_url {
            DatabaseUrl::Sqlite(_) => SQLITE_WRITERS,
            // more threads would only wait for a connection
            DatabaseUrl::Postgres(_) => usize::try_from(settings.database_connections).unwrap_or(1),
        };
        Self {
            polity,
            readers: Readers::new(READERS * settings.workers),
            writers: Writers::new(writers),
            answers: Slots::new(
                LONG_AT_ONCE,
                "too many long answers are under way for you already; read them to their end, or end them",
            ),
            uploads: Slots::new(
                LONG_AT_ONCE,
                "too many long bodies of yours arrive already; send fewer at once",
            ),
            patience: READING_PATIENCE,
            errands: Errands::default(),
            provers: Writers::new(PROVERS),
            is_https: settings.public_url.as_ref().is_some_and(|url| url.starts_with("https:")),
            proxies: Proxies::trusted(&settings.trusted_proxies),
            guesses: Guesses::new(patience),
            keys: Pacer::new(settings.key_pace),
            strangers: Pacer::new(settings.stranger_pace),
            current: AtomicBool::new(false),
        }
    }
}

/// Opens the store that the settings name.
pub fn open(settings: &Settings) -> Result<Ctx> {
    opened(settings, false)
}

/// Opens the store for a command that may write very much at once.
pub fn open_for_bulk(settings: &Settings) -> Result<Ctx> {
    opened(settings, true)
}

fn opened(settings: &Settings, bulk: bool) -> Result<Ctx> {
    let options = Options { connections: settings.database_connections, bulk, ..Options::default() };
    let db = Db::open(&settings.database_url, &options)?;
    Ok(Ctx::new(db, Clock::machine(), IdSource::random()))
}

/// What identity is told of the store it works on. `address` is where the service listens, which is its name when no public URL is set.
///
/// # Errors
/// `Internal` when there is no master key and none can be made: the data directory refuses it, or the store was sealed with another.
pub fn identity_settings(
    ctx: &Ctx,
    settings: &Settings,
    address: SocketAddr,
) -> Result<polity_identity::Settings> {
    let issuer = site(settings, address);
    if settings.lacks_master_key() && !polity_kernel::db::is_empty(ctx.db())? {
        polity_identity::require_unsealed(ctx)?;
    }
    let master = settings.master_key().map_err(|error| Error::internal(error.to_string()))?;
    Ok(polity_identity::Settings {
        audience: issuer.clone(),
        issuer,
        token_ttl: settings.token_ttl.duration(),
        registration: settings.registration,
        trusted: settings.trusted_issuers.clone(),
        master,
    })
}

/// How clients reach the service, without a trailing slash: by its public URL, or else where it listens.
fn site(settings: &Settings, address: SocketAddr) -> String {
    settings.public_url.clone().unwrap_or_else(|| match address.ip().is_unspecified() {
        true => format!("http://localhost:{}", address.port()),
        false => format!("http://{address}"),
    })
}

/// Serves until `stop` resolves; then takes no more connections, finishes what is under way, and gives jobs back.
///
/// # Errors
/// When the system refuses the socket or a thread.
pub fn serve(
    gate: Gate,
    listener: TcpListener,
    settings: &Settings,
    stop: impl Future<Output = ()> + 'static,
) -> std::io::Result<()> {
    let gate = web::Data::new(gate);
    let post = Post::new(settings, site(settings, listener.local_addr()?));
    let worker = Worker::start(&gate, post)?;
    let served = rt::System::new().block_on(async {
        let server = server(gate.clone(), listener, settings)?;
        let handle = server.handle();
        rt::spawn(async move {
            stop.await;
            tracing::info!("stopping");
            handle.stop(true).await;
        });
        server.await
    });
    gate.readers.drain();
    gate.errands.drain();
    gate.provers.drain();
    gate.writers.drain();
    worker.stop();
    close(gate.into_inner());
    served
}

/// Closes the store, upon which SQLite folds its log into the file. The workers' threads let go of the gate a moment after
/// the server has ended; should one hang, the process ends without it, and the next start reads the log.
fn close(mut gate: Arc<Gate>) {
    for _ in 0..CLOSE_ATTEMPTS {
        match Arc::try_unwrap(gate) {
            Ok(last) => return drop(last),
            Err(shared) => gate = shared,
        }
        std::thread::sleep(CLOSE_PAUSE);
    }
    tracing::warn!("a thread still holds the store; its log stays beside it");
}

fn server(gate: web::Data<Gate>, listener: TcpListener, settings: &Settings) -> std::io::Result<Server> {
    let patience = gate.patience;
    server::bind(listener, settings, patience, move || {
        App::new()
            .app_data(gate.clone())
            .configure(routes::mount)
            .default_service(web::to(routes::nowhere))
            .wrap(from_fn(frame::inside))
            .wrap(Compress::default())
            .wrap(from_fn(frame::around))
            .wrap(TracingLogger::<Trace>::new())
    })
}
