//! What happens to domains inside a transaction; nothing here asks for permission.

pub(crate) mod admission;
pub(crate) mod claims;
pub(crate) mod enforcement;
pub(crate) mod letters;
pub(crate) mod proofs;
