//! Licensing's use-cases: permission, rule, store, event.

mod licenses;

use std::sync::Arc;

use polity_directory::{DomainClaims, Entitling};
use polity_kernel::{Ctx, MasterKey, Result, Stamp, Timestamp};
use polity_projects::Hooks;

use crate::acts::Means;
use crate::license::Kept;
use crate::rules::Rules;
use crate::{EntitlementMode, Settings, store};

/// Licensing on a store.
pub struct Service {
    ctx: Ctx,
    means: Means,
}

impl Service {
    /// Licensing on this store, where e-mail domains are counted by `polity_domains::Claims` or whatever else has them. The projects it opens
    /// are read with the same master key.
    ///
    /// # Errors
    /// `Invalid` for settings that cannot be meant.
    pub fn new(
        ctx: Ctx,
        master: &MasterKey,
        settings: &Settings,
        domains: Arc<dyn DomainClaims>,
    ) -> Result<Self> {
        settings.check()?;
        let rules = Arc::new(Rules::new(settings));
        Ok(Self { ctx, means: Means { rules, projects: Hooks::new(master), domains } })
    }
}

impl std::fmt::Debug for Service {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Service")
            .field("ctx", &self.ctx)
            .field("rules", &self.means.rules)
            .finish_non_exhaustive()
    }
}

/// Says what organizations are entitled to by their licenses, for [`polity_directory::Service::entitled_by`].
pub fn entitling(settings: &Settings) -> Entitling {
    let rules = Rules::new(settings);
    Arc::new(move |conn, organization| {
        let kept = match rules.settings.mode {
            EntitlementMode::All => None,
            EntitlementMode::Licensed => store::licenses::find(conn, organization)?,
        };
        // when and by whom nothing was given is asked by nobody
        let never = Stamp { at: Timestamp::from_micros(0), by: None };
        Ok(rules.entitled(&kept.unwrap_or_else(|| Kept::free(organization, never))))
    })
}
