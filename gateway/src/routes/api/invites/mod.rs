//! `/api/organizations/{organization_id}/invites`: invitations of one address each.

mod invitees;

use std::collections::HashMap;

use actix_web::{HttpResponse, Responder};
use polity_directory::{Invitation, InvitationFilter, NewInvitation, ProjectId};
use polity_kernel::{Access, Result};

use super::Fault;
use super::body::{Bodies, Body};
use super::fault::Failures;
use super::lists::{Leaf, LeafQuery};
use super::paths::{InvitePath, OrganizationPath};
use super::scoped::Scoped;
use super::wire::{DelegateBody, InviteBody, InvitePage, OrganizationInvite, invite_fault, invites_fault};
use crate::areas::Polity;
use crate::ask::{Json, Path};

use invitees::Invitee;

/// The invitations that wait, expired ones too, the newest first. Scope: `organization_member:read`.
#[utoipa::path(get, path = "/api/organizations/{organization_id}/invites", tag = "api",
    params(OrganizationPath, LeafQuery), responses((status = 200, body = InvitePage), Failures))]
pub(super) async fn list(caller: Scoped<Access>, leaf: Leaf) -> Result<impl Responder, Fault> {
    leaf.sent(
        caller,
        |_, access| Ok(access),
        |polity, access| polity.directory.invitation_count(access, InvitationFilter::Waiting),
        |polity, access, page| {
            let mut found = polity.directory.invitations(access, InvitationFilter::Waiting, page)?;
            let invitations = std::mem::take(&mut found.items);
            Ok(polity_kernel::Paged { items: shown(polity, access, invitations)?, next: found.next })
        },
    )
    .await
}

/// Invites an address, in place of an invitation of it that waits. Scope: `organization_member:write`; every member may, unless the
/// organization says otherwise. At most 1000 invitations wait, and 100 mails an hour are sent.
#[utoipa::path(post, path = "/api/organizations/{organization_id}/invites", tag = "api",
    params(OrganizationPath), request_body = InviteBody,
    responses((status = 201, body = OrganizationInvite), Failures))]
pub(super) async fn invite(caller: Scoped<Access>, body: Body<InviteBody>) -> Result<HttpResponse, Fault> {
    let invitee = Invitee::from(body.0);
    let invited = caller.write(move |polity, access| {
        let new = vec![invitee.found(polity, access)?];
        one(polity, access, polity.directory.invite(access, new)?)
    });
    Ok(HttpResponse::Created().json(invited.await.map_err(invite_fault)?))
}

/// Invites up to 20 addresses, all or none. Scope: `organization_member:write`.
#[utoipa::path(post, path = "/api/organizations/{organization_id}/invites/bulk", tag = "api",
    params(OrganizationPath), request_body = Vec<InviteBody>,
    responses((status = 201, body = Vec<OrganizationInvite>), Failures))]
pub(super) async fn invite_many(
    caller: Scoped<Access>,
    bodies: Bodies<InviteBody>,
) -> Result<HttpResponse, Fault> {
    let list = bodies.0.into_iter().map(Invitee::from).collect();
    let invited = caller.write(move |polity, access| {
        let new = Invitee::all_found(list, polity, access)?;
        shown(polity, access, polity.directory.invite(access, new)?)
    });
    Ok(HttpResponse::Created().json(invited.await.map_err(invites_fault)?))
}

/// Has somebody else set the organization up, who gets level 8. Such an invitation of the caller's to another organization is taken
/// back. Scope: `organization_member:write`.
#[utoipa::path(post, path = "/api/organizations/{organization_id}/invites/delegate", tag = "api",
    params(OrganizationPath), request_body = DelegateBody,
    responses((status = 200, body = OrganizationInvite), Failures))]
pub(super) async fn delegate(
    caller: Scoped<Access>,
    body: Body<DelegateBody>,
) -> Result<Json<OrganizationInvite>, Fault> {
    let new = NewInvitation::try_from(body.0).map_err(invite_fault)?;
    let sent =
        caller.write(move |polity, access| one(polity, access, polity.directory.invite(access, vec![new])?));
    Ok(Json(sent.await.map_err(invite_fault)?))
}

/// Sends an invitation again, an expired one too; it is good for three more days. At most once a minute. Scope:
/// `organization_member:write`.
#[utoipa::path(post, path = "/api/organizations/{organization_id}/invites/{id}/resend", tag = "api",
    params(InvitePath), responses((status = 200, body = OrganizationInvite), Failures))]
pub(super) async fn resend(
    caller: Scoped<Access>,
    path: Path<InvitePath>,
) -> Result<Json<OrganizationInvite>, Fault> {
    let sent = caller.write(move |polity, access| {
        let sent = polity.directory.resend(access, path.invitation()?)?;
        one(polity, access, vec![sent])
    });
    Ok(Json(sent.await.map_err(invite_fault)?))
}

/// Takes an invitation back: administrators any, others their own. Scope: `organization_member:write`.
#[utoipa::path(delete, path = "/api/organizations/{organization_id}/invites/{id}", tag = "api",
    params(InvitePath), responses((status = 204, description = "Its link leads nowhere any more."), Failures))]
pub(super) async fn withdraw(caller: Scoped<Access>, path: Path<InvitePath>) -> Result<HttpResponse, Fault> {
    let withdrawn = caller.write(move |polity, access| polity.directory.withdraw(access, path.invitation()?));
    withdrawn.await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The invitation with who made it and the numbers of its projects.
fn one(polity: &Polity, access: &Access, alone: Vec<Invitation>) -> Result<OrganizationInvite> {
    let mut shown = shown(polity, access, alone)?;
    shown.pop().ok_or_else(|| polity_kernel::Error::internal("an invitation was lost on its way"))
}

/// Invitations with who made them and the numbers of their projects, whatever their number in two look-ups.
fn shown(polity: &Polity, access: &Access, invitations: Vec<Invitation>) -> Result<Vec<OrganizationInvite>> {
    let inviters = polity.directory.inviters(access, &invitations)?;
    let inviters = inviters.into_iter().map(|account| (account.id, account)).collect();
    let projects: Vec<ProjectId> =
        invitations.iter().flat_map(|invitation| &invitation.projects).map(|access| access.project).collect();
    let numbers: HashMap<ProjectId, i64> = match projects.is_empty() {
        true => HashMap::new(),
        false => polity.projects.project_numbers(access, &projects)?.into_iter().collect(),
    };
    Ok(invitations.into_iter().map(|one| OrganizationInvite::of(one, &inviters, &numbers)).collect())
}
