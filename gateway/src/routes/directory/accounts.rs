//! `/directory/orgs/{organizationId}/accounts/users`: the people of an organization and the account types they hold.

use actix_web::HttpResponse;
use polity_accounts::Assignment;
use polity_directory::{Key, MemberQuery};
use polity_kernel::{Access, AccountId, Actor, Paged, Result};

use super::Fault;
use super::fault::Failures;
use super::paths::{HoldingPath, OrgPath};
use super::wire::{UserAccount, UserAccountBody, UserReference};
use crate::answer::{Listing, Slice};
use crate::areas::Polity;
use crate::ask::{Json, Path, Query};
use crate::gate::caller::Caller;

/// The people of the organization with the account types they hold. Permission: `org.members.list`.
#[utoipa::path(get, path = "/directory/orgs/{organizationId}/accounts/users", tag = "directory", params(OrgPath, Slice),
    security(("bearer" = [])), responses((status = 200, body = [UserReference]), Failures))]
pub(super) async fn list(
    caller: Caller,
    path: Path<OrgPath>,
    slice: Query<Slice>,
) -> Result<Listing<UserReference>, Fault> {
    let organization = path.organization()?;
    let found = caller.list(
        &slice,
        move |polity, actor| {
            let access = polity.enter(actor, &organization)?;
            Ok((access.clone(), (polity.directory.key(&access)?, actor.client())))
        },
        |polity, (access, (key, client)), page| {
            let people = polity.directory.members(access, &MemberQuery::everybody().and_roles(), page)?;
            let accounts: Vec<AccountId> = people.items.iter().map(|person| person.account.id).collect();
            let subjects = polity.identity.subjects_of(*client, &accounts)?;
            let shown = people.items.into_iter().zip(subjects);
            let items =
                shown.map(|(person, subject)| UserReference::new(person, &subject, key.as_str())).collect();
            Ok(Paged { items, next: people.next })
        },
    );
    Ok(found.await?)
}

/// Gives a person an account type. Permissions: `org.user.account.create`, and what the type gives.
#[utoipa::path(post, path = "/directory/orgs/{organizationId}/accounts/users/{subjectId}/{code}", tag = "directory",
    params(HoldingPath), security(("bearer" = [])), responses((status = 200, body = UserAccount), Failures))]
pub(super) async fn assign(caller: Caller, path: Path<HoldingPath>) -> Result<Json<UserAccount>, Fault> {
    let organization = path.organization()?;
    let held = caller
        .write(move |polity, actor| {
            let access = polity.enter(actor, &organization)?;
            let held = polity.accounts.assign(&access, path.account(polity, actor)?, &path.code)?;
            shown(polity, actor, &access, &held)
        })
        .await?;
    Ok(Json(held))
}

/// Changes how an account type held by a person stands. Permission: `org.user.account.update`.
#[utoipa::path(put, path = "/directory/orgs/{organizationId}/accounts/users/{subjectId}/{code}", tag = "directory",
    params(HoldingPath), request_body = UserAccountBody, security(("bearer" = [])),
    responses((status = 200, body = UserAccount), Failures))]
pub(super) async fn update(
    caller: Caller,
    path: Path<HoldingPath>,
    body: Json<UserAccountBody>,
) -> Result<Json<UserAccount>, Fault> {
    let organization = path.organization()?;
    let status = body.0.status.map(Into::into);
    let held = caller
        .write(move |polity, actor| {
            let access = polity.enter(actor, &organization)?;
            let held =
                polity.accounts.set_status(&access, path.account(polity, actor)?, &path.code, status)?;
            shown(polity, actor, &access, &held)
        })
        .await?;
    Ok(Json(held))
}

/// Takes an account type from a person but keeps the record. Permission: `org.user.account.delete`.
#[utoipa::path(delete, path = "/directory/orgs/{organizationId}/accounts/users/{subjectId}/{code}", tag = "directory",
    params(HoldingPath), security(("bearer" = [])), responses((status = 200, description = "Disabled"), Failures))]
pub(super) async fn disable(caller: Caller, path: Path<HoldingPath>) -> Result<HttpResponse, Fault> {
    let organization = path.organization()?;
    caller
        .write(move |polity, actor| {
            let access = polity.enter(actor, &organization)?;
            polity.accounts.disable(&access, path.account(polity, actor)?, &path.code)
        })
        .await?;
    Ok(HttpResponse::Ok().finish())
}

/// The assignment as the caller knows its holder.
fn shown(polity: &Polity, actor: &Actor, access: &Access, held: &Assignment) -> Result<UserAccount> {
    let key: Key = polity.directory.key(access)?;
    let subject = polity.identity.subjects_of(actor.client(), &[held.account])?.concat();
    Ok(UserAccount::new(held, &subject, key.as_str()))
}
