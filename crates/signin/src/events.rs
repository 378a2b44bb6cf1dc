//! The events of people at a browser: their types.

use polity_kernel::event::Nothing;
use polity_kernel::{AccountId, SessionId, Timestamp, catalogue, record};

use crate::session::ConnectionId;

catalogue! {
    /// The account's person set a password, their first or another one. The id is the account's.
    pub(crate) ACCOUNT_PASSWORD_SET = "account.password_set": Nothing => Nothing;
    /// Somebody signed in at a browser.
    pub(crate) SESSION_STARTED = "session.started": Nothing => Session;
    /// A session was ended before its time.
    pub(crate) SESSION_ENDED = "session.ended": Nothing => Nothing;
    /// All sessions of an account, or all but one, were ended before their time. The id is the account's.
    pub(crate) SESSIONS_ENDED = "account.sessions_ended": Nothing => Nothing;
    /// Who somebody is at a provider was linked to their account, which it opens from now on.
    pub(crate) IDENTITY_LINKED = "identity.linked": Nothing => LinkedIdentity;
    /// Who somebody is at a provider does not open their account any more.
    pub(crate) IDENTITY_UNLINKED = "identity.unlinked": LinkedIdentity => Nothing;
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
    pub(crate) struct LinkedIdentity of identity: crate::LinkedIdentity {
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
