//! `/directory/invites`: invitations, one's own and an organization's.

use actix_web::HttpResponse;
use polity_directory::{Invitation, InvitationFilter, InvitationRef, NewInvitation, NewInvitations, Taker};
use polity_kernel::{AccountId, Code, Error, Paged, Result, ServiceAccountId};

use super::Fault;
use super::fault::Failures;
use super::paths::{InvitePath, OrgPath};
use super::wire::{Accept, Invite, InviteBody};
use crate::answer::{Listing, Slice};
use crate::areas::Polity;
use crate::ask::{Json, Path, Query};
use crate::gate::caller::Caller;

/// The caller's own live invitations, at most 10. Permission: `org.directory.list`.
#[utoipa::path(get, path = "/directory/invites", tag = "directory", security(("bearer" = [])),
    responses((status = 200, body = [Invite]), Failures))]
pub(super) async fn mine(caller: Caller) -> Result<Json<Vec<Invite>>, Fault> {
    let found = caller
        .read(|polity, actor| {
            let found = polity.directory.invitations_of(actor)?;
            shown(polity, actor.client(), found)
        })
        .await?;
    Ok(Json(found))
}

/// Accepts the caller's live invitation to an organization. Permission: `org.directory.list`.
#[utoipa::path(post, path = "/directory/invites", tag = "directory", request_body = Accept, security(("bearer" = [])),
    responses((status = 200, description = "A member"), Failures))]
pub(super) async fn accept(caller: Caller, body: Json<Accept>) -> Result<HttpResponse, Fault> {
    let organization = body.0.organization()?;
    caller
        .write(move |polity, actor| {
            polity.directory.accept(Taker::Person(actor.clone()), &InvitationRef::To(organization))
        })
        .await?;
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
        move |polity, actor| Ok((polity.enter(actor, &organization)?, actor.client())),
        |polity, (access, client), page| {
            let found = polity.directory.invitations(access, InvitationFilter::All, page)?;
            Ok(Paged { items: shown(polity, *client, found.items)?, next: found.next })
        },
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
    let list = NewInvitations::try_from(body.0.fields())?;
    let (organization, new) = (path.organization()?, NewInvitation::each(&list));
    let sent = caller
        .write(move |polity, actor| {
            let sent = polity.directory.invite(&polity.enter(actor, &organization)?, new)?;
            shown(polity, actor.client(), sent)
        })
        .await;
    Ok(Json(sent.map_err(named)?))
}

/// Takes an invitation back that waits, though its time ran out; whoever made it may. Permission for others:
/// `org.directory.members.create`.
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

/// The failure with the place of the address in the list, where that is all there is to say.
fn named(error: Error) -> Error {
    match (error.code(), error.item()) {
        (Code::AlreadyMember, Some(place)) => {
            Error::new(Code::AlreadyMember, format!("emails.{place}: {}", error.message()))
        }
        _ => error,
    }
}

/// Invitations, with whoever invited named as the calling client knows them.
fn shown(
    polity: &Polity,
    client: Option<ServiceAccountId>,
    invitations: Vec<Invitation>,
) -> Result<Vec<Invite>> {
    let inviters: Vec<AccountId> =
        invitations.iter().filter_map(|invitation| invitation.invited_by).collect();
    let mut subjects = polity.identity.subjects_of(client, &inviters)?.into_iter();
    let show = |invitation: Invitation| {
        let inviter = invitation.invited_by.and_then(|_| subjects.next());
        Invite::new(invitation, inviter)
    };
    Ok(invitations.into_iter().map(show).collect())
}
