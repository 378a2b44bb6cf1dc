//! `/directory/orgs/{organizationId}/permissions`: what roles give, and what somebody may do and why.

use super::Fault;
use super::fault::Failures;
use super::paths::{OrgPath, resolve};
use super::wire::{Permission, PermissionQuery};
use crate::ask::{Json, Path, Query};
use crate::gate::caller::Caller;

/// Everything the organization's roles give; with `subject`, what that person may do; with `explain=true`, also why.
/// Another person's needs `org.user.permissions.list`.
#[utoipa::path(get, path = "/directory/orgs/{organizationId}/permissions", tag = "directory",
    params(OrgPath, PermissionQuery), security(("bearer" = [])), responses((status = 200, body = [Permission]), Failures))]
pub(super) async fn list(
    caller: Caller,
    path: Path<OrgPath>,
    query: Query<PermissionQuery>,
) -> Result<Json<Vec<Permission>>, Fault> {
    let organization = path.organization()?;
    let Some(subject) = query.subject.clone() else { return of_roles(caller, path).await };
    let granted = caller
        .read(move |polity, actor| {
            let access = polity.enter(actor, &organization)?;
            polity.directory.explain(&access, resolve(polity, actor, &subject)?)
        })
        .await?;
    if query.explain {
        return Ok(Json(granted.into_iter().map(Permission::explained).collect()));
    }
    Ok(Json(granted.iter().map(|granted| Permission::plain(&granted.permission)).collect()))
}

/// Everything the organization's roles give.
#[utoipa::path(get, path = "/directory/orgs/{organizationId}/roles/permissions", tag = "directory", params(OrgPath),
    security(("bearer" = [])), responses((status = 200, body = [Permission]), Failures))]
pub(super) async fn of_roles(caller: Caller, path: Path<OrgPath>) -> Result<Json<Vec<Permission>>, Fault> {
    let organization = path.organization()?;
    let defined = caller
        .read(move |polity, actor| polity.directory.permissions(&polity.enter(actor, &organization)?))
        .await?;
    Ok(Json(defined.iter().map(Permission::plain).collect()))
}
