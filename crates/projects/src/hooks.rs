//! What the area does in the directory's transactions.

use std::fmt;

use polity_directory::{Imported, NewApp, NewProject, ProjectAccess, ProjectId, Workspaces};
use polity_kernel::{Access, AccountId, Conn, MasterKey, OrganizationId, Result, Seal, Subject, Tx};

use crate::acts::seal::ProjectSeal;
use crate::acts::{apps, people, projects, promises, rights};
use crate::{Project, store};

/// Projects and apps, as the directory needs them: for `polity_directory::Service::new`. Cheap to clone.
#[derive(Clone)]
pub struct Hooks {
    /// Keeps the secrets of projects.
    projects: ProjectSeal,
    /// Keeps the secrets of apps.
    apps: Seal,
}

impl Hooks {
    /// What is secret opens only with the same master key as [`Service`](crate::Service) has.
    pub fn new(master: &MasterKey) -> Self {
        Self { projects: ProjectSeal::new(master), apps: apps::seal(master) }
    }

    /// Opens a project as [`Projects::open_project`](crate::Projects::open_project) does, but for the permission. It is shown as this
    /// access may see it. For areas further right, which hold the organization's epoch alone.
    ///
    /// # Errors
    /// As that.
    pub fn open(&self, tx: &mut Tx<'_>, access: &Access, new: &NewProject) -> Result<Project> {
        projects::open(tx, access, &self.projects, new)
    }
}

impl Workspaces for Hooks {
    fn open_first(&self, tx: &mut Tx<'_>, access: &Access, new: &NewProject) -> Result<ProjectId> {
        let (organization, now) = (access.organization(), tx.now());
        let first = projects::open(tx, access, &self.projects, new)?.id;
        if let Subject::Person(account) = access.actor().subject()
            && polity_directory::within::is_member(tx, organization, account, now)?
        {
            store::active_projects::set(tx, account, organization, first, now)?;
        }
        Ok(first)
    }

    fn import_app(&self, tx: &mut Tx<'_>, access: &Access, new: &NewApp) -> Result<Imported> {
        apps::import(tx, access, &self.apps, new)
    }

    fn chosen_by(&self, conn: &mut Conn, account: AccountId) -> Result<Option<OrganizationId>> {
        Ok(store::active_projects::find(conn, account)?.map(|(organization, _)| organization))
    }

    fn require_all_of(&self, conn: &mut Conn, access: &Access, account: AccountId) -> Result<()> {
        rights::runs_as_far(conn, access, account)
    }

    fn may_promise(&self, tx: &mut Tx<'_>, access: &Access, promised: &[ProjectAccess]) -> Result<()> {
        promises::may_promise(tx, access, promised)
    }

    fn may_promise_again(
        &self,
        tx: &mut Tx<'_>,
        access: &Access,
        promised: &[ProjectAccess],
    ) -> Result<Vec<ProjectAccess>> {
        promises::may_promise_again(tx, access, promised)
    }

    fn fulfil(
        &self,
        tx: &mut Tx<'_>,
        access: &Access,
        account: AccountId,
        promised: &[ProjectAccess],
    ) -> Result<()> {
        people::fulfil(tx, access, account, promised)
    }

    fn on_left(&self, tx: &mut Tx<'_>, organization: OrganizationId, account: AccountId) -> Result<()> {
        store::project_members::forget(tx, organization, account)?;
        store::active_projects::leave(tx, organization, account)
    }

    fn on_ended(&self, tx: &mut Tx<'_>, organization: OrganizationId) -> Result<()> {
        store::apps::release_all(tx, organization)?;
        store::projects::release_all(tx, organization)
    }

    fn purge(&self, tx: &mut Tx<'_>, organization: OrganizationId, limit: i64) -> Result<usize> {
        store::purge::purge(tx, organization, limit)
    }
}

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hooks(…)")
    }
}
