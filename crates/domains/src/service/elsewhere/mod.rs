//! The use-cases of connections and of signing in elsewhere.

mod admissions;
mod connections;
mod domains;
mod sign_ins;

use std::fmt;
use std::sync::Arc;

use polity_directory::Terms;
use polity_identity::{AtBrowser, Fetch};
use polity_kernel::{Ctx, MasterKey};

use crate::acts::desk::Desk;

/// What is asked when somebody is let in who comes back from a provider.
#[derive(Clone)]
pub struct Admitting {
    /// What joining an organization asks.
    pub terms: Terms,
    /// What else lets people in, which ends where another takes an account over.
    pub at_browser: AtBrowser,
}

/// Connections of organizations on a store.
#[derive(Clone)]
pub struct ConnectionService {
    ctx: Ctx,
    desk: Arc<Desk>,
    terms: Terms,
    at_browser: AtBrowser,
}

impl ConnectionService {
    /// Connections on this store. The site is our public address without a slash at its end; providers are asked through the port.
    pub fn new(
        ctx: Ctx,
        master: &MasterKey,
        site: String,
        fetch: Arc<dyn Fetch>,
        admitting: Admitting,
    ) -> Self {
        let Admitting { terms, at_browser } = admitting;
        Self { ctx, desk: Arc::new(Desk::new(master, site, fetch)), terms, at_browser }
    }
}

impl fmt::Debug for ConnectionService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConnectionService").field("ctx", &self.ctx).finish_non_exhaustive()
    }
}
