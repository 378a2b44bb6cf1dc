//! The use-cases: permission, then what is done.

mod connections;
mod sign_ins;

use std::fmt;
use std::sync::Arc;

use polity_identity::Fetch;
use polity_kernel::{Ctx, MasterKey};

use crate::acts::desk::{Desk, VerifiedDomains};

/// Connections of organizations on a store.
#[derive(Clone)]
pub struct ConnectionService {
    ctx: Ctx,
    desk: Arc<Desk>,
}

impl ConnectionService {
    /// Connections on this store. The site is our public address without a slash at its end; providers are asked through the port.
    pub fn new(
        ctx: Ctx,
        master: &MasterKey,
        site: String,
        fetch: Arc<dyn Fetch>,
        verified: VerifiedDomains,
    ) -> Self {
        Self { ctx, desk: Arc::new(Desk::new(master, site, fetch, verified)) }
    }
}

impl fmt::Debug for ConnectionService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConnectionService").field("ctx", &self.ctx).finish_non_exhaustive()
    }
}
