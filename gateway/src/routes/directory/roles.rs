//! `/directory/orgs/{organizationId}/roles`: roles, and who carries them.

use actix_web::HttpResponse;
use polity_directory::permissions::ORG_MEMBERS_LIST;
use polity_directory::{Assignee, Assignees, AssignmentRef, NewAssignment, NewRole, RoleAssignment, RoleRef};
use polity_kernel::{Access, AccountId, Actor, Error, Page, Paged, Result};

use super::Fault;
use super::fault::Failures;
use super::paths::{OrgPath, RolePath, resolve};
use super::wire::{
    AssignBody, Assigned, AssigneeType, AssignmentPage, AssignmentQuery, Part, Role, RoleBody, RoleMember,
    group,
};
use crate::answer::{Listing, Slice};
use crate::areas::Polity;
use crate::ask::{Json, Path, Query};
use crate::gate::caller::Caller;

/// Built-in roles, then the organization's own. Permission: `org.roles.list`.
#[utoipa::path(get, path = "/directory/orgs/{organizationId}/roles", tag = "directory", params(OrgPath),
    security(("bearer" = [])), responses((status = 200, body = [Role]), Failures))]
pub(super) async fn list(caller: Caller, path: Path<OrgPath>) -> Result<Json<Vec<Role>>, Fault> {
    let organization = path.organization()?;
    let roles = caller
        .read(move |polity, actor| polity.directory.roles(&polity.enter(actor, &organization)?))
        .await?;
    Ok(Json(roles.into_iter().map(Role::from).collect()))
}

/// Makes a role. Permissions: `org.roles.create`, and what of polity's own permissions the role gives.
#[utoipa::path(post, path = "/directory/orgs/{organizationId}/roles", tag = "directory", params(OrgPath),
    request_body = RoleBody, security(("bearer" = [])), responses((status = 200, body = Role), Failures))]
pub(super) async fn create(
    caller: Caller,
    path: Path<OrgPath>,
    body: Json<RoleBody>,
) -> Result<Json<Role>, Fault> {
    let (organization, new) = (path.organization()?, NewRole::try_from(body.0.fields())?);
    let made = caller
        .write(move |polity, actor| polity.directory.create_role(&polity.enter(actor, &organization)?, new))
        .await?;
    Ok(Json(made.into()))
}

/// One role. Permission: `org.roles.get`.
#[utoipa::path(get, path = "/directory/orgs/{organizationId}/roles/{roleId}", tag = "directory", params(RolePath),
    security(("bearer" = [])), responses((status = 200, body = Role), Failures))]
pub(super) async fn read(caller: Caller, path: Path<RolePath>) -> Result<Json<Role>, Fault> {
    let (organization, role) = (path.organization()?, path.role()?.into());
    let found = caller
        .read(move |polity, actor| polity.directory.role(&polity.enter(actor, &organization)?, &role))
        .await?;
    Ok(Json(found.into()))
}

/// Replaces an own role. Permissions: `org.roles.update`, and what of polity's own permissions the role then gives.
#[utoipa::path(put, path = "/directory/orgs/{organizationId}/roles/{roleId}", tag = "directory", params(RolePath),
    request_body = RoleBody, security(("bearer" = [])), responses((status = 200, body = Role), Failures))]
pub(super) async fn replace(
    caller: Caller,
    path: Path<RolePath>,
    body: Json<RoleBody>,
) -> Result<Json<Role>, Fault> {
    let (organization, role, body) = (path.organization()?, path.role()?, body.0);
    body.require_id(role.as_str())?;
    let changed = caller
        .write(move |polity, actor| {
            polity.directory.update_role(
                &polity.enter(actor, &organization)?,
                &role.into(),
                body.replacement(),
            )
        })
        .await?;
    Ok(Json(changed.into()))
}

/// Deletes an own role and takes it from everybody. Permission: `org.roles.delete`.
#[utoipa::path(delete, path = "/directory/orgs/{organizationId}/roles/{roleId}", tag = "directory", params(RolePath),
    security(("bearer" = [])), responses((status = 200, description = "Deleted"), Failures))]
pub(super) async fn remove(caller: Caller, path: Path<RolePath>) -> Result<HttpResponse, Fault> {
    let (organization, role) = (path.organization()?, path.role()?);
    caller
        .write(move |polity, actor| {
            polity.directory.remove_role(&polity.enter(actor, &organization)?, &role.into())
        })
        .await?;
    Ok(HttpResponse::Ok().finish())
}

/// Who carries a role. Permission: `org.roles.list`.
#[utoipa::path(get, path = "/directory/orgs/{organizationId}/roles/{roleId}/assignments", tag = "directory",
    params(RolePath, Part), security(("bearer" = [])), responses((status = 200, body = AssignmentPage), Failures))]
pub(super) async fn assignments(
    caller: Caller,
    path: Path<RolePath>,
    part: Query<Part>,
) -> Result<Json<AssignmentPage>, Fault> {
    let (organization, role, (limit, skip)) = (path.organization()?, path.role()?.into(), part.bounds()?);
    let docs = caller
        .read(move |polity, actor| {
            let access = polity.enter(actor, &organization)?;
            let found =
                polity.directory.assignments(&access, &role, Assignees::All, Page::offset(limit, skip))?;
            shown(polity, actor, &access, &found.items)
        })
        .await?;
    Ok(Json(AssignmentPage { count: docs.len(), docs, limit, skip }))
}

/// Gives a role to a person or a group. Permissions: `org.user.roles.update`, and what the role gives.
#[utoipa::path(post, path = "/directory/orgs/{organizationId}/roles/{roleId}/assignments", tag = "directory",
    params(RolePath), request_body = AssignBody, security(("bearer" = [])),
    responses((status = 200, body = Assigned), Failures))]
pub(super) async fn assign(
    caller: Caller,
    path: Path<RolePath>,
    body: Json<AssignBody>,
) -> Result<Json<Assigned>, Fault> {
    let (organization, role, body) = (path.organization()?, path.role()?, body.0);
    let given = caller
        .write(move |polity, actor| {
            let access = polity.enter(actor, &organization)?;
            let assignee = assignee(polity, actor, &body.assigned_to, body.assignee_type)?;
            let new = NewAssignment { expires_at: body.expires_date, ..NewAssignment::of(role, assignee) };
            let given = polity.directory.grant(&access, new)?;
            let shown = shown(polity, actor, &access, &[given])?;
            shown.into_iter().next().ok_or_else(|| Error::internal("nothing to show"))
        })
        .await?;
    Ok(Json(given))
}

/// Takes a role from a person or a group. Permission: `org.user.roles.update`.
#[utoipa::path(delete, path = "/directory/orgs/{organizationId}/roles/{roleId}/assignments", tag = "directory",
    params(RolePath, AssignmentQuery), security(("bearer" = [])),
    responses((status = 200, description = "Not carried"), Failures))]
pub(super) async fn unassign(
    caller: Caller,
    path: Path<RolePath>,
    query: Query<AssignmentQuery>,
) -> Result<HttpResponse, Fault> {
    let (organization, role) = (path.organization()?, path.role()?);
    caller
        .write(move |polity, actor| {
            let access = polity.enter(actor, &organization)?;
            let assignee = assignee(polity, actor, &query.assigned_to, query.assignee_type)?;
            polity.directory.revoke(&access, &role.into(), AssignmentRef::To(assignee))
        })
        .await?;
    Ok(HttpResponse::Ok().finish())
}

/// The members who carry a role by themselves, in order of giving; without groups, and without those whose account is disabled. Permissions:
/// `org.members.list` and `org.roles.list`.
#[utoipa::path(get, path = "/directory/orgs/{organizationId}/roles/{roleId}/members", tag = "directory",
    params(RolePath, Slice), security(("bearer" = [])), responses((status = 200, body = [RoleMember]), Failures))]
pub(super) async fn members(
    caller: Caller,
    path: Path<RolePath>,
    slice: Query<Slice>,
) -> Result<Listing<RoleMember>, Fault> {
    let (organization, role) = (path.organization()?, RoleRef::from(path.role()?));
    let found = caller.list(
        &slice,
        move |polity, actor| {
            let access = polity.enter(actor, &organization)?;
            // who carries which role is told with who they are
            access.require(&ORG_MEMBERS_LIST)?;
            Ok(access)
        },
        move |polity, access, page| {
            let found = polity.directory.assignments(access, &role, Assignees::People, page)?;
            Ok(Paged { items: carriers(polity, access, found.items)?, next: found.next })
        },
    );
    Ok(found.await?)
}

/// Those who carry a role by these assignments, as the caller knows them.
fn carriers(polity: &Polity, access: &Access, assignments: Vec<RoleAssignment>) -> Result<Vec<RoleMember>> {
    let key = polity.directory.key(access)?;
    let found = polity.directory.carriers(access, assignments)?;
    let accounts: Vec<AccountId> = found.iter().map(|carrier| carrier.member.account.id).collect();
    let subjects = polity.identity.subjects_of(access.actor().client(), &accounts)?;
    let shown = found.into_iter().zip(subjects);
    Ok(shown.map(|(carrier, subject)| RoleMember::new(carrier, subject, key.as_str())).collect())
}

/// The assignments as the caller knows the people in them.
pub(super) fn shown(
    polity: &Polity,
    actor: &Actor,
    access: &Access,
    assignments: &[RoleAssignment],
) -> Result<Vec<Assigned>> {
    let key = polity.directory.key(access)?;
    let accounts: Vec<AccountId> = assignments.iter().filter_map(RoleAssignment::account).collect();
    let mut subjects = polity.identity.subjects_of(actor.client(), &accounts)?.into_iter();
    let show = |assignment: &RoleAssignment| {
        let subject = assignment.account().and_then(|_| subjects.next());
        Assigned::new(assignment, subject, key.as_str())
    };
    Ok(assignments.iter().map(show).collect())
}

fn assignee(polity: &Polity, actor: &Actor, text: &str, kind: AssigneeType) -> Result<Assignee> {
    match kind {
        AssigneeType::User => resolve(polity, actor, text).map(Assignee::Account),
        AssigneeType::Group => group(text).map(Assignee::Group),
    }
}
