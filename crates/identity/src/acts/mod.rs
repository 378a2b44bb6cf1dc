//! What stands behind the services: facts that are remembered, keys, links, issuers, and what happens inside a transaction.

pub(crate) mod clients;
pub(crate) mod ending;
pub(crate) mod facts;
pub(crate) mod issuers;
pub(crate) mod linking;
pub(crate) mod programs;
pub(crate) mod signing;
pub(crate) mod ways;
