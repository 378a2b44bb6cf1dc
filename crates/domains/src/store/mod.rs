//! The tables of e-mail domains, a file per noun.
//!
//! Every tenant query has `organization_id` in its WHERE; `reservations` and `checks` are over all organizations.

pub(crate) mod checks;
pub(crate) mod domains;
pub(crate) mod reservations;
