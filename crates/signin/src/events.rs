//! The events of people at a browser: their types, and what they say.

use polity_kernel::event::Nothing;
use polity_kernel::{Timestamp, catalogue, record};

use crate::PasskeyId;

record! {
    /// A passkey.
    pub(crate) struct Passkey of passkey: crate::Passkey {
        /// Its id.
        id: PasskeyId,
        /// What its person calls it.
        name: String,
        /// When it was added.
        created_at: Timestamp,
    }
}

catalogue! {
    /// The account's person set a password, their first or another one. The id is the account's.
    pub(crate) ACCOUNT_PASSWORD_SET = "account.password_set": Nothing => Nothing;

    /// The account's person enrolled an authenticator app. The id is the account's.
    pub(crate) ACCOUNT_TOTP_ENROLLED = "account.totp_enrolled": Nothing => Nothing;
    /// The authenticator app of an account was removed, and its recovery codes with it: by its person, or since another has shown the account to
    /// be theirs. The id is the account's.
    pub(crate) ACCOUNT_TOTP_REMOVED = "account.totp_removed": Nothing => Nothing;
    /// The account's person had recovery codes made, in place of any others. The id is the account's.
    pub(crate) ACCOUNT_RECOVERY_CODES_MADE = "account.recovery_codes_made": Nothing => Nothing;
    /// A recovery code of the account was used. The id is the account's.
    pub(crate) ACCOUNT_RECOVERY_CODE_USED = "account.recovery_code_used": Nothing => Nothing;
    /// The account's person added a passkey. The id is the account's.
    pub(crate) ACCOUNT_PASSKEY_ADDED = "account.passkey_added": Nothing => Passkey;
    /// The account's person calls a passkey something else. The id is the account's.
    pub(crate) ACCOUNT_PASSKEY_RENAMED = "account.passkey_renamed": Passkey => Passkey;
    /// A passkey of an account was removed: by its person, or since another has shown the account to be theirs. The id is the account's.
    pub(crate) ACCOUNT_PASSKEY_REMOVED = "account.passkey_removed": Passkey => Nothing;
}
