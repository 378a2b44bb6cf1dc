//! Projects: opened, changed, and shown as somebody may see them.

use crate::entitlements::PROJECTS;
use polity_directory::permissions::PROJECTS_UPDATE;
use polity_directory::{NewProject, ProjectId, within};
use polity_kernel::{Access, AccountId, Code, Conn, Error, OrganizationId, Result, Stamp, Subject, Tx};

use crate::acts::keys;
use crate::acts::rights::{roles, unknown};
use crate::acts::seal::{ProjectRef, ProjectSeal};
use crate::events::{PROJECT_OPENED, PROJECT_ROLE_GRANTED, PROJECT_UPDATED};
use crate::project::{Opening, Project, ProjectMember, ProjectPatch, ProjectRole};
use crate::store;

/// The most projects of an organization.
const MOST: u64 = 1_000;

/// How many random numbers are tried before something must be wrong.
const TRIED: usize = 3;

/// Opens a project. Whoever calls has asked for the permission and holds the epoch alone.
pub(crate) fn open(
    tx: &mut Tx<'_>,
    access: &Access,
    seal: &ProjectSeal,
    new: &NewProject,
) -> Result<Project> {
    let (organization, stamp) = (access.organization(), Stamp::of(tx, access.actor()));
    let present = store::projects::count(tx, organization)?;
    access.entitlements(stamp.at).require_room(PROJECTS, || Ok(present))?;
    if present >= MOST {
        return Err(Error::new(Code::Conflict, format!("an organization has at most {MOST} projects")));
    }
    let id: ProjectId = tx.new_id();
    let place = ProjectRef { organization, project: id };
    let (parameters, sealed) = seal.settle(tx.ids(), place, new.parameters(), None)?;
    let taken = store::projects::aliases(tx, organization)?;
    let number = number(tx, organization, id)?;
    let project = Project::opened(new, Opening { organization, id, number, stamp }, parameters, &taken);
    store::projects::insert(tx, &project, sealed.as_deref())?;
    tx.record(PROJECT_OPENED.made(access, id, &project))?;
    keys::make(tx, seal, access, id, true)?;
    if let Subject::Person(account) = access.actor().subject() {
        take_over(tx, access, id, account, stamp)?;
    }
    shown_alone(tx, access, seal, project)
}

/// Takes a number that no project has.
fn number(tx: &mut Tx<'_>, organization: OrganizationId, id: ProjectId) -> Result<i64> {
    for _ in 0..TRIED {
        let number = tx.ids().number();
        if store::project_numbers::reserve(tx, number, organization, id)? {
            return Ok(number);
        }
    }
    Err(Error::internal("no number is free, though one in so many is taken"))
}

/// Makes whoever opened the project its admin, and has them work in it if they worked nowhere. One who is no member of the
/// organization (a platform administrator) has no role in its projects.
fn take_over(
    tx: &mut Tx<'_>,
    access: &Access,
    project: ProjectId,
    account: AccountId,
    stamp: Stamp,
) -> Result<()> {
    let organization = access.organization();
    if !within::is_member(tx, organization, account, stamp.at)? {
        return Ok(());
    }
    let worked = works_somewhere(tx, account, stamp)?;
    let admin = ProjectMember {
        id: tx.new_id(),
        project,
        account,
        role: ProjectRole::Admin,
        created_by: stamp.by,
        created_at: stamp.at,
        version: 1,
    };
    store::project_members::insert(tx, organization, std::slice::from_ref(&admin))?;
    tx.record(PROJECT_ROLE_GRANTED.made(access, project, &admin))?;
    if worked {
        return Ok(());
    }
    store::active_projects::set(tx, account, organization, project, stamp.at)
}

fn works_somewhere(tx: &mut Tx<'_>, account: AccountId, stamp: Stamp) -> Result<bool> {
    if store::active_projects::find(tx, account)?.is_some() {
        return Ok(true);
    }
    Ok(!store::project_members::places(tx, account, None, stamp.at, 1)?.is_empty())
}

/// These projects as the actor sees them: with what it is in each, and the secret keys of those it runs.
pub(crate) fn shown(
    conn: &mut Conn,
    access: &Access,
    seal: &ProjectSeal,
    mut projects: Vec<Project>,
) -> Result<Vec<Project>> {
    let own = roles(conn, access, &projects)?;
    for project in &mut projects {
        project.role = own.get(&project.id).copied();
    }
    if access.permissions().contains(&PROJECTS_UPDATE) {
        projects.iter_mut().for_each(|project| project.role = Some(ProjectRole::Admin));
    }
    let run: Vec<ProjectId> = projects
        .iter()
        .filter(|project| project.role == Some(ProjectRole::Admin))
        .map(|project| project.id)
        .collect();
    if run.is_empty() {
        return Ok(projects);
    }
    let mut kept = keys::of(conn, seal, access.organization(), &run)?;
    for project in projects.iter_mut().filter(|project| project.role == Some(ProjectRole::Admin)) {
        project.secret_keys = Some(kept.remove(&project.id).unwrap_or_default());
    }
    Ok(projects)
}

/// One project as the actor sees it.
pub(crate) fn shown_alone(
    conn: &mut Conn,
    access: &Access,
    seal: &ProjectSeal,
    project: Project,
) -> Result<Project> {
    shown(conn, access, seal, vec![project])?.pop().ok_or_else(unknown)
}

/// Changes a project; nothing is written when nothing differs. Whoever calls holds the epoch alone.
pub(crate) fn change(
    tx: &mut Tx<'_>,
    access: &Access,
    seal: &ProjectSeal,
    before: Project,
    patch: &ProjectPatch,
) -> Result<Project> {
    let mut after = before.patched(patch)?;
    let place = ProjectRef { organization: before.organization, project: before.id };
    let mut sealed = store::projects::sealed(tx, place.organization, place.project)?;
    if let Some(sent) = &patch.parameters {
        (after.parameters, sealed) = seal.settle(tx.ids(), place, sent, sealed.as_deref())?;
    } else if after == before {
        return Ok(before);
    }
    after.updated_at = tx.now();
    after.version += 1;
    store::projects::update(tx, &after, sealed.as_deref())?;
    tx.record(PROJECT_UPDATED.changed(access, after.id, &before, &after))?;
    Ok(after)
}
