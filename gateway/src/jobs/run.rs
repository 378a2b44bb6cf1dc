//! One run of a job, and what it is done with.

use crate::areas::Polity;
use crate::outside::mail::{Attempt, Post};

/// One run of a job, and what it is done with.
pub(crate) struct Run<'a> {
    /// The areas.
    pub(crate) polity: &'a Polity,
    /// Where mail leaves.
    pub(crate) post: &'a Post,
    /// The job, and who holds it.
    pub(crate) attempt: Attempt<'a>,
}
