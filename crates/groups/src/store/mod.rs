//! The tables of this area, one file per noun; the only place that knows SQL.

pub(crate) mod chains;
pub(crate) mod groups;
pub(crate) mod memberships;
pub(crate) mod nesting;
