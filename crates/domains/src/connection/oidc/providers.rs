//! What OpenID providers last told of themselves: asked anew each day, and for a key that is unknown.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use polity_identity::within::IssuerKeys;
use polity_kernel::{OrganizationId, Uptime};

use super::discovery::Discovery;
use crate::connection::rejection::Rejection;
use crate::connection::settings::OidcSettings;
use crate::connection::web::Web;

/// How long what a provider told is believed.
const MEMORY: Duration = Duration::from_secs(86_400);

/// A provider is asked for unknown keys no more often than this, whatever keys tokens name.
const PATIENCE: Duration = Duration::from_secs(30);

/// The most providers that are remembered; beyond it those asked longest ago go.
const MOST: usize = 1_000;

/// What providers told, each by the organization that named it: nobody's provider speaks for another's.
#[derive(Default)]
pub(crate) struct Providers(Mutex<HashMap<Place, Arc<Published>>>);

/// Whose provider, and which.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Place {
    organization: OrganizationId,
    issuer: String,
}

/// What a provider told.
pub(crate) struct Published {
    pub(super) discovery: Discovery,
    keys: IssuerKeys,
    since: Uptime,
    /// When its keys were last asked for.
    asked: Uptime,
}

impl Providers {
    /// What the provider told, within a day.
    pub(super) fn published(
        &self,
        settings: &OidcSettings,
        web: &Web<'_>,
        now: Uptime,
    ) -> Result<Arc<Published>, Rejection> {
        let place = Place { organization: web.organization, issuer: settings.issuer.clone() };
        if let Some(known) = self.known(&place).filter(|known| now.since(known.since) < MEMORY) {
            return Ok(known);
        }
        // nobody holds the lock while a provider takes its time
        let discovery = Discovery::ask(settings, web)?;
        let keys = discovery.keys(web)?;
        Ok(self.remember(place, Published { discovery, keys, since: now, asked: now }))
    }

    /// The keys to judge this token with, asked for anew where they do not have the token's, unless they were just asked for.
    pub(super) fn keys_for(
        &self,
        settings: &OidcSettings,
        web: &Web<'_>,
        token: &str,
        now: Uptime,
    ) -> Result<IssuerKeys, Rejection> {
        let known = self.published(settings, web, now)?;
        if known.keys.know(token) || now.since(known.asked) < PATIENCE {
            return Ok(known.keys.clone());
        }
        let place = Place { organization: web.organization, issuer: settings.issuer.clone() };
        let with = |keys: IssuerKeys| Published {
            keys,
            discovery: known.discovery.clone(),
            since: known.since,
            asked: now,
        };
        // noted before it is asked: others go on, and one that does not answer is left alone for a while
        self.remember(place.clone(), with(known.keys.clone()));
        let keys = known.discovery.keys(web)?;
        Ok(self.remember(place, with(keys)).keys.clone())
    }

    fn known(&self, place: &Place) -> Option<Arc<Published>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(place).cloned()
    }

    fn remember(&self, place: Place, published: Published) -> Arc<Published> {
        let published = Arc::new(published);
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST && !known.contains_key(&place) {
            let oldest = known.iter().min_by_key(|(_, published)| published.asked).map(|(at, _)| at.clone());
            oldest.map(|oldest| known.remove(&oldest));
        }
        known.insert(place, Arc::clone(&published));
        published
    }
}
