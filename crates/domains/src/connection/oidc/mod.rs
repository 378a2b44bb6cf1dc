//! OpenID Connect Core 1.0 as a relying party: discovery, the authorization code with PKCE, the ID token.

mod discovery;
mod id_token;
pub(crate) mod providers;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use polity_identity::Secret;
use serde_json::{Map, Value};

use self::id_token::Wanted;
use self::providers::Providers;
use super::code::{self, Binding, Client, Given, Moment};
use super::external::{ExternalIdentity, MOST_GROUPS};
use super::rejection::Rejection;
use super::settings::OidcSettings;
use super::web::Web;
use polity_kernel::Uptime;

/// An OpenID provider, as one sign-in sees it.
pub(crate) struct OpenIdProvider<'p> {
    pub(crate) settings: &'p OidcSettings,
    pub(crate) providers: &'p Providers,
    pub(crate) web: Web<'p>,
    pub(crate) uptime: Uptime,
}

/// What came back.
pub(crate) struct Returned<'r> {
    pub(crate) code: &'r Secret,
    /// The parameter `iss` (RFC 9207).
    pub(crate) issuer: Option<&'r str>,
}

impl OpenIdProvider<'_> {
    /// Where the browser is sent.
    pub(crate) fn authorization_url(
        &self,
        client: &Client<'_>,
        binding: &Binding,
        login_hint: Option<&str>,
    ) -> Result<String, Rejection> {
        let published = self.providers.published(self.settings, &self.web, self.uptime)?;
        let mut more = vec![("nonce", binding.nonce.reveal())];
        more.extend(login_hint.map(|hint| ("login_hint", hint)));
        let endpoint = &published.discovery.authorization_endpoint;
        code::authorization_url(endpoint, client, &self.settings.scopes, binding, &more)
    }

    /// Who has come back.
    pub(crate) fn identity(
        &self,
        client: &Client<'_>,
        binding: &Binding,
        returned: &Returned<'_>,
        moment: Moment<'_>,
    ) -> Result<ExternalIdentity, Rejection> {
        let published = self.providers.published(self.settings, &self.web, self.uptime)?;
        let discovery = &published.discovery;
        // RFC 9207 §2.4: a provider that says it names itself must
        let named = returned.issuer.map(|issuer| issuer == self.settings.issuer);
        if named == Some(false)
            || (named.is_none() && discovery.authorization_response_iss_parameter_supported)
        {
            return Err(Rejection::MixUp);
        }
        let given = Given { code: returned.code, verifier: &binding.verifier };
        let tokens = code::exchange(&self.web, &discovery.token_endpoint, client, &given, moment)?;
        let id_token = tokens.id_token.ok_or(Rejection::MissingIdToken)?;
        let keys = self.providers.keys_for(self.settings, &self.web, id_token.reveal(), self.uptime)?;
        let wanted = Wanted {
            settings: self.settings,
            nonce: binding.nonce.reveal(),
            access_token: tokens.access_token.reveal(),
            now: moment.now,
        };
        let mut claims = id_token::judged(&keys, id_token.reveal(), &wanted)?;
        if claims.get(self.email_claim()).is_none()
            && let Some(endpoint) = &discovery.userinfo_endpoint
        {
            self.ask_userinfo(endpoint, &tokens.access_token, &mut claims)?;
        }
        self.told(claims)
    }

    /// Adds what the provider tells beside the ID token, if it is about the same person (OpenID Connect Core §5.3.2).
    fn ask_userinfo(
        &self,
        endpoint: &str,
        access_token: &Secret,
        claims: &mut Map<String, Value>,
    ) -> Result<(), Rejection> {
        let told = self.web.get(endpoint, Some(access_token))?.document()?;
        let Value::Object(told) = told else { return Err(Rejection::ProviderAnswer) };
        if told.get("sub").and_then(Value::as_str) != claims.get("sub").and_then(Value::as_str) {
            return Err(Rejection::UserinfoSubject);
        }
        for (name, value) in told {
            // what is signed is not overruled by what is not
            claims.entry(name).or_insert(value);
        }
        Ok(())
    }

    fn email_claim(&self) -> &str {
        self.settings.email_claim.as_deref().unwrap_or("email")
    }

    fn told(&self, claims: Map<String, Value>) -> Result<ExternalIdentity, Rejection> {
        let text = |name: &str| claims.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        let owned = |name: &str| text(name).map(str::to_owned);
        let subject = text("sub").filter(|subject| subject.len() <= 255).ok_or(Rejection::MissingSubject)?;
        let email = text(self.email_claim()).filter(|email| email.len() <= 254).map(str::to_owned);
        let mut groups: Vec<String> = self
            .settings
            .groups_claim
            .as_ref()
            .and_then(|name| claims.get(name))
            .map(words)
            .unwrap_or_default();
        groups.truncate(MOST_GROUPS);
        Ok(ExternalIdentity {
            issuer: self.settings.issuer.clone(),
            subject: subject.to_owned(),
            // the word is about the standard claim, and about no other
            email_verified: self.settings.email_claim.is_none() && is_true(claims.get("email_verified")),
            email,
            first_name: owned("given_name"),
            last_name: owned("family_name"),
            display_name: owned("name"),
            groups,
            amr: claims.get("amr").map(words).unwrap_or_default(),
            acr: owned("acr"),
            claims: claims.into_iter().collect::<BTreeMap<_, _>>(),
        })
    }
}

/// A boolean, which some providers write as text.
pub(crate) fn is_true(value: Option<&Value>) -> bool {
    match value {
        Some(Value::Bool(flag)) => *flag,
        Some(Value::String(text)) => text == "true",
        _ => false,
    }
}

/// A list of texts, or one.
fn words(value: &Value) -> Vec<String> {
    match value {
        Value::String(word) => vec![word.clone()],
        Value::Array(words) => words.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}
