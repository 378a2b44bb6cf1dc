//! What happens inside a transaction, and what it stands on.

pub(crate) mod desk;
pub(crate) mod sign_ins;
pub(crate) mod spoken;
