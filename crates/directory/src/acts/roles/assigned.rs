//! What carries a role, and how an assignment is kept.

use polity_kernel::{Access, Conn, Level, Page, Result, Timestamp, Tx};

use crate::acts::access;
use crate::events::{ROLE_ASSIGNMENT_UPDATED, ROLE_GRANTED};
use crate::member::Member;
use crate::member::query::At;
use crate::role::RoleKey;
use crate::role::assignment::{Assignee, Assignees, RoleAssignment};
use crate::role::grants::Grants;
use crate::rules::authority::{may_hand_on, may_handle, of_level};
use crate::store::members::search::Wanted;
use crate::workspaces::Workspaces;
use crate::{role::built_in, store};

/// Asks that the actor has all that this member has here: level, roles, groups' roles, account types and roles in projects. Whoever may
/// add to an account, or change it, could otherwise make more of it than they are (docs/decisions/0020). Everybody may add to
/// themselves what they may give at all.
pub(crate) fn may_add_to(
    conn: &mut Conn,
    workspaces: &dyn Workspaces,
    access: &Access,
    member: &Member,
    now: Timestamp,
) -> Result<()> {
    if access.permissions().is_all() || access.actor().subject().member() == Some(member.account) {
        return Ok(());
    }
    let holdings = access::held(conn, member, now)?.holdings;
    may_handle(access, holdings.level)?;
    // what every member may is no power that somebody could take over
    let floor = built_in::role_of_level(Level::Member).gives();
    may_hand_on(access, &Grants::of(&holdings).permissions().without(&floor))?;
    workspaces.require_all_of(conn, access, member.account)
}

/// A page of those who carry a role: the members of its level, if it stands for one, and whoever was given it.
pub(crate) fn page(
    conn: &mut Conn,
    at: At,
    key: &RoleKey,
    whose: Assignees,
    page: &Page,
) -> Result<Vec<RoleAssignment>> {
    let Some(level) = built_in::level_of_role(key) else {
        return store::assignments::page(conn, at, key, whose, page);
    };
    // two lists in the order of the same kind of id: each must reach as far as the page does
    let reach =
        if page.skip() > 0 { Page { limit: page.limit + page.skip(), ..Page::first(1) } } else { *page };
    let members = store::members::search::page(conn, at, &of_the_level(level, whose), &reach)?;
    let mut all: Vec<RoleAssignment> = members.iter().map(of_level).collect();
    all.extend(store::assignments::page(conn, at, key, whose, &reach)?);
    all.sort_by_key(|assignment| assignment.id);
    let skipped = usize::try_from(page.skip()).unwrap_or(usize::MAX).min(all.len());
    all.drain(..skipped);
    Ok(all)
}

/// How many carry a role.
pub(crate) fn count(conn: &mut Conn, at: At, key: &RoleKey, whose: Assignees) -> Result<u64> {
    let by_level = match built_in::level_of_role(key) {
        Some(level) => store::members::search::count(conn, at, &of_the_level(level, whose))?,
        None => 0,
    };
    Ok(by_level + store::assignments::count(conn, at, key, whose)?)
}

fn of_the_level(level: Level, whose: Assignees) -> Wanted {
    Wanted { level: Some(level), with_disabled: whose == Assignees::All, ..Wanted::default() }
}

/// Has the assignee carry the role until then, and says whether it did not before. Whoever calls has asked whether it may.
pub(crate) fn put(
    tx: &mut Tx<'_>,
    access: &Access,
    assignee: Assignee,
    key: &RoleKey,
    expires_at: Option<Timestamp>,
) -> Result<(RoleAssignment, bool)> {
    let (organization, now) = (access.organization(), tx.now());
    let before = store::assignments::find(tx, organization, assignee, key)?;
    if let Some(before) = before.filter(|before| before.expires_at.is_none_or(|end| end > now)) {
        let after = RoleAssignment { expires_at, ..before.clone() };
        if after != before {
            store::assignments::set_end(tx, organization, &after)?;
            tx.record(ROLE_ASSIGNMENT_UPDATED.changed(access, after.id, &before, &after))?;
        }
        return Ok((after, false));
    }
    // one that has ended does not come back: the new one is another
    store::assignments::delete(tx, organization, assignee, key)?;
    let given = RoleAssignment { id: tx.new_id(), role: key.clone(), assignee, expires_at, given_at: now };
    store::assignments::insert(tx, organization, &given)?;
    tx.record(ROLE_GRANTED.made(access, key, &given))?;
    Ok((given, true))
}
