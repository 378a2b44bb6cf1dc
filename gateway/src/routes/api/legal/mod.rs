//! Legal documents: what an organization and the operator agree on, and what is asked of them without a credential.

pub(super) mod documents;
pub(super) mod files;
