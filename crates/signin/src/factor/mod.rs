//! What people show beside a password, or in place of one, and what there is of it.

pub(crate) mod browser;
pub(crate) mod passkey;

use polity_accounts::Account;
use polity_identity::Secret;
use polity_kernel::words;
use serde::Deserialize;

/// What somebody has shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Factor {
    /// A code of their authenticator app: a second factor.
    AuthenticatorApp,
    /// One of their recovery codes: a second factor.
    RecoveryCode,
    /// A passkey, whose authenticator has verified the person: two factors by itself.
    Passkey,
    /// A link that was mailed to their address: a first factor.
    MailedLink,
}

/// Somebody who has shown whose account they come to.
#[derive(Clone, Debug)]
pub struct Recognized {
    /// Who; the account is active.
    pub account: Account,
    /// By what.
    pub by: Factor,
}

/// What an account has beside a password.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Factors {
    /// Whether there is a confirmed authenticator app.
    pub authenticator_app: bool,
    /// How many recovery codes were not used.
    pub recovery_codes: usize,
    /// How many passkeys there are.
    pub passkeys: usize,
}

impl Factors {
    /// Whether its person can show two factors: has an authenticator app or a passkey.
    pub fn are_two(&self) -> bool {
        self.authenticator_app || self.passkeys > 0
    }
}

/// What an account is signed in to with beside a password, in short.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WaysIn {
    /// Whether its person can show two factors ([`Factors::are_two`]).
    pub two_factors: bool,
    /// Whether an identity at a provider opens it.
    pub identity: bool,
}

/// The secret of an authenticator app, to be shown once.
#[derive(Clone, Debug)]
pub struct NewAuthenticatorApp {
    /// 160 bits in base32, for typing in.
    pub secret: Secret,
    /// The same as an `otpauth:` address, for a picture that the app scans.
    pub uri: Secret,
}

words! {
    /// A change of what somebody signs in with, as a letter tells it.
    #[derive(Deserialize)]
    #[serde(try_from = "String")]
    pub enum FactorChange {
        /// An authenticator app was confirmed.
        AppEnrolled = "app_enrolled",
        /// The authenticator app was removed, and the recovery codes with it.
        AppRemoved = "app_removed",
        /// Recovery codes were made, in place of any others.
        CodesMade = "codes_made",
        /// A recovery code was used.
        CodeUsed = "code_used",
        /// A passkey was added.
        PasskeyAdded = "passkey_added",
        /// A passkey was removed.
        PasskeyRemoved = "passkey_removed",
    }
}

impl TryFrom<String> for FactorChange {
    type Error = polity_kernel::Error;

    fn try_from(word: String) -> polity_kernel::Result<Self> {
        word.parse()
    }
}

/// How many recovery codes are made at once.
pub(crate) const RECOVERY_CODES: usize = 10;
