//! The directory's use-cases: permission, rule, store, event.

mod activities;
mod appointing;
mod appointments;
mod apps;
mod belonging;
mod colleagues;
mod connections;
mod delegating;
mod display_names;
mod ending;
mod entry;
pub(crate) mod founding;
mod giving;
mod glances;
mod group_guard;
mod invitations;
pub(crate) mod inviting;
mod joining;
mod keeping;
pub(crate) mod letters;
mod mailing;
pub(crate) mod members;
mod notifying;
pub(crate) mod offer;
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
mod visible;

use std::sync::Arc;

use polity_kernel::{
    Actor, Conn, Ctx, Entitled, MasterKey, Memory, OrganizationId, Result, Seal, SubjectId, Timestamp,
};

use crate::names::OrganizationRef;
pub use appointing::APPOINTING;
pub use ending::RoleEnding;
use entry::Remembered;
pub use group_guard::GROUP_GUARD;
use organizations::Known;
use projects::ProjectSeal;
pub(crate) use roll::At;

/// The directory on a store.
pub struct Service {
    ctx: Ctx,
    /// Says what organizations are entitled to.
    entitling: Entitling,
    /// Says who programs are.
    programs: Programs,
    /// Ends what further areas keep of a role.
    ending: RoleEnding,
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
}

/// Says what an organization is entitled to; asked in the transaction that a right is computed or a place taken in.
pub type Entitling = Arc<dyn Fn(&mut Conn, OrganizationId) -> Result<Entitled> + Send + Sync>;

/// Says who a program is now, with what it may do on its own; absent for one that is gone or may not act.
pub type Programs = fn(&mut Conn, &Program) -> Result<Option<Actor>>;

/// Which program, and when it is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Program {
    /// The id of the service account, or of the organization's key.
    pub id: SubjectId,
    /// Where it acted; a key is this organization's.
    pub organization: OrganizationId,
    /// The present instant.
    pub now: Timestamp,
}

/// What is asked when an invitation is taken up: what the organization is entitled to, and what the program that invited may do now.
#[derive(Clone)]
pub struct Terms {
    /// What organizations are entitled to.
    pub entitling: Entitling,
    /// Who programs are.
    pub programs: Programs,
}

/// How many standings, names and organizations are remembered at most, each.
const REMEMBERED: usize = 50_000;

impl Service {
    /// A directory on this store. Its secrets open, and organizations are found by them, only with the same master key. Where keys may be
    /// limited to roles, the ending is `polity_identity::ROLE_ENDING`.
    pub fn new(ctx: Ctx, master: &MasterKey, ending: RoleEnding) -> Self {
        Self {
            ctx,
            ending,
            entitling: Arc::new(|_, _| Ok(Entitled::to_all())),
            programs: |_, _| Ok(None),
            seal: Seal::new(master, "directory.apps"),
            parameters: Seal::new(master, "directory.parameters"),
            projects: ProjectSeal::new(master),
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
        Terms { entitling: Arc::clone(&self.entitling), programs: self.programs }
    }
}

impl std::fmt::Debug for Service {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Service").field("ctx", &self.ctx).finish_non_exhaustive()
    }
}
