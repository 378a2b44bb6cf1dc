//! The settings that a body comes to: what is said, else what was read of the provider, else what was.

use polity_domains::{
    Certificate, ClientAuthentication, ImportedProvider, MetadataSource, OAuth2Endpoints, OAuth2Provider,
    OAuth2Settings, OidcSettings, RequestBinding, SamlAttributes, SamlSettings,
};
use polity_kernel::{Error, FieldKind, Result};

use super::body::{ConnectionDetails, SamlDetails};

impl ConnectionDetails {
    pub(super) fn oidc(self, kept: Option<OidcSettings>) -> Result<OidcSettings> {
        let method = self.token_endpoint_auth_method.map(|said| said.0);
        let usual = ClientAuthentication::ClientSecretBasic;
        let was = |of: fn(&OidcSettings) -> Option<String>| kept.as_ref().and_then(of);
        Ok(OidcSettings {
            issuer: required("issuer", self.issuer.or_else(|| was(|kept| Some(kept.issuer.clone()))))?,
            client_id: required(
                "client_id",
                self.client_id.or_else(|| was(|kept| Some(kept.client_id.clone()))),
            )?,
            authentication: method.or(kept.as_ref().map(|kept| kept.authentication)).unwrap_or(usual),
            email_claim: self.email_claim.unwrap_or_else(|| was(|kept| kept.email_claim.clone())),
            groups_claim: self.groups_claim.unwrap_or_else(|| was(|kept| kept.groups_claim.clone())),
            scopes: self.scopes.or(kept.as_ref().map(|kept| kept.scopes.clone())).unwrap_or_default(),
            allowed_tenants: self
                .allowed_tenants
                .or(kept.map(|kept| kept.allowed_tenants))
                .unwrap_or_default(),
        })
    }

    pub(super) fn oauth2(self, kept: Option<OAuth2Settings>) -> Result<OAuth2Settings> {
        let (client_id, scopes, provider) = match kept {
            Some(kept) => (Some(kept.client_id), Some(kept.scopes), Some(kept.provider)),
            None => (None, None, None),
        };
        Ok(OAuth2Settings {
            client_id: required("client_id", self.client_id.clone().or(client_id))?,
            scopes: self.scopes.clone().or(scopes).unwrap_or_default(),
            provider: self.provider(provider)?,
        })
    }

    fn provider(self, kept: Option<OAuth2Provider>) -> Result<OAuth2Provider> {
        if let Some(Some(preset)) = self.preset {
            return Ok(preset.0);
        }
        let kept = match kept {
            Some(OAuth2Provider::Other(endpoints)) => Some(endpoints),
            Some(preset) if self.preset.is_none() => return Ok(preset),
            _ => None,
        };
        let was = |of: fn(&OAuth2Endpoints) -> Option<String>| kept.as_ref().and_then(of);
        let endpoints = OAuth2Endpoints {
            authorize_url: required(
                "authorize_url",
                self.authorize_url.or_else(|| was(|kept| Some(kept.authorize_url.clone()))),
            )?,
            token_url: required(
                "token_url",
                self.token_url.or_else(|| was(|kept| Some(kept.token_url.clone()))),
            )?,
            user_url: required(
                "user_url",
                self.user_url.or_else(|| was(|kept| Some(kept.user_url.clone()))),
            )?,
            emails_url: self.emails_url.unwrap_or_else(|| was(|kept| kept.emails_url.clone())),
        };
        Ok(OAuth2Provider::Other(endpoints))
    }
}

impl SamlDetails {
    pub(super) fn source(&self) -> Option<MetadataSource> {
        let here = self.metadata.clone().map(MetadataSource::Xml);
        here.or_else(|| self.metadata_url.clone().flatten().map(MetadataSource::Url))
    }

    pub(super) fn settings(
        self,
        was: Option<&SamlSettings>,
        found: Option<&ImportedProvider>,
    ) -> Result<SamlSettings> {
        let said = self.certificates.as_deref().map(certificates).transpose()?;
        let attributes = was.map(|was| was.attributes.clone()).unwrap_or_default();
        Ok(SamlSettings {
            entity_id: required(
                "entity_id",
                self.entity_id
                    .or_else(|| Some(found?.entity_id.clone()))
                    .or_else(|| Some(was?.entity_id.clone())),
            )?,
            sso_url: required(
                "sso_url",
                self.sso_url.or_else(|| Some(found?.sso_url.clone())).or_else(|| Some(was?.sso_url.clone())),
            )?,
            sso_binding: self
                .sso_binding
                .map(|said| said.0)
                .or_else(|| Some(found?.sso_binding))
                .or_else(|| Some(was?.sso_binding))
                .unwrap_or(RequestBinding::Redirect),
            certificates: said
                .or_else(|| Some(found?.certificates.clone()))
                .or_else(|| Some(was?.certificates.clone()))
                .unwrap_or_default(),
            metadata_url: self.metadata_url.unwrap_or_else(|| was?.metadata_url.clone()),
            name_id_format: self.name_id_format.unwrap_or_else(|| was?.name_id_format.clone()),
            attributes: SamlAttributes {
                email: self.email_attribute.unwrap_or(attributes.email),
                first_name: self.first_name_attribute.unwrap_or(attributes.first_name),
                last_name: self.last_name_attribute.unwrap_or(attributes.last_name),
                groups: self.groups_attribute.unwrap_or(attributes.groups),
            },
            allow_unsolicited: self
                .allow_unsolicited
                .or_else(|| Some(was?.allow_unsolicited))
                .unwrap_or(false),
            sign_requests: self.sign_requests.or_else(|| Some(was?.sign_requests)).unwrap_or(false),
        })
    }
}

fn certificates(texts: &[String]) -> Result<Vec<Certificate>> {
    let read = |(place, text): (usize, &String)| {
        Certificate::parse(text).map_err(|error| error.at(format!("certificates[{place}]")))
    };
    texts.iter().enumerate().map(read).collect()
}

fn required(field: &'static str, said: Option<String>) -> Result<String> {
    said.ok_or_else(|| Error::field(field, FieldKind::Required.told("This field is required.")))
}
