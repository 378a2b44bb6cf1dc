//! One run of a job, and what it is done with.

use serde_json::Value;

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

impl Run<'_> {
    /// What the work needs to know.
    pub(crate) fn payload(&self) -> &Value {
        &self.attempt.job.payload
    }
}
