//! What happens inside a transaction: rule, store, event. Nothing here asks for a permission; services and other acts call it.

pub(crate) mod groups;
pub(crate) mod import;
pub(crate) mod nesting;
pub(crate) mod placing;
