//! Decisions about domains that need neither the store nor a clock.

pub(crate) mod primary;
pub(crate) mod recheck;
pub(crate) mod vouching;
