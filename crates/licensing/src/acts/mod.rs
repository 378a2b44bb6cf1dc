//! What happens inside a transaction: rule, store, event. Nothing here asks for a permission.

pub(crate) mod desk;
pub(crate) mod establishing;
