//! Imports of groups and memberships.

pub(crate) mod groups;
pub(crate) mod judged;
pub(crate) mod memberships;
