//! `/directory/orgs/{organizationId}/members`: who belongs to an organization.

use actix_web::HttpResponse;
use polity_kernel::Paged;

use super::Fault;
use super::fault::Failures;
use super::paths::{OrgPath, SubjectPath};
use crate::answer::{Listing, Slice};
use crate::areas::{Polity, Way};
use crate::ask::{Path, Query};
use crate::gate::caller::Caller;

/// The subjects of all members, in order of joining. Permission: `org.directory.list`.
#[utoipa::path(get, path = "/directory/orgs/{organizationId}/members", tag = "directory", params(OrgPath, Slice),
    security(("bearer" = [])), responses((status = 200, body = [String]), Failures))]
pub(super) async fn list(
    caller: Caller,
    path: Path<OrgPath>,
    slice: Query<Slice>,
) -> Result<Listing<String>, Fault> {
    let organization = path.organization()?;
    let found = caller.list(
        &slice,
        move |polity, actor| Ok((polity.enter(actor, &organization)?, actor.client())),
        |polity, (access, client), page| {
            let accounts = polity.directory.accounts(access, page)?;
            Ok(Paged { items: polity.identity.subjects_of(*client, &accounts.items)?, next: accounts.next })
        },
    );
    Ok(found.await?)
}

/// The caller joins, by verified e-mail domain or invitation. Permission: `org.directory.list`.
#[utoipa::path(put, path = "/directory/orgs/{organizationId}/members", tag = "directory", params(OrgPath),
    security(("bearer" = [])), responses((status = 200, description = "Joined"), Failures))]
pub(super) async fn join(caller: Caller, path: Path<OrgPath>) -> Result<HttpResponse, Fault> {
    let organization = path.organization()?;
    caller.write(move |polity, actor| polity.directory.join(actor, &organization)).await?;
    Ok(HttpResponse::Ok().finish())
}

/// The caller leaves. Permission: `org.directory.list`.
#[utoipa::path(delete, path = "/directory/orgs/{organizationId}/members", tag = "directory", params(OrgPath),
    security(("bearer" = [])), responses((status = 200, description = "Left"), Failures))]
pub(super) async fn leave(caller: Caller, path: Path<OrgPath>) -> Result<HttpResponse, Fault> {
    let organization = path.organization()?;
    caller.write(move |polity, actor| polity.directory.leave(actor, &organization)).await?;
    Ok(HttpResponse::Ok().finish())
}

/// Makes a person a member; nothing happens when they are one. Permission: `org.directory.members.create`.
#[utoipa::path(put, path = "/directory/orgs/{organizationId}/members/{subjectId}", tag = "directory", params(SubjectPath),
    security(("bearer" = [])), responses((status = 200, description = "A member"), Failures))]
pub(super) async fn add(caller: Caller, path: Path<SubjectPath>) -> Result<HttpResponse, Fault> {
    let organization = path.organization()?;
    caller
        .write(move |polity, actor| {
            let access = polity.enter(actor, &organization)?;
            polity.directory.add_member(&access, path.account(polity, actor)?.into())
        })
        .await?;
    Ok(HttpResponse::Ok().finish())
}

/// Removes a member with every role, group and account type; everybody may remove themselves. Permission for others:
/// `org.directory.members.create`.
#[utoipa::path(delete, path = "/directory/orgs/{organizationId}/members/{subjectId}", tag = "directory", params(SubjectPath),
    security(("bearer" = [])), responses((status = 200, description = "No member"), Failures))]
pub(super) async fn remove(caller: Caller, path: Path<SubjectPath>) -> Result<HttpResponse, Fault> {
    let organization = path.organization()?;
    caller
        .write(move |polity, actor| {
            let account = path.account(polity, actor);
            // who cannot enter learns nothing of accounts
            let way =
                account.as_ref().map_or(Polity::enter as Way, |account| Polity::way_to_end(actor, *account));
            let access = way(polity, actor, &organization)?;
            polity.directory.remove_member(&access, account?)
        })
        .await?;
    Ok(HttpResponse::Ok().finish())
}
