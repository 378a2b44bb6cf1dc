//! Projects: opening, changing and closing them, and who sees which.

use polity_directory::permissions::{PROJECTS_CREATE, PROJECTS_LIST};
use polity_directory::within::BELONGING;
use polity_directory::{NewProject, ProjectId};
use polity_kernel::{Access, AccountId, Actor, OrganizationId, Page, Paged, Result, WriteKind};

use crate::acts::projects::{change, open};
use crate::acts::rights;
use crate::acts::rights::{CLOSE, RUN, SEE, person};
use crate::acts::{briefs, projects};
use crate::brief::ProjectInBrief;
use crate::events::PROJECT_CLOSED;
use crate::project::{Project, ProjectPatch};
use crate::service::Service;
use crate::{Projects, store};

impl Projects for Service {
    fn projects_by_number(&self, access: &Access, numbers: &[i64]) -> Result<Vec<(i64, ProjectId)>> {
        self.ctx.read(|conn| store::project_numbers::projects(conn, access.organization(), numbers))
    }

    fn project_numbers(&self, access: &Access, projects: &[ProjectId]) -> Result<Vec<(ProjectId, i64)>> {
        self.ctx.read(|conn| store::project_numbers::numbers(conn, access.organization(), projects))
    }

    fn open_project(&self, access: &Access, new: NewProject) -> Result<Project> {
        let seal = self.seal.clone();
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&PROJECTS_CREATE)?;
            open(tx, access, &seal, &new)
        })
    }

    fn projects(&self, access: &Access, page: Page) -> Result<Paged<Project>> {
        let organization = access.organization();
        self.ctx.read(|conn| {
            let projects = if access.permissions().contains(&PROJECTS_LIST) {
                store::projects::page(conn, organization, &page)?
            } else {
                let account = person(conn, access, &PROJECTS_LIST)?;
                store::projects::page_of(conn, organization, account, &page)?
            };
            let Paged { items, next } = Paged::of(projects, &page, |project| project.id.uuid());
            Ok(Paged { items: projects::shown(conn, access, &self.seal, items)?, next })
        })
    }

    fn project(&self, access: &Access, id: ProjectId) -> Result<Project> {
        self.ctx.read(|conn| {
            let project = rights::allowed(conn, access, id, &SEE)?;
            projects::shown_alone(conn, access, &self.seal, project)
        })
    }

    fn change_project(&self, access: &Access, id: ProjectId, patch: ProjectPatch) -> Result<Project> {
        let seal = self.seal.clone();
        // held alone, since what was read first must still be so when it is written
        self.ctx.write(access, WriteKind::Structure, move |tx, access| {
            let before = rights::allowed(tx, access, id, &RUN)?;
            let after = change(tx, access, &seal, before, &patch)?;
            projects::shown_alone(tx, access, &seal, after)
        })
    }

    fn close_project(&self, access: &Access, id: ProjectId) -> Result<()> {
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            let project = rights::allowed(tx, access, id, &CLOSE)?;
            access.require_recent()?;
            store::projects::delete(tx, access.organization(), id)?;
            tx.record(PROJECT_CLOSED.over(access, id, &project))
        })
    }

    fn active_project(&self, actor: &Actor) -> Result<Option<(OrganizationId, ProjectId)>> {
        self.active(actor)
    }

    fn projects_in_brief(&self, accesses: &[Access]) -> Result<Vec<Vec<ProjectInBrief>>> {
        self.ctx.read(|conn| briefs::all(conn, accesses))
    }

    fn activate_project(&self, access: &Access, id: ProjectId) -> Result<()> {
        self.ctx.write(access, WriteKind::Content, move |tx, access| {
            let (account, now) = (access.actor().person()?, tx.now());
            let project = rights::allowed(tx, access, id, &SEE)?;
            BELONGING.require(tx, access.organization(), account, now)?;
            store::active_projects::set(tx, account, project.organization, id, now)
        })
    }

    fn active_projects_of(
        &self,
        access: &Access,
        accounts: &[AccountId],
    ) -> Result<Vec<(AccountId, Option<ProjectId>)>> {
        self.active_here(access, accounts)
    }
}
