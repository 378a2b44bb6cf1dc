//! Logging in with an address and a password.

use std::fmt;
use std::net::IpAddr;

use polity_accounts::Account;
use polity_identity::Secret;

use crate::session::Proven;

/// A try at logging in.
#[derive(Clone, Debug)]
pub struct LogIn {
    /// The e-mail address, in whatever form.
    pub email: String,
    /// What is said to be its password.
    pub password: Secret,
    /// The network it comes from, as one address of it: an IPv6 subscriber has a whole /64. Absent where no network tells.
    pub network: Option<IpAddr>,
    /// What an earlier log-in gave the device ([`LoggedIn::device`]); anything else counts as nothing.
    pub device: Option<Secret>,
}

impl LogIn {
    /// A try from nowhere in particular, by a device that has not been seen before.
    pub fn new(email: impl Into<String>, password: impl Into<String>) -> Self {
        Self { email: email.into(), password: Secret::new(password), network: None, device: None }
    }
}

/// Somebody who has logged in.
#[derive(Clone, Debug)]
pub struct LoggedIn {
    /// Who.
    pub account: Account,
    /// What they have shown, for a session or a token to be made of; void once the password changes.
    pub proven: Proven,
    /// What the device shows the next time, so that guesses of strangers do not count against it ([`LogIn::device`]). Good for 180 days, and
    /// for nothing else.
    pub device: Secret,
}

/// The cause of an unauthenticated call whose password was right: the address has not been proven yet, and a mail is on its way.
#[derive(Debug)]
pub struct NotVerified;

impl fmt::Display for NotVerified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the address is not proven")
    }
}

impl std::error::Error for NotVerified {}
