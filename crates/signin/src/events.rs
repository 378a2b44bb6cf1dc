//! The events of people at a browser: their types.

use polity_kernel::event::Nothing;
use polity_kernel::{AccountId, SessionId, Timestamp, catalogue, record};

catalogue! {
    /// The account's person set a password, their first or another one. The id is the account's.
    pub(crate) ACCOUNT_PASSWORD_SET = "account.password_set": Nothing => Nothing;
    /// Somebody signed in at a browser.
    pub(crate) SESSION_STARTED = "session.started": Nothing => Session;
    /// A session was ended before its time.
    pub(crate) SESSION_ENDED = "session.ended": Nothing => Nothing;
    /// All sessions of an account, or all but one, were ended before their time. The id is the account's.
    pub(crate) ACCOUNT_SESSIONS_ENDED = "account.sessions_ended": Nothing => Nothing;
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
