//! The area's use-cases: permission, rule, store, event.

mod groups;
mod import;
mod memberships;
pub(crate) mod placing;

use polity_kernel::text::printable;
use polity_kernel::{Ctx, Error, Result};

use crate::Guard;

/// The groups area on a store. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Service {
    ctx: Ctx,
    guard: Option<Guard>,
}

impl Service {
    /// The area on this store, clock and source of ids.
    pub fn new(ctx: Ctx) -> Self {
        Self { ctx, guard: None }
    }

    /// The same area where groups mean something to another one, which is asked before they change.
    ///
    /// With roles on groups use the directory's (`polity_directory::GROUP_GUARD`): without it whoever may change groups may place
    /// themselves in one that carries more than they have.
    #[must_use]
    pub fn guarded(mut self, guard: Guard) -> Self {
        self.guard = Some(guard);
        self
    }
}

fn unknown() -> Error {
    Error::not_found("group")
}

/// Refuses a kind to look for that PostgreSQL would not take for text.
fn require_printable(kind: Option<&str>) -> Result<()> {
    kind.map_or(Ok(()), printable).map_err(|why| Error::refused("kind", &why))
}
