//! Trusted issuers: what each last published, and whether it may be asked.

use std::sync::{Arc, Mutex, PoisonError, RwLock, TryLockError};
use std::time::Duration;

use openidconnect::core::{
    CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreGrantType, CoreJsonWebKey,
    CoreJsonWebKeySet, CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreResponseMode,
    CoreResponseType, CoreSubjectIdentifierType,
};
use openidconnect::http::Uri;
use openidconnect::{AdditionalProviderMetadata, IssuerUrl, JsonWebKeySetUrl, ProviderMetadata};
use polity_kernel::{Error, Result, Uptime};
use serde::{Deserialize, Serialize};

use crate::token::jwt::VerifyingKey;
use crate::{Errand, Fetch, HttpRequest, TrustedIssuer};

/// How long a good answer is believed, and a token may outlive its revocation by its issuer. A bad one is not remembered.
pub(crate) const BELIEVED: Duration = Duration::from_secs(60);

/// How long an issuer's keys are used without asking again.
const MEMORY: Duration = Duration::from_secs(3_600);

/// How long they are used when the issuer does not answer.
const STALE: Duration = Duration::from_secs(86_400);

/// An issuer is asked no more often than this, whatever unknown keys tokens name.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often in a row an issuer is silent before it is taken to be away: on one odd token alone it may hang up.
const SILENCES: u32 = 3;

/// An issuer that is away is not asked about tokens for so long: nobody waits, and only one tries.
const SILENCE: Duration = Duration::from_secs(2);

/// An issuer and what it last published.
pub(crate) struct Issuer {
    pub(crate) settings: TrustedIssuer,
    published: RwLock<Option<Arc<Published>>>,
    /// When it was last asked; held while asking, so that one thread asks and the others go on.
    asked: Mutex<Option<Uptime>>,
    /// How it was last silent about tokens, unless it has answered since.
    silent: Mutex<Silence>,
}

/// Silences in a row, and when the last was.
#[derive(Default)]
struct Silence {
    times: u32,
    last: Option<Uptime>,
}

/// What an issuer publishes.
pub(crate) struct Published {
    keys: Vec<VerifyingKey>,
    pub(crate) introspection_endpoint: Option<String>,
    since: Uptime,
}

/// The member of discovery that OpenID Connect does not define (RFC 8414 §2).
#[derive(Clone, Debug, Deserialize, Serialize)]
struct Introspectable {
    introspection_endpoint: Option<String>,
}

impl AdditionalProviderMetadata for Introspectable {}

type Discovered = ProviderMetadata<
    Introspectable,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

impl Issuer {
    pub(crate) fn new(settings: TrustedIssuer) -> Self {
        Self {
            settings,
            published: RwLock::new(None),
            asked: Mutex::new(None),
            silent: Mutex::new(Silence::default()),
        }
    }

    /// Whether it may be asked about a token: after some silences in a row, only by one at a time.
    pub(crate) fn may_be_asked(&self, now: Uptime) -> bool {
        let mut silence = self.silent.lock().unwrap_or_else(PoisonError::into_inner);
        if silence.times < SILENCES {
            return true;
        }
        let may = silence.last.is_none_or(|last| now.since(last) >= SILENCE);
        if may {
            silence.last = Some(now);
        }
        may
    }

    /// Notes whether it answered when it was asked about a token; what it said does not matter.
    pub(crate) fn heard(&self, answered: bool, now: Uptime) {
        let mut silence = self.silent.lock().unwrap_or_else(PoisonError::into_inner);
        *silence = match answered {
            true => Silence::default(),
            false => Silence { times: silence.times.saturating_add(1), last: Some(now) },
        };
    }

    /// What the issuer publishes, asked for anew when it is old or does not do (`suffices`) and may be asked again.
    pub(crate) fn published(
        &self,
        fetch: &dyn Fetch,
        now: Uptime,
        suffices: impl Fn(&Published) -> bool,
    ) -> Result<Arc<Published>> {
        let known = self.known();
        if let Some(known) = known.as_ref().filter(|known| now.since(known.since) < MEMORY && suffices(known))
        {
            return Ok(Arc::clone(known));
        }
        let mut asked = match (self.asked.try_lock(), known) {
            (Ok(asked), _) => asked,
            (Err(TryLockError::Poisoned(asked)), _) => asked.into_inner(),
            // somebody is asking already
            (Err(TryLockError::WouldBlock), Some(known)) => return Ok(known),
            (Err(TryLockError::WouldBlock), None) => {
                self.asked.lock().unwrap_or_else(PoisonError::into_inner)
            }
        };
        if asked.is_none_or(|at| now.since(at) >= PATIENCE) {
            *asked = Some(now);
            match self.ask(fetch, now) {
                Ok(fresh) => {
                    *self.published.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(fresh));
                }
                Err(error) => {
                    tracing::warn!(
                        issuer = self.settings.issuer,
                        ?error,
                        "a trusted issuer does not tell its keys"
                    );
                }
            }
        }
        self.known()
            .filter(|known| now.since(known.since) < STALE)
            .ok_or_else(|| Error::unavailable("issuer", "the token's issuer does not tell its keys"))
    }

    pub(crate) fn known(&self) -> Option<Arc<Published>> {
        self.published.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether [`Issuer::published`] would ask, or wait for somebody who is asking.
    pub(crate) fn would_ask(&self, now: Uptime, kid: Option<&str>) -> bool {
        let known = self.known();
        if known.as_ref().is_some_and(|known| now.since(known.since) < MEMORY && known.key(kid).is_some()) {
            return false;
        }
        match self.asked.try_lock() {
            Ok(asked) => asked.is_none_or(|at| now.since(at) >= PATIENCE),
            Err(_) => known.is_none(),
        }
    }

    /// On whose word this is asked: the operator named the issuer's host, whatever else it publishes.
    pub(crate) fn errand(&self, request: &HttpRequest) -> Errand {
        let settings = &self.settings;
        let endpoint = settings.introspection.as_ref().and_then(|client| client.endpoint.as_ref());
        let named = [Some(&settings.issuer), settings.jwks_uri.as_ref(), endpoint];
        let hosts = named.into_iter().flatten().filter_map(|url| url.parse::<Uri>().ok());
        let wanted = request.uri().host();
        match wanted.is_some() && hosts.into_iter().any(|url| url.host() == wanted) {
            true => Errand::Operator,
            false => Errand::Issuer,
        }
    }

    fn ask(&self, fetch: &dyn Fetch, now: Uptime) -> Result<Published> {
        let http = |request: HttpRequest| fetch.fetch(self.errand(&request), request);
        let (keys, introspection_endpoint) = match &self.settings.jwks_uri {
            Some(uri) => {
                let uri = JsonWebKeySetUrl::new(uri.clone()).map_err(Error::internal)?;
                (CoreJsonWebKeySet::fetch(&uri, &http).map_err(Error::internal)?, None)
            }
            None => {
                let issuer = IssuerUrl::new(self.settings.issuer.clone()).map_err(Error::internal)?;
                let found = Discovered::discover(&issuer, &http).map_err(Error::internal)?;
                (found.jwks().clone(), found.additional_metadata().introspection_endpoint.clone())
            }
        };
        let keys = keys
            .keys()
            .iter()
            .filter_map(|key| serde_json::to_value(key).ok())
            .filter_map(|jwk| VerifyingKey::from_jwk(&jwk, &self.settings.algorithms))
            .collect();
        Ok(Published { keys, introspection_endpoint, since: now })
    }
}

impl Published {
    /// The key a token names; one that names none means the only one there is.
    pub(crate) fn key(&self, kid: Option<&str>) -> Option<&VerifyingKey> {
        match (kid, self.keys.as_slice()) {
            (Some(kid), keys) => keys.iter().find(|key| key.kid.as_deref() == Some(kid)),
            (None, [only]) => Some(only),
            (None, _) => None,
        }
    }
}
