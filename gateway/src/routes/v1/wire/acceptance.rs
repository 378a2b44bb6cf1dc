//! Acceptances of the EULA as this family shows them.

use polity_kernel::{SubjectId, Timestamp};
use polity_licensing::AcceptanceId;
use serde::Serialize;
use utoipa::ToSchema;

/// Somebody's acceptance of the EULA.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Acceptance {
    /// Its id.
    #[schema(value_type = Uuid)]
    id: AcceptanceId,
    /// Which version of the EULA.
    eula_version: String,
    /// What accepted it: `person`, `service`, `key` or `system`.
    subject_kind: String,
    /// Who accepted it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>)]
    subject: Option<SubjectId>,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    accepted_at: Timestamp,
    /// From which address.
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    /// With which program, as it named itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    user_agent: Option<String>,
}

/// Acceptances of the EULA.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only read by the documentation: the list is streamed")]
pub(crate) struct AcceptanceList {
    /// The acceptances, the earliest first.
    acceptances: Vec<Acceptance>,
}

impl AcceptanceList {
    /// What the items stand under.
    pub(crate) const ITEMS: &str = "acceptances";
}

impl From<polity_licensing::Acceptance> for Acceptance {
    fn from(acceptance: polity_licensing::Acceptance) -> Self {
        Self {
            id: acceptance.id,
            eula_version: acceptance.eula_version,
            subject_kind: acceptance.subject_kind,
            subject: acceptance.subject,
            accepted_at: acceptance.accepted_at,
            address: acceptance.address,
            user_agent: acceptance.user_agent,
        }
    }
}
