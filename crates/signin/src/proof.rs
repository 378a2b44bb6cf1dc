//! Links that are mailed to prove that an address is its account's: used once, for a while.

use std::time::Duration;

use polity_accounts::EmailAddress;
use polity_identity::Secret;
use polity_kernel::{Actor, Timestamp, id, words};
use serde::Serialize;

id!(RequestId, "One request for a mail with a link: asked for again under the same id, it is the same mail.");

words! {
    /// What a mailed link is for.
    pub enum Purpose {
        /// To prove the address of somebody who signed up, together with the password they set.
        Confirmation = "confirmation",
        /// To set a new password.
        Reset = "reset",
        /// To take another address, together with a proof that the account is one's own.
        Address = "address",
        /// To sign in, in the browser that asked.
        SignIn = "signin",
    }
}

impl Purpose {
    /// How long a link works from when it was asked for.
    pub(crate) const fn lifetime(self) -> Duration {
        match self {
            Self::Confirmation => Duration::from_secs(3 * 86_400),
            Self::Reset => Duration::from_secs(3_600),
            Self::Address => Duration::from_secs(86_400),
            Self::SignIn => Duration::from_secs(900),
        }
    }
}

/// How long after one mail another to the same account is not sent.
pub(crate) const PAUSE: Duration = Duration::from_secs(600);

/// How many tries at the password a link to confirm takes.
pub(crate) const MOST_ATTEMPTS: i64 = 5;

/// What a mailed link leads to, for anybody who has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Proof {
    /// The address it was mailed to.
    pub email: EmailAddress,
    /// What its person is called.
    pub name: Option<String>,
}

/// What a mail with a link is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofMail {
    /// To whom.
    pub email: EmailAddress,
    /// What they are called.
    pub name: Option<String>,
    /// What the link ends with.
    pub secret: Secret,
    /// Until when it works.
    pub expires_at: Timestamp,
}

/// How somebody shows that the account is theirs which a link is about.
#[derive(Clone)]
pub enum Confirmer {
    /// By the account's password.
    Password(String),
    /// By a credential of its person that narrows nothing.
    Person(Actor),
}
