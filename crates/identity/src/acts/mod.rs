//! What stands behind the services: facts that are remembered, keys, issuers, and what happens inside a transaction.

pub(crate) mod clients;
pub(crate) mod facts;
pub(crate) mod issuers;
pub(crate) mod profiles;
pub(crate) mod programs;
pub(crate) mod roles;
pub(crate) mod signing_keys;
pub(crate) mod ways;
