//! From a credential to an actor.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use polity_accounts::Account;
use polity_kernel::{
    Actor, Code, Conn, Error, Limits, OrganizationId, PermissionSet, Result, ServiceAccountId, Subject,
    Timestamp,
};
use uuid::Uuid;

use crate::acts::facts::{Remembered, Use, Used, Verified, Watched};
use crate::acts::programs::{limits_of, narrowed, organization_key_actor, service_actor};
use crate::acts::signing_keys::ACCESS_TOKEN;
use crate::acts::{facts, issuers};
use crate::api_key::ApiKey;
use crate::credential::secret::Secret;
use crate::credential::{Credential, Kind};
use crate::permissions::{ORG_DIRECTORY_CREATE, ORG_DIRECTORY_LIST};
use crate::refusal::{BadApiKey, Refusal};
use crate::service::Service;
use crate::store::clients::Kept;
use crate::token::jwt::{Claims, Expected, Header};
use crate::{AuthMethod, Authentication, GrantType, ProvedBy, Registration, scope, store, token::jwt};

/// How far apart uses of a key are noted.
const MINUTE: Duration = Duration::from_secs(60);

impl Authentication for Service {
    fn authenticate(&self, credential: &Credential) -> Result<Actor> {
        let place = self.place(credential)?;
        if let Some(known) = self.recalled(credential, &place)? {
            self.note_use(&known);
            return Ok(known.actor.clone());
        }
        // a trusted issuer may have to be asked, which no thread that serves others may wait for
        self.ctx.needs_store()?;
        let since = self.ctx.uptime();
        let verified = Arc::new(self.verify(credential)?);
        self.note_use(&verified);
        let actor = verified.actor.clone();
        self.verified.insert(place, Remembered { verified, since });
        Ok(actor)
    }

    fn watched(&self, credential: &Credential) -> Vec<Uuid> {
        let known = self.place(credential).ok().and_then(|place| self.verified.get(&place));
        known.map(|known| known.verified.scopes()).unwrap_or_default()
    }

    fn remembered(&self, credential: &Credential) -> Option<Uuid> {
        let known = self.place(credential).ok().and_then(|place| self.verified.get(&place))?;
        known.verified.actor.subject().id()
    }

    fn waits_outside(&self, credential: &Credential) -> bool {
        if !matches!(credential.kind, Kind::Jwt | Kind::Opaque) || self.issuers.is_empty() {
            return false;
        }
        let known = self.place(credential).ok().and_then(|place| self.verified.get(&place));
        if known.is_some_and(|known| self.is_fresh(credential, &known)) {
            return false;
        }
        match credential.kind {
            Kind::Opaque => self.issuers.iter().any(|issuer| issuer.settings.introspection.is_some()),
            _ => jwt::peek(credential.reveal())
                .is_ok_and(|(header, claims)| self.would_ask_issuer(&header, &claims)),
        }
    }
}

impl Service {
    /// Where a verified credential is remembered: under a keyed hash, so that memory holds no credential.
    fn place(&self, credential: &Credential) -> Result<[u8; 32]> {
        let text = credential.reveal().as_bytes();
        let digest = match credential.kind {
            Kind::Client(id) => self.seals.verified.digest(&[id.uuid().as_bytes(), text]),
            // what a cookie holds is nothing that could stand in a header
            Kind::Session => self.seals.verified.digest(&[b"session", text]),
            Kind::Jwt | Kind::Opaque | Kind::ApiKey => self.seals.verified.digest(&[text]),
        };
        digest.bytes().try_into().map_err(Error::internal)
    }

    /// What is remembered of the credential, if it still holds.
    fn recalled(&self, credential: &Credential, place: &[u8; 32]) -> Result<Option<Arc<Verified>>> {
        let Some(known) = self.verified.get(place) else { return Ok(None) };
        if self.is_fresh(credential, &known) && known.verified.stands(&self.ctx)? {
            return Ok(Some(known.verified));
        }
        self.verified.forget(place);
        Ok(None)
    }

    /// Whether its time is not over, whatever has become of whom it stands for.
    fn is_fresh(&self, credential: &Credential, known: &Remembered) -> bool {
        let is_believed =
            credential.kind != Kind::Opaque || self.ctx.uptime().since(known.since) < issuers::BELIEVED;
        is_believed && known.verified.is_current(self.ctx.now())
    }

    fn verify(&self, credential: &Credential) -> Result<Verified> {
        match credential.kind {
            Kind::ApiKey => self.verify_key(credential).map_err(BadApiKey::marked),
            Kind::Client(id) => self.verify_client(id, &credential.text),
            Kind::Session => self.verify_session(credential),
            Kind::Opaque => self.verify_opaque(credential),
            Kind::Jwt => {
                let (header, claims) = jwt::peek(credential.reveal())?;
                if claims.iss.as_deref() == Some(&self.settings.issuer) {
                    let claims = self.own_claims(credential.reveal(), &header)?;
                    self.ctx.read(|conn| self.verify_own(conn, &claims))
                } else {
                    self.verify_outside(credential.reveal(), &header, &claims)
                }
            }
        }
    }

    /// The claims of an own access token, its owner not looked at yet.
    pub(crate) fn own_claims(&self, token: &str, header: &Header) -> Result<Claims> {
        let is_access_token = header.typ.as_deref().is_some_and(|typ| {
            let typ = typ.to_ascii_lowercase();
            typ.strip_prefix("application/").unwrap_or(&typ) == ACCESS_TOKEN
        });
        if !is_access_token {
            return Err(Refusal::Type.into());
        }
        let kid = header.kid.as_deref().ok_or(Refusal::UnknownSigningKey)?;
        let key = self.ring.verifying(&self.ctx, kid)?.ok_or(Refusal::UnknownSigningKey)?;
        let expected = Expected {
            issuer: &self.settings.issuer,
            audiences: &[&self.settings.audience],
            now: self.ctx.now(),
        };
        let mut claims = key.verify(token, header, &expected)?;
        let proved_by = self.at_browser.authenticators.iter().filter_map(|authenticator| {
            let version = jwt::number(token, authenticator.claim)?;
            Some(ProvedBy { authenticator: *authenticator, version })
        });
        claims.proved_by = proved_by.collect();
        Ok(claims)
    }

    /// The actor of an own token, as committed now.
    pub(crate) fn verify_own(&self, conn: &mut Conn, claims: &Claims) -> Result<Verified> {
        let subject: Uuid = parsed(claims.sub.as_deref())?;
        let client: Option<Uuid> = claims.client_id.as_deref().and_then(|id| id.parse().ok());
        let token: Uuid = parsed(claims.jti.as_deref())?;
        let limits = Limits {
            permissions: claims
                .permissions
                .as_ref()
                .or(claims.scope.as_ref())
                .map(|words| scope::permissions(words.iter())),
            organization: match claims.org.as_deref() {
                Some(org) => Some(OrganizationId::new(parsed(Some(org))?)),
                None => None,
            },
            level: None,
            role: None,
        };
        let mut scopes = vec![subject];
        scopes.extend(client.filter(|client| *client != subject));
        let mut watched = facts::watch(conn, &scopes)?;
        if store::tokens::is_revoked(conn, token)? {
            return Err(Refusal::Revoked.into());
        }
        for ProvedBy { authenticator, version } in &claims.proved_by {
            if !(authenticator.is_present)(conn, subject.into(), *version)? {
                return Err(Refusal::Revoked.into());
            }
        }
        let client = match client {
            Some(id) => Some(facts::live_client(conn, ServiceAccountId::new(id), self.ctx.now())?),
            None => None,
        };
        watched.extend(match &client {
            Some(Kept { client, .. }) => facts::watch_presence(conn, home_of(client.organization))?,
            None => None,
        });
        let until = until(Some(claims.until()), client.as_ref().and_then(|kept| kept.client.expires_at));
        let actor = match client {
            Some(kept) if kept.client.id.uuid() == subject => service_actor(&kept.client, limits),
            client => {
                let account = facts::usable_account(conn, subject.into())?;
                let actor = self.person(&account, limits, &PermissionSet::none());
                let actor = match claims.authentication() {
                    Some(authentication) => actor.authenticated(authentication),
                    None => actor,
                };
                match client {
                    Some(kept) => actor.through(kept.client.id),
                    None => actor,
                }
            }
        };
        Ok(Verified { actor, watched, until, used: None })
    }

    fn verify_key(&self, credential: &Credential) -> Result<Verified> {
        let digest = self.key_digest(&credential.text);
        let now = self.ctx.now();
        self.ctx.read(|conn| {
            let key = store::keys::by_digest(conn, digest.bytes())?.ok_or(Refusal::UnknownKey)?;
            if key.expires_at.is_some_and(|end| end <= now) {
                return Err(Refusal::Expired.into());
            }
            let mut scopes = vec![key.id.uuid()];
            scopes.extend(key.account.map(polity_kernel::AccountId::uuid));
            let mut watched = facts::watch(conn, &scopes)?;
            let actor = self.key_actor(conn, &key, &mut watched)?;
            let used = Used::since(Use::Key(store::keys::home(&key), key.id), MINUTE);
            Ok(Verified { actor, watched, until: key.expires_at, used: Some(used) })
        })
    }

    /// A service account that proves itself in each request may what a token it could get for itself would let it.
    fn verify_client(&self, id: ServiceAccountId, secret: &Secret) -> Result<Verified> {
        let now = self.ctx.now();
        self.ctx.read(|conn| {
            let mut watched = facts::watch(conn, &[id.uuid()]).map_err(alike)?;
            let known = store::clients::by_id(conn, id)?.filter(|known| self.is_secret_of(known, secret));
            let Kept { client, .. } = known.ok_or(Refusal::UnknownClient)?;
            if !client.is_live(now) {
                return Err(Refusal::Disabled.into());
            }
            if client.auth_method != AuthMethod::ClientSecretBasic {
                return Err(Refusal::ClientMethod.into());
            }
            if !client.grant_types.contains(&GrantType::ClientCredentials) {
                return Err(Refusal::ClientGrant.into());
            }
            watched.extend(facts::watch_presence(conn, home_of(client.organization))?);
            let until = client.expires_at;
            Ok(Verified { actor: service_actor(&client, Limits::default()), watched, until, used: None })
        })
    }

    fn key_actor(&self, conn: &mut Conn, key: &ApiKey, watched: &mut Vec<Watched>) -> Result<Actor> {
        let limits = limits_of(key);
        match (key.account, key.organization) {
            (Some(account), _) => {
                let account = facts::usable_account(conn, account)?;
                Ok(self.person(&account, limits, &PermissionSet::none()))
            }
            (None, Some(organization)) => {
                watched.extend(facts::watch_presence(conn, organization)?);
                Ok(organization_key_actor(key).ok_or(Refusal::UnknownKey)?)
            }
            (None, None) => Err(Refusal::UnknownKey.into()),
        }
    }

    /// A person's actor. An administrator's narrowed credential opens no organization but those they belong to, and one that is good for
    /// an organization founds no other.
    pub(crate) fn person(&self, account: &Account, limits: Limits, granted: &PermissionSet) -> Actor {
        let mut platform = PermissionSet::none();
        platform.insert(ORG_DIRECTORY_LIST);
        if self.settings.registration == Registration::Open && limits.organization.is_none() {
            platform.insert(ORG_DIRECTORY_CREATE);
        }
        platform.extend(granted);
        if account.platform_administrator && limits.organization.is_none() && limits.level.is_none() {
            platform = PermissionSet::all();
        }
        let platform = narrowed(platform, &limits);
        Actor::new(Subject::Person(account.id), limits, platform)
    }

    fn note_use(&self, verified: &Verified) {
        if let Some(used) = verified.used.as_ref().filter(|used| used.is_news(self.ctx.uptime())) {
            let mut uses = self.uses.lock().unwrap_or_else(PoisonError::into_inner);
            uses.insert(used.what, self.ctx.now());
        }
    }
}

fn home_of(organization: Option<OrganizationId>) -> OrganizationId {
    organization.unwrap_or(crate::owner::NO_ORGANIZATION)
}

/// Nobody learns which clients there are: an unknown one is refused as one whose secret is wrong.
fn alike(error: Error) -> Error {
    if error.code() == Code::Unauthenticated { Refusal::UnknownClient.into() } else { error }
}

/// The earlier end of two, where there is one.
fn until(a: Option<Timestamp>, b: Option<Timestamp>) -> Option<Timestamp> {
    a.into_iter().chain(b).min()
}

fn parsed(text: Option<&str>) -> Result<Uuid> {
    Ok(text.and_then(|text| text.parse().ok()).ok_or(Refusal::Incomplete)?)
}
