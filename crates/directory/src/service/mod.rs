//! The directory's use-cases: permission, rule, store, event.

mod activities;
mod appointments;
mod colleagues;
mod entry;
mod invitations;
mod inviting;
mod member_search;
mod members;
mod notifying;
mod organizations;
mod profiles;
mod role_records;
mod roles;
mod starting;
mod visible;

use std::sync::Arc;

use polity_kernel::{Actor, Ctx, Entitled, MasterKey, Memory, OrganizationId, Seal};

use crate::acts::access::Remembered;
use crate::acts::organizations::Known;
use crate::acts::roles::ending::RoleEnding;
use crate::acts::terms::{Entitling, Programs, Terms};
use crate::names::OrganizationRef;
use crate::workspaces::Workspaces;

/// The directory on a store.
pub struct Service {
    ctx: Ctx,
    /// Says what organizations are entitled to.
    entitling: Entitling,
    /// Says who programs are.
    programs: Programs,
    /// Ends what further areas keep of a role.
    ending: RoleEnding,
    /// Projects and apps.
    workspaces: Arc<dyn Workspaces>,
    /// Keeps the secret ones among the parameters of organizations.
    parameters: Seal,
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
    /// A directory on this store. Its secrets open only with the same master key. Where keys may be limited to roles, the ending is
    /// `polity_identity::ROLE_ENDING`; where there are projects and apps, the workspaces are `polity_projects::Hooks`.
    pub fn new(ctx: Ctx, master: &MasterKey, ending: RoleEnding, workspaces: Arc<dyn Workspaces>) -> Self {
        Self {
            ctx,
            ending,
            entitling: Arc::new(|_, _| Ok(Entitled::to_all())),
            programs: |_, _| Ok(None),
            parameters: Seal::new(master, "directory.parameters"),
            workspaces,
            standings: Memory::new(REMEMBERED),
            names: Memory::new(REMEMBERED),
            organizations: Memory::new(REMEMBERED),
        }
    }

    /// The same directory with organizations that are entitled to what this says; without it, to everything.
    #[must_use]
    pub fn entitled_by(self, entitling: Entitling) -> Self {
        Self { entitling, ..self }
    }

    /// The same directory with programs that are who this says (`polity_identity::program`); without it, what programs have promised is
    /// over when it is taken up.
    #[must_use]
    pub fn with_programs(self, programs: Programs) -> Self {
        Self { programs, ..self }
    }

    fn terms(&self) -> Terms {
        Terms {
            entitling: Arc::clone(&self.entitling),
            programs: self.programs,
            workspaces: Arc::clone(&self.workspaces),
        }
    }
}

impl std::fmt::Debug for Service {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Service").field("ctx", &self.ctx).finish_non_exhaustive()
    }
}
