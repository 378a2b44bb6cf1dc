//! People at a browser: passwords, signing up by an invitation, logging in, and mailed links that prove an address.
//!
//! What it owns: passwords, second factors, passkeys, sessions, who people are at providers, and the links that are mailed to prove an address or to
//! sign in. Who logs in gets a session, or a token of [`polity_identity`], which asks through [`at_browser`] whether the password it was given for is
//! still the account's, and whose a session is.
//!
//! Invariants:
//!
//! * A password is kept as a hash (Argon2id) with a key of our own; the threads that hash do nothing else, and strangers keep nobody out who is known.
//! * Nobody learns who has an account: what is wrong is refused with the same words and after the same time.
//! * A wrong password counts against whoever guesses, and keeps out neither other networks nor a device that has logged in before.
//! * A session's secret is kept as a keyed hash, given once, and another at each sign-in. A session ends at the next request on every node:
//!   it has an epoch of its own, and its account's counts too.
//! * A mailed link is used once, for a while. It proves an address only together with the password, or by setting a new one, upon which every other
//!   way into the account ends that was there before.
//! * A code of an authenticator app, a recovery code and a challenge to a passkey are used once, also at once and on several nodes. Who takes an
//!   account over finds no factor of anybody else.

mod acts;
mod device;
mod events;
mod factor;
mod hasher;
pub mod jobs;
mod linked_identity;
mod log_in;
mod password;
mod proof;
mod rules;
mod schema;
mod service;
mod session;
mod sign_up;
mod store;
mod traits;
pub mod within;

pub use acts::passwords::PASSWORD;
pub use acts::sessions::at_browser;
pub use events::EVENTS;
pub use factor::browser::BrowserDigest;
pub use factor::passkey::{
    AssertionAnswer, AssertionOf, AssertionOptions, Passkey, PasskeyId, RegistrationAnswer,
    RegistrationOptions, RelyingParty,
};
pub use factor::{Factor, FactorChange, Factors, NewAuthenticatorApp, Recognized, WaysIn};
pub use linked_identity::{LinkedIdentity, LinkedIdentityId, LinkedMail, MOST_IDENTITIES, ProviderSubject};
pub use log_in::{LogIn, LoggedIn, NotVerified};
pub use password::Password;
pub use proof::{Confirmer, Proof, ProofMail, Purpose, RequestId};
pub use service::{BrowserSettings, Service};
pub use session::{Browser, ConnectionId, Issued, Proven, Session, SessionSettings};
pub use sign_up::{NewSignUp, SignUpFields};
pub use traits::{Passkeys, SecondFactors, SignInLinks};

use polity_accounts::{Account, EmailAddress};
use polity_directory::{Accepted, InvitationId};
use polity_identity::Secret;
use polity_kernel::{AccountId, Actor, Result, SessionId};

/// Everything about people at a browser, behind one object.
pub trait SignIn:
    SignUp
    + Passwords
    + Sessions
    + LinkedIdentities
    + Addresses
    + MailedLinks
    + SecondFactors
    + Passkeys
    + SignInLinks
{
}

/// Signing up.
pub trait SignUp: Send + Sync {
    /// Takes an invitation up for somebody who has no account: makes one with this password, and a member of it
    /// ([`polity_directory::Invitations::accept`]), and asks for a mail to prove the address with. Until that is done nobody can log in
    /// to the account. Asks for no credential.
    ///
    /// # Errors
    /// As of taking up: `NotFound`, `Conflict` for an invitation that has expired or was taken up, `OrganizationInactive`,
    /// `Unauthenticated` where the address has an account, `LimitReached`; and `Throttled` when too many passwords are at work.
    fn sign_up(&self, invitation: InvitationId, new: NewSignUp) -> Result<Accepted>;
}

/// Logging in with a password, and setting another. Nothing here asks for a credential: a password or the secret of a link is one.
pub trait Passwords: Send + Sync {
    /// Logs a person in: what a session is begun or a token issued with ([`Sessions`]).
    ///
    /// # Errors
    /// `Unauthenticated`, the same and after the same time for an unknown address, a wrong password, and an account that is disabled or
    /// has no password; because of [`NotVerified`] where the password is right but the address not proven: then a mail is on its way,
    /// unless one was within ten minutes. `Throttled` after ten wrong passwords of an address by one network, or one device that has logged
    /// in before, within 15 minutes; between any two tries ten seconds apart after a hundred by all networks; and when too many passwords are
    /// at work.
    fn log_in(&self, log_in: &LogIn) -> Result<LoggedIn>;

    /// Whether the device has logged in to this address before, so that what its network has done does not count against it. Costs nothing.
    fn knows_device(&self, log_in: &LogIn) -> bool;

    /// Sets another password of whoever is calling, by a credential that narrows nothing, and ends their other sessions and the tokens that
    /// log-in gave. It asks for the present one; of an account without, that its person has proven themselves lately.
    ///
    /// # Errors
    /// `Invalid` at `present`; `ReauthenticationRequired`; `Throttled` after ten tries within 15 minutes; `Conflict` where another changed it
    /// at the same time.
    fn change_password(&self, actor: &Actor, present: &str, password: Password) -> Result<()>;

    /// Whether the caller's account has a password.
    fn has_password(&self, actor: &Actor) -> Result<bool>;

    /// Has a link mailed that sets a new password, if the address has an account; nobody learns whether it has. One mail within ten
    /// minutes.
    fn ask_reset(&self, email: &str) -> Result<()>;

    /// Sets a new password and proves the address by a link. Sessions end, and tokens that log-in gave are void; where the address was not proven before,
    /// so is every other way into the account: API keys, and subjects of outside issuers.
    ///
    /// # Errors
    /// `NotFound` as of [`MailedLinks::proof`]; `Throttled`.
    fn reset(&self, secret: &str, password: Password) -> Result<Account>;
}

/// What stands for somebody who has proven themselves. Who lists and ends sessions is their person, by a credential that narrows nothing.
pub trait Sessions: Send + Sync {
    /// What tells a browser from others, by something that it alone holds: its cookie, or what is made of that.
    fn browser(&self, held: &Secret) -> BrowserDigest;

    /// Begins a session. Its secret is given this once, and made anew each time; the session that the browser had ends.
    ///
    /// # Errors
    /// `Unauthenticated` where the account cannot be used, or what was shown is void by now; `SsoEnforced` where its person has to sign in by
    /// a connection of their organization and has not.
    fn begin_session(&self, proven: &Proven, browser: &Browser) -> Result<(Session, Secret)>;

    /// Makes an access token that says how its person proved themselves.
    ///
    /// # Errors
    /// `NotFound` for an unknown account; `SsoEnforced` as of [`Sessions::begin_session`].
    fn issue_token(&self, proven: &Proven) -> Result<Issued>;

    /// The caller's sessions that are not over, latest first; at most 50.
    fn sessions(&self, actor: &Actor) -> Result<Vec<Session>>;

    /// Ends sessions of the caller's at once.
    ///
    /// # Errors
    /// `NotFound` for one that is not theirs.
    fn end_sessions(&self, actor: &Actor, which: Ending) -> Result<()>;

    /// Ends the sessions of an account, which cannot be used any more. For the job `account.disabled`.
    fn end_sessions_of(&self, account: AccountId) -> Result<()>;

    /// Forgets sessions that are over, in short transactions; call it about once a minute.
    fn forget_ended(&self) -> Result<()>;
}

/// Which sessions end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// This one.
    One(SessionId),
    /// All but the one that is called with.
    Others,
    /// All.
    All,
}

/// Who the caller is at providers by whose word they sign in; by a credential that narrows nothing. Linking is done by the crate that
/// knows the providers.
pub trait LinkedIdentities: Send + Sync {
    /// The caller's linked identities, oldest first; at most [`MOST_IDENTITIES`].
    fn identities(&self, actor: &Actor) -> Result<Vec<LinkedIdentity>>;

    /// Ends a link of the caller's.
    ///
    /// # Errors
    /// `NotFound` for one that is not theirs; `ReauthenticationRequired`.
    fn unlink(&self, actor: &Actor, id: LinkedIdentityId) -> Result<()>;

    /// What the letter of a new link says; absent when there is nobody to send it to (any more). For the job `mail.linked`.
    fn linked_mail(&self, account: AccountId, id: LinkedIdentityId) -> Result<Option<LinkedMail>>;
}

/// The address of an account, proved or changed by a mailed link. A change is asked for by changing the account
/// ([`polity_accounts::People::update`]), and made here.
pub trait Addresses: Send + Sync {
    /// Proves the address of whoever knows both the link that was mailed to it and the password: the link alone may be followed by
    /// somebody whose address another has used.
    ///
    /// # Errors
    /// `NotFound` as of [`MailedLinks::proof`], and after five tries; `Invalid` at `password` for a wrong one; `Throttled`.
    fn confirm(&self, secret: &str, password: &str) -> Result<Account>;

    /// Gives the account the address that the link was mailed to. The link alone may be followed by somebody whose address another
    /// wants, so whoever confirms shows that the account is their own.
    ///
    /// # Errors
    /// `NotFound` as of [`MailedLinks::proof`], after five tries, and for somebody else; `Invalid` at `password` for a wrong one;
    /// `Conflict` where the address is another account's by now; `Throttled`.
    fn change_address(&self, secret: &str, confirmer: Confirmer) -> Result<Account>;
}

/// Mailed links: what they lead to, and what their mails say.
pub trait MailedLinks: Send + Sync {
    /// What a mailed link leads to.
    ///
    /// # Errors
    /// `NotFound` when it was used, has run out or never was.
    fn proof(&self, purpose: Purpose, secret: &str) -> Result<Proof>;

    /// What the mail of this request says; absent when there is nothing to send (any more). For the job `mail.confirmation`.
    fn confirmation_mail(&self, account: AccountId, request: RequestId) -> Result<Option<ProofMail>>;

    /// Makes the link of this request, once, and says what its mail says; absent when there is nothing to send. For the job
    /// `mail.reset`.
    fn reset_mail(&self, email: &EmailAddress, request: RequestId) -> Result<Option<ProofMail>>;

    /// Makes the link of this request, once, and says what its mail to the new address says; absent when there is nothing to send. For
    /// the job `mail.address`.
    fn address_mail(
        &self,
        account: AccountId,
        email: &EmailAddress,
        request: RequestId,
    ) -> Result<Option<ProofMail>>;

    /// Forgets links, challenges to passkeys and authenticator apps that nobody confirmed, once they have expired; call it about once a minute.
    fn forget_expired(&self) -> Result<()>;
}

impl<T> SignIn for T where
    T: SignUp
        + Passwords
        + Sessions
        + LinkedIdentities
        + Addresses
        + MailedLinks
        + SecondFactors
        + Passkeys
        + SignInLinks
{
}
