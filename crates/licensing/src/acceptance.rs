//! Who accepted the EULA, when and from where.

use std::net::IpAddr;

use polity_kernel::{Actor, OrganizationId, SubjectId, Timestamp, Tx, id};
use serde::Serialize;

id!(AcceptanceId, "One acceptance of the EULA.");

/// The most characters that are kept of a user agent.
const LONGEST_AGENT: usize = 512;

/// Somebody's acceptance of the EULA for an organization (contract v1, decision 2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Acceptance {
    /// Its id.
    pub id: AcceptanceId,
    /// The organization it was accepted for.
    pub organization: OrganizationId,
    /// What accepted it: `person`, `service`, `key` or `system`.
    pub subject_kind: String,
    /// Who accepted it; absent for polity itself.
    pub subject: Option<SubjectId>,
    /// Which version of it.
    pub eula_version: String,
    /// When.
    pub accepted_at: Timestamp,
    /// From which address, when that is known.
    pub address: Option<String>,
    /// With which program, as it names itself: at most 512 characters of it.
    pub user_agent: Option<String>,
}

/// What a request tells of where it came from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// The address it came from.
    pub address: Option<IpAddr>,
    /// The program that sent it, as that names itself.
    pub user_agent: Option<String>,
}

impl Evidence {
    /// The program as it is kept: one line of at most 512 characters.
    pub(crate) fn agent(&self) -> Option<String> {
        let agent = self.user_agent.as_ref()?;
        Some(agent.chars().filter(|c| !c.is_control()).take(LONGEST_AGENT).collect())
    }

    /// The acceptance that this is evidence of, by this actor in this transaction.
    pub(crate) fn accepted(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        organization: OrganizationId,
        eula_version: &str,
    ) -> Acceptance {
        Acceptance {
            id: tx.new_id(),
            organization,
            subject_kind: actor.subject().kind().to_owned(),
            subject: actor.id(),
            eula_version: eula_version.to_owned(),
            accepted_at: tx.now(),
            address: self.address.map(|address| address.to_string()),
            user_agent: self.agent(),
        }
    }
}
