//! What is promised about people at a browser, to be done after the transaction: letters.

use polity_accounts::EmailAddress;
use polity_kernel::job::Work;
use polity_kernel::{AccountId, OrganizationId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::linked_identity::LinkedIdentityId;
use crate::proof::RequestId;
use crate::{BrowserDigest, FactorChange};

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

/// A letter that tells an owner that one of them has signed in past the connection which binds everybody.
#[derive(Debug, Serialize, Deserialize)]
pub struct TellBrokenGlass {
    /// The organization that they own.
    pub organization: OrganizationId,
    /// Who has signed in.
    pub account: AccountId,
    /// Who is told.
    pub to: AccountId,
    /// When it was.
    pub at: Timestamp,
}

impl Work for TellBrokenGlass {
    const KIND: &'static str = "mail.broken_glass";
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

/// A letter with a link that signs in, if the address has an account.
#[derive(Debug, Serialize, Deserialize)]
pub struct MailSignInLink {
    /// The address.
    pub email: EmailAddress,
    /// The request: asked for again, it is the same letter.
    pub request: RequestId,
    /// The browser that asked: the link works in no other.
    pub browser: BrowserDigest,
}

/// A letter to the person of an account that what signs them in has changed.
#[derive(Debug, Serialize, Deserialize)]
pub struct TellFactorChange {
    /// Whose account it is.
    pub account: AccountId,
    /// What has changed.
    pub change: FactorChange,
    /// When.
    pub at: Timestamp,
}

impl Work for MailSignInLink {
    const KIND: &'static str = "mail.sign_in";
}

impl Work for TellFactorChange {
    const KIND: &'static str = "mail.factor_change";
}
