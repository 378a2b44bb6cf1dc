//! What happens inside a transaction: rule, store, event.
//!
//! Nothing here asks whether its caller may do this at all; services do, and other acts.

pub(crate) mod accounts;
pub(crate) mod employees;
pub(crate) mod letters;
pub(crate) mod lines;
pub(crate) mod logins;
pub(crate) mod pages;
pub(crate) mod proven;
pub(crate) mod staff;
pub(crate) mod types;
