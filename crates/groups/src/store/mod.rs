//! The tables of this area, one file per noun; the only place that knows SQL.

pub(crate) mod chains;
pub(crate) mod groups;
mod heads;
pub(crate) mod memberships;
pub(crate) mod nesting;
pub(crate) mod transitive;

/// The most ids in one IN list: for many more, SQLite's planner would rather read the whole organization.
const CHUNK: usize = 250;

/// The most rows in one INSERT: with a dozen columns each, far below what either engine binds.
const ROWS: usize = 500;
