//! Licensing's tables, a file per noun.
//!
//! Every tenant query has `organization_id` in its WHERE.

pub(crate) mod acceptances;
pub(crate) mod licenses;
