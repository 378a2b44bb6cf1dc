//! Lists of the family: by limit and offset, and by page number.

mod leaf;
mod numbered;

pub(super) use leaf::{Leaf, LeafQuery};
pub(super) use numbered::{Numbered, NumberedQuery};
