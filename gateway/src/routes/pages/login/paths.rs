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
}
