//! Names of the standards for clients and requests.

use polity_identity::{Client, ClientPatch, NewClient, ScopeWord, Secret};
use polity_kernel::{Error, FieldKind, Permission, Result, ServiceAccountId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// The form of the token endpoint. The client proves itself by HTTP Basic, by `client_id` and `client_secret`, or by an assertion.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "documents a form that identity reads itself, since no parameter may stand twice"
)]
pub(super) struct TokenForm {
    /// `client_credentials`.
    grant_type: String,
    /// Permissions to narrow the token to, words with spaces between them.
    scope: Option<String>,
    /// The client, unless HTTP Basic names it.
    client_id: Option<String>,
    /// Its secret, unless HTTP Basic holds it.
    client_secret: Option<String>,
    /// `urn:ietf:params:oauth:client-assertion-type:jwt-bearer` (RFC 7523).
    client_assertion_type: Option<String>,
    /// The assertion.
    client_assertion: Option<String>,
    /// This service (RFC 8707).
    resource: Option<String>,
}

/// The form of the introspection and the revocation endpoint; the client proves itself as at the token endpoint.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "documents a form that identity reads itself, since no parameter may stand twice"
)]
pub(super) struct TokenQuestion {
    /// The token in question.
    token: String,
    /// Ignored: a token tells its own kind.
    token_type_hint: Option<String>,
    /// The client, unless HTTP Basic names it.
    client_id: Option<String>,
    /// Its secret, unless HTTP Basic holds it.
    client_secret: Option<String>,
}

/// Metadata of a client to register or to replace (RFC 7591 §2).
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct ClientMetadata {
    /// What people call it.
    #[schema(format = "given-name")]
    client_name: String,
    /// Where a signed-in person may be sent back to.
    #[serde(default)]
    redirect_uris: Vec<String>,
    /// `client_credentials` (the default) or `authorization_code`.
    #[serde(default)]
    grant_types: Vec<String>,
    /// `client_secret_basic` (the default), `client_secret_post` or `private_key_jwt`. It cannot be changed later.
    token_endpoint_auth_method: Option<String>,
    /// Its public keys, for `private_key_jwt`. A `jwks_uri` is not taken.
    #[schema(value_type = Option<Object>)]
    jwks: Option<Value>,
    /// `public` (the default) or `pairwise`.
    subject_type: Option<String>,
    /// The document that lists its sector's redirect URIs.
    sector_identifier_uri: Option<String>,
    /// What it may do itself: permissions with spaces between them, of the organization or, outside any, of the platform.
    #[serde(default)]
    scope: String,
}

/// A client as it is registered (RFC 7591 §3.2.1).
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RegisteredClient {
    #[schema(value_type = uuid::Uuid)]
    client_id: ServiceAccountId,
    /// Shown only in the answer to the registration.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret: Option<String>,
    /// Seconds since 1970.
    client_id_issued_at: i64,
    /// Seconds since 1970; 0: never.
    client_secret_expires_at: i64,
    /// Where it is read, replaced and removed (RFC 7592), with the credential of whoever may.
    registration_client_uri: String,
    client_name: String,
    redirect_uris: Vec<String>,
    grant_types: Vec<&'static str>,
    token_endpoint_auth_method: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    jwks: Option<Value>,
    subject_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sector_identifier_uri: Option<String>,
    scope: String,
}

impl ClientMetadata {
    /// The client to register. `platform`: its scope is of the platform rather than of an organization.
    pub(super) fn register(self, platform: bool) -> Result<NewClient> {
        let scope = scope(&self.scope)?;
        let (permissions, platform_permissions) =
            if platform { (Vec::new(), scope) } else { (scope, Vec::new()) };
        let mut new = NewClient::service(self.client_name);
        new.redirect_uris = self.redirect_uris;
        if !self.grant_types.is_empty() {
            new.grant_types = words("grant_types", &self.grant_types)?;
        }
        if let Some(method) = &self.token_endpoint_auth_method {
            new.auth_method = word("token_endpoint_auth_method", method)?;
        }
        if let Some(kind) = &self.subject_type {
            new.subject_type = word("subject_type", kind)?;
        }
        new.jwks = self.jwks;
        new.sector_identifier_uri = self.sector_identifier_uri;
        new.permissions = permissions;
        new.platform_permissions = platform_permissions;
        Ok(new)
    }

    /// The change that makes `present` what this says.
    pub(super) fn replace(self, present: &Client, platform: bool) -> Result<ClientPatch> {
        let new = self.register(platform)?;
        if new.auth_method != present.auth_method {
            return Err(Error::field(
                "token_endpoint_auth_method",
                FieldKind::NotAllowed.told("cannot be changed; register another client"),
            ));
        }
        Ok(ClientPatch {
            name: Some(new.name),
            redirect_uris: Some(new.redirect_uris),
            grant_types: Some(new.grant_types),
            jwks: new.jwks,
            subject_type: Some(new.subject_type),
            sector_identifier_uri: Some(new.sector_identifier_uri),
            permissions: Some(new.permissions),
            platform_permissions: Some(new.platform_permissions),
            ..ClientPatch::default()
        })
    }
}

impl RegisteredClient {
    /// The client as this issuer shows it.
    pub(super) fn new(client: Client, secret: Option<&Secret>, issuer: &str) -> Self {
        let scope: Vec<&str> =
            client.permissions.iter().chain(&client.platform_permissions).map(Permission::as_str).collect();
        Self {
            client_id: client.id,
            client_secret: secret.map(|secret| secret.reveal().to_owned()),
            client_id_issued_at: client.created_at.seconds(),
            client_secret_expires_at: client.expires_at.map_or(0, polity_kernel::Timestamp::seconds),
            registration_client_uri: format!("{issuer}/oauth2/register/{}", client.id),
            scope: scope.join(" "),
            client_name: client.name,
            redirect_uris: client.redirect_uris,
            grant_types: client.grant_types.iter().map(|grant| grant.as_str()).collect(),
            token_endpoint_auth_method: client.auth_method.as_str(),
            jwks: client.jwks,
            subject_type: client.subject_type.as_str(),
            sector_identifier_uri: client.sector_identifier_uri,
        }
    }
}

fn scope(text: &str) -> Result<Vec<Permission>> {
    let words: Vec<ScopeWord> =
        text.split_ascii_whitespace().map(|named| word("scope", named)).collect::<Result<_>>()?;
    match ScopeWord::limit(&words) {
        Some(permissions) => Ok(permissions),
        None if words.is_empty() => Ok(Vec::new()),
        None => Err(Error::field(
            "scope",
            FieldKind::NotAllowed.told("a client is granted named permissions, never all"),
        )),
    }
}

fn words<T: std::str::FromStr<Err = Error>>(field: &str, texts: &[String]) -> Result<Vec<T>> {
    texts.iter().map(|text| word(field, text)).collect()
}

fn word<T: std::str::FromStr<Err = Error>>(field: &str, text: &str) -> Result<T> {
    text.parse().map_err(|error: Error| error.at(field))
}
