//! The service: permission, rule, store, event.

mod addresses;
mod linked_identities;
mod mailed_links;
mod passkeys;
mod passwords;
mod second_factors;
mod sessions;
mod sign_in_links;
mod sign_up;

use std::fmt;
use std::sync::Arc;

use polity_directory::Terms;
use polity_identity::{SessionKeeping, Tokens};
use polity_kernel::{Ctx, MasterKey, Seal};

use crate::RelyingParty;
use crate::acts::ceremonies::Ceremonies;
use crate::acts::proofs::Proofs;
use crate::acts::second_factors::Secrets;
use crate::acts::sessions::keeping;
use crate::device::Devices;
use crate::hasher::Hasher;
use crate::session::SessionSettings;

/// Signing in on a store.
pub struct Service {
    ctx: Ctx,
    /// Makes the tokens of those who log in.
    tokens: Arc<dyn Tokens>,
    /// What is asked when an invitation is taken up.
    terms: Terms,
    hasher: Hasher,
    devices: Devices,
    proofs: Proofs,
    sessions: SessionKeeping,
    settings: SessionSettings,
    relying_party: RelyingParty,
    ceremonies: Ceremonies,
    secrets: Secrets,
}

/// What holds for browsers.
#[derive(Clone, Debug)]
pub struct BrowserSettings {
    /// How long sessions live.
    pub sessions: SessionSettings,
    /// Whom passkeys are made for.
    pub relying_party: RelyingParty,
}

impl Service {
    /// Signing in on this store, with the tokens of an identity that was told of [`at_browser`](crate::at_browser) with the same
    /// settings, into organizations by the directory's terms.
    pub fn new(
        ctx: Ctx,
        master: &MasterKey,
        tokens: Arc<dyn Tokens>,
        terms: Terms,
        settings: BrowserSettings,
    ) -> Self {
        // what is kept was made under these names
        let seal = |purpose| Seal::new(master, purpose);
        let BrowserSettings { sessions: settings, relying_party } = settings;
        Self {
            ctx,
            tokens,
            terms,
            hasher: Hasher::new(&seal("identity.passwords")),
            devices: Devices::new(seal("identity.devices")),
            proofs: Proofs::new(seal("identity.mailed_proofs")),
            sessions: keeping(master, &settings),
            settings,
            relying_party,
            ceremonies: Ceremonies::new(master),
            secrets: Secrets::new(master),
        }
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service").field("ctx", &self.ctx).finish_non_exhaustive()
    }
}
