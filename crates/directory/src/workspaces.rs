//! What the directory asks, inside its own transactions, of the area that has projects and apps.

pub(crate) mod new_app;
pub(crate) mod new_project;
pub(crate) mod project_access;

use polity_kernel::{Access, AccountId, Code, Conn, Error, OrganizationId, Result, Tx};

use crate::workspaces::new_app::NewApp;
use crate::workspaces::new_project::NewProject;
use crate::workspaces::project_access::{ProjectAccess, ProjectId};

/// Projects and apps, as the directory needs them. `polity_projects::Hooks` is what the area itself does;
/// [`NoWorkspaces`] says aloud that a program has neither.
pub trait Workspaces: Send + Sync {
    /// Opens the first project of an organization that is being founded, in which a founder who is a member works from then on.
    ///
    /// # Errors
    /// `LimitReached` when the organization is entitled to no project.
    fn open_first(&self, tx: &mut Tx<'_>, access: &Access, new: &NewProject) -> Result<ProjectId>;

    /// Makes the app of this kind and external id be as an import says.
    fn import_app(&self, tx: &mut Tx<'_>, access: &Access, new: &NewApp) -> Result<Imported>;

    /// The organization of the project that the account has chosen to work in.
    fn chosen_by(&self, conn: &mut Conn, account: AccountId) -> Result<Option<OrganizationId>>;

    /// Asks that the actor is in every project of the organization at least what the account is there.
    ///
    /// # Errors
    /// `Forbidden` where they are less.
    fn require_all_of(&self, conn: &mut Conn, access: &Access, account: AccountId) -> Result<()>;

    /// Asks that the projects are there, and that the actor may promise roles in them.
    ///
    /// # Errors
    /// `Invalid` for one that is not there or not the actor's to give; `NotEntitled`.
    fn may_promise(&self, tx: &mut Tx<'_>, access: &Access, promised: &[ProjectAccess]) -> Result<()>;

    /// Asks the same of what an invitation has promised so far, and returns it; projects that were closed since are left out.
    ///
    /// # Errors
    /// `Forbidden` for one that is not the actor's to give; `NotEntitled`.
    fn may_promise_again(
        &self,
        tx: &mut Tx<'_>,
        access: &Access,
        promised: &[ProjectAccess],
    ) -> Result<Vec<ProjectAccess>>;

    /// Gives an account the roles it was promised in those of the projects that are left; more than that it keeps.
    fn fulfil(
        &self,
        tx: &mut Tx<'_>,
        access: &Access,
        account: AccountId,
        promised: &[ProjectAccess],
    ) -> Result<()>;

    /// Ends what hangs on a membership that has ended.
    fn on_left(&self, tx: &mut Tx<'_>, organization: OrganizationId, account: AccountId) -> Result<()>;

    /// Gives back what is unique over all organizations, for one that has ended.
    fn on_ended(&self, tx: &mut Tx<'_>, organization: OrganizationId) -> Result<()>;

    /// Deletes up to `limit` rows of each table of an organization that has ended, and returns how many went.
    fn purge(&self, tx: &mut Tx<'_>, organization: OrganizationId, limit: i64) -> Result<usize>;
}

/// What became of a thing that an import names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Imported {
    /// It was made.
    Made,
    /// It was there and was changed.
    Changed,
    /// It was so already.
    Same,
}

/// For a program that has neither projects nor apps.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoWorkspaces;

impl Workspaces for NoWorkspaces {
    fn open_first(&self, _: &mut Tx<'_>, _: &Access, _: &NewProject) -> Result<ProjectId> {
        Err(none("projects"))
    }

    fn import_app(&self, _: &mut Tx<'_>, _: &Access, _: &NewApp) -> Result<Imported> {
        Err(none("apps"))
    }

    fn chosen_by(&self, _: &mut Conn, _: AccountId) -> Result<Option<OrganizationId>> {
        Ok(None)
    }

    fn require_all_of(&self, _: &mut Conn, _: &Access, _: AccountId) -> Result<()> {
        Ok(())
    }

    fn may_promise(&self, _: &mut Tx<'_>, _: &Access, promised: &[ProjectAccess]) -> Result<()> {
        if promised.is_empty() { Ok(()) } else { Err(none("projects")) }
    }

    fn may_promise_again(
        &self,
        _: &mut Tx<'_>,
        _: &Access,
        _: &[ProjectAccess],
    ) -> Result<Vec<ProjectAccess>> {
        Ok(Vec::new())
    }

    fn fulfil(&self, _: &mut Tx<'_>, _: &Access, _: AccountId, _: &[ProjectAccess]) -> Result<()> {
        Ok(())
    }

    fn on_left(&self, _: &mut Tx<'_>, _: OrganizationId, _: AccountId) -> Result<()> {
        Ok(())
    }

    fn on_ended(&self, _: &mut Tx<'_>, _: OrganizationId) -> Result<()> {
        Ok(())
    }

    fn purge(&self, _: &mut Tx<'_>, _: OrganizationId, _: i64) -> Result<usize> {
        Ok(0)
    }
}

fn none(what: &str) -> Error {
    Error::new(Code::Invalid, format!("this service has no {what}"))
}
