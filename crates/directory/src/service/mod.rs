//! The directory's use-cases: permission, rule, store, event.

mod activities;
mod appointing;
mod appointments;
mod apps;
mod colleagues;
mod connections;
mod delegating;
mod display_names;
mod entry;
pub(crate) mod founding;
mod giving;
mod glances;
mod group_guard;
mod invitations;
pub(crate) mod inviting;
mod joining;
mod keeping;
mod mailing;
pub(crate) mod members;
mod notifying;
mod organizations;
mod parameters;
mod profiles;
pub(crate) mod projects;
mod promising;
mod role_records;
pub(crate) mod roles;
mod roll;
mod roster;
mod settings;
mod starting;
mod turns;
mod visible;

use std::sync::Arc;

use polity_kernel::{Actor, Conn, Ctx, Entitled, MasterKey, Memory, OrganizationId, Result, Seal};

use crate::names::OrganizationRef;
pub use appointing::APPOINTING;
use entry::Remembered;
pub use group_guard::GROUP_GUARD;
use organizations::Known;
use projects::ProjectSeal;
pub(crate) use roll::At;
use turns::Turns;

/// The directory on a store.
pub struct Service {
    ctx: Ctx,
    /// Says what organizations are entitled to.
    entitling: Entitling,
    /// Keeps the secrets of apps.
    seal: Seal,
    /// Keeps the secret ones among the parameters of organizations.
    parameters: Seal,
    /// Keeps the secrets of projects.
    projects: ProjectSeal,
    /// Standings that were computed at an epoch, good for as long as the epoch stands.
    standings: Memory<(Actor, OrganizationId), Remembered>,
    /// Which organization a name meant at an epoch: whatever takes a name away raises its owner's.
    names: Memory<OrganizationRef, (OrganizationId, i64)>,
    /// Organizations as they were at an epoch: whatever changes one, or who owns it, raises it.
    organizations: Memory<OrganizationId, Known>,
    /// Searches of members, which look at all of them.
    searches: Turns,
}

/// Says what an organization is entitled to; asked in the transaction that a right is computed or a place taken in.
pub type Entitling = Arc<dyn Fn(&mut Conn, OrganizationId) -> Result<Entitled> + Send + Sync>;

/// How many standings, names and organizations are remembered at most, each.
const REMEMBERED: usize = 50_000;

impl Service {
    /// A directory on this store. Its secrets open, and organizations are found by them, only with the same master key.
    pub fn new(ctx: Ctx, master: &MasterKey) -> Self {
        Self {
            ctx,
            entitling: Arc::new(|_, _| Ok(Entitled::to_all())),
            seal: Seal::new(master, "directory.apps"),
            parameters: Seal::new(master, "directory.parameters"),
            projects: ProjectSeal::new(master),
            standings: Memory::new(REMEMBERED),
            names: Memory::new(REMEMBERED),
            organizations: Memory::new(REMEMBERED),
            searches: Turns::default(),
        }
    }

    /// The same directory with organizations that are entitled to what this says; without it, to everything.
    #[must_use]
    pub fn entitled_by(self, entitling: Entitling) -> Self {
        Self { entitling, ..self }
    }
}

impl std::fmt::Debug for Service {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Service").field("ctx", &self.ctx).finish_non_exhaustive()
    }
}
