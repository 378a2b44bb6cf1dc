//! What the segments of a path have in common.

use std::str::FromStr;

use polity_kernel::{Error, Result};

/// An id in a path: what is not one is the id of nothing, a 404 as for any other that is not there.
pub(crate) fn id<T: FromStr>(text: &str, noun: &'static str) -> Result<T> {
    text.parse().map_err(|_| Error::not_found(noun))
}
