//! Rows and queries of what people sign in with.

pub(crate) mod linked_identities;
pub(crate) mod passwords;
pub(crate) mod proofs;
pub(crate) mod sessions;
