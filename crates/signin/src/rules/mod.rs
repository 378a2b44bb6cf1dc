//! Pure decisions: what a code of an authenticator app is, what the answer of a passkey shows, who may deal with how somebody signs in.

mod base32;
mod cbor;
pub(crate) mod client;
mod cose;
pub(crate) mod signed;
pub(crate) mod totp;

pub(crate) use base32::base32;
pub(crate) use cose::{ALGORITHMS, PublicKey};

use polity_kernel::{AccountId, Actor, Code, Error, Limits, Result};

/// The person calling, by a credential that narrows nothing: one that does is not handed the whole account.
pub(crate) fn whole(actor: &Actor) -> Result<AccountId> {
    let account = actor.person()?;
    if *actor.limits() == Limits::default() {
        return Ok(account);
    }
    Err(Error::new(Code::Forbidden, "a credential that is limited to something is not good for this"))
}
