//! `/directory/orgs/{organizationId}/accounts/types`: the kinds of account an organization gives.

use actix_web::HttpResponse;
use polity_accounts::NewAccountType;

use super::Fault;
use super::fault::Failures;
use super::paths::{OrgPath, TypePath};
use super::wire::{AccountType, TypeBody};
use crate::answer::{Listing, Slice};
use crate::ask::{Json, Path, Query};
use crate::gate::caller::Caller;

/// The organization's account types. For every member.
#[utoipa::path(get, path = "/directory/orgs/{organizationId}/accounts/types", tag = "directory", params(OrgPath, Slice),
    security(("bearer" = [])), responses((status = 200, body = [AccountType]), Failures))]
pub(super) async fn list(
    caller: Caller,
    path: Path<OrgPath>,
    slice: Query<Slice>,
) -> Result<Listing<AccountType>, Fault> {
    let organization = path.organization()?;
    let found = caller.list(
        &slice,
        move |polity, actor| {
            let access = polity.enter(actor, &organization)?;
            Ok((access.clone(), polity.directory.key(&access)?))
        },
        |polity, (access, key), page| {
            Ok(polity.accounts.types(access, page)?.map(|found| AccountType::new(found, key.as_str())))
        },
    );
    Ok(found.await?)
}

/// Makes an account type. Permissions: `org.user.account.types.create`, and what it gives.
#[utoipa::path(post, path = "/directory/orgs/{organizationId}/accounts/types", tag = "directory", params(OrgPath),
    request_body = TypeBody, security(("bearer" = [])), responses((status = 200, body = AccountType), Failures))]
pub(super) async fn create(
    caller: Caller,
    path: Path<OrgPath>,
    body: Json<TypeBody>,
) -> Result<Json<AccountType>, Fault> {
    let (organization, new) = (path.organization()?, NewAccountType::try_from(body.0.fields()?)?);
    let (made, key) = caller
        .write(move |polity, actor| {
            let access = polity.enter(actor, &organization)?;
            let made = polity.accounts.create_type(&access, new)?;
            Ok((made, polity.directory.key(&access)?))
        })
        .await?;
    Ok(Json(AccountType::new(made, key.as_str())))
}

/// One account type. For every member.
#[utoipa::path(get, path = "/directory/orgs/{organizationId}/accounts/types/{code}", tag = "directory", params(TypePath),
    security(("bearer" = [])), responses((status = 200, body = AccountType), Failures))]
pub(super) async fn read(caller: Caller, path: Path<TypePath>) -> Result<Json<AccountType>, Fault> {
    let organization = path.organization()?;
    let (found, key) = caller
        .read(move |polity, actor| {
            let access = polity.enter(actor, &organization)?;
            Ok((polity.accounts.type_by_code(&access, &path.code)?, polity.directory.key(&access)?))
        })
        .await?;
    Ok(Json(AccountType::new(found, key.as_str())))
}

/// Replaces an account type; its code stays. Permissions: `org.user.account.types.update`, and what it then gives.
#[utoipa::path(put, path = "/directory/orgs/{organizationId}/accounts/types/{code}", tag = "directory", params(TypePath),
    request_body = TypeBody, security(("bearer" = [])), responses((status = 200, body = AccountType), Failures))]
pub(super) async fn replace(
    caller: Caller,
    path: Path<TypePath>,
    body: Json<TypeBody>,
) -> Result<Json<AccountType>, Fault> {
    let organization = path.organization()?;
    body.0.require_code(&path.code)?;
    let patch = body.0.replacement()?;
    let (changed, key) = caller
        .write(move |polity, actor| {
            let access = polity.enter(actor, &organization)?;
            Ok((polity.accounts.update_type(&access, &path.code, patch)?, polity.directory.key(&access)?))
        })
        .await?;
    Ok(Json(AccountType::new(changed, key.as_str())))
}

/// Makes an account type inactive: who holds it keeps the record and loses what it gives. Permission:
/// `org.user.account.types.delete`.
#[utoipa::path(delete, path = "/directory/orgs/{organizationId}/accounts/types/{code}", tag = "directory", params(TypePath),
    security(("bearer" = [])), responses((status = 200, description = "Inactive"), Failures))]
pub(super) async fn retire(caller: Caller, path: Path<TypePath>) -> Result<HttpResponse, Fault> {
    let organization = path.organization()?;
    caller
        .write(move |polity, actor| {
            polity.accounts.retire_type(&polity.enter(actor, &organization)?, &path.code).map(drop)
        })
        .await?;
    Ok(HttpResponse::Ok().finish())
}
