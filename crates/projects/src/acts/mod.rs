//! What happens inside a transaction: rule, store, event.
//!
//! Nothing here asks whether its caller may do this at all; services do, and other acts.

pub(crate) mod apps;
pub(crate) mod briefs;
pub(crate) mod keys;
pub(crate) mod people;
pub(crate) mod projects;
pub(crate) mod promises;
pub(crate) mod rights;
pub(crate) mod seal;
