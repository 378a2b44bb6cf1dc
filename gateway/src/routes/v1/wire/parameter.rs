//! Parameters as this family shows them and takes them.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// A parameter.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Parameter {
    /// Its name; no two of one resource have the same.
    #[schema(format = "parameter-name")]
    name: String,
    /// Its value, any JSON of at most 8 KiB. `(sensitive)` in the place of a secret one; sent back, it leaves the value as it is.
    #[serde(default)]
    value: Value,
    /// Whether the value is secret.
    #[serde(default)]
    sensitive: bool,
    /// Whether the value is a credential, which makes it secret too.
    #[serde(default)]
    credential: bool,
}

impl From<&polity_directory::Parameter> for Parameter {
    fn from(parameter: &polity_directory::Parameter) -> Self {
        Self {
            name: parameter.name.clone(),
            value: parameter.value.clone(),
            sensitive: parameter.sensitive,
            credential: parameter.credential,
        }
    }
}

impl From<Parameter> for polity_directory::Parameter {
    fn from(parameter: Parameter) -> Self {
        Self {
            name: parameter.name,
            value: parameter.value,
            sensitive: parameter.sensitive,
            credential: parameter.credential,
        }
    }
}
