//! Rows and queries of what people sign in with.

pub(crate) mod ceremonies;
pub(crate) mod factors;
pub(crate) mod linked_identities;
pub(crate) mod passkeys;
pub(crate) mod passwords;
pub(crate) mod proofs;
pub(crate) mod recovery_codes;
pub(crate) mod sessions;
pub(crate) mod totps;
