//! The service: permission, rule, store, event.

mod addresses;
mod mailed_links;
mod passkeys;
mod passwords;
mod second_factors;
mod sign_in_links;
mod sign_up;

use std::fmt;
use std::sync::Arc;

use polity_directory::Terms;
use polity_identity::Tokens;
use polity_kernel::{Ctx, MasterKey, Seal};

use crate::RelyingParty;
use crate::acts::ceremonies::Ceremonies;
use crate::acts::proofs::Proofs;
use crate::acts::second_factors::Secrets;
use crate::device::Devices;
use crate::hasher::Hasher;
use crate::tries::Tries;

/// Signing in on a store.
pub struct Service {
    ctx: Ctx,
    /// Makes the tokens of those who log in.
    tokens: Arc<dyn Tokens>,
    /// What is asked when an invitation is taken up.
    terms: Terms,
    hasher: Hasher,
    tries: Tries,
    devices: Devices,
    proofs: Proofs,
    relying_party: RelyingParty,
    ceremonies: Ceremonies,
    secrets: Secrets,
}

impl Service {
    /// Signing in on this store, with the tokens of an identity that was told of [`PASSWORD`](crate::PASSWORD), into organizations by
    /// the directory's terms. Passkeys are made for this relying party.
    pub fn new(
        ctx: Ctx,
        master: &MasterKey,
        tokens: Arc<dyn Tokens>,
        terms: Terms,
        relying_party: RelyingParty,
    ) -> Self {
        // what is kept was made under these names
        let seal = |purpose| Seal::new(master, purpose);
        Self {
            ctx,
            tokens,
            terms,
            hasher: Hasher::new(&seal("identity.passwords")),
            tries: Tries::default(),
            devices: Devices::new(seal("identity.devices")),
            proofs: Proofs::new(seal("identity.mailed_proofs")),
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
