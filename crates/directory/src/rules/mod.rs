//! Decisions over values and an access: no store, no clock.

pub(crate) mod authority;
pub(crate) mod role_records;
