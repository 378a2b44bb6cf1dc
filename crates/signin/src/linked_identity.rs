//! Linked identities: who a person is at a provider by whose word they sign in.

use polity_accounts::EmailAddress;
use polity_kernel::{AccountId, OrganizationId, Timestamp, id};

use crate::session::ConnectionId;

id!(LinkedIdentityId, "One identity at a provider that is linked to an account.");

/// The most identities that are linked to one account.
pub const MOST_IDENTITIES: usize = 20;

/// What a person is called by a provider: told apart by the connection, for whoever set that up decides what the provider says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderSubject {
    /// The connection by which it was told.
    pub connection: ConnectionId,
    /// Who says so.
    pub issuer: String,
    /// The name that the issuer has for the person, for good.
    pub subject: String,
}

impl ProviderSubject {
    /// The longest issuer, in bytes.
    pub const LONGEST_ISSUER: usize = 2_048;

    /// The longest subject, in bytes: OpenID Connect Core §2 has 255 characters, SAML 256 (core §8.3.7).
    pub const LONGEST_SUBJECT: usize = 512;

    /// Whether it can be kept; what cannot was never linked.
    pub(crate) fn is_sound(&self) -> bool {
        let sound =
            |text: &str, most: usize| (1..=most).contains(&text.len()) && !text.contains(char::is_control);
        sound(&self.issuer, Self::LONGEST_ISSUER) && sound(&self.subject, Self::LONGEST_SUBJECT)
    }
}

/// An identity at a provider by which somebody signs in to an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkedIdentity {
    /// Its id.
    pub id: LinkedIdentityId,
    /// Whose account it opens.
    pub account: AccountId,
    /// The organization whose connection it is; absent for the operator's.
    pub organization: Option<OrganizationId>,
    /// What the provider calls them.
    pub at: ProviderSubject,
    /// The address that the provider told when it was linked, for its person to know it again.
    pub email: Option<String>,
    /// When it was linked.
    pub linked_at: Timestamp,
    /// When somebody last signed in by it, to some minutes.
    pub last_used_at: Timestamp,
}

/// What the letter of a new link is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkedMail {
    /// To whom.
    pub email: EmailAddress,
    /// What they are called.
    pub name: Option<String>,
    /// What was linked.
    pub identity: LinkedIdentity,
}
