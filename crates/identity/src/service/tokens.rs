//! Own access tokens: made and withdrawn; keys rotated and published.

use std::collections::BTreeMap;

use polity_accounts::{EmailAddress, within};
use polity_kernel::event::Origin;
use polity_kernel::{
    AccountId, Actor, Error, FieldKind, Limits, Permission, PermissionSet, Result, ServiceAccountId, Subject,
    Timestamp, epoch,
};
use serde::Serialize;
use uuid::Uuid;

use crate::credential::secret::Secret;
use crate::credential::{Credential, Kind};
use crate::events::ACCESS_TOKEN_REVOKED;
use crate::refusal::Refusal;
use crate::service::Service;
use crate::token::jwt::Claims;
use crate::{
    Algorithm, AuthMethod, GrantType, JwkSet, Metadata, Mint, Minted, ProvedBy, Settings, SubjectType,
    Tokens, store, token::jwt,
};

/// Stands in `client_id` for the command line, which is no client.
const COMMAND_LINE: &str = "polity";

/// The claims of an own token (RFC 9068 §2.2).
#[derive(Serialize)]
struct OwnClaims<'c> {
    iss: &'c str,
    sub: String,
    aud: &'c str,
    exp: i64,
    iat: i64,
    jti: Uuid,
    client_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    permissions: Option<Vec<&'c str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    org: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_time: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    amr: Option<Vec<&'static str>>,
    /// What was shown for it, by the claim of each.
    #[serde(flatten)]
    proved_by: BTreeMap<&'static str, i64>,
}

impl Tokens for Service {
    fn mint(&self, mint: &Mint) -> Result<Minted> {
        if let Subject::Person(account) = mint.subject {
            self.prove(account)?;
        }
        let (subject, email) = self.owner_of(mint.subject)?;
        let ttl = mint.ttl.unwrap_or(self.settings.token_ttl);
        if ttl.is_zero() || ttl > Settings::LONGEST_TTL {
            return Err(Error::field(
                "ttl",
                FieldKind::OutOfRange.told("must be between one second and 30 days"),
            ));
        }
        let now = self.ctx.now();
        let expires_at = Timestamp::from_seconds(now.after(ttl).seconds());
        let words: Option<Vec<&str>> =
            mint.permissions.as_ref().map(|some| some.iter().map(Permission::as_str).collect());
        let claims = OwnClaims {
            iss: &self.settings.issuer,
            sub: subject.to_string(),
            aud: &self.settings.audience,
            exp: expires_at.seconds(),
            iat: now.seconds(),
            jti: self.ctx.ids().secret(),
            client_id: client_id(mint),
            scope: words.as_ref().map(|words| words.join(" ")),
            permissions: words,
            org: mint.organization.map(|organization| organization.to_string()),
            email,
            auth_time: mint.authentication.map(|shown| shown.at.seconds()),
            amr: mint.authentication.map(|shown| shown.methods.references()),
            proved_by: self.proofs_of(mint)?,
        };
        Ok(Minted { token: Secret::new(self.ring.sign(&self.ctx, &claims)?), expires_at, lifetime: ttl })
    }

    fn withdraw(&self, credential: &Credential) -> Result<()> {
        match credential.kind {
            Kind::ApiKey => self.withdraw_key(&credential.text),
            Kind::Opaque => Err(Refusal::UnknownIssuer.into()),
            Kind::Client(_) | Kind::Session => Err(Refusal::Type.into()),
            Kind::Jwt => {
                let (header, claims) = jwt::peek(credential.reveal())?;
                if claims.iss.as_deref() != Some(&self.settings.issuer) {
                    return Err(Refusal::UnknownIssuer.into());
                }
                let claims = self.own_claims(credential.reveal(), &header)?;
                self.withdraw_token(&claims)
            }
        }
    }

    fn rotate(&self) -> Result<String> {
        self.ring.rotate(&self.ctx)
    }

    fn jwks(&self) -> Result<JwkSet> {
        Ok(JwkSet { keys: self.ring.published(&self.ctx)? })
    }

    fn metadata(&self) -> Metadata {
        let at = |path: &str| format!("{}{path}", self.settings.issuer);
        let methods = vec![
            AuthMethod::ClientSecretBasic.as_str(),
            AuthMethod::ClientSecretPost.as_str(),
            AuthMethod::PrivateKeyJwt.as_str(),
        ];
        Metadata {
            issuer: self.settings.issuer.clone(),
            jwks_uri: at("/oauth2/jwks.json"),
            token_endpoint: self.token_endpoint(),
            introspection_endpoint: at("/oauth2/introspect"),
            revocation_endpoint: at("/oauth2/revoke"),
            registration_endpoint: at("/oauth2/register"),
            grant_types_supported: vec![GrantType::ClientCredentials.as_str()],
            response_types_supported: Vec::new(),
            subject_types_supported: SubjectType::WORDS.to_vec(),
            id_token_signing_alg_values_supported: vec![Algorithm::EdDsa.as_str()],
            token_endpoint_auth_methods_supported: methods.clone(),
            token_endpoint_auth_signing_alg_values_supported: Algorithm::WORDS.to_vec(),
            introspection_endpoint_auth_methods_supported: methods.clone(),
            revocation_endpoint_auth_methods_supported: methods,
        }
    }
}

/// The client a token is for; a service account is its own (RFC 9068 §2.2).
fn client_id(mint: &Mint) -> String {
    match (mint.client, mint.subject) {
        (Some(client), _) | (None, Subject::Service(client)) => client.to_string(),
        (None, _) => COMMAND_LINE.to_owned(),
    }
}

impl Service {
    /// What was shown for a token to be made. Of what identity was not told of it could not ask whether it still holds.
    fn proofs_of(&self, mint: &Mint) -> Result<BTreeMap<&'static str, i64>> {
        let Some(ProvedBy { authenticator, version }) = mint.proved_by else { return Ok(BTreeMap::new()) };
        if self.at_browser.authenticators.iter().any(|known| known.claim == authenticator.claim) {
            return Ok(BTreeMap::from([(authenticator.claim, version)]));
        }
        Err(Error::internal(format!("identity was not told of {}", authenticator.claim)))
    }

    /// Notes that a person who gets a token is there (docs/decisions/0020).
    pub(crate) fn prove(&self, account: AccountId) -> Result<()> {
        let known = self.ctx.read(|conn| within::account(conn, account))?;
        if known.is_none_or(|account| account.is_proven()) {
            return Ok(());
        }
        self.ctx.write_platform(move |tx| within::prove(tx, account))
    }

    /// Where clients get tokens; also the audience of their assertions (RFC 7523 §3).
    pub(crate) fn token_endpoint(&self) -> String {
        format!("{}/oauth2/token", self.settings.issuer)
    }

    /// Whose token is to be made: the subject and, for a person, the address.
    fn owner_of(&self, subject: Subject) -> Result<(Uuid, Option<String>)> {
        match subject {
            Subject::Person(id) => {
                let account = self.ctx.read(|conn| within::account(conn, id))?;
                let account = account.ok_or_else(|| Error::not_found("account"))?;
                Ok((id.uuid(), account.email.as_ref().map(EmailAddress::to_string)))
            }
            Subject::Service(id) => {
                let known = self.ctx.read(|conn| store::clients::by_id(conn, id))?;
                known.map(|_| (id.uuid(), None)).ok_or_else(|| Error::not_found("client"))
            }
            Subject::OrganizationKey(..) | Subject::System => Err(Error::field(
                "subject",
                FieldKind::NotAllowed.told("only people and service accounts have tokens"),
            )),
        }
    }

    /// Notes the token as withdrawn and moves its owner's epoch, so that every node looks again.
    pub(crate) fn withdraw_token(&self, claims: &Claims) -> Result<()> {
        let id = |text: &Option<String>| text.as_deref().and_then(|text| text.parse::<Uuid>().ok());
        let token = id(&claims.jti).ok_or(Refusal::Incomplete)?;
        let owner = id(&claims.sub).ok_or(Refusal::Incomplete)?;
        let is_service = id(&claims.client_id) == Some(owner);
        let until = claims.until();
        self.ctx.write_platform(move |tx| {
            epoch::raise(tx, owner)?;
            store::tokens::revoke(tx, token, until)?;
            let subject = if is_service {
                Subject::Service(ServiceAccountId::new(owner))
            } else {
                Subject::Person(AccountId::new(owner))
            };
            let actor = Actor::new(subject, Limits::default(), PermissionSet::none());
            tx.record(ACCESS_TOKEN_REVOKED.done(Origin::platform(&actor), token))
        })
    }

    /// Whether an own token works now: its claims, if it does.
    pub(crate) fn working_claims(&self, token: &str) -> Result<Claims> {
        let (header, claims) = jwt::peek(token)?;
        if claims.iss.as_deref() != Some(&self.settings.issuer) {
            return Err(Refusal::UnknownIssuer.into());
        }
        let claims = self.own_claims(token, &header)?;
        self.ctx.read(|conn| self.verify_own(conn, &claims).map(|_| ()))?;
        Ok(claims)
    }
}
