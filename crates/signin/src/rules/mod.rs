//! Pure decisions: what a code of an authenticator app is, and what the answer of a passkey shows.

mod base32;
mod cbor;
pub(crate) mod client;
mod cose;
pub(crate) mod signed;
pub(crate) mod totp;

pub(crate) use base32::base32;
pub(crate) use cose::{ALGORITHMS, PublicKey};
