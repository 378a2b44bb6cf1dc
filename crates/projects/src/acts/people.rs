//! Who has a role in a project.

use polity_directory::{ProjectAccess, ProjectId, ProjectLevel};
use polity_kernel::{Access, AccountId, Result, Stamp, Tx};

use crate::events::{PROJECT_ROLE_GRANTED, PROJECT_ROLE_UPDATED};
use crate::project::{ProjectMember, ProjectRole};
use crate::store;
use crate::store::project_members;

/// Gives an account the roles it was promised in those of the projects that are left; more than that it keeps.
pub(crate) fn fulfil(
    tx: &mut Tx<'_>,
    access: &Access,
    account: AccountId,
    promised: &[ProjectAccess],
) -> Result<()> {
    let organization = access.organization();
    let wanted: Vec<ProjectId> = promised.iter().map(|promise| promise.project).collect();
    let left = store::projects::existing(tx, organization, &wanted)?;
    let own = project_members::roles(tx, organization, account, &wanted)?;
    let Stamp { by: created_by, at: created_at } = Stamp::of(tx, access.actor());
    let mut new = Vec::new();
    for promise in promised.iter().filter(|promise| left.contains(&promise.project)) {
        let (project, Some(role)) = (promise.project, role_of(promise.level)) else { continue };
        match own.iter().find(|(own, _)| *own == project) {
            Some((_, present)) if *present >= role => {}
            Some(_) => {
                give(tx, access, project, account, role)?;
            }
            None => {
                let id = tx.new_id();
                new.push(ProjectMember { id, project, account, role, created_by, created_at, version: 1 });
            }
        }
    }
    project_members::insert(tx, organization, &new)?;
    for member in &new {
        tx.record(PROJECT_ROLE_GRANTED.made(access, member.project, member))?;
    }
    Ok(())
}

pub(crate) fn give(
    tx: &mut Tx<'_>,
    access: &Access,
    project: ProjectId,
    account: AccountId,
    role: ProjectRole,
) -> Result<ProjectMember> {
    let (organization, stamp) = (access.organization(), Stamp::of(tx, access.actor()));
    let Some(before) = project_members::find(tx, organization, project, account)? else {
        let (created_by, created_at) = (stamp.by, stamp.at);
        let member =
            ProjectMember { id: tx.new_id(), project, account, role, created_by, created_at, version: 1 };
        project_members::insert(tx, organization, std::slice::from_ref(&member))?;
        tx.record(PROJECT_ROLE_GRANTED.made(access, project, &member))?;
        return Ok(member);
    };
    if before.role == role {
        return Ok(before);
    }
    let after = ProjectMember { role, version: before.version + 1, ..before };
    project_members::update(tx, organization, &after)?;
    tx.record(PROJECT_ROLE_UPDATED.changed(access, project, &before, &after))?;
    Ok(after)
}

/// The role that is promised by this word, if any.
fn role_of(promised: ProjectLevel) -> Option<ProjectRole> {
    match promised {
        ProjectLevel::None => None,
        ProjectLevel::Member => Some(ProjectRole::User),
        ProjectLevel::Admin => Some(ProjectRole::Admin),
    }
}
