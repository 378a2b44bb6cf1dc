//! Puts the service together: the same for the binary and for tests.
//!
//! What is outside the process becomes the ports of the areas here, and the areas are put together by `polity_areas`.

use std::future::Future;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::middleware::{Compress, from_fn};
use actix_web::{App, rt, web};
use polity_areas::{Outside, Polity};
use polity_kernel::db::Options;
use polity_kernel::{Clock, Ctx, Db, Error, IdSource, Result};
use polity_legal::SigningProvider;
use tracing_actix_web::TracingLogger;

use crate::answer::frame;
use crate::config::Settings;
use crate::gate::Gate;
use crate::jobs::Worker;
use crate::outside::mail::Post;
use crate::outside::names::Names;
use crate::outside::objects::Objects;
use crate::outside::outbound::Outbound;
use crate::outside::pandadoc::PandaDoc;
use crate::telemetry::Trace;
use crate::{mount, server};

/// How often a stop looks whether it is the last to hold the store, and how long it waits in between: two seconds in all.
const CLOSE_ATTEMPTS: u32 = 400;
const CLOSE_PAUSE: Duration = Duration::from_millis(5);

/// Puts the areas together over an open store, with what the settings say is outside.
pub fn assemble(ctx: &Ctx, identity: polity_identity::Settings, settings: &Settings) -> Result<Polity> {
    let provider = settings.legal_provider.clone().map(PandaDoc::new);
    let outside = Outside {
        fetch: Arc::new(Outbound::new(&settings.outbound_allow)),
        resolver: Arc::new(Names::new(settings.dns_resolver.clone())),
        objects: Arc::new(Objects::open(settings)?),
        provider: provider.map(|provider| Arc::new(provider) as Arc<dyn SigningProvider>),
    };
    let sessions = polity_signin::SessionSettings {
        idle: settings.session_idle.duration(),
        lifetime: settings.session_lifetime.duration(),
    };
    let settings = polity_areas::Settings {
        sessions,
        identity,
        licensing: settings.licensing.clone(),
        legal: settings.legal.clone(),
        domains: settings.domains.clone(),
        bounds: settings.bounds,
    };
    Polity::new(ctx, settings, outside)
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
            .configure(mount::mount)
            .default_service(web::to(mount::nowhere))
            .wrap(from_fn(frame::inside))
            .wrap(Compress::default())
            .wrap(from_fn(frame::around))
            .wrap(TracingLogger::<Trace>::new())
    })
}
