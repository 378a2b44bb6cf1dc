//! The use-cases of e-mail domains: permission, rule, store, event.

mod domains;
mod elsewhere;
mod rechecks;

use std::fmt;
use std::sync::Arc;

use polity_directory::DomainName;
use polity_kernel::{Ctx, Result};

use crate::domain::Domain;
use crate::{Resolve, Settings};

pub use elsewhere::{Admitting, ConnectionService};

/// E-mail domains on a store.
pub struct Service {
    ctx: Ctx,
    settings: Settings,
    resolver: Arc<dyn Resolve>,
}

impl Service {
    /// Domains on this store, whose records are looked up by this resolver.
    ///
    /// # Errors
    /// `Invalid` for settings that cannot be meant.
    pub fn new(ctx: Ctx, settings: &Settings, resolver: Arc<dyn Resolve>) -> Result<Self> {
        settings.check()?;
        Ok(Self { ctx, settings: settings.clone(), resolver })
    }

    fn record_of(&self, domain: &DomainName) -> String {
        format!("{}.{domain}", self.settings.challenge_prefix)
    }

    /// Whether a record says what it must.
    ///
    /// # Errors
    /// `Unavailable` without an answer.
    fn looks_up(&self, claim: &Domain) -> Result<bool> {
        let texts = self.resolver.texts(&self.record_of(&claim.name))?;
        Ok(texts.contains(&claim.challenge))
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service")
            .field("ctx", &self.ctx)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
