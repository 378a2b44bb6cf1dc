//! Own access tokens: what goes into one.

use std::time::Duration;

use polity_kernel::{Authentication, OrganizationId, Permission, ServiceAccountId, Subject, Timestamp};

use crate::{ProvedBy, Secret};

/// An own access token to make (RFC 9068).
#[derive(Clone, Debug)]
pub struct Mint {
    /// Whose token: a person or a service account.
    pub subject: Subject,
    /// The OAuth client it is for; absent: the service account itself, or the command line.
    pub client: Option<ServiceAccountId>,
    /// The one organization it works in.
    pub organization: Option<OrganizationId>,
    /// Only these permissions; absent: all its owner has at any time.
    pub permissions: Option<Vec<Permission>>,
    /// How long it lives; absent: as configured. At most [`Settings::LONGEST_TTL`](crate::Settings::LONGEST_TTL).
    pub ttl: Option<Duration>,
    /// What was shown for it: once that is another, the token is void. Absent: nothing that could change.
    pub proved_by: Option<ProvedBy>,
    /// How and when its person proved themselves (`auth_time`, `amr`); absent where nobody says. A session's id is left out.
    pub authentication: Option<Authentication>,
}

impl Mint {
    /// A token with nothing narrowed.
    pub fn of(subject: Subject) -> Self {
        Self {
            subject,
            client: None,
            organization: None,
            permissions: None,
            ttl: None,
            proved_by: None,
            authentication: None,
        }
    }
}

/// A token that was made.
#[derive(Clone, Debug)]
pub struct Minted {
    /// The token.
    pub token: Secret,
    /// Until when it works.
    pub expires_at: Timestamp,
    /// How long that is from when it was made.
    pub lifetime: Duration,
}
