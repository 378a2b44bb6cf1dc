//! Who has a role in a project.

use polity_directory::entitlements::RBAC;
use polity_directory::{ProjectId, within};
use polity_kernel::{Access, AccountId, Page, Paged, Result, WriteKind};

use crate::ProjectMembers;
use crate::acts::people::give;
use crate::acts::rights;
use crate::acts::rights::{RUN, SEE};
use crate::events::PROJECT_ROLE_REVOKED;
use crate::project::{ProjectMember, ProjectRole};
use crate::service::Service;
use crate::store::project_members;

impl ProjectMembers for Service {
    fn project_members(
        &self,
        access: &Access,
        project: ProjectId,
        page: Page,
    ) -> Result<Paged<ProjectMember>> {
        let now = self.ctx.now();
        self.ctx.read(|conn| {
            rights::allowed(conn, access, project, &SEE)?;
            let rows = project_members::page(conn, access.organization(), project, now, &page)?;
            Ok(Paged::of(rows, &page, |member| member.id.uuid()))
        })
    }

    fn give_project_role(
        &self,
        access: &Access,
        project: ProjectId,
        account: AccountId,
        role: ProjectRole,
    ) -> Result<ProjectMember> {
        let hooks = self.hooks.clone();
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            rights::allowed(tx, access, project, &RUN)?;
            access.require_recent()?;
            let present = project_members::find(tx, access.organization(), project, account)?;
            if present.is_none_or(|present| present.role < role) {
                access.entitlements(tx.now()).require(RBAC)?;
            }
            within::belong(tx, &hooks, access, account)?;
            give(tx, access, project, account, role)
        })
    }

    fn take_project_role(&self, access: &Access, project: ProjectId, account: AccountId) -> Result<()> {
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            rights::allowed(tx, access, project, &RUN)?;
            access.require_recent()?;
            let organization = access.organization();
            let Some(before) = project_members::find(tx, organization, project, account)? else {
                return Ok(());
            };
            project_members::delete(tx, organization, project, account)?;
            tx.record(PROJECT_ROLE_REVOKED.over(access, project, &before))
        })
    }
}
