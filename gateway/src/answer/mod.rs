//! What handlers give: lists of any length, piece by piece, and what every answer gets around it.

#[macro_use]
mod answering;
pub(crate) mod frame;
mod listing;
mod pieces;

pub(crate) use listing::{FIRST, append, within};
pub use listing::{Listing, Slice};
pub use pieces::Pieces;
pub(crate) use pieces::{LONGEST, fitting};
