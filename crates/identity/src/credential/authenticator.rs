//! What people prove themselves with at a browser, which crates further right keep.

use polity_kernel::{AccountId, Conn, Result, Tx};

/// What people prove themselves with and another crate keeps, such as a password. For [`crate::Service::new`].
#[derive(Clone, Copy, Debug)]
pub struct Authenticator {
    /// The claim in which a token names the version of it that was shown for the token.
    pub claim: &'static str,
    /// Whether this version is the account's present one. A token that names another is void.
    pub is_present: fn(&mut Conn, AccountId, i64) -> Result<bool>,
    /// Takes it away from an account that another person takes over.
    pub remove: fn(&mut Tx<'_>, AccountId) -> Result<()>,
}

/// What was shown for a token.
#[derive(Clone, Copy, Debug)]
pub struct ProvedBy {
    /// What it was.
    pub authenticator: Authenticator,
    /// Which version of it. Another one makes the token void.
    pub version: i64,
}
