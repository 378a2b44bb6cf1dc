//! One way to speak with providers of every protocol.

use polity_identity::Secret;
use polity_kernel::{Ctx, Timestamp};

use crate::acts::desk::{Desk, Open};
use crate::acts::sign_ins::Away;
use crate::connection::arrival::Departure;
use crate::connection::code::{Binding, Client, Given, Moment, SigningKey};
use crate::connection::external::ExternalIdentity;
use crate::connection::oidc::{OpenIdProvider, Returned};
use crate::connection::rejection::Rejection;
use crate::connection::saml::Expected;
use crate::connection::saml::judge::{Judged, judge};
use crate::connection::saml::request::{Request, departure};
use crate::connection::settings::{ClientAuthentication, ConnectionSettings, OidcSettings};
use crate::connection::web::Web;

/// A connection, and what is needed to speak with its provider.
pub(crate) struct Spoken<'s> {
    pub(crate) ctx: &'s Ctx,
    pub(crate) desk: &'s Desk,
    pub(crate) open: &'s Open,
}

/// A code that came back, and who says that it is from them.
pub(crate) struct Answer<'a> {
    pub(crate) state: &'a Secret,
    pub(crate) code: &'a Secret,
    pub(crate) issuer: Option<&'a str>,
}

impl Spoken<'_> {
    /// How the browser goes to the provider with this request.
    pub(crate) fn departure(
        &self,
        binding: &Binding,
        request_id: &str,
        login_hint: Option<&str>,
    ) -> Result<Departure, Rejection> {
        let redirect_uri = self.desk.redirect_uri();
        match &self.open.connection.settings {
            ConnectionSettings::Saml(saml) => {
                let sp = self.desk.service_provider(self.open.connection.id);
                let key = self.open.secrets.key.as_ref().ok_or(Rejection::SamlCertificate)?;
                let request = Request { id: request_id, now: self.ctx.now(), login_hint };
                departure(saml, &sp, key, &request).map_err(|_| Rejection::ProviderAnswer)
            }
            ConnectionSettings::Oidc(oidc) => {
                let client = self.client(&oidc.client_id, oidc.authentication, &redirect_uri);
                self.openid(oidc).authorization_url(&client, binding, login_hint).map(Departure::Redirect)
            }
            ConnectionSettings::OAuth2(oauth2) => {
                let client =
                    self.client(&oauth2.client_id, ClientAuthentication::ClientSecretPost, &redirect_uri);
                let url = match oauth2.as_openid() {
                    Some(oidc) => self.openid(&oidc).authorization_url(&client, binding, login_hint),
                    None => oauth2.authorization_url(&client, binding, login_hint),
                };
                url.map(Departure::Redirect)
            }
        }
    }

    /// Who has come back with a code.
    pub(crate) fn identity(&self, away: &Away, answer: &Answer<'_>) -> Result<ExternalIdentity, Rejection> {
        let redirect_uri = self.desk.redirect_uri();
        let binding = away.binding(answer.state.clone());
        let returned = Returned { code: answer.code, issuer: answer.issuer };
        let moment = Moment { now: self.ctx.now(), ids: self.ctx.ids() };
        match &self.open.connection.settings {
            ConnectionSettings::Saml(_) => Err(Rejection::OtherConnection),
            ConnectionSettings::Oidc(oidc) => {
                let client = self.client(&oidc.client_id, oidc.authentication, &redirect_uri);
                self.openid(oidc).identity(&client, &binding, &returned, moment)
            }
            ConnectionSettings::OAuth2(oauth2) => {
                let client =
                    self.client(&oauth2.client_id, ClientAuthentication::ClientSecretPost, &redirect_uri);
                if let Some(oidc) = oauth2.as_openid() {
                    return self.openid(&oidc).identity(&client, &binding, &returned, moment);
                }
                let given = Given { code: answer.code, verifier: &binding.verifier };
                oauth2.identity(&client, &given, &self.web(), moment)
            }
        }
    }

    /// Judges a SAML response, which must answer this request, or none.
    pub(crate) fn judged(
        &self,
        response: &str,
        request_id: Option<&str>,
        now: Timestamp,
    ) -> Result<Judged, Rejection> {
        let ConnectionSettings::Saml(saml) = &self.open.connection.settings else {
            return Err(Rejection::OtherConnection);
        };
        let sp = self.desk.service_provider(self.open.connection.id);
        let key = self.open.secrets.key.as_ref().ok_or(Rejection::SamlCertificate)?;
        judge(response, saml, key, &Expected { sp: &sp, request_id, now })
    }

    fn web(&self) -> Web<'_> {
        Web { fetch: self.desk.fetch.as_ref(), organization: self.open.connection.organization }
    }

    fn openid<'o>(&'o self, settings: &'o OidcSettings) -> OpenIdProvider<'o> {
        OpenIdProvider {
            settings,
            providers: &self.desk.providers,
            web: self.web(),
            uptime: self.ctx.uptime(),
        }
    }

    fn client<'o>(
        &'o self,
        id: &'o str,
        authentication: ClientAuthentication,
        redirect_uri: &'o str,
    ) -> Client<'o> {
        let public = self.open.connection.public_key.as_ref();
        let kid = public.and_then(|key| key.jwk.get("kid")).and_then(serde_json::Value::as_str);
        let key = self.open.secrets.key.as_ref().zip(kid);
        Client {
            id,
            authentication,
            secret: self.open.secrets.client_secret.as_ref(),
            key: key.map(|(key, kid)| SigningKey { kid, key }),
            redirect_uri,
        }
    }
}
