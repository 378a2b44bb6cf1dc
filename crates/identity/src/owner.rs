//! Whose keys or clients are meant.

use polity_kernel::event::Origin;
use polity_kernel::{Access, Actor, Ctx, OrganizationId, Permission, Result, Tx, WriteKind};
use uuid::Uuid;

/// Whose keys or clients are meant, with the proof that the caller may deal with them.
#[derive(Clone, Debug)]
pub enum Owner {
    /// An organization's.
    Organization(Access),
    /// Of no organization: the calling person's own keys; the platform's clients.
    Actor(Actor),
}

impl From<&Access> for Owner {
    fn from(access: &Access) -> Self {
        Self::Organization(access.clone())
    }
}

impl From<&Actor> for Owner {
    fn from(actor: &Actor) -> Self {
        Self::Actor(actor.clone())
    }
}

/// Stands in `organization_id` for no organization.
pub(crate) const NO_ORGANIZATION: OrganizationId = OrganizationId::new(Uuid::nil());

impl Owner {
    /// The organization in the rows' keys.
    pub(crate) fn organization(&self) -> OrganizationId {
        match self {
            Self::Organization(access) => access.organization(),
            Self::Actor(_) => NO_ORGANIZATION,
        }
    }

    pub(crate) fn actor(&self) -> &Actor {
        match self {
            Self::Organization(access) => access.actor(),
            Self::Actor(actor) => actor,
        }
    }

    /// Asks for the permission in the organization; of no organization, only a platform administrator has it.
    pub(crate) fn require(&self, permission: &Permission) -> Result<()> {
        match self {
            Self::Organization(access) => access.require(permission),
            Self::Actor(actor) if actor.is_platform_administrator() => Ok(()),
            Self::Actor(_) => Err(polity_kernel::Error::missing(vec![permission.clone()])),
        }
    }

    /// Writes with an owner that holds now ([`Ctx::write`]) and, coming with a session, has proven themselves lately: keys and clients are
    /// power.
    pub(crate) fn write<T: Send + 'static>(
        &self,
        ctx: &Ctx,
        kind: WriteKind,
        f: impl Fn(&mut Tx<'_>, &Self) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        match self {
            Self::Organization(access) => {
                ctx.write(access, kind, move |tx, access| f(tx, &Self::Organization(access.clone())))
            }
            Self::Actor(_) => {
                let owner = self.clone();
                ctx.write_platform(move |tx| {
                    owner.actor().require_recent(tx.now())?;
                    f(tx, &owner)
                })
            }
        }
    }
}

impl<'a> From<&'a Owner> for Origin<'a> {
    fn from(owner: &'a Owner) -> Self {
        Self::within(owner.organization(), owner.actor())
    }
}
