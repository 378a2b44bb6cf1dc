//! What the area needs of the world outside: a resolver of names.

use polity_kernel::Result;

/// Looks up TXT records. The gateway has one that asks name servers.
pub trait Resolve: Send + Sync {
    /// What the TXT records at this name say, each the strings of one record in a row. None where the name has no such record or there is no
    /// such name. An alias (CNAME) is followed.
    ///
    /// # Errors
    /// `Unavailable` when no name server gives an answer: neither a yes nor a no.
    fn texts(&self, name: &str) -> Result<Vec<String>>;
}
