//! The service traits.

pub(crate) mod admissions;
pub(crate) mod connections;
