//! The area's use-cases: permission, rule, store, event.

mod groups;
pub(crate) mod placing;

use polity_kernel::Ctx;

/// The groups area on a store. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Service {
    ctx: Ctx,
}

impl Service {
    /// The area on this store, clock and source of ids.
    pub fn new(ctx: Ctx) -> Self {
        Self { ctx }
    }
}
