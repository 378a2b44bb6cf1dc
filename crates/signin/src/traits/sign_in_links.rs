//! Links that sign in.

use polity_accounts::EmailAddress;
use polity_kernel::Result;

use crate::{BrowserDigest, Proof, ProofMail, Recognized, RequestId};

/// Links that are mailed to sign in by: good for 15 minutes, once, in the browser that asked.
pub trait SignInLinks: Send + Sync {
    /// Has a link mailed, if the address has an account; nobody learns whether it has. One mail within ten minutes.
    fn ask_sign_in(&self, email: &str, browser: BrowserDigest) -> Result<()>;

    /// Makes the link of this request, once, and says what its mail says; absent when there is nothing to send. For the job `mail.sign_in`.
    fn sign_in_mail(
        &self,
        email: &EmailAddress,
        request: RequestId,
        browser: BrowserDigest,
    ) -> Result<Option<ProofMail>>;

    /// What a link leads to; looking changes nothing.
    ///
    /// # Errors
    /// `NotFound` when it was used, has run out or never was, and in another browser.
    fn sign_in_proof(&self, secret: &str, browser: BrowserDigest) -> Result<Proof>;

    /// Uses a link up, which proves the address. Where it was not proven before, every other way into the account ends: its password, second
    /// factors and passkeys, API keys, and subjects of outside issuers.
    ///
    /// # Errors
    /// `NotFound` as of [`Self::sign_in_proof`].
    fn sign_in_by_link(&self, secret: &str, browser: BrowserDigest) -> Result<Recognized>;
}
