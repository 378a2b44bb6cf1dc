//! Rows and queries.

pub(crate) mod attempts;
pub(crate) mod connections;
pub(crate) mod flows;
pub(crate) mod replays;
