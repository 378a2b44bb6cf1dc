//! What happens inside a transaction: rule, store, event.
//!
//! Nothing here asks whether its caller may do this at all; services do, and other acts.

pub(crate) mod groups;
pub(crate) mod import;
pub(crate) mod nesting;
pub(crate) mod placements;
