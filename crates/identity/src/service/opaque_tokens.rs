//! Opaque tokens: only their issuer can say what they are (RFC 7662).

use std::time::Duration;

use oauth2::basic::{BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenResponse, BasicTokenType};
use oauth2::{
    AccessToken, Client, ClientId, ClientSecret, ExtraTokenFields, IntrospectionUrl, RequestTokenError,
    StandardRevocableToken, StandardTokenIntrospectionResponse, TokenIntrospectionResponse,
};
use polity_kernel::{Error, Result, Timestamp};
use serde::{Deserialize, Serialize};

use crate::acts::facts;
use crate::acts::facts::Verified;
use crate::acts::issuers::{BELIEVED, Issuer};
use crate::acts::profiles::Profile;
use crate::credential::Credential;
use crate::refusal::Refusal;
use crate::service::Service;
use crate::token::jwt::{Flag, LEEWAY, Words};
use crate::{HttpRequest, IntrospectionClient};

/// What an answer says of the person beyond the standard: beside it, or in an object `ext`.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
struct Extra {
    email: Option<String>,
    email_verified: Option<Flag>,
    name: Option<String>,
    permissions: Option<Words>,
    ext: Option<Box<Extra>>,
}

impl ExtraTokenFields for Extra {}

type Answer = StandardTokenIntrospectionResponse<Extra, BasicTokenType>;

impl Service {
    pub(crate) fn verify_opaque(&self, credential: &Credential) -> Result<Verified> {
        let issuer =
            self.issuers.iter().find_map(|issuer| Some((issuer, issuer.settings.introspection.as_ref()?)));
        let (issuer, client) = issuer.ok_or(Refusal::Malformed)?;
        let answer = self.ask_about(issuer, client, credential)?;
        let now = self.ctx.now();
        if !answer.active() {
            return Err(Refusal::Inactive.into());
        }
        if answer.iss().is_some_and(|iss| iss != issuer.settings.issuer) {
            return Err(Refusal::UnknownIssuer.into());
        }
        let audiences = answer.aud().ok_or(Refusal::Incomplete)?;
        if !audiences.contains(&issuer.settings.audience) {
            return Err(Refusal::Audience.into());
        }
        let leeway = Duration::from_secs(LEEWAY.unsigned_abs());
        if answer.nbf().is_some_and(|nbf| Timestamp::from_seconds(nbf.timestamp()) > now.after(leeway)) {
            return Err(Refusal::NotYetValid.into());
        }
        let end = answer.exp().map(|exp| Timestamp::from_seconds(exp.timestamp()));
        if end.is_some_and(|end| end <= now) {
            return Err(Refusal::Expired.into());
        }
        let until = end.into_iter().chain([now.after(BELIEVED)]).min().unwrap_or(now);
        self.visitor(&issuer.settings, profile(&answer)?, until)
    }

    fn ask_about(
        &self,
        issuer: &Issuer,
        client: &IntrospectionClient,
        credential: &Credential,
    ) -> Result<Answer> {
        let endpoint = match &client.endpoint {
            Some(endpoint) => endpoint.clone(),
            None => {
                let published = issuer.published(&*self.fetch, self.ctx.uptime(), |_| true)?;
                published
                    .introspection_endpoint
                    .clone()
                    .ok_or_else(|| unreachable("it names no introspection endpoint"))?
            }
        };
        let endpoint = IntrospectionUrl::new(endpoint).map_err(unreachable)?;
        let client = Client::<
            BasicErrorResponse,
            BasicTokenResponse,
            Answer,
            StandardRevocableToken,
            BasicRevocationErrorResponse,
        >::new(ClientId::new(client.client_id.clone()))
        .set_client_secret(ClientSecret::new(client.client_secret.reveal().to_owned()))
        .set_introspection_url(endpoint);
        if !issuer.may_be_asked(self.ctx.uptime()) {
            return Err(unreachable("it was silent a moment ago"));
        }
        let token = AccessToken::new(credential.reveal().to_owned());
        let answer = client
            .introspect(&token)
            .request(&|request: HttpRequest| self.fetch.fetch(issuer.errand(&request), request));
        // whoever answers an error is there: one odd token must not end the others
        issuer.heard(!matches!(answer, Err(RequestTokenError::Request(_))), self.ctx.uptime());
        answer.map_err(unreachable)
    }
}

fn unreachable(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::unavailable("issuer", "the token's issuer does not answer").because(cause)
}

fn profile(answer: &Answer) -> Result<Profile, Refusal> {
    let outer = answer.extra_fields();
    let inner = outer.ext.as_deref().unwrap_or(outer);
    let scopes = answer.scopes().into_iter().flatten().map(|scope| scope.as_str());
    let words = [&outer.permissions, &inner.permissions].into_iter().flatten().flat_map(Words::iter);
    Profile {
        subject: answer.sub().unwrap_or_default().to_owned(),
        email: outer.email.clone().or_else(|| inner.email.clone()),
        email_verified: outer
            .email_verified
            .as_ref()
            .or(inner.email_verified.as_ref())
            .is_some_and(Flag::is_set),
        name: outer.name.clone().or_else(|| inner.name.clone()),
        permissions: facts::permissions(words.chain(scopes)),
    }
    .checked()
}
