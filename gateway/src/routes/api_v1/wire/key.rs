//! API keys of an organization as this family shows them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use polity_identity::{ApiKey, NewApiKey, Secret};
use polity_kernel::{Error, KeyId, Result, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{filled, role_of, role_word};

/// The role of a key that is made without a limit.
const UNLIMITED: &str = "ORG_ADMIN";

/// An API key of an organization.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrganizationKey {
    /// Its id.
    #[schema(value_type = Uuid)]
    id: KeyId,
    /// What it is called.
    name: String,
    /// At most what this role gives.
    #[serde(skip_serializing_if = "Option::is_none")]
    limit_to_role: Option<String>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it was last used, to about a minute.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    last_used_at: Option<Timestamp>,
    /// Its first characters, to know it again by.
    prefix: String,
    /// The key in base64; only in the answer that makes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret_base64: Option<String>,
    /// The key itself, to be sent as `Authorization: Bearer`; only in the answer that makes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
}

/// An API key to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct KeyBody {
    /// What it is called.
    #[schema(format = "given-name")]
    name: String,
    /// At most what this role gives, `ORG_ADMIN` when absent: `ORG_ADMIN`, `OWNER`, `MANAGER`, `EMPLOYEE`, or a role of the
    /// organization by id or name. Nobody makes a key that may more than they.
    #[schema(format = "given-name", examples("EMPLOYEE"))]
    limit_to_role: Option<String>,
}

impl From<ApiKey> for OrganizationKey {
    /// The key without its secret.
    fn from(key: ApiKey) -> Self {
        Self {
            id: key.id,
            name: key.name,
            limit_to_role: key
                .role
                .or_else(|| key.level.map(|level| level.to_string()))
                .map(|role| role_word(&role)),
            created_at: key.created_at,
            last_used_at: key.last_used_at,
            prefix: key.prefix,
            secret_base64: None,
            key: None,
        }
    }
}

impl OrganizationKey {
    /// The key that was made just now, with its secret.
    pub(crate) fn made(key: ApiKey, secret: &Secret) -> Self {
        Self {
            secret_base64: Some(STANDARD.encode(secret.reveal())),
            key: Some(secret.reveal().to_owned()),
            ..Self::from(key)
        }
    }
}

impl KeyBody {
    /// The area's word for what limits a key is this family's for what an account is given.
    pub(crate) fn about_the_limit(error: Error) -> Error {
        match error.fields() {
            [at] if at.field == "role" => error.at("limitToRole"),
            _ => error,
        }
    }

    /// What the new key is to be.
    pub(crate) fn parsed(self) -> Result<NewApiKey> {
        let role = self.limit_to_role.as_deref().unwrap_or(UNLIMITED);
        Ok(NewApiKey {
            role: Some(role_of("limitToRole", role)?.to_string()),
            name: filled("name", self.name)?,
            ..NewApiKey::default()
        })
    }
}
