//! Licensing's tables, a file per noun.
//!
//! Every tenant query has `organization_id` in its WHERE; `claims` are over all organizations.

pub(crate) mod acceptances;
pub(crate) mod claims;
pub(crate) mod licenses;
