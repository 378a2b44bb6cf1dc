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
mod tokens;
mod visitors;

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex};

use polity_directory::Workspaces;
use polity_kernel::{Ctx, KeyId, Memory, OrganizationId, Result, Seal, Timestamp};

use crate::acts::facts::Remembered;
use crate::acts::issuers::Issuer;
use crate::acts::signing_keys::KeyRing;
use crate::{Authenticator, Fetch, Settings};

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
    /// Uses of keys that are not in the store yet.
    uses: Mutex<HashMap<(OrganizationId, KeyId), Timestamp>>,
    seals: Seals,
    /// What people prove themselves with, and other crates keep.
    authenticators: &'static [Authenticator],
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
    /// Identity on this store; trusted issuers are reached through `fetch`, and only when one of their tokens comes. `authenticators` are
    /// what further crates of the same service keep: `[polity_signin::PASSWORD]` where people log in with passwords. The
    /// workspaces are the directory's.
    ///
    /// # Errors
    /// `Invalid` for settings that cannot be meant.
    pub fn new(
        ctx: Ctx,
        settings: Settings,
        fetch: Arc<dyn Fetch>,
        workspaces: Arc<dyn Workspaces>,
        authenticators: &'static [Authenticator],
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
            authenticators,
        })
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service").field("issuer", &self.settings.issuer).finish_non_exhaustive()
    }
}
