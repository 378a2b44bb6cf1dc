//! The events of licenses and the EULA: their types, and what each says.

use polity_kernel::event::Nothing;
use polity_kernel::{OrganizationId, SubjectId, Timestamp, catalogue, record};

use crate::license::Kept;
use crate::{AcceptanceId, LicenseType};

catalogue! {
    /// A new organization has its first license. The id is the organization's, as with all that happens to licenses.
    pub(crate) LICENSE_GRANTED = "license.granted": Nothing => License, rights;
    /// An organization has another license.
    pub(crate) LICENSE_REPLACED = "license.replaced": Option<License> => License, rights;
    /// Somebody accepted the EULA for an organization.
    pub(crate) EULA_ACCEPTED = "eula.accepted": Nothing => EulaAcceptance;
}

record! {
    /// What an organization is licensed by; its license key is not told.
    pub(crate) struct License of kept: Kept {
        /// Whose it is.
        organization: OrganizationId,
        /// What sort of license.
        kind: LicenseType,
        /// What the license key calls itself.
        jti: Option<String>,
        /// Until when it works.
        expires_at: Option<Timestamp>,
        /// Whether the organization has had its trial.
        trial_used: bool,
        /// When it was set.
        set_at: Timestamp,
        /// Who set it.
        set_by: Option<SubjectId>,
        /// Raised by each change.
        version: i64,
    }
}

record! {
    /// Somebody's acceptance of the EULA.
    pub(crate) struct EulaAcceptance of acceptance: crate::Acceptance {
        /// Its id.
        id: AcceptanceId,
        /// The organization it was accepted for.
        organization: OrganizationId,
        /// What accepted it: `person`, `service`, `key` or `system`.
        subject_kind: String,
        /// Who accepted it.
        subject: Option<SubjectId>,
        /// Which version of it.
        eula_version: String,
        /// When.
        accepted_at: Timestamp,
        /// From which address.
        address: Option<String>,
        /// With which program, as it names itself.
        user_agent: Option<String>,
    }
}
