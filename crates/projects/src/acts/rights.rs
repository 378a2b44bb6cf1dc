//! What somebody may do in a project.

use std::collections::{HashMap, HashSet};

use polity_directory::permissions::{PROJECTS_DELETE, PROJECTS_GET, PROJECTS_LIST, PROJECTS_UPDATE};
use polity_directory::{ProjectId, within};
use polity_kernel::{Access, AccountId, Code, Conn, Error, Limits, Permission, Result, Subject};

use crate::project::{Project, ProjectRole};
use crate::store;

/// Something that is done with a project: the permission to do it with every one, and the least role that stands for it in one.
pub(crate) struct Right {
    permission: Permission,
    least: ProjectRole,
}

/// Reading a project.
pub(crate) const SEE: Right = Right { permission: PROJECTS_GET, least: ProjectRole::Viewer };

/// Changing a project, its secret keys and who has a role in it.
pub(crate) const RUN: Right = Right { permission: PROJECTS_UPDATE, least: ProjectRole::Admin };

/// Closing a project.
pub(crate) const CLOSE: Right = Right { permission: PROJECTS_DELETE, least: ProjectRole::Admin };

/// The project, if the actor may do this with it.
pub(crate) fn allowed(conn: &mut Conn, access: &Access, id: ProjectId, right: &Right) -> Result<Project> {
    let organization = access.organization();
    if access.permissions().contains(&right.permission) {
        return store::projects::find(conn, organization, id)?.ok_or_else(unknown);
    }
    // who may do it with no project at all is told so before anything is told of this one
    let account = person(conn, access, &right.permission)?;
    let project = store::projects::find(conn, organization, id)?.ok_or_else(unknown)?;
    match store::project_members::find(conn, organization, id, account)? {
        Some(member) if member.role >= right.least => Ok(project),
        Some(_) => Err(Error::missing(vec![right.permission.clone()])),
        None if sees_all(access) => Err(Error::missing(vec![right.permission.clone()])),
        None => Err(unknown()),
    }
}

/// Whether the actor may read the project.
pub(crate) fn sees(conn: &mut Conn, access: &Access, id: ProjectId) -> Result<bool> {
    match allowed(conn, access, id, &SEE) {
        Ok(_) => Ok(true),
        Err(error) if matches!(error.code(), Code::NotFound | Code::Forbidden) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Whether the actor knows of every project.
fn sees_all(access: &Access) -> bool {
    [PROJECTS_GET, PROJECTS_LIST].iter().any(|permission| access.permissions().contains(permission))
}

/// Whose roles in projects stand for this permission.
///
/// # Errors
/// `Forbidden` for a program, which has no roles in projects, and for a credential that would not leave the permission.
pub(crate) fn person(conn: &mut Conn, access: &Access, permission: &Permission) -> Result<AccountId> {
    match access.actor().subject() {
        Subject::Person(account) if left(conn, access, permission)? => Ok(account),
        _ => Err(Error::missing(vec![permission.clone()])),
    }
}

/// Whether the credential would leave the permission to somebody who has it.
fn left(conn: &mut Conn, access: &Access, permission: &Permission) -> Result<bool> {
    let limits = access.actor().limits();
    if !could_leave(limits, permission) {
        return Ok(false);
    }
    let Some(role) = &limits.role else { return Ok(true) };
    let role = within::role(conn, access.organization(), role)?;
    Ok(role.is_some_and(|role| role.gives().contains(permission)))
}

/// Whether a credential with these limits could leave the permission in any organization; of the role it may be limited to, that
/// organization alone says what it gives.
pub(crate) fn could_leave(limits: &Limits, permission: &Permission) -> bool {
    limits.permissions.as_ref().is_none_or(|only| only.contains(permission))
        && limits.level.is_none_or(|most| within::given_by_level(most).contains(permission))
}

/// Asks that the actor is in every project at least what the account is there.
pub(crate) fn runs_as_far(conn: &mut Conn, access: &Access, account: AccountId) -> Result<()> {
    let organization = access.organization();
    if access.permissions().contains(&PROJECTS_UPDATE) {
        return Ok(());
    }
    let theirs = store::project_members::all_of(conn, organization, account)?;
    if theirs.is_empty() {
        return Ok(());
    }
    let own: HashMap<ProjectId, ProjectRole> = match access.actor().subject() {
        Subject::Person(own) if left(conn, access, &PROJECTS_UPDATE)? => {
            store::project_members::all_of(conn, organization, own)?.into_iter().collect()
        }
        _ => HashMap::new(),
    };
    let reads_all = access.permissions().contains(&PROJECTS_GET);
    let as_far = |(project, role): &(ProjectId, ProjectRole)| {
        (reads_all && *role < ProjectRole::Admin) || own.get(project).is_some_and(|own| own >= role)
    };
    if theirs.iter().all(as_far) { Ok(()) } else { Err(Error::missing(vec![PROJECTS_UPDATE])) }
}

/// Those of these projects of the organization that the actor may know of.
pub(crate) fn known(conn: &mut Conn, access: &Access, projects: &[ProjectId]) -> Result<HashSet<ProjectId>> {
    if sees_all(access) {
        return Ok(projects.iter().copied().collect());
    }
    match access.actor().subject() {
        Subject::Person(account) if left(conn, access, &PROJECTS_GET)? => {
            let roles = store::project_members::roles(conn, access.organization(), account, projects)?;
            Ok(roles.into_iter().map(|(project, _)| project).collect())
        }
        _ => Ok(HashSet::new()),
    }
}

/// What the actor itself is in these projects. A credential that only reads is no more than a viewer's.
pub(crate) fn roles(
    conn: &mut Conn,
    access: &Access,
    projects: &[Project],
) -> Result<HashMap<ProjectId, ProjectRole>> {
    let Subject::Person(account) = access.actor().subject() else { return Ok(HashMap::new()) };
    let ids: Vec<ProjectId> = projects.iter().map(|project| project.id).collect();
    let mut roles: HashMap<_, _> =
        store::project_members::roles(conn, access.organization(), account, &ids)?.into_iter().collect();
    if !left(conn, access, &PROJECTS_UPDATE)? {
        roles.values_mut().for_each(|role| *role = ProjectRole::Viewer);
    }
    Ok(roles)
}

pub(crate) fn unknown() -> Error {
    Error::not_found("project")
}
