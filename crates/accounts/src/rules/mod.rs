//! Decisions over values: no store, no clock.

pub(crate) mod account_change;
