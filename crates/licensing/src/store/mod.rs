//! Licensing's tables, a file per noun.
//!
//! Every tenant query has `organization_id` in its WHERE; `claims` and `document_lookups` are over all organizations.

pub(crate) mod acceptances;
pub(crate) mod claims;
pub(crate) mod document_lookups;
pub(crate) mod legal_documents;
pub(crate) mod licenses;
