//! The service traits.

pub(crate) mod connections;
