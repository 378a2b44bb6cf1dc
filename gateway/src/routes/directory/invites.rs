//! `/directory/invites`: invitations, one's own and an organization's.

use actix_web::HttpResponse;
use polity_directory::NewInvitations;

use super::Fault;
use super::fault::Failures;
use super::paths::{InvitePath, OrgPath};
use super::wire::{Accept, Invite, InviteBody};
use crate::caller::Caller;
use crate::extract::{Json, Path, Query};
use crate::routes::{Listing, Slice};

/// The caller's own live invitations, at most 10.
#[utoipa::path(get, path = "/directory/invites", tag = "directory", security(("bearer" = [])),
    responses((status = 200, body = [Invite]), Failures))]
pub(super) async fn mine(caller: Caller) -> Result<Json<Vec<Invite>>, Fault> {
    let found = caller.read(|polity, actor| polity.directory.invitations_of(actor)).await?;
    Ok(Json(found.into_iter().map(Invite::from).collect()))
}

/// Accepts the caller's live invitation to an organization.
#[utoipa::path(post, path = "/directory/invites", tag = "directory", request_body = Accept, security(("bearer" = [])),
    responses((status = 200, description = "A member"), Failures))]
pub(super) async fn accept(caller: Caller, body: Json<Accept>) -> Result<HttpResponse, Fault> {
    let organization = body.0.organization()?;
    caller.write(move |polity, actor| polity.directory.accept(actor, &organization)).await?;
    Ok(HttpResponse::Ok().finish())
}

/// An organization's invitations, whatever became of them. Permission: `org.directory.members.create`.
#[utoipa::path(get, path = "/directory/invites/orgs/{organizationId}", tag = "directory", params(OrgPath, Slice),
    security(("bearer" = [])), responses((status = 200, body = [Invite]), Failures))]
pub(super) async fn list(
    caller: Caller,
    path: Path<OrgPath>,
    slice: Query<Slice>,
) -> Result<Listing<Invite>, Fault> {
    let organization = path.organization()?;
    let found = caller.list(
        &slice,
        move |polity, actor| polity.enter(actor, &organization),
        |polity, access, page| Ok(polity.directory.invitations(access, page)?.map(Invite::from)),
    );
    Ok(found.await?)
}

/// Invites addresses, each in place of an earlier invitation. Permissions: `org.directory.members.create`, and what the roles
/// give.
#[utoipa::path(put, path = "/directory/invites/orgs/{organizationId}", tag = "directory", params(OrgPath),
    request_body = InviteBody, security(("bearer" = [])), responses((status = 200, body = [Invite]), Failures))]
pub(super) async fn send(
    caller: Caller,
    path: Path<OrgPath>,
    body: Json<InviteBody>,
) -> Result<Json<Vec<Invite>>, Fault> {
    let (organization, new) = (path.organization()?, NewInvitations::try_from(body.0.fields())?);
    let sent = caller
        .write(move |polity, actor| polity.directory.invite(&polity.enter(actor, &organization)?, new))
        .await?;
    Ok(Json(sent.into_iter().map(Invite::from).collect()))
}

/// Takes a pending invitation back. Permission: `org.directory.members.create`.
#[utoipa::path(delete, path = "/directory/invites/orgs/{organizationId}/{inviteId}", tag = "directory", params(InvitePath),
    security(("bearer" = [])), responses((status = 200, description = "Taken back"), Failures))]
pub(super) async fn withdraw(caller: Caller, path: Path<InvitePath>) -> Result<HttpResponse, Fault> {
    let (organization, invitation) = (path.organization()?, path.invitation()?);
    caller
        .write(move |polity, actor| {
            polity.directory.withdraw(&polity.enter(actor, &organization)?, invitation)
        })
        .await?;
    Ok(HttpResponse::Ok().finish())
}
