//! What stands in the addresses of signing in elsewhere.

use polity_domains::ConnectionId;
use polity_kernel::Result;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::ask::segments::id;

/// A connection.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(in crate::routes::pages) struct ConnectionPath {
    /// The connection's id.
    #[param(format = Uuid)]
    connection: String,
}

impl ConnectionPath {
    /// The connection, where it can be one.
    pub(super) fn connection(&self) -> Result<ConnectionId> {
        id(&self.connection, "connection")
    }
}

/// How a sign-in begins.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::routes::pages) struct StartQuery {
    /// Where to go on: a path of the service.
    pub(super) return_to: Option<String>,
    /// Whom the provider is to ask for, an address as a rule.
    pub(super) login_hint: Option<String>,
    /// The secret of a try-out: nobody is let in by it.
    pub(super) test: Option<String>,
}

/// What a provider sends back by address (RFC 6749 §4.1.2).
#[derive(Default, Deserialize, IntoParams, ToSchema)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(in crate::routes::pages) struct Returned {
    /// Which request it answers.
    pub(super) state: Option<String>,
    /// The code.
    pub(super) code: Option<String>,
    /// Who answers (RFC 9207).
    pub(super) iss: Option<String>,
    /// Why there is no code.
    pub(super) error: Option<String>,
}

/// What a SAML provider posts.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
pub(in crate::routes::pages) struct SamlForm {
    /// The response in base64.
    #[serde(rename = "SAMLResponse")]
    #[schema(required)]
    pub(super) response: String,
    /// What the provider was given to send back; at the address for all, the id of the domain.
    #[serde(rename = "RelayState")]
    pub(super) relay_state: String,
}

/// What was judged.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::routes::pages) struct ArrivalQuery {
    /// The code under which it is kept, good once.
    pub(super) code: String,
}
