//! What stands in the paths of the pages.

use polity_directory::InvitationId;
use polity_kernel::Result;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::ask::segments::id;

/// An invitation's link.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(in crate::routes::pages) struct SignupLink {
    /// The invitation's id.
    #[param(format = Uuid)]
    invite_id: String,
}

impl SignupLink {
    /// The invitation, where it can be one.
    pub(super) fn invitation(&self) -> Result<InvitationId> {
        id(&self.invite_id, "invitation")
    }
}

/// A signing link.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(in crate::routes::pages) struct SigningPath {
    /// What the link was mailed with.
    pub(super) secret: String,
}
