//! The directory's use-cases: permission, rule, store, event.

mod entry;
mod founding;
mod giving;
mod group_guard;
mod invitations;
mod joining;
mod members;
mod organizations;
mod roles;
mod roster;

use polity_kernel::{Actor, Ctx, Memory, OrganizationId};

use crate::organization::OrganizationRef;
use entry::Remembered;
pub use group_guard::GROUP_GUARD;
use organizations::Known;

/// The directory on a store.
pub struct Service {
    ctx: Ctx,
    /// Standings that were computed at an epoch, good for as long as the epoch stands.
    standings: Memory<(Actor, OrganizationId), Remembered>,
    /// Which organization a name meant at an epoch: whatever takes a name away raises its owner's.
    names: Memory<OrganizationRef, (OrganizationId, i64)>,
    /// Organizations as they were at an epoch: whatever changes one, or who owns it, raises it.
    organizations: Memory<OrganizationId, Known>,
}

/// How many standings, names and organizations are remembered at most, each.
const REMEMBERED: usize = 50_000;

impl Service {
    /// A directory on this store.
    pub fn new(ctx: Ctx) -> Self {
        Self {
            ctx,
            standings: Memory::new(REMEMBERED),
            names: Memory::new(REMEMBERED),
            organizations: Memory::new(REMEMBERED),
        }
    }
}

impl std::fmt::Debug for Service {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Service").field("ctx", &self.ctx).finish_non_exhaustive()
    }
}
