//! Trusted issuers among the settings.

use polity_identity::{Algorithm, IntrospectionClient, Secret, TrustedIssuer};
use serde::Serialize;
use serde::ser::{SerializeSeq, Serializer};

use super::given::{self, GivenIssuer};
use super::problem::ConfigError;

const KEY: &str = "trusted_issuers";

/// Checks the entries. What one entry alone cannot tell (an issuer named twice) is identity's to check.
pub(super) fn settle(given: Vec<GivenIssuer>) -> Result<Vec<TrustedIssuer>, ConfigError> {
    given.into_iter().map(settle_one).collect()
}

fn settle_one(given: GivenIssuer) -> Result<TrustedIssuer, ConfigError> {
    let problem = |words: &str| ConfigError::setting(KEY, format!("{}: {words}", given.issuer));
    let algorithms = given
        .algorithms
        .iter()
        .map(|name| name.parse::<Algorithm>().map_err(|error| problem(error.message())))
        .collect::<Result<Vec<_>, _>>()?;
    let secret =
        given::secret("client_secret", given.client_secret.clone(), given.client_secret_file.as_deref())?;
    let introspection = match (&given.client_id, secret) {
        (Some(client_id), Some(secret)) => Some(IntrospectionClient {
            endpoint: given.introspection_endpoint.clone(),
            client_id: client_id.clone(),
            client_secret: Secret::new(given::reveal(&secret)),
        }),
        (None, None) if given.introspection_endpoint.is_none() => None,
        _ => return Err(problem("introspection needs both client_id and client_secret")),
    };
    Ok(TrustedIssuer {
        issuer: given.issuer,
        audience: given.audience,
        algorithms,
        jwks_uri: given.jwks_uri,
        introspection,
        grants_permissions: given.grants_permissions,
    })
}

/// One entry as `--print-config` shows it.
#[derive(Serialize)]
struct Shown<'a> {
    issuer: &'a str,
    audience: &'a str,
    algorithms: &'a [Algorithm],
    #[serde(skip_serializing_if = "Option::is_none")]
    jwks_uri: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    introspection_endpoint: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret: Option<&'static str>,
    grants_permissions: bool,
}

/// Writes the entries as they were given, but for secrets.
pub(super) fn without_secrets<S: Serializer>(
    issuers: &[TrustedIssuer],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut list = serializer.serialize_seq(Some(issuers.len()))?;
    for trusted in issuers {
        let introspection = trusted.introspection.as_ref();
        list.serialize_element(&Shown {
            issuer: &trusted.issuer,
            audience: &trusted.audience,
            algorithms: &trusted.algorithms,
            jwks_uri: trusted.jwks_uri.as_deref(),
            introspection_endpoint: introspection.and_then(|i| i.endpoint.as_deref()),
            client_id: introspection.map(|i| i.client_id.as_str()),
            client_secret: introspection.map(|_| "(hidden)"),
            grants_permissions: trusted.grants_permissions,
        })?;
    }
    list.end()
}
