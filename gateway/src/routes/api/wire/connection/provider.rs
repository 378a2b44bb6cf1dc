//! The words of this family for how a provider is spoken with.

use std::str::FromStr;

use polity_domains::{ClientAuthentication, OAuth2Provider, RequestBinding};

/// How this service proves itself to a token endpoint, in the words of OpenID Connect Core §9.
pub(crate) struct Authentication(pub(super) ClientAuthentication);

/// A provider whose addresses are known.
pub(crate) struct Preset(pub(super) OAuth2Provider);

/// How a browser is sent to a SAML provider.
pub(crate) struct Binding(pub(super) RequestBinding);

impl Authentication {
    pub(super) const WORDS: &'static [&'static str] =
        &["client_secret_basic", "client_secret_post", "private_key_jwt"];

    pub(super) fn word(method: ClientAuthentication) -> &'static str {
        match method {
            ClientAuthentication::ClientSecretBasic => "client_secret_basic",
            ClientAuthentication::ClientSecretPost => "client_secret_post",
            ClientAuthentication::PrivateKeyJwt => "private_key_jwt",
        }
    }
}

impl Preset {
    pub(super) const WORDS: &'static [&'static str] = &["github", "gitlab", "google"];

    pub(super) fn word(provider: &OAuth2Provider) -> Option<&'static str> {
        match provider {
            OAuth2Provider::Github => Some("github"),
            OAuth2Provider::Gitlab => Some("gitlab"),
            OAuth2Provider::Google => Some("google"),
            OAuth2Provider::Other(_) => None,
        }
    }
}

impl Binding {
    pub(super) const WORDS: &'static [&'static str] = &["redirect", "post"];

    pub(super) fn word(binding: RequestBinding) -> &'static str {
        match binding {
            RequestBinding::Redirect => "redirect",
            RequestBinding::Post => "post",
        }
    }
}

/// A word that is none of those there are; the reader says which these are.
pub(crate) struct NoChoice;

impl FromStr for Authentication {
    type Err = NoChoice;

    fn from_str(text: &str) -> Result<Self, NoChoice> {
        let all = [
            ClientAuthentication::ClientSecretBasic,
            ClientAuthentication::ClientSecretPost,
            ClientAuthentication::PrivateKeyJwt,
        ];
        all.into_iter().find(|method| Self::word(*method) == text).map(Self).ok_or(NoChoice)
    }
}

impl FromStr for Preset {
    type Err = NoChoice;

    fn from_str(text: &str) -> Result<Self, NoChoice> {
        let all = [OAuth2Provider::Github, OAuth2Provider::Gitlab, OAuth2Provider::Google];
        all.into_iter().find(|provider| Self::word(provider) == Some(text)).map(Self).ok_or(NoChoice)
    }
}

impl FromStr for Binding {
    type Err = NoChoice;

    fn from_str(text: &str) -> Result<Self, NoChoice> {
        let all = [RequestBinding::Redirect, RequestBinding::Post];
        all.into_iter().find(|binding| Self::word(*binding) == text).map(Self).ok_or(NoChoice)
    }
}
