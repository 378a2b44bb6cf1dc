//! Admission: what becomes of somebody who has come back from a provider.

use polity_accounts::EmailAddress;
use polity_kernel::{AccountId, OrganizationId};

use crate::connection::ConnectionId;
use polity_identity::Secret;
use polity_signin::Proven;

/// What becomes of somebody who has come back from a provider.
#[derive(Clone, Debug)]
pub enum Admission {
    /// They are let in.
    Admitted(Admitted),
    /// The address is of an account whose person has shown to be there: they confirm that it is theirs, by signing in to it. What was judged
    /// waits under this code for ten minutes, for the same browser.
    Unconfirmed {
        /// The address.
        email: EmailAddress,
        /// The code, good once.
        code: Secret,
    },
}

/// Somebody who is let in.
#[derive(Clone, Copy, Debug)]
pub struct Admitted {
    /// What a session is made of.
    pub proven: Proven,
    /// Why, for the page of a try-out and the log.
    pub rule: AdmissionRule,
    /// What came of joining the organization of the connection.
    pub joining: Joining,
}

/// By which rule somebody is who they say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AdmissionRule {
    /// The identity is linked to their account.
    Linked,
    /// Nobody had the address, for which the provider may vouch.
    NewAddress,
    /// An account that nobody had proven has the address.
    TakenOver,
    /// Their proven account has the address, which everybody in its organization signs in with by this connection.
    Enforced,
    /// They have confirmed that the account is theirs.
    Confirmed,
    /// Nobody vouches for an address of theirs: their account has none.
    WithoutAddress,
}

/// What came of joining the organization of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Joining {
    /// Nothing was to be done: they are a member, or nothing lets them in.
    Nothing,
    /// They are a member now.
    Joined(OrganizationId),
    /// They would be, but the license allows no more members.
    Full(OrganizationId),
}

/// Whoever confirms that an account is theirs.
#[derive(Clone, Copy, Debug)]
pub struct Confirmation {
    /// Their account, in which they are signed in.
    pub account: AccountId,
}

/// A connection that an address signs in with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The connection.
    pub connection: ConnectionId,
    /// What administrators call it.
    pub name: String,
    /// Whether people under the address's domain sign in with nothing else.
    pub enforced: bool,
}

/// What letting somebody in would come to, for whoever tries a connection out: nothing of it happens.
#[derive(Clone, Debug)]
pub struct Preview {
    /// The rule by which they would be let in; absent where they would have to confirm first that the account is theirs.
    pub rule: Option<AdmissionRule>,
    /// Whether they would become a member.
    pub joins: bool,
}
