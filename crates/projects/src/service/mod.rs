//! The area's use-cases: permission, rule, store, event.

mod active;
mod apps;
mod keys;
mod members;
mod projects;

use std::fmt;
use std::sync::Arc;

use polity_directory::Entry;
use polity_kernel::{Ctx, MasterKey, Seal};

use crate::acts;
use crate::acts::seal::ProjectSeal;
use crate::hooks::Hooks;

/// Projects and apps on a store.
pub struct Service {
    ctx: Ctx,
    /// The way into organizations, to say where people work and which organizations are found by their apps.
    entry: Arc<dyn Entry>,
    /// What the directory asks of this area when it makes a member.
    hooks: Hooks,
    /// Keeps the secrets of projects.
    seal: ProjectSeal,
    /// Keeps the secrets of apps.
    apps: Seal,
}

impl Service {
    /// The area on this store, of the organizations that are entered this way. Its secrets open, and organizations and projects are found
    /// by them, only with the same master key.
    pub fn new(ctx: Ctx, master: &MasterKey, entry: Arc<dyn Entry>) -> Self {
        Self {
            ctx,
            entry,
            hooks: Hooks::new(master),
            seal: ProjectSeal::new(master),
            apps: acts::apps::seal(master),
        }
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service").field("ctx", &self.ctx).finish_non_exhaustive()
    }
}
