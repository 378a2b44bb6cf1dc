//! Secret keys of a project as this family shows them.

use polity_projects::{SecretKey, SecretKeyId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// The secret keys of a project.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SecretKeys {
    /// The one to use.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Uuid)]
    default_secret_key: Option<String>,
    /// The others, which work as well.
    alternate_secret_keys: Vec<String>,
    /// The ids of all of them, the default's first: what to name one by without writing the secret into an address.
    #[schema(value_type = Vec<Uuid>)]
    ids: Vec<SecretKeyId>,
}

/// A secret key that was made just now.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AddedSecretKey {
    /// The key.
    #[schema(format = Uuid)]
    secret_key: String,
    /// Its id.
    #[schema(value_type = Uuid)]
    id: SecretKeyId,
}

/// Which project's secret keys are meant.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ProjectQuery {
    /// The id of a project of the current organization; the one the caller works in when absent.
    #[param(format = Uuid)]
    pub(crate) project: Option<String>,
}

impl From<Vec<SecretKey>> for SecretKeys {
    /// The keys, the default first.
    fn from(keys: Vec<SecretKey>) -> Self {
        let ids = keys.iter().map(|key| key.id).collect();
        let mut secrets = keys.iter().map(|key| key.secret.exposed());
        Self { default_secret_key: secrets.next(), alternate_secret_keys: secrets.collect(), ids }
    }
}

impl From<&SecretKey> for AddedSecretKey {
    fn from(key: &SecretKey) -> Self {
        Self { secret_key: key.secret.exposed(), id: key.id }
    }
}
