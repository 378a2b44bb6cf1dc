//! Who is calling, and what the credential narrows.

use std::sync::Arc;

use crate::error::{Code, Error, Result};
use crate::{
    AccountId, Authentication, KeyId, Level, OrganizationId, Permission, PermissionSet, ServiceAccountId,
    SubjectId, Timestamp,
};

/// Who is calling. Authentication makes it; [`Access`](crate::Access) says what it may do in one organization.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Actor(Arc<Inner>);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Inner {
    subject: Subject,
    limits: Limits,
    platform: PermissionSet,
    client: Option<ServiceAccountId>,
    home: Option<Home>,
    authentication: Option<Authentication>,
}

/// Whose rights count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// A person.
    Person(AccountId),
    /// A program with grants of its own.
    Service(ServiceAccountId),
    /// An organization's own API key.
    OrganizationKey(KeyId, OrganizationId),
    /// polity itself: jobs, imports and the command line.
    System,
}

/// What a credential takes away from its owner's rights; it never adds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Limits {
    /// Only these permissions.
    pub permissions: Option<PermissionSet>,
    /// Only this organization.
    pub organization: Option<OrganizationId>,
    /// At most this level, and its built-in role.
    pub level: Option<Level>,
    /// At most what the role of this key gives in the organization now; a role that is gone gives nothing.
    pub role: Option<String>,
}

/// Where a program has rights of its own: a service account or an organization's key is no member of the organization it belongs
/// to, so its grants come with it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Home {
    /// The organization it belongs to.
    pub organization: OrganizationId,
    /// What it was granted there; the credential's limits still narrow it.
    pub permissions: PermissionSet,
}

impl Actor {
    /// An actor with its platform permissions (those that need no organization).
    pub fn new(subject: Subject, limits: Limits, platform: PermissionSet) -> Self {
        Self(Arc::new(Inner { subject, limits, platform, client: None, home: None, authentication: None }))
    }

    /// polity itself, which may do everything.
    pub fn system() -> Self {
        Self::new(Subject::System, Limits::default(), PermissionSet::all())
    }

    /// The same actor, calling through an OIDC client: its sector decides the pairwise subjects it sees.
    #[must_use]
    pub fn through(self, client: ServiceAccountId) -> Self {
        Self(Arc::new(Inner { client: Some(client), ..Arc::unwrap_or_clone(self.0) }))
    }

    /// The same actor with grants of its own in one organization, for service accounts and organizations' keys.
    #[must_use]
    pub fn with_home(self, home: Home) -> Self {
        Self(Arc::new(Inner { home: Some(home), ..Arc::unwrap_or_clone(self.0) }))
    }

    /// The same actor, whose person has proven themselves so.
    #[must_use]
    pub fn authenticated(self, authentication: Authentication) -> Self {
        let authentication = Some(authentication);
        Self(Arc::new(Inner { authentication, ..Arc::unwrap_or_clone(self.0) }))
    }

    /// Whose rights count.
    pub fn subject(&self) -> Subject {
        self.0.subject
    }

    /// The id of whose rights count, as records of who did something have it; polity itself has none.
    pub fn id(&self) -> Option<SubjectId> {
        self.0.subject.id().map(SubjectId::new)
    }

    /// What the credential takes away.
    pub fn limits(&self) -> &Limits {
        &self.0.limits
    }

    /// The OIDC client the call comes through.
    pub fn client(&self) -> Option<ServiceAccountId> {
        self.0.client
    }

    /// The organization a program belongs to and its grants there, not yet narrowed by [`Actor::limits`]; absent for people.
    pub fn home(&self) -> Option<&Home> {
        self.0.home.as_ref()
    }

    /// Permissions held with no organization, already narrowed by the credential.
    pub fn platform(&self) -> &PermissionSet {
        &self.0.platform
    }

    /// Whether every organization is open: a platform administrator with an unnarrowed credential, or polity itself.
    pub fn is_platform_administrator(&self) -> bool {
        self.0.platform.is_all()
    }

    /// The person calling; a program is refused, since only a person can join, leave or be suggested something.
    pub fn person(&self) -> Result<AccountId> {
        match self.0.subject {
            Subject::Person(account) => Ok(account),
            _ => Err(Error::new(Code::PersonRequired, "only a person can do this")),
        }
    }

    /// How and when the person has proven to be themselves; absent for programs, and where the credential does not say.
    pub fn authentication(&self) -> Option<Authentication> {
        self.0.authentication
    }

    /// Asks a session for a recent proof of its person ([`RECENT`](crate::RECENT)): for what gives or takes power outside any organization.
    /// Whoever comes with another credential is not asked.
    ///
    /// # Errors
    /// `ReauthenticationRequired`.
    pub fn require_recent(&self, now: Timestamp) -> Result<()> {
        match self.0.authentication {
            Some(shown) if shown.is_stale(now) => Err(Error::new(
                Code::ReauthenticationRequired,
                "this needs a fresh proof that it is you: sign in again",
            )),
            _ => Ok(()),
        }
    }

    /// Asks for a permission that needs no organization.
    pub fn require(&self, permission: &Permission) -> Result<()> {
        if self.0.platform.contains(permission) {
            return Ok(());
        }
        Err(Error::missing(vec![permission.clone()]))
    }
}

impl Subject {
    /// The kind, as events and logs name it.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Person(_) => "person",
            Self::Service(_) => "service",
            Self::OrganizationKey(..) => "key",
            Self::System => "system",
        }
    }

    /// The id that its memberships stand under: a person's account, or a service account's own id, which is a member of what it
    /// founded (docs/decisions/0030). Absent for an organization's key and polity itself, which are members nowhere.
    pub const fn member(self) -> Option<AccountId> {
        match self {
            Self::Person(account) => Some(account),
            Self::Service(service) => Some(AccountId::new(service.uuid())),
            Self::OrganizationKey(..) | Self::System => None,
        }
    }

    /// The id, if it has one.
    pub const fn id(self) -> Option<uuid::Uuid> {
        match self {
            Self::Person(account) => Some(account.uuid()),
            Self::Service(service) => Some(service.uuid()),
            Self::OrganizationKey(key, _) => Some(key.uuid()),
            Self::System => None,
        }
    }
}
