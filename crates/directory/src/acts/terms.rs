//! What areas further right say, asked in transactions of the directory.

use std::sync::Arc;

use polity_kernel::{Actor, Conn, Entitled, OrganizationId, Result, Seal, SubjectId, Timestamp};

use crate::domain_claims::DomainClaims;
use crate::workspaces::Workspaces;

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

/// What the directory asks of areas further right, in its own transactions: what an organization is entitled to, who a program is now,
/// what becomes of projects and apps, whose an e-mail domain is.
#[derive(Clone)]
pub struct Terms {
    /// What organizations are entitled to.
    pub entitling: Entitling,
    /// Who programs are.
    pub programs: Programs,
    /// Projects and apps.
    pub workspaces: Arc<dyn Workspaces>,
    /// E-mail domains.
    pub domains: Arc<dyn DomainClaims>,
}

impl Terms {
    /// Of a program where every organization is entitled to everything, and what programs have promised is over when it is taken up.
    pub fn without_limits(workspaces: Arc<dyn Workspaces>, domains: Arc<dyn DomainClaims>) -> Self {
        Self {
            entitling: Arc::new(|_, _| Ok(Entitled::to_all())),
            programs: |_, _| Ok(None),
            workspaces,
            domains,
        }
    }
}

/// What is needed beside the store to make an organization all that it is to be. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Means {
    /// Keeps the secret ones among parameters.
    pub(crate) parameters: Seal,
    /// What further areas say.
    pub(crate) terms: Terms,
}
