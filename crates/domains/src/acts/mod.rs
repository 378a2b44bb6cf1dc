//! What happens to domains and connections inside a transaction; nothing here asks for permission.

pub(crate) mod admission;
pub(crate) mod claims;
pub(crate) mod connections;
pub(crate) mod desk;
pub(crate) mod endings;
pub(crate) mod enforcement;
pub(crate) mod letters;
pub(crate) mod offers;
pub(crate) mod proofs;
pub(crate) mod sign_ins;
pub(crate) mod spoken;
