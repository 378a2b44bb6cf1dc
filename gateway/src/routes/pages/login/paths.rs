//! What stands in the addresses of signing in.

use serde::Deserialize;
use utoipa::IntoParams;

/// Where whoever signs in goes on.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::routes::pages) struct LoginQuery {
    /// The path of an invitation's page, which signs in itself.
    pub(super) next: Option<String>,
    /// A path of the service's own.
    pub(super) return_to: Option<String>,
    /// Whatever it is: the address's other ways are shown too where its domain's connection is the only one.
    pub(super) other: Option<String>,
}

/// A link that signs in.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(in crate::routes::pages) struct LinkPath {
    /// What the link was mailed with.
    pub(super) secret: String,
}
