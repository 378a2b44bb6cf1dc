//! Passkeys.

use polity_kernel::{Actor, Result};

use crate::{
    AssertionAnswer, AssertionOf, AssertionOptions, BrowserDigest, Passkey, PasskeyId, Recognized,
    RegistrationAnswer, RegistrationOptions,
};

/// Passkeys (WebAuthn Level 2): added, used, removed. Whoever changes one is its person, by a credential that narrows nothing: else
/// `PersonRequired` or `Forbidden`. Each change is told by letter. Adding and removing ask a session for a recent proof, else
/// `ReauthenticationRequired`, and end the person's other sessions.
///
/// A challenge is good for five minutes, once, right or wrong, in the browser that was asked. Each is a row until it has ended, so callers pace
/// strangers.
pub trait Passkeys: Send + Sync {
    /// The person's passkeys, oldest first.
    fn passkeys(&self, actor: &Actor) -> Result<Vec<Passkey>>;

    /// What the browser is asked that is to make a passkey.
    ///
    /// # Errors
    /// `LimitReached` where there are twenty.
    fn begin_registration(&self, actor: &Actor, browser: BrowserDigest) -> Result<RegistrationOptions>;

    /// Adds the passkey that the browser has made.
    ///
    /// # Errors
    /// `Invalid` at `passkey` for an answer to no challenge of this person and browser, from another origin or for another relying party, by an
    /// authenticator that has not verified the person, or with a key of another algorithm; at `name`. `Conflict` for a credential that is there
    /// already; `LimitReached`.
    fn finish_registration(
        &self,
        actor: &Actor,
        browser: BrowserDigest,
        answer: &RegistrationAnswer,
    ) -> Result<Passkey>;

    /// Calls a passkey something else.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` at `name`.
    fn rename_passkey(&self, actor: &Actor, passkey: PasskeyId, name: &str) -> Result<Passkey>;

    /// Removes a passkey.
    ///
    /// # Errors
    /// `NotFound`.
    fn remove_passkey(&self, actor: &Actor, passkey: PasskeyId) -> Result<()>;

    /// What the browser is asked that is to use a passkey. Asks for no credential, and looks alike for an address that has none.
    fn begin_assertion(&self, of: &AssertionOf, browser: BrowserDigest) -> Result<AssertionOptions>;

    /// Who has used a passkey.
    ///
    /// # Errors
    /// `Unauthenticated`, the same for whatever is wrong: as of [`Self::finish_registration`], for the passkey of another account than was asked
    /// for, of one that is disabled, and for an authenticator whose count has not grown, since there may be a copy of it.
    fn finish_assertion(&self, browser: BrowserDigest, answer: &AssertionAnswer) -> Result<Recognized>;
}
