//! The area's tables, a file per noun.
//!
//! Every tenant query has `organization_id` in its WHERE.

pub(crate) mod active_projects;
pub(crate) mod apps;
pub(crate) mod briefs;
pub(crate) mod project_keys;
pub(crate) mod project_members;
pub(crate) mod project_numbers;
pub(crate) mod projects;
pub(crate) mod purge;
