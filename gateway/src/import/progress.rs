//! How an import says how far it is.

/// How far an import has come, and how far in all.
pub type Progress<'p> = &'p mut dyn FnMut(u64, u64);
