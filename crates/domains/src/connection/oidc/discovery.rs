//! What an OpenID provider tells of itself (OpenID Connect Discovery 1.0 §4).

use serde::Deserialize;
use serde_json::Value;

use crate::connection::rejection::Rejection;
use crate::connection::settings::{OidcSettings, is_server};
use crate::connection::web::Web;
use polity_identity::within::IssuerKeys;

/// The members of the document that mean something here.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Discovery {
    issuer: String,
    pub(super) authorization_endpoint: String,
    pub(super) token_endpoint: String,
    jwks_uri: String,
    pub(super) userinfo_endpoint: Option<String>,
    /// Whether it names itself in its answers (RFC 9207 §3).
    #[serde(default)]
    pub(super) authorization_response_iss_parameter_supported: bool,
}

impl Discovery {
    /// Asks the provider; it must name exactly the issuer that was asked.
    pub(super) fn ask(settings: &OidcSettings, web: &Web<'_>) -> Result<Self, Rejection> {
        let issuer = &settings.issuer;
        let url = format!("{}/.well-known/openid-configuration", issuer.strip_suffix('/').unwrap_or(issuer));
        let document = web.get(&url, None)?.document()?;
        let told: Self = serde_json::from_value(document).map_err(|_| Rejection::ProviderAnswer)?;
        if told.issuer != *issuer {
            return Err(Rejection::DiscoveryIssuer);
        }
        let named = [&told.authorization_endpoint, &told.token_endpoint, &told.jwks_uri];
        if !named.into_iter().chain(&told.userinfo_endpoint).all(|url| is_server(url)) {
            return Err(Rejection::ProviderAnswer);
        }
        Ok(told)
    }

    /// Its keys as of now.
    pub(super) fn keys(&self, web: &Web<'_>) -> Result<IssuerKeys, Rejection> {
        let jwks: Value = web.get(&self.jwks_uri, None)?.document()?;
        Ok(IssuerKeys::of(&jwks))
    }
}
