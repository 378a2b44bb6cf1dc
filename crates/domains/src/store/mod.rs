//! Rows and queries.

pub(crate) mod attempts;
pub(crate) mod checks;
pub(crate) mod connections;
pub(crate) mod domains;
pub(crate) mod flows;
pub(crate) mod replays;
pub(crate) mod reservations;
