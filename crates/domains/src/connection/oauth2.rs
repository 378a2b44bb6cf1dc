//! Providers that speak OAuth 2.0 and tell by an API of their own who somebody is.

use std::collections::BTreeMap;

use polity_identity::Secret;
use serde_json::Value;

use super::code::{self, Binding, Client, Given, Moment};
use super::external::ExternalIdentity;
use super::oidc::is_true;
use super::rejection::Rejection;
use super::settings::{ClientAuthentication, OAuth2Endpoints, OAuth2Provider, OAuth2Settings, OidcSettings};
use super::web::Web;

/// The most addresses of one person that are looked at.
const MOST_ADDRESSES: usize = 100;

impl OAuth2Settings {
    /// Google speaks OpenID Connect, so it is spoken to in that.
    pub(crate) fn as_openid(&self) -> Option<OidcSettings> {
        if self.provider != OAuth2Provider::Google {
            return None;
        }
        Some(OidcSettings {
            issuer: "https://accounts.google.com".to_owned(),
            client_id: self.client_id.clone(),
            authentication: ClientAuthentication::ClientSecretPost,
            scopes: self.asked(&["openid", "email", "profile"]),
            email_claim: None,
            groups_claim: None,
            allowed_tenants: Vec::new(),
        })
    }

    /// The addresses of the provider.
    fn endpoints(&self) -> OAuth2Endpoints {
        let known = |authorize: &str, token: &str, user: &str, emails: Option<&str>| OAuth2Endpoints {
            authorize_url: authorize.to_owned(),
            token_url: token.to_owned(),
            user_url: user.to_owned(),
            emails_url: emails.map(str::to_owned),
        };
        match &self.provider {
            OAuth2Provider::Other(endpoints) => endpoints.clone(),
            OAuth2Provider::Gitlab => known(
                "https://gitlab.com/oauth/authorize",
                "https://gitlab.com/oauth/token",
                "https://gitlab.com/api/v4/user",
                None,
            ),
            OAuth2Provider::Github | OAuth2Provider::Google => known(
                "https://github.com/login/oauth/authorize",
                "https://github.com/login/oauth/access_token",
                "https://api.github.com/user",
                Some("https://api.github.com/user/emails"),
            ),
        }
    }

    /// What is asked for: what is set, or what tells of somebody's address.
    fn asked(&self, usual: &[&str]) -> Vec<String> {
        match self.scopes.is_empty() {
            true => usual.iter().map(|&scope| scope.to_owned()).collect(),
            false => self.scopes.clone(),
        }
    }

    fn scopes(&self) -> Vec<String> {
        match self.provider {
            OAuth2Provider::Github => self.asked(&["read:user", "user:email"]),
            OAuth2Provider::Gitlab => self.asked(&["read_user"]),
            OAuth2Provider::Google | OAuth2Provider::Other(_) => self.scopes.clone(),
        }
    }

    /// The constant that stands for the provider.
    fn issuer(&self) -> String {
        match &self.provider {
            OAuth2Provider::Github => "https://github.com".to_owned(),
            OAuth2Provider::Gitlab => "https://gitlab.com".to_owned(),
            OAuth2Provider::Google => "https://accounts.google.com".to_owned(),
            OAuth2Provider::Other(endpoints) => endpoints.user_url.clone(),
        }
    }

    /// Where the browser is sent.
    pub(crate) fn authorization_url(
        &self,
        client: &Client<'_>,
        binding: &Binding,
        login_hint: Option<&str>,
    ) -> Result<String, Rejection> {
        // GitHub's name for the hint; others leave out what they do not know
        let name = if self.provider == OAuth2Provider::Github { "login" } else { "login_hint" };
        let more: Vec<_> = login_hint.map(|hint| (name, hint)).into_iter().collect();
        code::authorization_url(&self.endpoints().authorize_url, client, &self.scopes(), binding, &more)
    }

    /// Who has come back.
    pub(crate) fn identity(
        &self,
        client: &Client<'_>,
        given: &Given<'_>,
        web: &Web<'_>,
        moment: Moment<'_>,
    ) -> Result<ExternalIdentity, Rejection> {
        let endpoints = self.endpoints();
        let tokens = code::exchange(web, &endpoints.token_url, client, given, moment)?;
        let user = web.get(&endpoints.user_url, Some(&tokens.access_token))?.document()?;
        let subject = subject(&user).ok_or(Rejection::MissingSubject)?;
        let email = match &endpoints.emails_url {
            Some(url) => listed(web, url, &tokens.access_token)?,
            None if self.provider == OAuth2Provider::Gitlab => confirmed(&user),
            None => None,
        };
        let text = |name: &str| user.get(name).and_then(Value::as_str).map(str::to_owned);
        let claims: BTreeMap<String, Value> = match &user {
            Value::Object(user) => user.clone().into_iter().collect(),
            _ => return Err(Rejection::ProviderAnswer),
        };
        Ok(ExternalIdentity {
            issuer: self.issuer(),
            subject,
            email_verified: email.is_some(),
            email,
            display_name: text("name").filter(|name| !name.is_empty()),
            claims,
            ..ExternalIdentity::default()
        })
    }
}

/// The id that stays: never a name, which somebody else may have tomorrow.
fn subject(user: &Value) -> Option<String> {
    match user.get("id").or_else(|| user.get("sub"))? {
        Value::Number(id) if id.is_u64() => Some(id.to_string()),
        Value::String(id) if !id.is_empty() && id.len() <= 255 => Some(id.clone()),
        _ => None,
    }
}

/// The first address of the list that the provider says is verified and the person's primary one.
fn listed(web: &Web<'_>, url: &str, access_token: &Secret) -> Result<Option<String>, Rejection> {
    let list = web.get(url, Some(access_token))?.document()?;
    let entries = list.as_array().ok_or(Rejection::ProviderAnswer)?;
    let good = |entry: &&Value| is_true(entry.get("verified")) && is_true(entry.get("primary"));
    let found = entries.iter().take(MOST_ADDRESSES).find(good);
    let email = found.and_then(|entry| entry.get("email")).and_then(Value::as_str);
    Ok(email.filter(|email| email.len() <= 254).map(str::to_owned))
}

/// GitLab says of the primary address when it was confirmed.
fn confirmed(user: &Value) -> Option<String> {
    user.get("confirmed_at").and_then(Value::as_str)?;
    user.get("email").and_then(Value::as_str).filter(|email| email.len() <= 254).map(str::to_owned)
}
