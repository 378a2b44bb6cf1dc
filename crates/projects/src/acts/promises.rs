//! What an invitation may promise in projects.

use polity_directory::entitlements::RBAC;
use polity_directory::permissions::PROJECTS_UPDATE;
use polity_directory::{ProjectAccess, ProjectId, ProjectLevel};
use polity_kernel::{Access, Code, Error, FieldKind, Result, Subject, Tx};

use crate::project::ProjectRole;
use crate::store;

/// Asks that the projects are there, and that the actor runs them: every one with `projects.update` or as an admin of the organization,
/// else those where they are an admin. What scope the credential has for projects does not count.
pub(crate) fn may_promise(tx: &mut Tx<'_>, access: &Access, promised: &[ProjectAccess]) -> Result<()> {
    if promised.is_empty() {
        return Ok(());
    }
    let (organization, now) = (access.organization(), tx.now());
    let ids: Vec<ProjectId> = promised.iter().map(|promise| promise.project).collect();
    let there = store::projects::existing(tx, organization, &ids)?;
    let runs_all =
        access.permissions().contains(&PROJECTS_UPDATE) || access.reaches(polity_kernel::Level::Admin);
    let own = match access.actor().subject() {
        Subject::Person(account) if !runs_all => {
            store::project_members::roles(tx, organization, account, &ids)?
        }
        _ => Vec::new(),
    };
    let runs = |id| runs_all || own.contains(&(id, ProjectRole::Admin));
    // of one that is not theirs nobody learns whether it is there
    if let Some(id) = ids.into_iter().find(|id| !there.contains(id) || !runs(*id)) {
        return Err(Error::field(
            "projects",
            FieldKind::NotFound.told(format!("no project of yours to give: {id}")),
        ));
    }
    if promised.iter().any(|promise| promise.level > ProjectLevel::None) {
        access.entitlements(now).require(RBAC)?;
    }
    Ok(())
}

/// Asks the same of what an invitation has promised so far, and returns it; projects that were closed since are left out.
pub(crate) fn may_promise_again(
    tx: &mut Tx<'_>,
    access: &Access,
    promised: &[ProjectAccess],
) -> Result<Vec<ProjectAccess>> {
    let ids: Vec<ProjectId> = promised.iter().map(|promise| promise.project).collect();
    let there = store::projects::existing(tx, access.organization(), &ids)?;
    let left: Vec<ProjectAccess> =
        promised.iter().filter(|promise| there.contains(&promise.project)).copied().collect();
    match may_promise(tx, access, &left) {
        // nobody has named it here, so it is no field's fault
        Err(error) if error.code() == Code::Invalid => Err(Error::missing(vec![PROJECTS_UPDATE])),
        judged => judged.map(|()| left),
    }
}
