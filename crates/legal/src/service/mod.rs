//! The use-cases of legal documents: permission, rule, store, event.

mod documents;
mod files;
mod provider;
mod signatures;

use std::fmt;
use std::sync::Arc;

use polity_kernel::{Ctx, MasterKey, Result, Seal};

use crate::acts::desk::Desk;
use crate::{Ports, Settings};

/// Legal documents on a store and an object store.
#[derive(Clone)]
pub struct Service {
    ctx: Ctx,
    desk: Arc<Desk>,
}

impl Service {
    /// Legal documents on this store, their files and signatures through these ports.
    ///
    /// # Errors
    /// `Invalid` for settings that cannot be meant.
    pub fn new(ctx: Ctx, master: &MasterKey, settings: &Settings, ports: Ports) -> Result<Self> {
        let desk = Desk {
            settings: settings.clone(),
            templates: settings.templates()?,
            links: Seal::new(master, "licensing.signing_links"),
            downloads: Seal::new(master, "licensing.downloads"),
            ports,
        };
        Ok(Self { ctx, desk: Arc::new(desk) })
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service")
            .field("ctx", &self.ctx)
            .field("settings", &self.desk.settings)
            .finish_non_exhaustive()
    }
}
