//! Who somebody is elsewhere: what every protocol comes to.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The most groups that are read of one sign-in; what is beyond is left out.
pub const MOST_GROUPS: usize = 1_000;

/// Who somebody is elsewhere, by the provider's word alone: what it is worth here depends on whose connection it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExternalIdentity {
    /// Who says so: the issuer, the entity id, or a constant of the provider.
    pub issuer: String,
    /// The name under which the issuer knows the person for good.
    pub subject: String,
    /// The address it tells.
    pub email: Option<String>,
    /// Whether the provider says that the address is verified. An organization's own provider may say so of anybody.
    pub email_verified: bool,
    /// The given name.
    pub first_name: Option<String>,
    /// The family name.
    pub last_name: Option<String>,
    /// The name that is shown.
    pub display_name: Option<String>,
    /// The groups, as the provider calls them; at most [`MOST_GROUPS`].
    pub groups: Vec<String>,
    /// Every claim as it was received, for the page of a try-out.
    pub claims: BTreeMap<String, Value>,
    /// How it was authenticated there (`amr`, RFC 8176).
    pub amr: Vec<String>,
    /// How strongly (`acr`, or the SAML authentication context).
    pub acr: Option<String>,
}
