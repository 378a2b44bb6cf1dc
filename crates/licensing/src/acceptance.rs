//! Who accepted the EULA, when and from where.

use polity_kernel::{Access, Evidence, OrganizationId, SubjectId, Timestamp, Tx, id};

id!(AcceptanceId, "One acceptance of the EULA.");

/// Somebody's acceptance of the EULA for an organization.
#[derive(Clone, Debug, PartialEq, Eq)]
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

impl Acceptance {
    /// That whoever has this access accepts this version of the EULA now.
    pub(crate) fn now(tx: &mut Tx<'_>, access: &Access, evidence: &Evidence, eula_version: &str) -> Self {
        Self {
            id: tx.new_id(),
            organization: access.organization(),
            subject_kind: access.actor().subject().kind().to_owned(),
            subject: access.actor().id(),
            eula_version: eula_version.to_owned(),
            accepted_at: tx.now(),
            address: evidence.address.map(|address| address.to_string()),
            user_agent: evidence.agent(),
        }
    }
}
