//! The OAuth endpoints.

use polity_kernel::{Code, Permission, PermissionSet, Subject};

use crate::credential::Credential;
use crate::permissions::IDENTITY_GET;
use crate::service::Service;
use crate::{
    Client, Endpoint, GrantType, Introspection, IntrospectionRequest, Mint, OAuthCode, OAuthError,
    RevocationRequest, TokenRequest, TokenResponse, Tokens, api_key, scope,
};

impl Endpoint for Service {
    fn grant(&self, request: &TokenRequest) -> Result<TokenResponse, OAuthError> {
        let client = self.proved(&request.client)?;
        if request.grant_type != GrantType::ClientCredentials.as_str() {
            return Err(OAuthError::new(
                OAuthCode::UnsupportedGrantType,
                "only client_credentials is served",
            ));
        }
        if !client.grant_types.contains(&GrantType::ClientCredentials) {
            return Err(OAuthError::new(
                OAuthCode::UnauthorizedClient,
                "the client is not registered for this grant",
            ));
        }
        if request.resources.iter().any(|resource| !self.is_meant(resource)) {
            return Err(OAuthError::new(OAuthCode::InvalidTarget, "tokens are for this service only"));
        }
        let permissions = request.scope.as_deref().map(|scope| granted(&client, scope)).transpose()?;
        let scope = permissions
            .as_ref()
            .map(|granted| granted.iter().map(Permission::as_str).collect::<Vec<_>>().join(" "));
        let minted = self.mint(&Mint {
            client: Some(client.id),
            permissions,
            ..Mint::of(Subject::Service(client.id))
        })?;
        let lifetime = minted.expires_at.seconds() - self.ctx.now().seconds();
        Ok(TokenResponse {
            access_token: minted.token,
            token_type: "Bearer",
            expires_in: u64::try_from(lifetime).unwrap_or(0),
            scope,
        })
    }

    fn introspect(&self, request: &IntrospectionRequest) -> Result<Introspection, OAuthError> {
        let client = self.proved(&request.client)?;
        let claims = match self.working_claims(request.token.reveal()) {
            Ok(claims) => claims,
            Err(error) if error.code() == Code::Unauthenticated => return Ok(Introspection::default()),
            Err(error) => return Err(error.into()),
        };
        let own = claims.client_id.as_deref() == Some(&client.id.to_string());
        if !own && !client.platform_permissions.contains(&IDENTITY_GET) {
            return Ok(Introspection::default());
        }
        Ok(Introspection {
            active: true,
            scope: claims.scope.map(|words| words.iter().collect::<Vec<_>>().join(" ")),
            client_id: claims.client_id,
            token_type: Some("Bearer"),
            exp: claims.exp,
            iat: claims.iat,
            sub: claims.sub,
            aud: Some(self.settings.audience.clone()),
            iss: claims.iss,
            jti: claims.jti,
            org: claims.org,
        })
    }

    fn revoke(&self, request: &RevocationRequest) -> Result<(), OAuthError> {
        let client = self.proved(&request.client)?;
        let token = request.token.reveal();
        let withdrawn = if token.starts_with(api_key::PREFIX) {
            token.parse::<Credential>().and_then(|credential| self.withdraw(&credential))
        } else {
            match self.working_claims(token) {
                Ok(claims) if claims.client_id.as_deref() != Some(&client.id.to_string()) => {
                    return Err(OAuthError::new(
                        OAuthCode::UnauthorizedClient,
                        "the token is another client's",
                    ));
                }
                Ok(claims) => self.withdraw_token(&claims),
                Err(error) => Err(error),
            }
        };
        match withdrawn {
            // RFC 7009 §2.2: what is not valid has nothing left to revoke
            Err(error) if error.code() == Code::Unauthenticated => Ok(()),
            result => Ok(result?),
        }
    }
}

impl Service {
    fn is_meant(&self, resource: &str) -> bool {
        resource == self.settings.audience || resource == self.settings.issuer
    }
}

/// What of the scope the client has; some of it, or the request makes no sense.
fn granted(client: &Client, scope: &str) -> Result<Vec<Permission>, OAuthError> {
    let held: PermissionSet =
        client.permissions.iter().chain(&client.platform_permissions).cloned().collect();
    let wanted = scope::permissions(scope.split_ascii_whitespace());
    let granted: Vec<Permission> = wanted.intersection(&held).iter().cloned().collect();
    if granted.is_empty() {
        return Err(OAuthError::new(OAuthCode::InvalidScope, "the client has none of these permissions"));
    }
    Ok(granted)
}
