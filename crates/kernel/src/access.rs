//! The proof that an actor may act in one organization.

pub(crate) mod actor;
pub(crate) mod authentication;
pub(crate) mod entitlement;
pub mod epoch;
pub(crate) mod level;
pub mod permission;

use std::fmt;
use std::sync::Arc;

use crate::access::epoch::Watched;
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
    /// In the order of their scopes.
    watched: Box<[Watched]>,
    renewal: Option<Renewal>,
    /// The instant of the write that it was handed to; absent outside of one.
    now: Option<Timestamp>,
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

/// What entering an organization has found out, for [`Access::as_of`].
#[derive(Clone)]
pub struct Entered {
    /// Where.
    pub organization: OrganizationId,
    /// Who.
    pub actor: Actor,
    /// What it may do there.
    pub standing: Standing,
    /// What that was computed from: the organization's epoch, and that of every other scope whose rights reach into it.
    pub watched: Vec<Watched>,
    /// The way to enter anew once any of them has moved.
    pub renewal: Renewal,
}

/// Enters anew inside a transaction in which a watched epoch has moved. The transaction holds what the old access watched; what the new one
/// watches beside that the renewal has to hold itself ([`epoch::share`]).
pub type Renewal = Arc<dyn Fn(&mut Tx<'_>) -> Result<Access> + Send + Sync>;

impl Access {
    /// Access that the embedding program vouches for. The service itself uses `directory.enter` only.
    ///
    /// It watches no epoch: a write with it is not re-checked against later changes of rights.
    pub fn granted(organization: OrganizationId, actor: Actor, standing: Standing) -> Self {
        let entitled = Entitled::to_all();
        let watched = Box::default();
        Self(Arc::new(Inner { organization, actor, standing, entitled, watched, renewal: None, now: None }))
    }

    /// Access as of the epochs it was computed from, with the way to enter anew once one has passed. For `directory.enter` alone.
    pub fn as_of(entered: Entered) -> Self {
        let Entered { organization, actor, standing, mut watched, renewal } = entered;
        watched.sort_unstable();
        watched.dedup();
        let entitled = Entitled::to_all();
        let (watched, renewal) = (watched.into_boxed_slice(), Some(renewal));
        Self(Arc::new(Inner { organization, actor, standing, entitled, watched, renewal, now: None }))
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

    /// The epochs this was computed at, in the order of their scopes; while all of them stand, so does it.
    pub fn watched(&self) -> &[Watched] {
        &self.0.watched
    }

    /// Asks for one permission. Where it gives or takes power ([`Permission::powerful`]), inside a write a session's proof must be recent, too.
    ///
    /// # Errors
    /// `Forbidden` without it; `ReauthenticationRequired` for a session whose person has not proven themselves lately.
    pub fn require(&self, permission: &Permission) -> Result<()> {
        self.require_all([permission])
    }

    /// Asks for several permissions at once, as [`Access::require`] does; the error names all that are lacking.
    pub fn require_all<'p>(&self, permissions: impl IntoIterator<Item = &'p Permission>) -> Result<()> {
        let wanted: Vec<&Permission> = permissions.into_iter().collect();
        let lacking = self.permissions().lacking(wanted.iter().copied());
        if !lacking.is_empty() {
            return Err(Error::missing(lacking));
        }
        if wanted.iter().any(|permission| permission.is_powerful()) { self.require_recent() } else { Ok(()) }
    }

    /// Asks a session for a recent proof of its person, inside a write: for what gives or takes power by no permission of its own.
    ///
    /// # Errors
    /// `ReauthenticationRequired`.
    pub fn require_recent(&self) -> Result<()> {
        self.0.now.map_or(Ok(()), |now| self.0.actor.require_recent(now))
    }

    /// Whether the actor stands as high as this level.
    pub fn reaches(&self, level: Level) -> bool {
        self.permissions().is_all() || self.level() >= Some(level)
    }

    /// Asks that the actor may hand out a level: nobody gives more than they have. It gives power.
    pub fn require_level(&self, wanted: Level) -> Result<()> {
        if self.reaches(wanted) {
            return self.require_recent();
        }
        Err(Error::new(Code::Forbidden, format!("level {wanted} or higher required")))
    }

    /// The same access in a write at this instant. Whoever has no session is asked for no recent proof, and so needs no other access.
    pub(crate) fn in_write(self, now: Timestamp) -> Self {
        let has_session = self.0.actor.authentication().is_some_and(|shown| shown.session.is_some());
        if !has_session {
            return self;
        }
        Self(Arc::new(Inner { now: Some(now), ..Arc::unwrap_or_clone(self.0) }))
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
            .field("watched", &self.0.watched)
            .finish_non_exhaustive()
    }
}
