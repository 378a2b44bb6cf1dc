//! What the operator gave: the keys there are, as polity.toml and the environment spell them.

use std::collections::BTreeSet;
use std::fmt;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

use polity_kernel::Bounds;
use secrecy::{ExposeSecret, SecretString};
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{self, DeserializeOwned, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};

use super::period::Period;
use super::problem::ConfigError;

/// Every key there is; one that is not here is an error.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Given {
    pub(super) database_url: Option<SecretString>,
    pub(super) database_url_file: Option<PathBuf>,
    pub(super) data_dir: Option<PathBuf>,
    pub(super) listen: Option<String>,
    pub(super) public_url: Option<String>,
    #[serde(deserialize_with = "shaped_or_json")]
    pub(super) trusted_issuers: Vec<GivenIssuer>,
    #[serde(deserialize_with = "shaped_or_json")]
    pub(super) trusted_proxies: Vec<String>,
    #[serde(deserialize_with = "shaped_or_json")]
    pub(super) outbound_allow: Vec<String>,
    pub(super) dns_resolver: Option<String>,
    pub(super) domain_challenge_prefix: Option<String>,
    pub(super) domain_recheck: Option<Period>,
    pub(super) registration: Option<String>,
    pub(super) master_key: Option<SecretString>,
    pub(super) master_key_file: Option<PathBuf>,
    pub(super) log: Option<String>,
    pub(super) log_format: Option<String>,
    pub(super) database_connections: Option<u32>,
    pub(super) workers: Option<usize>,
    pub(super) token_ttl: Option<Period>,
    pub(super) session_idle: Option<Period>,
    pub(super) session_lifetime: Option<Period>,
    pub(super) shutdown_timeout: Option<Period>,
    pub(super) key_requests_per_minute: Option<u32>,
    pub(super) key_requests_per_hour: Option<u32>,
    pub(super) organizations_per_founder: Option<u32>,
    pub(super) accounts_made_per_hour: Option<u32>,
    pub(super) clients_per_organization: Option<u32>,
    pub(super) stranger_letters_per_hour: Option<u32>,
    pub(super) letters_to_address_per_day: Option<u32>,
    pub(super) letters_by_person_per_hour: Option<u32>,
    pub(super) entitlements: Option<String>,
    #[serde(deserialize_with = "shaped_or_json")]
    pub(super) license_keys: Vec<GivenKey>,
    #[serde(deserialize_with = "shaped_or_json")]
    pub(super) license_revocations: Vec<String>,
    pub(super) eula_version: Option<String>,
    #[serde(deserialize_with = "some_shaped_or_json")]
    pub(super) free_limits: Option<GivenLimits>,
    #[serde(deserialize_with = "some_shaped_or_json")]
    pub(super) trial_limits: Option<GivenLimits>,
    pub(super) vendor_name: Option<String>,
    pub(super) vendor_address: Option<String>,
    pub(super) dpa_template: Option<PathBuf>,
    pub(super) baa_template: Option<PathBuf>,
    pub(super) legal_webhook_secret: Option<SecretString>,
    pub(super) legal_webhook_secret_file: Option<PathBuf>,
    pub(super) legal_provider_url: Option<String>,
    pub(super) legal_provider_key: Option<SecretString>,
    pub(super) legal_provider_key_file: Option<PathBuf>,
    pub(super) legal_provider_dpa_template: Option<String>,
    pub(super) legal_provider_baa_template: Option<String>,
    pub(super) smtp_url: Option<SecretString>,
    pub(super) smtp_url_file: Option<PathBuf>,
    pub(super) mail_from: Option<String>,
    pub(super) object_store_url: Option<SecretString>,
    pub(super) object_store_url_file: Option<PathBuf>,
}

impl Given {
    /// What bounds were given, the others as they are by default.
    pub(super) fn bounds(&self) -> Bounds {
        let usual = Bounds::default();
        Bounds {
            organizations_per_founder: self
                .organizations_per_founder
                .unwrap_or(usual.organizations_per_founder),
            accounts_made_per_hour: self.accounts_made_per_hour.unwrap_or(usual.accounts_made_per_hour),
            clients_per_organization: self.clients_per_organization.unwrap_or(usual.clients_per_organization),
            stranger_letters_per_hour: self
                .stranger_letters_per_hour
                .unwrap_or(usual.stranger_letters_per_hour),
            letters_to_address_per_day: self
                .letters_to_address_per_day
                .unwrap_or(usual.letters_to_address_per_day),
            letters_by_person_per_hour: self
                .letters_by_person_per_hour
                .unwrap_or(usual.letters_by_person_per_hour),
        }
    }
}

/// One entry of `trusted_issuers`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GivenIssuer {
    pub(super) issuer: String,
    pub(super) audience: String,
    pub(super) algorithms: Vec<String>,
    pub(super) jwks_uri: Option<String>,
    pub(super) introspection_endpoint: Option<String>,
    pub(super) client_id: Option<String>,
    pub(super) client_secret: Option<SecretString>,
    pub(super) client_secret_file: Option<PathBuf>,
    #[serde(default)]
    pub(super) grants_permissions: bool,
}

/// A secret that is given as it is or as the file that holds it, but not both.
pub(super) fn secret(
    key: &str,
    value: Option<SecretString>,
    file: Option<&Path>,
) -> Result<Option<SecretString>, ConfigError> {
    let Some(file) = file else { return Ok(value) };
    if value.is_some() {
        return Err(ConfigError::setting(key, format!("is given twice: as {key} and as {key}_file")));
    }
    let text = std::fs::read_to_string(file).map_err(|error| {
        ConfigError::setting(&format!("{key}_file"), format!("{}: {error}", file.display()))
    })?;
    Ok(Some(SecretString::from(text.trim())))
}

/// The text of a secret, for its parser.
pub(super) fn reveal(secret: &SecretString) -> &str {
    secret.expose_secret()
}

/// A list or a table in polity.toml; the same as JSON in one environment variable.
fn shaped_or_json<'de, T: DeserializeOwned, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    struct ShapedOrJson<T>(PhantomData<T>);

    impl<'de, T: DeserializeOwned> Visitor<'de> for ShapedOrJson<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list or a table, or the same as JSON in a string")
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
            serde_json::from_str(text).map_err(E::custom)
        }

        fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<T, A::Error> {
            T::deserialize(SeqAccessDeserializer::new(list))
        }

        fn visit_map<A: MapAccess<'de>>(self, table: A) -> Result<T, A::Error> {
            T::deserialize(MapAccessDeserializer::new(table))
        }
    }

    deserializer.deserialize_any(ShapedOrJson(PhantomData))
}

/// The same, for what need not be given.
fn some_shaped_or_json<'de, T: DeserializeOwned, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    shaped_or_json(deserializer).map(Some)
}

/// One entry of `license_keys`: the public half of a key that signs them.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GivenKey {
    pub(super) kid: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) issuer: Option<String>,
    pub(super) public_key: String,
}

/// `free_limits` and `trial_limits`: a limit that is left out is none.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GivenLimits {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) members: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) projects: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) domains: Option<u32>,
    #[serde(default)]
    pub(super) features: BTreeSet<String>,
}
