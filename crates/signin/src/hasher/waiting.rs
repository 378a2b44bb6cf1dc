//! For whom a password is hashed.

use std::net::IpAddr;

/// Who waits for a password to be hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Waiting {
    /// Somebody who has shown to belong here: by a mailed link, or on a device that has logged in before.
    Known,
    /// Anybody from this network.
    Stranger(Option<IpAddr>),
}
