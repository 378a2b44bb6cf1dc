//! Decisions over values and an access: no store, no clock.

pub(crate) mod authority;
