//! What happens inside a transaction: rule, store, event; and the mailed links.
//!
//! Nothing here asks whether its caller may do this at all; services do.

pub(crate) mod ceremonies;
pub(crate) mod changes;
pub(crate) mod enforcement;
pub(crate) mod factors;
pub(crate) mod guesses;
pub(crate) mod linked_identities;
pub(crate) mod passwords;
pub(crate) mod pending;
pub(crate) mod proofs;
pub(crate) mod second_factors;
pub(crate) mod sessions;
pub(crate) mod tries;
