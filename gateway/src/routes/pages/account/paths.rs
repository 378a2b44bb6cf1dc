//! What stands in the paths of one's own account.

use polity_kernel::{OrganizationId, Result};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::ask::segments::id;

/// An organization of one's own.
#[derive(Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(in crate::routes::pages) struct LeavePath {
    /// The organization's id.
    #[param(format = Uuid)]
    organization_id: String,
}

impl LeavePath {
    /// The organization, where it can be one.
    pub(super) fn organization(&self) -> Result<OrganizationId> {
        id(&self.organization_id, "organization")
    }
}
