//! The directory's use-cases: permission, rule, store, event.

mod appointing;
mod appointments;
mod apps;
mod colleagues;
mod entry;
mod founding;
mod giving;
mod group_guard;
mod invitations;
mod joining;
mod keeping;
mod members;
mod organizations;
mod profiles;
mod roles;
mod roster;
mod visible;

use polity_kernel::{Actor, Ctx, MasterKey, Memory, OrganizationId, Seal};

use crate::names::OrganizationRef;
pub use appointing::APPOINTING;
use entry::Remembered;
pub use group_guard::GROUP_GUARD;
use organizations::Known;

/// The directory on a store.
pub struct Service {
    ctx: Ctx,
    /// Keeps the secrets of apps.
    seal: Seal,
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
    /// A directory on this store. Its secrets open, and organizations are found by them, only with the same master key.
    pub fn new(ctx: Ctx, master: &MasterKey) -> Self {
        Self {
            ctx,
            seal: Seal::new(master, "directory.apps"),
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
