//! The proof that an actor may act in one organization.

use std::fmt;
use std::sync::Arc;

use crate::error::{Code, Error, Result};
use crate::{Actor, Entitled, Entitlements, Level, OrganizationId, Permission, PermissionSet, Timestamp, Tx};

/// The proof that this actor may act in this one organization. Cheap to clone.
///
/// `directory.enter` makes it; every method on something inside an organization takes it, so no call can be written that
/// touches an organization it was not let into.
#[derive(Clone)]
pub struct Access(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    organization: OrganizationId,
    actor: Actor,
    standing: Standing,
    entitled: Entitled,
    epoch: Option<i64>,
    renewal: Option<Renewal>,
}

/// How an actor stands in an organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The level, already narrowed by the credential; absent for one who is no member (a platform administrator, a program).
    pub level: Option<Level>,
    /// What it may do here, already narrowed by the credential.
    pub permissions: PermissionSet,
    /// Whether the organization works; a suspended one can be read but not changed.
    pub active: bool,
}

/// Enters anew inside a transaction whose organization has moved to a later epoch.
pub type Renewal = Arc<dyn Fn(&mut Tx<'_>) -> Result<Access> + Send + Sync>;

impl Access {
    /// Access that the embedding program vouches for. The service itself uses `directory.enter` only.
    ///
    /// It carries no epoch: a write with it is not re-checked against later changes of rights.
    pub fn granted(organization: OrganizationId, actor: Actor, standing: Standing) -> Self {
        let entitled = Entitled::to_all();
        Self(Arc::new(Inner { organization, actor, standing, entitled, epoch: None, renewal: None }))
    }

    /// Access as of an epoch, with the way to enter anew once it has passed. For `directory.enter` alone.
    pub fn as_of(
        epoch: i64,
        renewal: Renewal,
        organization: OrganizationId,
        actor: Actor,
        standing: Standing,
    ) -> Self {
        let (epoch, renewal) = (Some(epoch), Some(renewal));
        let entitled = Entitled::to_all();
        Self(Arc::new(Inner { organization, actor, standing, entitled, epoch, renewal }))
    }

    /// The same access to an organization that is entitled to this and no more; without it, to everything.
    #[must_use]
    pub fn entitled(self, entitled: Entitled) -> Self {
        Self(Arc::new(Inner { entitled, ..Arc::unwrap_or_clone(self.0) }))
    }

    /// The organization; what every tenant query has in its WHERE.
    pub fn organization(&self) -> OrganizationId {
        self.0.organization
    }

    /// Who is acting.
    pub fn actor(&self) -> &Actor {
        &self.0.actor
    }

    /// The actor's level here; absent for one who is no member.
    pub fn level(&self) -> Option<Level> {
        self.0.standing.level
    }

    /// What the actor may do here.
    pub fn permissions(&self) -> &PermissionSet {
        &self.0.standing.permissions
    }

    /// Whether the organization can be changed at all.
    pub fn is_active(&self) -> bool {
        self.0.standing.active
    }

    /// What the organization is entitled to at this instant.
    pub fn entitlements(&self, now: Timestamp) -> &Entitlements {
        self.0.entitled.at(now)
    }

    /// The organization's epoch this was computed at.
    pub fn epoch(&self) -> Option<i64> {
        self.0.epoch
    }

    /// Asks for one permission.
    pub fn require(&self, permission: &Permission) -> Result<()> {
        self.require_all([permission])
    }

    /// Asks for several permissions at once; the error names all that are lacking.
    pub fn require_all<'p>(&self, permissions: impl IntoIterator<Item = &'p Permission>) -> Result<()> {
        let lacking = self.permissions().lacking(permissions);
        if lacking.is_empty() { Ok(()) } else { Err(Error::missing(lacking)) }
    }

    /// Asks that the actor may hand out a level: nobody gives more than they have.
    pub fn require_level(&self, wanted: Level) -> Result<()> {
        let own = if self.permissions().is_all() { Some(Level::Owner) } else { self.level() };
        if own >= Some(wanted) {
            return Ok(());
        }
        Err(Error::new(Code::Forbidden, format!("level {wanted} or higher required")))
    }

    /// Enters anew; without a way to, the access is what the embedding program vouched for.
    pub(crate) fn renewed(&self, tx: &mut Tx<'_>) -> Result<Self> {
        match &self.0.renewal {
            Some(renewal) => renewal(tx),
            None => Ok(self.clone()),
        }
    }
}

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Access")
            .field("organization", &self.0.organization)
            .field("subject", &self.0.actor.subject())
            .field("level", &self.0.standing.level)
            .field("epoch", &self.0.epoch)
            .finish_non_exhaustive()
    }
}
