//! The log of a connection: what became of each sign-in, in words for its administrators.

use polity_kernel::{Timestamp, id, words};

id!(AttemptId, "One sign-in, as the log of a connection has it.");

/// How many attempts a connection's log keeps; the oldest go first.
pub const MOST_ATTEMPTS: i64 = 200;

words! {
    /// How far a sign-in came.
    pub enum Step {
        /// The browser was sent to the provider.
        Start = "start",
        /// The provider's answer was judged.
        Answer = "answer",
        /// The browser that had begun came back with what was judged.
        Arrival = "arrival",
    }
}

words! {
    /// What became of it.
    pub enum AttemptOutcome {
        /// It went well.
        Passed = "passed",
        /// It was refused.
        Refused = "refused",
    }
}

/// One step of a sign-in. Holds no token, no assertion and no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Its id.
    pub id: AttemptId,
    /// When.
    pub at: Timestamp,
    /// How far it came.
    pub step: Step,
    /// What became of it.
    pub outcome: AttemptOutcome,
    /// What was wrong, in words that an administrator understands; empty when nothing was.
    pub words: String,
}
