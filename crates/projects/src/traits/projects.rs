//! Projects, their secret keys, and who has a role in them.

use polity_directory::{NewProject, ProjectId};
use polity_kernel::{Access, AccountId, Actor, OrganizationId, Page, Paged, Result};

use crate::{Project, ProjectInBrief, ProjectMember, ProjectPatch, ProjectRole, SecretKey, SecretKeyRef};

/// An organization's work spaces.
///
/// Who holds `projects.list`, `projects.get`, `projects.update` or `projects.delete` sees, runs or closes them all. Others do so where
/// they have a role: viewers and users read, admins do everything; but only as far as their credential would leave them the
/// permission. A project that one may not see is as good as none: `NotFound`.
pub trait Projects: Send + Sync {
    /// Opens a project with a first secret key, at most 1000 an organization. A member who opens one becomes its admin, and works in
    /// it if they worked nowhere. Needs `projects.create`.
    ///
    /// # Errors
    /// `Conflict` when there is one of this name; `LimitReached` when the organization is entitled to no more.
    fn open_project(&self, access: &Access, new: NewProject) -> Result<Project>;

    /// A page of the projects one sees, in order of opening. Needs `projects.list`, or a role in each.
    fn projects(&self, access: &Access, page: Page) -> Result<Paged<Project>>;

    /// One project. Needs `projects.get`, or a role in it.
    fn project(&self, access: &Access, id: ProjectId) -> Result<Project>;

    /// Those of these numbers that are a project's of the organization, with its id, in no order. For everybody who may enter: a
    /// number is not to be guessed, and its project's id opens nothing.
    fn projects_by_number(&self, access: &Access, numbers: &[i64]) -> Result<Vec<(i64, ProjectId)>>;

    /// The numbers of those of these projects that the organization has, in no order. For everybody who may enter, as above.
    fn project_numbers(&self, access: &Access, projects: &[ProjectId]) -> Result<Vec<(ProjectId, i64)>>;

    /// Changes a project. Needs `projects.update`, or to be its admin.
    ///
    /// # Errors
    /// `Conflict` when there is another of this name.
    fn change_project(&self, access: &Access, id: ProjectId, patch: ProjectPatch) -> Result<Project>;

    /// Closes a project for good, with its secret keys and everybody's roles. Needs `projects.delete`, or to be its admin.
    fn close_project(&self, access: &Access, id: ProjectId) -> Result<()>;

    /// The projects that each of these accesses sees, in the same order: of an organization at most 1000, in order of opening. For
    /// everybody who may enter; seen as [`Projects::projects`] has it.
    fn projects_in_brief(&self, accesses: &[Access]) -> Result<Vec<Vec<ProjectInBrief>>>;

    /// The project a person works in: the one they chose as long as they see it, else the one they have had a role in longest, else
    /// the first of an organization they run. Absent: none, or a program.
    fn active_project(&self, actor: &Actor) -> Result<Option<(OrganizationId, ProjectId)>>;

    /// Has the caller work in a project they see.
    ///
    /// # Errors
    /// `PersonRequired` for a program.
    fn activate_project(&self, access: &Access, id: ProjectId) -> Result<()>;

    /// The project each account works in, in the order they are asked for; absent for one that works in none of this organization, or
    /// in one that the caller may not see. Needs `org.members.list`.
    fn active_projects_of(
        &self,
        access: &Access,
        accounts: &[AccountId],
    ) -> Result<Vec<(AccountId, Option<ProjectId>)>>;
}

/// The secrets that programs of a project connect with. All but [`ProjectKeys::project_by_secret`] need `projects.update`, or to be
/// the project's admin; lists have the default key first and then the others in order of making.
pub trait ProjectKeys: Send + Sync {
    /// Adds a secret key, at most 20 a project, and returns all there are, the new one last.
    ///
    /// # Errors
    /// `Conflict` when there are as many as there may be.
    fn add_secret_key(&self, access: &Access, project: ProjectId) -> Result<Vec<SecretKey>>;

    /// The project's secret keys.
    fn secret_keys(&self, access: &Access, project: ProjectId) -> Result<Vec<SecretKey>>;

    /// Takes a secret key away, which opens nothing from now on, and returns those that are left.
    ///
    /// # Errors
    /// `Conflict` for the default one.
    fn withdraw_secret_key(
        &self,
        access: &Access,
        project: ProjectId,
        key: &SecretKeyRef,
    ) -> Result<Vec<SecretKey>>;

    /// Makes a secret key the default, and returns all there are.
    fn prefer_secret_key(
        &self,
        access: &Access,
        project: ProjectId,
        key: &SecretKeyRef,
    ) -> Result<Vec<SecretKey>>;

    /// The project that this is a secret of. Asks for no permission: whoever has the secret is let in by it.
    fn project_by_secret(&self, secret: &str) -> Result<Option<(OrganizationId, ProjectId)>>;
}

/// Who has a role in a project.
pub trait ProjectMembers: Send + Sync {
    /// A page of who has a role in a project, in order of joining it. Needs `projects.get`, or a role in it.
    fn project_members(
        &self,
        access: &Access,
        project: ProjectId,
        page: Page,
    ) -> Result<Paged<ProjectMember>>;

    /// Makes an account this in a project, in place of what it was. Needs `projects.update`, or to be its admin; for an account that
    /// is no member of the organization, which it becomes, also `org.directory.members.create`.
    ///
    /// # Errors
    /// `NotEntitled` when the organization's license does not include roles in projects; `NotFound` for an unknown account;
    /// `LimitReached` when the organization is entitled to no more members.
    fn give_project_role(
        &self,
        access: &Access,
        project: ProjectId,
        account: AccountId,
        role: ProjectRole,
    ) -> Result<ProjectMember>;

    /// Takes an account's role in a project away; nothing happens when it has none. Needs `projects.update`, or to be its admin.
    fn take_project_role(&self, access: &Access, project: ProjectId, account: AccountId) -> Result<()>;
}
