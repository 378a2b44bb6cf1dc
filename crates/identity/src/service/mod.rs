//! The service: permission, rule, store, event.

mod address;
mod authentication;
mod client_proof;
mod clients;
mod endpoint;
mod housekeeping;
mod introspecting;
mod keys;
mod linking;
mod outside;
mod passwords;
mod sectors;
mod signing_up;
mod tokens;

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex};

use polity_directory::{Entitling, Workspaces};
use polity_kernel::{Ctx, Entitled, KeyId, Memory, OrganizationId, Result, Seal, Timestamp};

use crate::acts::facts::Remembered;
use crate::acts::issuers::Issuer;
use crate::acts::proofs::Proofs;
use crate::acts::signing::KeyRing;
use crate::device::Devices;
use crate::hashing::Hashing;
use crate::tries::Tries;
use crate::{Fetch, Settings};

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
    /// Says what organizations are entitled to.
    entitling: Entitling,
    /// Projects and apps, for what hangs on memberships.
    workspaces: Arc<dyn Workspaces>,
    hashing: Hashing,
    tries: Tries,
    devices: Devices,
    proofs: Proofs,
}

/// One key per purpose, so that no digest of one can stand for another's.
struct Seals {
    verified: Seal,
    clients: Seal,
    keys: Seal,
    sectors: Seal,
}

impl Service {
    /// Identity on this store; trusted issuers are reached through `fetch`, and only when one of their tokens comes. The workspaces are
    /// the directory's.
    ///
    /// # Errors
    /// `Invalid` for settings that cannot be meant.
    pub fn new(
        ctx: Ctx,
        settings: Settings,
        fetch: Arc<dyn Fetch>,
        workspaces: Arc<dyn Workspaces>,
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
            entitling: Arc::new(|_, _| Ok(Entitled::to_all())),
            hashing: Hashing::new(&seal("identity.passwords")),
            tries: Tries::default(),
            devices: Devices::new(seal("identity.devices")),
            proofs: Proofs::new(seal("identity.mailed_proofs")),
            verified: Memory::new(REMEMBERED),
            uses: Mutex::default(),
            ctx,
            settings,
            fetch,
            workspaces,
        })
    }

    /// The same with organizations that are entitled to what this says; without it, to everything.
    #[must_use]
    pub fn entitled_by(self, entitling: Entitling) -> Self {
        Self { entitling, ..self }
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service").field("issuer", &self.settings.issuer).finish_non_exhaustive()
    }
}
