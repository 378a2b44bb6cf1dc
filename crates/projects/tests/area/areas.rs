//! The directory and this area on one store.

use std::ops::Deref;
use std::sync::Arc;

use polity_directory::{Entitling, Entry, RoleEnding, Service};
use polity_kernel::{Ctx, MasterKey};
use polity_testkit::Kit;

/// The directory, with the projects and apps that it asks for in its transactions.
pub(crate) struct Areas {
    ctx: Ctx,
    directory: Arc<Service>,
    /// Projects and apps.
    pub(crate) projects: polity_projects::Service,
}

impl Areas {
    /// Both on this store, by one master key.
    pub(crate) fn of(ctx: Ctx) -> Self {
        Self::sealed(ctx, &MasterKey::new([7; 32]), |directory| directory)
    }

    /// The same by another master key, and with a directory that is told more.
    pub(crate) fn sealed(ctx: Ctx, master: &MasterKey, told: impl FnOnce(Service) -> Service) -> Self {
        let hooks = Arc::new(polity_projects::Hooks::new(master));
        let directory = Service::new(
            ctx.clone(),
            master,
            RoleEnding::NOTHING,
            polity_directory::Terms::without_limits(hooks, Arc::new(polity_directory::NoDomains)),
        );
        let directory = Arc::new(told(directory));
        let entry = Arc::clone(&directory) as Arc<dyn Entry>;
        Self { projects: polity_projects::Service::new(ctx.clone(), master, entry), directory, ctx }
    }

    /// The same with organizations that are entitled to what this says.
    pub(crate) fn entitled_by(self, entitling: Entitling) -> Self {
        Self::sealed(self.ctx, &MasterKey::new([7; 32]), |directory| directory.entitled_by(entitling))
    }
}

impl Deref for Areas {
    type Target = Service;

    fn deref(&self) -> &Service {
        &self.directory
    }
}

pub(crate) fn directory(kit: &Kit) -> Areas {
    Areas::of(kit.ctx.clone())
}
