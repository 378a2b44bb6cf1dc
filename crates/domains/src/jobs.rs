//! What is promised about e-mail domains, to be done after the transaction: look-ups and letters.

use polity_kernel::job::Work;
use polity_kernel::{AccountId, OrganizationId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::domain::{DomainId, DomainNews};

/// The records of an organization's proven domains are looked up again, one after another.
#[derive(Debug, Serialize, Deserialize)]
pub struct Recheck {
    /// Whose domains.
    pub organization: OrganizationId,
    /// Those that have not been looked up since.
    pub due: Timestamp,
}

/// A letter to an owner about a domain whose record is missing.
#[derive(Debug, Serialize, Deserialize)]
pub struct TellDomain {
    /// The organization.
    pub organization: OrganizationId,
    /// The domain.
    pub domain: DomainId,
    /// Who is told.
    pub to: AccountId,
    /// What has happened.
    pub news: DomainNews,
}

impl Work for Recheck {
    const KIND: &'static str = "domains.recheck";
}

impl Work for TellDomain {
    const KIND: &'static str = "mail.domain";
}
