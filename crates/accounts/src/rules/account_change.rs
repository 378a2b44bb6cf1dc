//! Who may see and change an account.

use polity_kernel::{AccountId, Actor, Code, Error, Result, Subject};

use crate::Account;

/// When another address of an account takes effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressChange {
    /// At once: nobody has used the account yet, or whoever changes it vouches for the address.
    AtOnce,
    /// When whoever has the new address has confirmed it. The old one is told by letter in either case.
    WhenConfirmed,
}

/// Another person's account is as good as none.
pub(crate) fn may_see(actor: &Actor, id: AccountId) -> Result<()> {
    if actor.is_platform_administrator() || actor.subject() == Subject::Person(id) {
        Ok(())
    } else {
        Err(unknown())
    }
}

/// Whether one may change an account that is their own, or any as a platform administrator, like this. Another address waits for its
/// confirmation, unless a platform administrator vouches for it or nobody has used the account yet.
pub(crate) fn may_change(actor: &Actor, before: &Account, after: &Account) -> Result<AddressChange> {
    if actor.is_platform_administrator() {
        let at_once = after.email_verified || !before.is_proven();
        return Ok(if at_once { AddressChange::AtOnce } else { AddressChange::WhenConfirmed });
    }
    let limits = actor.limits();
    if limits.permissions.is_some()
        || limits.organization.is_some()
        || limits.level.is_some()
        || limits.role.is_some()
    {
        return Err(Error::new(Code::Forbidden, "a narrowed credential cannot change the account"));
    }
    match before.entrusted_change(after) {
        Some(field) => {
            Err(Error::new(Code::Forbidden, format!("only a platform administrator can set {field}")))
        }
        None => Ok(AddressChange::WhenConfirmed),
    }
}

pub(crate) fn unknown() -> Error {
    Error::not_found("account")
}
