//! The directory's use-cases: permission, rule, store, event.

mod entry;
mod founding;
mod giving;
mod invitations;
mod joining;
mod members;
mod organizations;
mod roles;
mod roster;

use moka::sync::Cache;
use polity_kernel::{Actor, Ctx, OrganizationId};

use entry::Remembered;

/// The directory on a store.
pub struct Service {
    ctx: Ctx,
    /// What was computed at an epoch, good for as long as the epoch stands.
    remembered: Cache<(Actor, OrganizationId), Remembered>,
}

/// How many actors' standings are remembered at most.
const REMEMBERED: u64 = 50_000;

impl Service {
    /// A directory on this store.
    pub fn new(ctx: Ctx) -> Self {
        Self { ctx, remembered: Cache::new(REMEMBERED) }
    }
}

impl std::fmt::Debug for Service {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Service").field("ctx", &self.ctx).finish_non_exhaustive()
    }
}
