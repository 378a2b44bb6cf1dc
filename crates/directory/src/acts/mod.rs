//! What happens inside a transaction: rule, store, event.
//!
//! Nothing here asks whether its caller may do this at all; services do, and other acts.

pub(crate) mod access;
pub(crate) mod account_change;
pub(crate) mod belonging;
pub(crate) mod employment;
pub(crate) mod group_guard;
pub(crate) mod import;
pub(crate) mod invitations;
pub(crate) mod member_search;
pub(crate) mod members;
pub(crate) mod organizations;
pub(crate) mod removal;
pub(crate) mod roles;
pub(crate) mod terms;
