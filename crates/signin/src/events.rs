//! The events of people at a browser: their types, and what they say.

use polity_kernel::event::Nothing;
use polity_kernel::{AccountId, SessionId, Timestamp, catalogue, record};

use crate::PasskeyId;
use crate::session::ConnectionId;

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
    /// An owner signed in past the connection that everybody under their domain signs in by. The id is the session's.
    pub(crate) SESSION_BROKE_GLASS = "session.broke_glass": Nothing => Nothing;
    /// Somebody signed in at a browser.
    pub(crate) SESSION_STARTED = "session.started": Nothing => Session;
    /// A session was ended before its time.
    pub(crate) SESSION_ENDED = "session.ended": Nothing => Nothing;
    /// All sessions of an account, or all but one, were ended before their time. The id is the account's.
    pub(crate) ACCOUNT_SESSIONS_ENDED = "account.sessions_ended": Nothing => Nothing;
    /// Who somebody is at a provider was linked to their account, which it opens from now on.
    pub(crate) IDENTITY_LINKED = "identity.linked": Nothing => ProviderIdentity;
    /// Who somebody is at a provider does not open their account any more.
    pub(crate) IDENTITY_UNLINKED = "identity.unlinked": ProviderIdentity => Nothing;

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

record! {
    /// A session of a person at a browser.
    pub(crate) struct Session of session: crate::Session {
        /// Its id.
        id: SessionId,
        /// Whose it is.
        account: AccountId,
        /// What was shown for it, in the words of RFC 8176 where it has any.
        methods: Vec<String> = session.methods.references().into_iter().map(str::to_owned).collect(),
        /// The address it began from.
        network: Option<String>,
        /// The program it began in.
        program: Option<String>,
        /// When it began.
        created_at: Timestamp,
        /// When it ends in any case.
        expires_at: Timestamp,
    }
}

record! {
    /// Who somebody is at a provider.
    pub(crate) struct ProviderIdentity of identity: crate::LinkedIdentity {
        /// Whose account it opens.
        account: AccountId,
        /// The connection by which the provider was asked.
        connection: ConnectionId = identity.at.connection,
        /// Who says so.
        issuer: String = identity.at.issuer.clone(),
        /// The name that the issuer has for the person.
        subject: String = identity.at.subject.clone(),
        /// The address that the provider told.
        email: Option<String>,
    }
}
