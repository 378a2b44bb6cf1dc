//! `/api/v1/account`: people who can sign in, as others of their organizations see them.

use actix_web::HttpResponse;
use polity_accounts::NewAccount;
use polity_directory::permissions::ORG_MEMBERS_GET;
use polity_directory::{AccountRef, MemberQuery};
use polity_kernel::{AccountId, Actor, Error, Level, Paged, Result};

use super::Fault;
use super::fault::Failures;
use super::paths::{AccountPath, AccountRefPath};
use super::wire::{Account, AccountBody, AccountChange, Employee, GrantBody};
use crate::answer::{Listing, Slice};
use crate::areas::Polity;
use crate::ask::current::{CurrentHeader, Here};
use crate::ask::{Json, Path, Query};
use crate::gate::caller::Caller;

/// The caller's account and those of their organizations where they have `org.members.list`; all for a platform administrator.
#[utoipa::path(get, path = "/api/v1/account", tag = "api_v1", params(Slice), security(("bearer" = [])),
    responses((status = 200, body = [Account]), Failures))]
pub(super) async fn list(caller: Caller, slice: Query<Slice>) -> Result<Listing<Account>, Fault> {
    let found = caller.list(
        &slice,
        |_, actor| Ok(actor.clone()),
        |polity, actor, page| {
            let found = polity.directory.people(actor, page)?;
            Ok(Paged { items: shown(polity, actor, found.items)?, next: found.next })
        },
    );
    Ok(found.await?)
}

/// Makes an account. Permission: `org.members.create` in the current organization.
#[utoipa::path(post, path = "/api/v1/account", tag = "api_v1", params(CurrentHeader), request_body = AccountBody,
    security(("bearer" = [])), responses((status = 201, body = Account), Failures))]
pub(super) async fn create(
    caller: Caller,
    here: Here,
    body: Json<AccountBody>,
) -> Result<HttpResponse, Fault> {
    let new = NewAccount::try_from(body.0.fields())?;
    let made = caller
        .write(move |polity, actor| {
            let made = polity.directory.create_person(actor, here.meant(polity, actor)?.as_ref(), new)?;
            shown_alone(polity, actor, made)
        })
        .await?;
    Ok(HttpResponse::Created().json(made))
}

/// One account: the caller's own, one that they made, or one of their organizations where they have `org.members.get`.
#[utoipa::path(get, path = "/api/v1/account/{accountIdOrEmail}", tag = "api_v1", params(AccountRefPath),
    security(("bearer" = [])), responses((status = 200, body = Account), Failures))]
pub(super) async fn read(caller: Caller, path: Path<AccountRefPath>) -> Result<Json<Account>, Fault> {
    let account = path.account()?;
    let found = caller.read(move |polity, actor| {
        let found = polity.directory.person(actor, &account)?;
        shown_alone(polity, actor, found)
    });
    Ok(Json(found.await?))
}

/// Changes an account: the caller's own, or one of their organizations where they have `org.members.update`. The address of
/// another is changed only by who may in all organizations of that account.
#[utoipa::path(patch, path = "/api/v1/account/{accountIdOrEmail}", tag = "api_v1", params(AccountRefPath),
    request_body = AccountChange, security(("bearer" = [])), responses((status = 200, body = Account), Failures))]
pub(super) async fn update(
    caller: Caller,
    path: Path<AccountRefPath>,
    body: Json<AccountChange>,
) -> Result<Json<Account>, Fault> {
    let (account, patch) = (path.account()?, body.0.parsed()?);
    let changed = caller.write(move |polity, actor| {
        let changed = polity.directory.change_person(actor, &account, patch)?;
        shown_alone(polity, actor, changed)
    });
    Ok(Json(changed.await?))
}

/// Gives an account a role in an organization, as a member if it is none yet, and links it to an employee. Permissions:
/// `org.user.roles.update`, `org.members.get`, what the role gives, and `org.directory.members.create` for who is no member.
#[utoipa::path(post, path = "/api/v1/account/{accountId}/grant", tag = "api_v1", params(AccountPath, CurrentHeader),
    request_body = GrantBody, security(("bearer" = [])), responses((status = 200, body = Account), Failures))]
pub(super) async fn grant(
    caller: Caller,
    here: Here,
    path: Path<AccountPath>,
    body: Json<GrantBody>,
) -> Result<Json<Account>, Fault> {
    let account = path.account()?;
    let (here, new) = (here.or(body.0.organization()?), body.0.parsed(account)?);
    let granted = caller.write(move |polity, actor| {
        let access = here.enter(polity, actor)?;
        // asked for first: once the role is given, a refusal to show it would come too late
        access.require(&ORG_MEMBERS_GET)?;
        polity.directory.add_member(&access, new)?;
        let found = polity.directory.person(actor, &AccountRef::Id(account))?;
        shown_alone(polity, actor, found)
    });
    Ok(Json(granted.await?))
}

/// The accounts that run the current organization: its administrators and owners. Permission: `org.members.list`.
#[utoipa::path(get, path = "/api/v1/account/org-admins", tag = "api_v1", params(CurrentHeader, Slice),
    security(("bearer" = [])), responses((status = 200, body = [Account]), Failures))]
pub(super) async fn administrators(
    caller: Caller,
    here: Here,
    slice: Query<Slice>,
) -> Result<Listing<Account>, Fault> {
    listed(caller, here, *slice, MemberQuery::everybody().at_least(Level::Admin)).await
}

/// The accounts that have a grant in the current organization. Permission: `org.members.list`.
#[utoipa::path(get, path = "/api/v1/account/for-org", tag = "api_v1", params(CurrentHeader, Slice),
    security(("bearer" = [])), responses((status = 200, body = [Account]), Failures))]
pub(super) async fn members(
    caller: Caller,
    here: Here,
    slice: Query<Slice>,
) -> Result<Listing<Account>, Fault> {
    listed(caller, here, *slice, MemberQuery::everybody()).await
}

/// The employees that an account is linked to, in the organizations that the caller may know of. Permission:
/// `org.employees.get` in each.
#[utoipa::path(get, path = "/api/v1/account/{accountId}/employees", tag = "api_v1", params(AccountPath),
    security(("bearer" = [])), responses((status = 200, body = [Employee]), Failures))]
pub(super) async fn employees(caller: Caller, path: Path<AccountPath>) -> Result<Json<Vec<Employee>>, Fault> {
    let account = path.account()?;
    let found = caller.read(move |polity, actor| {
        polity.directory.person(actor, &AccountRef::Id(account))?;
        employed(polity, actor, polity.directory.employments(actor, account)?)
    });
    Ok(Json(found.await?))
}

/// Employees of several of the actor's organizations, at most one in each.
fn employed(
    polity: &Polity,
    actor: &Actor,
    employees: Vec<polity_accounts::Employee>,
) -> Result<Vec<Employee>> {
    let mut shown = Vec::with_capacity(employees.len());
    for employee in employees {
        let access = polity.directory.look_in(actor, &employee.organization.into())?;
        shown.append(&mut super::employees::shown(polity, &access, vec![employee])?);
    }
    Ok(shown)
}

/// Accounts with what they are in the organizations that the actor may know of.
fn shown(polity: &Polity, actor: &Actor, accounts: Vec<polity_accounts::Account>) -> Result<Vec<Account>> {
    let ids: Vec<AccountId> = accounts.iter().map(|account| account.id).collect();
    let memberships = polity.directory.memberships(actor, &ids)?;
    Ok(accounts
        .into_iter()
        .zip(memberships)
        .map(|(account, (_, some))| Account::new(account, some))
        .collect())
}

fn shown_alone(polity: &Polity, actor: &Actor, account: polity_accounts::Account) -> Result<Account> {
    shown(polity, actor, vec![account])?.pop().ok_or_else(|| Error::internal("nothing to show"))
}

/// A list of people of the current organization, as accounts.
async fn listed(
    caller: Caller,
    here: Here,
    slice: Slice,
    query: MemberQuery,
) -> Result<Listing<Account>, Fault> {
    let found = caller.list(
        &slice,
        move |polity, actor| here.enter(polity, actor),
        move |polity, access, page| {
            let found = polity.directory.members(access, &query, page)?;
            let accounts = found.items.into_iter().map(|person| person.account).collect();
            Ok(Paged { items: shown(polity, access.actor(), accounts)?, next: found.next })
        },
    );
    Ok(found.await?)
}
