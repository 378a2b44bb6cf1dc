//! What happens inside a transaction: rule, store, event. Nothing here asks for a permission; services and other acts call it.

pub(crate) mod accounts;
pub(crate) mod employees;
pub(crate) mod letters;
pub(crate) mod lines;
pub(crate) mod logins;
pub(crate) mod pages;
pub(crate) mod proven;
pub(crate) mod staffing;
pub(crate) mod types;
