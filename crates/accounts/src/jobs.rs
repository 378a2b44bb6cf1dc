//! What is promised about accounts, to be done after the transaction: letters, and what ends with the use of one.

use polity_kernel::AccountId;
use polity_kernel::job::Work;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::email::EmailAddress;

/// A letter to the new address of an account, with the link by which its person takes it.
#[derive(Debug, Serialize, Deserialize)]
pub struct ConfirmAddress {
    /// Whose address it is to be.
    pub account: AccountId,
    /// The new address.
    pub email: EmailAddress,
    /// The request: asked for again, it is the same letter.
    pub request: Uuid,
}

/// A letter to the address that an account has, or had, about the one in its place.
#[derive(Debug, Serialize, Deserialize)]
pub struct TellOldAddress {
    /// Whose address it is.
    pub account: AccountId,
    /// The address that is told.
    pub to: EmailAddress,
    /// The new address.
    pub email: EmailAddress,
    /// Whether the new one has taken its place already.
    pub taken: bool,
}

/// An account that cannot be used any more: what let its person in is to end.
#[derive(Debug, Serialize, Deserialize)]
pub struct AccountDisabled {
    /// The account.
    pub account: AccountId,
}

impl Work for AccountDisabled {
    const KIND: &'static str = "account.disabled";
}

impl Work for ConfirmAddress {
    const KIND: &'static str = "mail.address";
}

impl Work for TellOldAddress {
    const KIND: &'static str = "mail.address_told";
}
