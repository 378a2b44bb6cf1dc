//! Authenticator apps and recovery codes.

use std::collections::BTreeMap;

use polity_identity::Secret;
use polity_kernel::{AccountId, Actor, Result};

use crate::{BrowserDigest, Factor, Factors, NewAuthenticatorApp, Proven, WaysIn};

/// Second factors: an authenticator app, and recovery codes for the day when it is lost. Whoever changes one is its person, by a credential
/// that narrows nothing: else `PersonRequired` or `Forbidden`. Each change is told by letter, asks a session for a recent proof, else
/// `ReauthenticationRequired`, and ends the person's other sessions.
///
/// Who is shown a code has shown another factor before: [`SecondFactors::ask_second`] is where that is kept.
pub trait SecondFactors: Send + Sync {
    /// What an account has.
    fn factors(&self, account: AccountId) -> Result<Factors>;

    /// What these accounts are signed in to with, by two queries; those with a password alone are left out.
    fn ways_in(&self, accounts: &[AccountId]) -> Result<BTreeMap<AccountId, WaysIn>>;

    /// Makes the secret of an authenticator app. It counts once a code is [confirmed](Self::confirm_app), within ten minutes; asked for again,
    /// it is another one.
    ///
    /// # Errors
    /// `Conflict` where there is one already.
    fn begin_app(&self, actor: &Actor) -> Result<NewAuthenticatorApp>;

    /// Enrols the authenticator app that shows this code, and makes ten recovery codes, which are shown this once.
    ///
    /// # Errors
    /// `NotFound` where none was begun, or too long ago; `Invalid` at `code` for another code.
    fn confirm_app(&self, actor: &Actor, code: &str) -> Result<Vec<Secret>>;

    /// Removes the authenticator app, and the recovery codes with it.
    ///
    /// # Errors
    /// `NotFound` where there is none.
    fn remove_app(&self, actor: &Actor) -> Result<()>;

    /// Makes ten recovery codes, shown this once, in place of any others.
    ///
    /// # Errors
    /// `Conflict` without an authenticator app, in whose place they stand.
    fn make_recovery_codes(&self, actor: &Actor) -> Result<Vec<Secret>>;

    /// Judges a code of the authenticator app, for somebody who has shown a first factor. A code is good for its 30 seconds and for those before
    /// and after, once; no earlier one is good any more.
    ///
    /// # Errors
    /// `Invalid` at `code` for any other, and for an account that has no app; `Throttled` after 5 wrong ones within 5 minutes, 10 within an hour,
    /// 20 within a day, of apps and of recovery codes together.
    fn show_app(&self, account: AccountId, code: &str) -> Result<Factor>;

    /// Judges a recovery code, in whatever way it is written, and uses it up.
    ///
    /// # Errors
    /// As of [`Self::show_app`].
    fn show_recovery_code(&self, account: AccountId, code: &str) -> Result<Factor>;

    /// Says whether somebody who has shown a first factor is to show a second: then what stands for the first, given this once, for ten
    /// minutes, in this browser. Absent where their account has no authenticator app, or two factors are shown already.
    fn ask_second(&self, proven: &Proven, browser: BrowserDigest) -> Result<Option<Secret>>;

    /// Judges a code of the app, or a recovery code, of whoever was [asked](Self::ask_second), and says what they have proven with both. The
    /// wrong one leaves what was asked for as it was; the right one uses it up.
    ///
    /// # Errors
    /// `Unauthenticated` for what was used, has run out, never was, or is another browser's; else as of [`Self::show_app`].
    fn show_second(&self, asked: &Secret, browser: BrowserDigest, code: &str) -> Result<Proven>;
}
