//! How a client proves itself: by its secret, or by an assertion signed with its own key (RFC 7523).

use std::time::Duration;

use polity_kernel::{Code, Error, Result, ServiceAccountId, Timestamp};
use subtle::ConstantTimeEq;

use crate::acts::clients::keys_of;
use crate::acts::facts;
use crate::credential::secret::Secret;
use crate::oauth::Proof;
use crate::refusal::Refusal;
use crate::service::Service;
use crate::store::clients::Kept;
use crate::token::jwt::{Claims, Expected, LEEWAY, VerifyingKey};
use crate::{Algorithm, AuthMethod, Client, OAuthCode, OAuthError, credential, store, token::jwt};

/// How far ahead an assertion may expire; as long must it be remembered.
const LONGEST_ASSERTION: Duration = Duration::from_secs(300);

/// The longest `jti` of an assertion, in bytes.
const MAX_JTI: usize = 256;

impl Service {
    /// The client that proved itself; all failures look alike to the caller, save what only its holder can mend.
    pub(crate) fn proved(&self, proof: &Proof) -> Result<Client, OAuthError> {
        match proof {
            Proof::Basic { id, secret } => self.by_secret(id, secret, AuthMethod::ClientSecretBasic),
            Proof::Post { id, secret } => self.by_secret(id, secret, AuthMethod::ClientSecretPost),
            Proof::Assertion(assertion) => self.by_assertion(assertion),
        }
    }

    fn by_secret(&self, id: &str, secret: &Secret, method: AuthMethod) -> Result<Client, OAuthError> {
        let known = self.known(id)?;
        if !self.is_secret_of(&known, secret) {
            return Err(wrong());
        }
        if known.client.auth_method != method {
            return Err(refused(Refusal::ClientMethod.reason()));
        }
        Ok(known.client)
    }

    /// Whether this is the client's secret, compared in constant time.
    pub(crate) fn is_secret_of(&self, Kept { client, secret_digest }: &Kept, secret: &Secret) -> bool {
        let digest = self.client_digest(client.id, secret);
        secret_digest.as_ref().is_some_and(|kept| kept.as_slice().ct_eq(digest.bytes()).into())
    }

    fn by_assertion(&self, assertion: &Secret) -> Result<Client, OAuthError> {
        let text = assertion.reveal();
        if text.len() > credential::Credential::MAX_LENGTH {
            return Err(wrong());
        }
        let (header, unproved) = jwt::peek(text).map_err(|_| wrong())?;
        let Kept { client, .. } = self.known(unproved.sub.as_deref().unwrap_or_default())?;
        let id = client.id.to_string();
        let keys: Vec<VerifyingKey> =
            keys_of(&client).iter().filter_map(|jwk| VerifyingKey::from_jwk(jwk, &Algorithm::ALL)).collect();
        let key = match (header.kid.as_deref(), keys.as_slice()) {
            (None, [only]) => only,
            (kid, keys) => {
                keys.iter().find(|key| kid.is_some() && key.kid.as_deref() == kid).ok_or_else(wrong)?
            }
        };
        let expected = Expected {
            issuer: &id,
            audiences: &[&self.settings.issuer, &self.token_endpoint()],
            now: self.ctx.now(),
        };
        let claims = key.verify(text, &header, &expected).map_err(|refusal| refused(refusal.reason()))?;
        self.use_up(client.id, &claims)?;
        Ok(client)
    }

    /// An assertion proves one request.
    fn use_up(&self, client: ServiceAccountId, claims: &Claims) -> Result<(), OAuthError> {
        let expires_at = claims.until();
        let longest = LONGEST_ASSERTION + Duration::from_secs(LEEWAY.unsigned_abs());
        if expires_at > self.ctx.now().after(longest) {
            return Err(refused("the assertion lives longer than five minutes"));
        }
        let jti = claims.jti.as_deref().filter(|jti| (1..=MAX_JTI).contains(&jti.len()));
        let jti = jti.ok_or_else(|| refused("the assertion has no usable jti"))?;
        let digest = self.seals.clients.digest(&[b"assertion", jti.as_bytes()]);
        let fresh = self
            .ctx
            .write_platform(move |tx| store::assertions::use_up(tx, client, digest.bytes(), expires_at))?;
        if fresh { Ok(()) } else { Err(refused("the assertion was used before")) }
    }

    /// The client of this id, if it may act and its organization is there.
    fn known(&self, id: &str) -> Result<Kept, OAuthError> {
        let id: ServiceAccountId = id.parse().map_err(|_| wrong())?;
        let now: Timestamp = self.ctx.now();
        let kept = self.ctx.read(|conn| {
            let kept = facts::live_client(conn, id, now)?;
            if let Some(organization) = kept.client.organization {
                facts::watch_presence(conn, organization)?;
            }
            Ok(kept)
        });
        kept.map_err(
            |error: Error| if error.code() == Code::Unauthenticated { wrong() } else { error.into() },
        )
    }
}

fn wrong() -> OAuthError {
    refused(Refusal::UnknownClient.reason())
}

fn refused(words: &'static str) -> OAuthError {
    OAuthError::new(OAuthCode::InvalidClient, words)
}
