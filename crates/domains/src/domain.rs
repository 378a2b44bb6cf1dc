//! Claims of e-mail domains, and what is set for the people under one.

use std::fmt;
use std::time::Duration;

use polity_accounts::Account;
use polity_directory::DomainName;
use polity_kernel::{AccountId, Code, Error, FieldKind, OrganizationId, Problem, Timestamp, words};

/// How many owners may sign in past an enforced connection at most, for each domain.
pub const MOST_BREAK_GLASS_OWNERS: usize = 10;

const DAY: Duration = Duration::from_secs(86_400);

polity_kernel::id!(DomainId, "One claim of an e-mail domain by one organization.");

words! {
    /// By which kind of connection everybody under a domain has to sign in.
    pub enum Enforcement {
        /// The organization's own connection, by SAML.
        Saml = "saml",
        /// The organization's own connection, by OpenID Connect.
        Oidc = "oidc",
        /// The service's connection to Google.
        Google = "google-oauth2",
        /// The service's connection to GitHub.
        Github = "github",
        /// The service's connection to GitLab.
        Gitlab = "gitlab",
    }
}

words! {
    /// What owners are told of a domain.
    pub enum DomainNews {
        /// The record of a proven domain is missing.
        Failing = "failing",
        /// It has been missing for so long that the domain counts as proven no more.
        Lapsed = "lapsed",
    }
}

/// The words travel in jobs.
impl<'de> serde::Deserialize<'de> for DomainNews {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <String as serde::Deserialize>::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A claim of an e-mail domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Domain {
    /// Its id.
    pub id: DomainId,
    /// Whose claim it is.
    pub organization: OrganizationId,
    /// The domain.
    pub name: DomainName,
    /// What a TXT record has to say: 43 characters that are good in a URL. No secret.
    pub challenge: String,
    /// Since when it is proven; absent for a claim that waits or has lapsed.
    pub verified_at: Option<Timestamp>,
    /// When the record was last looked up and an answer came, or none did.
    pub last_checked_at: Option<Timestamp>,
    /// Since when the record of a proven domain is missing, without the time in which no name server answered.
    pub missing_since: Option<Timestamp>,
    /// When the claim lapsed; absent for one that waits or is proven.
    pub lapsed_at: Option<Timestamp>,
    /// Whether people under it become members when they sign in by a connection.
    pub jit_provisioning: bool,
    /// How people under it have to sign in.
    pub sso_enforcement: Option<Enforcement>,
    /// The owners who may sign in otherwise all the same.
    pub break_glass_owners: Vec<AccountId>,
    /// When it was claimed.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Raised by each change.
    pub version: i64,
}

/// How far a claim has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimState {
    /// It is not proven.
    Waiting,
    /// It is proven.
    Verified,
    /// It is proven, but the record has been missing for so many days, the first counted as 1.
    Failing(u64),
    /// It was proven, and the record was missing for too long.
    Lapsed,
}

impl Domain {
    /// Whether it is proven now. What is set for it rests otherwise.
    pub fn is_verified(&self) -> bool {
        self.verified_at.is_some()
    }

    /// How far the claim has come at this instant.
    pub fn state(&self, now: Timestamp) -> ClaimState {
        match (self.verified_at, self.missing_since) {
            (Some(_), Some(since)) => {
                let missing = now.micros().saturating_sub(since.micros()).max(0).unsigned_abs();
                ClaimState::Failing(Duration::from_micros(missing).as_secs() / DAY.as_secs() + 1)
            }
            (Some(_), None) => ClaimState::Verified,
            (None, _) if self.lapsed_at.is_some() => ClaimState::Lapsed,
            (None, _) => ClaimState::Waiting,
        }
    }

    /// The same after a change at this instant.
    pub(crate) fn changed(self, now: Timestamp) -> Self {
        Self { updated_at: now, version: self.version + 1, ..self }
    }
}

/// A change of what is set for a domain. `None` leaves a thing as it is.
#[derive(Clone, Debug, Default)]
pub struct DomainPatch {
    /// Whether people under it become members when they sign in by a connection.
    pub jit_provisioning: Option<bool>,
    /// How people under it have to sign in; cleared, as they like.
    pub sso_enforcement: Option<Option<Enforcement>>,
    /// The owners who may sign in otherwise all the same, at most [`MOST_BREAK_GLASS_OWNERS`]. Where an enforced domain has none, it is whoever
    /// changes it if they own the organization, else its first owner.
    pub break_glass_owners: Option<Vec<AccountId>>,
    /// Whether accounts are provisioned by SCIM, which this version cannot do: only `false` is taken.
    pub scim: Option<bool>,
    /// Whether an owner enforces a connection that nobody has tested.
    pub force: bool,
}

/// Why something about a domain is refused: the cause of an `Invalid`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DomainRefusal {
    /// The claim has to be proven first.
    VerificationRequired,
    /// The license does not include it, or this version cannot do it.
    FeatureNotAvailable,
    /// The claim is proven already.
    AlreadyVerified,
    /// Another organization has proven the domain.
    Taken,
    /// Nobody has signed in by the connection yet.
    ConnectionNotTested,
}

impl DomainRefusal {
    /// The refusal of this field of a patch, or of nothing in particular.
    pub(crate) fn at(self, field: Option<&str>) -> Error {
        let problem = self.problem();
        let error = match field {
            Some(field) => Error::field(field, problem),
            None => Error::of(problem),
        };
        debug_assert_eq!(error.code(), Code::Invalid);
        error.because(self)
    }

    fn problem(self) -> Problem {
        let kind = if self == Self::Taken { FieldKind::Taken } else { FieldKind::NotAllowed };
        kind.told(self.to_string())
    }
}

impl fmt::Display for DomainRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::VerificationRequired => "the domain has to be verified first",
            Self::FeatureNotAvailable => "the organization's license does not include this, or the service has no such thing",
            Self::AlreadyVerified => "the domain is verified already",
            Self::Taken => "another organization has verified this domain",
            Self::ConnectionNotTested => {
                "nobody has signed in by such a connection with an address of the domain yet; an owner may force it"
            }
        })
    }
}

impl std::error::Error for DomainRefusal {}

/// What a letter about a domain tells.
#[derive(Clone, Debug)]
pub struct DomainMail {
    /// Who is told.
    pub to: Account,
    /// What the organization is called.
    pub organization: String,
    /// The claim.
    pub domain: Domain,
    /// Where the record is to be.
    pub record: String,
}
