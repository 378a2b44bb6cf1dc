//! The tables of legal documents, a file per noun.
//!
//! Every tenant query has `organization_id` in its WHERE; `lookups` are over all organizations.

pub(crate) mod documents;
pub(crate) mod lookups;
