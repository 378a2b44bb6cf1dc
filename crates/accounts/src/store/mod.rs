//! The tables of this area, one file per noun; the only place that knows SQL.

pub(crate) mod accounts;
pub(crate) mod assignments;
pub(crate) mod identities;
pub(crate) mod types;

/// The most ids in one IN list: far below what either engine binds.
const CHUNK: usize = 1_000;
