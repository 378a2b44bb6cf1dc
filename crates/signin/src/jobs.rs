//! What is promised about people at a browser, to be done after the transaction: letters.

use polity_accounts::EmailAddress;
use polity_kernel::AccountId;
use polity_kernel::job::Work;
use serde::{Deserialize, Serialize};

use crate::linked_identity::LinkedIdentityId;
use crate::proof::RequestId;

/// A letter to somebody who signed up, with the link that proves their address.
#[derive(Debug, Serialize, Deserialize)]
pub struct MailConfirmation {
    /// Whose address it is.
    pub account: AccountId,
    /// The request: asked for again, it is the same letter.
    pub request: RequestId,
}

/// A letter with a link that sets a new password, if the address has an account.
#[derive(Debug, Serialize, Deserialize)]
pub struct MailReset {
    /// The address.
    pub email: EmailAddress,
    /// The request: asked for again, it is the same letter.
    pub request: RequestId,
}

/// A letter that tells a person which identity opens their account from now on.
#[derive(Debug, Serialize, Deserialize)]
pub struct TellLinked {
    /// Whose account it is.
    pub account: AccountId,
    /// What was linked.
    pub identity: LinkedIdentityId,
}

impl Work for MailConfirmation {
    const KIND: &'static str = "mail.confirmation";
}

impl Work for MailReset {
    const KIND: &'static str = "mail.reset";
}

impl Work for TellLinked {
    const KIND: &'static str = "mail.linked";
}
