//! The license of an organization: what is kept of it, what is told of it, and when.

use std::fmt;

use polity_directory::entitlements::{DOMAINS, MEMBERS};
use polity_directory::{DomainClaims, within};
use polity_kernel::{
    Code, Conn, Entitlements, Error, OrganizationId, Resource, Result, Stamp, SubjectId, Timestamp,
};
use polity_projects::entitlements::PROJECTS;
use serde::Serialize;

use crate::{LicenseStanding, LicenseType};

/// The license of an organization as it stands at an instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct License {
    /// What kind it is, also once it has ended.
    pub kind: LicenseType,
    /// The id of its license key; absent for one that was taken.
    pub jti: Option<String>,
    /// When its license key was issued; absent for one that is not taken any more.
    pub issued_at: Option<Timestamp>,
    /// When it expires; absent: never.
    pub expires_at: Option<Timestamp>,
    /// Until when everything works although its license key has expired.
    pub grace_until: Option<Timestamp>,
    /// What the organization is entitled to at this instant: the limits, and the features by name.
    pub entitlements: Entitlements,
    /// How much of it is used.
    pub usage: Usage,
    /// How it stands.
    pub standing: LicenseStanding,
    /// What administrators should know about it, in a sentence.
    pub warning: Option<String>,
}

/// How many an organization has of what licenses limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Usage {
    /// People who belong to it now.
    pub members: u64,
    /// Its work spaces.
    pub projects: u64,
    /// Its e-mail domains.
    pub domains: u64,
}

/// A license key as it was applied. Printing it shows nothing.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct KeyText(pub(crate) String);

/// What is kept of an organization's license; of one without a row it is [`Kept::free`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) organization: OrganizationId,
    pub(crate) kind: LicenseType,
    pub(crate) key: Option<KeyText>,
    pub(crate) jti: Option<String>,
    pub(crate) expires_at: Option<Timestamp>,
    /// Whether the organization has had its trial.
    pub(crate) trial_used: bool,
    pub(crate) set_at: Timestamp,
    pub(crate) set_by: Option<SubjectId>,
    pub(crate) version: i64,
}

impl fmt::Debug for KeyText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyText(…)")
    }
}

impl Kept {
    /// What an organization has that was never given anything.
    pub(crate) fn free(organization: OrganizationId, stamp: Stamp) -> Self {
        Self {
            organization,
            kind: LicenseType::Free,
            key: None,
            jti: None,
            expires_at: None,
            trial_used: false,
            set_at: stamp.at,
            set_by: stamp.by,
            version: 1,
        }
    }

    /// The next license of the same organization.
    pub(crate) fn followed(&self, next: Self) -> Self {
        Self { trial_used: self.trial_used || next.trial_used, version: self.version + 1, ..next }
    }
}

impl Usage {
    /// What the organization uses now.
    pub(crate) fn of(
        conn: &mut Conn,
        domains: &dyn DomainClaims,
        organization: OrganizationId,
        now: Timestamp,
    ) -> Result<Self> {
        Ok(Self {
            members: within::member_count(conn, organization, now)?,
            projects: polity_projects::within::project_count(conn, organization)?,
            domains: domains.count(conn, organization)?,
        })
    }

    fn counts(&self) -> [(Resource, u64); 3] {
        [(MEMBERS, self.members), (PROJECTS, self.projects), (DOMAINS, self.domains)]
    }
}

/// Asks that the organization fits into what it is to be entitled to.
///
/// # Errors
/// `Conflict` naming every limit that it exceeds already, so that nobody lowers their license by mistake.
pub(crate) fn require_fit(entitlements: &Entitlements, usage: &Usage) -> Result<()> {
    let exceeded: Vec<String> = usage
        .counts()
        .into_iter()
        .filter_map(|(resource, present)| {
            let most = entitlements.limit(resource).filter(|most| present > u64::from(*most))?;
            Some(format!("{resource}: {present}, at most {most}"))
        })
        .collect();
    if exceeded.is_empty() {
        return Ok(());
    }
    let exceeded = exceeded.join("; ");
    Err(Error::new(
        Code::Conflict,
        format!("the organization exceeds the limits of the license ({exceeded})"),
    ))
}
