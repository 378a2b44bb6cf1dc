//! The area's use-cases: permission, rule, store, event.

mod groups;
mod import;
mod memberships;

use polity_kernel::text::printable;
use polity_kernel::{Ctx, Error, Result};

use crate::Guard;

/// The groups area on a store. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Service {
    ctx: Ctx,
    guard: Guard,
}

impl Service {
    /// The area on this store, clock and source of ids, where groups mean to another area what the guard says.
    ///
    /// With members and roles use the directory's (`polity_directory::GROUP_GUARD`): with [`Guard::NOTHING`] whoever may change groups
    /// may place themselves in one that carries more than they have, and others who are no members.
    pub fn new(ctx: Ctx, guard: Guard) -> Self {
        Self { ctx, guard }
    }
}

pub(crate) fn unknown() -> Error {
    Error::not_found("group")
}

/// Refuses a kind to look for that PostgreSQL would not take for text.
pub(crate) fn require_printable(kind: Option<&str>) -> Result<()> {
    kind.map_or(Ok(()), printable).map_err(|why| Error::refused("kind", &why))
}
