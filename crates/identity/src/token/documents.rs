//! Documents for relying parties.
//!
//! Their member names are the standards', so these types are serialized as they are.

use serde::Serialize;
use serde_json::Value;

/// Public keys (RFC 7517 §5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct JwkSet {
    /// One JWK each, the oldest first.
    pub keys: Vec<Value>,
}

/// Metadata of the own issuer (RFC 8414 §2, OpenID Connect Discovery §3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Metadata {
    /// The issuer, as in its tokens.
    pub issuer: String,
    /// Where the public keys are.
    pub jwks_uri: String,
    /// Where tokens are got.
    pub token_endpoint: String,
    /// Where tokens are asked about (RFC 7662).
    pub introspection_endpoint: String,
    /// Where tokens are withdrawn (RFC 7009).
    pub revocation_endpoint: String,
    /// Where clients are registered (RFC 7591).
    pub registration_endpoint: String,
    /// Grants that the token endpoint knows.
    pub grant_types_supported: Vec<&'static str>,
    /// None: there is no authorization endpoint.
    pub response_types_supported: Vec<&'static str>,
    /// How clients may know people.
    pub subject_types_supported: Vec<&'static str>,
    /// How own tokens are signed.
    pub id_token_signing_alg_values_supported: Vec<&'static str>,
    /// How clients prove themselves at the token endpoint.
    pub token_endpoint_auth_methods_supported: Vec<&'static str>,
    /// What clients may sign their assertions with (RFC 7523).
    pub token_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
    /// How clients prove themselves at introspection.
    pub introspection_endpoint_auth_methods_supported: Vec<&'static str>,
    /// How clients prove themselves at revocation.
    pub revocation_endpoint_auth_methods_supported: Vec<&'static str>,
}
