//! The project that each person works in now: one over all organizations.

use std::collections::HashSet;

use diesel::prelude::*;
use polity_directory::within::{IsMember, TakenUpBy};
use polity_directory::{ProjectId, within};
use polity_kernel::db::{MultiBackend, each};
use polity_kernel::sql::{Among, List};
use polity_kernel::{AccountId, Conn, Level, OrganizationId, Result, Timestamp};

use crate::schema::{active_projects as active, project_members as roles, projects};

/// What the account has chosen; whether it may still see the project is another question.
pub(crate) fn find(conn: &mut Conn, account: AccountId) -> Result<Option<(OrganizationId, ProjectId)>> {
    Ok(active::table
        .find(account)
        .select((active::organization_id, active::project_id))
        .first(conn)
        .optional()?)
}

/// What those of these accounts work in that chose a project in which they have a role, and are members where it is, in no order.
pub(crate) fn joined(
    conn: &mut Conn,
    accounts: &[AccountId],
    now: Timestamp,
) -> Result<Vec<(AccountId, (OrganizationId, ProjectId))>> {
    let list = List::ids(accounts.iter().map(|id| id.uuid()));
    let has_role = roles::organization_id
        .eq(active::organization_id)
        .and(roles::project_id.eq(active::project_id))
        .and(roles::account_id.eq(active::account_id));
    let is_member = IsMember { organization: active::organization_id, account: active::account_id, now };
    Ok(each!(conn, conn => active::table
        .inner_join(roles::table.on(has_role))
        .filter(Among(active::account_id, list))
        .filter(is_member)
        .select((active::account_id, (active::organization_id, active::project_id)))
        .load(conn))?)
}

/// Those of these accounts that can work somewhere at all: they chose a project, have a role in one, or run an organization.
pub(crate) fn unsettled(conn: &mut Conn, accounts: &[AccountId]) -> Result<HashSet<AccountId>> {
    let list = || List::ids(accounts.iter().map(|id| id.uuid()));
    let chose: Vec<AccountId> = each!(conn, conn => active::table
        .filter(Among(active::account_id, list()))
        .select(active::account_id)
        .load(conn))?;
    let joined: Vec<AccountId> = each!(conn, conn => roles::table
        .filter(Among(roles::account_id, list()))
        .select(roles::account_id)
        .distinct()
        .load(conn))?;
    let run = within::running(conn, accounts)?;
    Ok(chose.into_iter().chain(joined).chain(run).collect())
}

/// The organizations with projects that the account runs, as an admin or owner who has taken that up, ordered by id; only this one if
/// one is named.
pub(crate) fn run_by(
    conn: &mut Conn,
    account: AccountId,
    only: Option<OrganizationId>,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<OrganizationId>> {
    let run = TakenUpBy { organization: projects::organization_id, account, least: Level::Admin, now };
    let mut query = projects::table
        .filter(run)
        .order(projects::organization_id)
        .limit(limit)
        .select(projects::organization_id)
        .distinct()
        .into_boxed::<MultiBackend>();
    if let Some(only) = only {
        query = query.filter(projects::organization_id.eq(only));
    }
    Ok(query.load(conn)?)
}

/// Has the account work in this project.
pub(crate) fn set(
    conn: &mut Conn,
    account: AccountId,
    organization: OrganizationId,
    project: ProjectId,
    at: Timestamp,
) -> Result<()> {
    let there =
        (active::organization_id.eq(organization), active::project_id.eq(project), active::chosen_at.eq(at));
    each!(conn, conn => diesel::insert_into(active::table)
        .values((active::account_id.eq(account), there))
        .on_conflict(active::account_id)
        .do_update()
        .set(there)
        .execute(conn))?;
    Ok(())
}

/// Has the account work nowhere, if it does so in this organization.
pub(crate) fn leave(conn: &mut Conn, organization: OrganizationId, account: AccountId) -> Result<()> {
    let there = active::table.find(account).filter(active::organization_id.eq(organization));
    diesel::delete(there).execute(conn)?;
    Ok(())
}

/// Has nobody work in the project.
pub(crate) fn clear(conn: &mut Conn, organization: OrganizationId, project: ProjectId) -> Result<()> {
    let all =
        active::table.filter(active::organization_id.eq(organization)).filter(active::project_id.eq(project));
    diesel::delete(all).execute(conn)?;
    Ok(())
}

/// Has nobody work in the organization.
pub(crate) fn release_all(conn: &mut Conn, organization: OrganizationId) -> Result<()> {
    diesel::delete(active::table.filter(active::organization_id.eq(organization))).execute(conn)?;
    Ok(())
}
