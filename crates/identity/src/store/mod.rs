//! Rows and queries of identity's tables.

pub(crate) mod assertions;
pub(crate) mod clients;
pub(crate) mod keys;
pub(crate) mod signing_keys;
pub(crate) mod subjects;
pub(crate) mod tokens;
