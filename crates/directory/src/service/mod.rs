//! The directory's use-cases: permission, rule, store, event.

mod activities;
mod assignments;
mod entry;
mod invitations;
mod members;
mod notices;
mod organizations;
mod people;
mod profiles;
mod reach;
mod roles;

use polity_kernel::{Actor, Ctx, MasterKey, Memory, OrganizationId, Seal};

use crate::acts::access::Remembered;
use crate::acts::organizations::Known;
use crate::acts::roles::ending::RoleEnding;
use crate::acts::terms::{Entitling, Terms};
use crate::organization::names::OrganizationRef;

/// The directory on a store.
pub struct Service {
    ctx: Ctx,
    /// What organizations are entitled to, who programs are, projects and apps.
    terms: Terms,
    /// Ends what further areas keep of a role.
    ending: RoleEnding,
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
    /// `polity_identity::ROLE_ENDING`; where there are projects and apps, the workspaces of the terms are `polity_projects::Hooks`.
    pub fn new(ctx: Ctx, master: &MasterKey, ending: RoleEnding, terms: Terms) -> Self {
        Self {
            ctx,
            ending,
            terms,
            parameters: Seal::new(master, "directory.parameters"),
            standings: Memory::new(REMEMBERED),
            names: Memory::new(REMEMBERED),
            organizations: Memory::new(REMEMBERED),
        }
    }

    /// The same directory with organizations that are entitled to what this says.
    #[must_use]
    pub fn entitled_by(self, entitling: Entitling) -> Self {
        Self { terms: Terms { entitling, ..self.terms }, ..self }
    }

    fn terms(&self) -> Terms {
        self.terms.clone()
    }
}

impl std::fmt::Debug for Service {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Service").field("ctx", &self.ctx).finish_non_exhaustive()
    }
}
