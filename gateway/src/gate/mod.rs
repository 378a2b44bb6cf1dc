//! Who is calling, and where the work runs.
//!
//! A request makes one hop from its handler to a thread that may block ([`caller`]); those threads, and whose turn it is, are in
//! [`offload`]. What strangers and tenants may cost is bounded here: guesses, pace, slots, errands.

pub mod caller;
pub(crate) mod claim;
pub mod credentials;
pub(crate) mod entered;
pub mod errands;
pub mod guesses;
pub mod offload;
pub mod pace;
pub(crate) mod proving;
pub mod proxies;
pub(crate) mod session;
pub mod slots;
pub mod status;
pub mod visitor;

use std::sync::atomic::AtomicBool;
use std::time::Duration;

use polity_kernel::db::DatabaseUrl;

use crate::areas::Polity;
use crate::config::Settings;
use errands::Errands;
use guesses::{Guesses, Patience};
use offload::{Readers, Writers};
use pace::{Pace, Pacer};
use proxies::Proxies;
use slots::Slots;

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
    /// How clients reach the service: what a browser calls the origin of our own pages.
    pub origin: String,
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
    /// Steps of signing in elsewhere, by address.
    pub sign_ins: Pacer,
    /// Whether the store has been seen to have the present shape.
    pub current: AtomicBool,
}

impl Gate {
    /// The gate to these areas.
    pub fn new(polity: Polity, settings: &Settings, patience: Patience) -> Self {
        let writers = match settings.database_url {
            DatabaseUrl::Sqlite(_) => SQLITE_WRITERS,
            // more threads would only wait for a connection
            DatabaseUrl::Postgres(_) => usize::try_from(settings.database_connections).unwrap_or(1),
        };
        let origin = polity.identity.metadata().issuer;
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
            origin,
            is_https: settings.public_url.as_ref().is_some_and(|url| url.starts_with("https:")),
            proxies: Proxies::trusted(&settings.trusted_proxies),
            guesses: Guesses::new(patience),
            keys: Pacer::new(settings.key_pace),
            strangers: Pacer::new(settings.stranger_pace),
            sign_ins: Pacer::new(Pace::SIGN_INS),
            current: AtomicBool::new(false),
        }
    }
}
