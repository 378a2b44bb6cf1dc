//! The service: permission, rule, store, event.

mod authentication;
mod client_proof;
mod clients;
mod endpoint;
mod issuers;
mod keys;
mod maintenance;
mod opaque_tokens;
mod sectors;
mod sessions;
mod tokens;
mod visitors;

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex};

use polity_directory::Workspaces;
use polity_kernel::{Ctx, Memory, Result, Seal, Timestamp};

use crate::acts::facts::{Remembered, Use};
use crate::acts::issuers::Issuer;
use crate::acts::signing_keys::KeyRing;
use crate::{AtBrowser, Fetch, Settings};

/// The most verified credentials that are remembered at once.
const REMEMBERED: usize = 100_000;

/// Identity on a store.
pub struct Service {
    ctx: Ctx,
    settings: Settings,
    fetch: Arc<dyn Fetch>,
    ring: KeyRing,
    issuers: Vec<Issuer>,
    verified: Memory<[u8; 32], Remembered>,
    /// Uses of keys and sessions that are not in the store yet.
    uses: Mutex<HashMap<Use, Timestamp>>,
    seals: Seals,
    /// What people at a browser prove themselves with, and other crates keep.
    at_browser: AtBrowser,
    /// Projects and apps, for what hangs on memberships.
    workspaces: Arc<dyn Workspaces>,
}

/// One key per purpose, so that no digest of one can stand for another's.
struct Seals {
    verified: Seal,
    clients: Seal,
    keys: Seal,
    sectors: Seal,
}

impl Service {
    /// Identity on this store; trusted issuers are reached through `fetch`, and only when one of their tokens comes. `at_browser` is
    /// what further crates of the same service keep: `polity_signin::at_browser` where people log in with passwords. The
    /// workspaces are the directory's.
    ///
    /// # Errors
    /// `Invalid` for settings that cannot be meant.
    pub fn new(
        ctx: Ctx,
        settings: Settings,
        fetch: Arc<dyn Fetch>,
        workspaces: Arc<dyn Workspaces>,
        at_browser: AtBrowser,
    ) -> Result<Self> {
        settings.check()?;
        let seal = |purpose| Seal::new(&settings.master, purpose);
        Ok(Self {
            ring: KeyRing::new(seal("identity.signing_keys")),
            seals: Seals {
                verified: seal("identity.verified"),
                clients: seal("identity.clients"),
                keys: seal("identity.api_keys"),
                sectors: seal("identity.sectors"),
            },
            issuers: settings.trusted.iter().cloned().map(Issuer::new).collect(),
            verified: Memory::new(REMEMBERED),
            uses: Mutex::default(),
            ctx,
            settings,
            fetch,
            workspaces,
            at_browser,
        })
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service").field("issuer", &self.settings.issuer).finish_non_exhaustive()
    }
}
