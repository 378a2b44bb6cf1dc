//! Giving roles and taking them away: what both need, who carries what, and how it is kept.

use polity_kernel::{
    Access, AccountId, Code, Conn, Error, Event, Level, OrganizationId, Page, PermissionSet, Result,
    Timestamp, Tx,
};

use super::{entry, members, projects, roles};
use crate::grants::Grants;
use crate::member::{Member, MemberPatch};
use crate::role::{Assignee, AssignmentId, Role, RoleAssignment, RoleKey};
use crate::{built_in, store};

/// Asks that the actor may give what the role gives. Permissions an organization made up for its own products are its
/// role administrators' to give; polity's own need holding.
pub(super) fn may_give(access: &Access, role: &Role) -> Result<()> {
    may_hand_on(access, &role.permissions)
}

/// The same of any permissions.
pub(super) fn may_hand_on(access: &Access, permissions: &PermissionSet) -> Result<()> {
    if permissions.is_all() && !access.permissions().is_all() {
        return Err(Error::new(Code::Forbidden, "only an owner gives ownership"));
    }
    access.require_all(permissions.iter().filter(|permission| built_in::is_own(permission)))
}

/// Asks that the actor stands as high as this level. The lowest is no privilege: programs, which have no level, may handle it.
pub(super) fn may_handle(access: &Access, level: Level) -> Result<()> {
    if level == Level::Member { Ok(()) } else { access.require_level(level) }
}

/// Asks that the actor has all that this member has here: level, roles, groups' roles, account types and roles in projects. Whoever may
/// add to an account, or change it, could otherwise make more of it than they are (docs/decisions/0020). Everybody may add to
/// themselves what they may give at all.
pub(super) fn may_add_to(conn: &mut Conn, access: &Access, member: &Member, now: Timestamp) -> Result<()> {
    if access.permissions().is_all() || access.actor().subject().member() == Some(member.account) {
        return Ok(());
    }
    let holdings = entry::held(conn, member, now)?.holdings;
    may_handle(access, holdings.level)?;
    // what every member may is no power that somebody could take over
    let floor = built_in::role_of_level(Level::Member).gives();
    may_hand_on(access, &Grants::of(&holdings).permissions().without(&floor))?;
    projects::runs_as_far(conn, access, member.account)
}

/// The role that comes with a member's level, as an assignment.
pub(super) fn of_level(member: &Member) -> RoleAssignment {
    RoleAssignment {
        id: AssignmentId::new(member.id.uuid()),
        role: built_in::role_of_level(member.level).key.clone(),
        assignee: Assignee::Account(member.account),
        expires_at: member.expires_at,
    }
}

/// What a member carries directly, the level's role first.
pub(super) fn carried(
    conn: &mut Conn,
    organization: OrganizationId,
    account: AccountId,
    now: Timestamp,
) -> Result<Vec<RoleAssignment>> {
    let member = members::existing(conn, organization, account, now)?;
    let mut all = vec![of_level(&member)];
    all.extend(store::assignments::of(conn, organization, &[Assignee::Account(account)], now)?);
    Ok(all)
}

/// A page of those who carry a role: the members of its level, if it stands for one, and whoever was given it.
pub(super) fn carriers(
    conn: &mut Conn,
    organization: OrganizationId,
    key: &RoleKey,
    now: Timestamp,
    page: &Page,
) -> Result<Vec<RoleAssignment>> {
    let Some(level) = built_in::level_of_role(key) else {
        return store::assignments::page(conn, organization, key, now, page);
    };
    // two lists in the order of the same kind of id: each must reach as far as the page does
    let reach =
        if page.skip() > 0 { Page { limit: page.limit + page.skip(), ..Page::first(1) } } else { *page };
    let members = store::members::page(conn, organization, Some(level), now, &reach)?;
    let mut all: Vec<RoleAssignment> = members.iter().map(of_level).collect();
    all.extend(store::assignments::page(conn, organization, key, now, &reach)?);
    all.sort_by_key(|assignment| assignment.id);
    let skipped = usize::try_from(page.skip()).unwrap_or(usize::MAX).min(all.len());
    all.drain(..skipped);
    Ok(all)
}

/// Gives a role that the actor may give, by level or by assignment.
pub(super) fn give(
    tx: &mut Tx<'_>,
    access: &Access,
    (assignee, role): (Assignee, &Role),
    expires_at: Option<Timestamp>,
) -> Result<RoleAssignment> {
    may_give(access, role)?;
    let (organization, now) = (access.organization(), tx.now());
    match (assignee, built_in::level_of_role(&role.key)) {
        (Assignee::Account(_), Some(_)) if expires_at.is_some() => {
            return Err(Error::field(
                "expires_at",
                "a level has no end of its own; the membership may have one",
            ));
        }
        (Assignee::Account(account), Some(level)) => {
            let member = members::existing(tx, organization, account, now)?;
            let patch = MemberPatch { level: Some(level), expires_at: None };
            return Ok(of_level(&members::change(tx, access, &member, patch)?));
        }
        (Assignee::Group(_), Some(Level::Owner)) => {
            return Err(Error::field("role", "ownership belongs to people, not to groups"));
        }
        (Assignee::Account(account), None) => {
            let member = members::existing(tx, organization, account, now)?;
            may_add_to(tx, access, &member, now)?;
        }
        (Assignee::Group(group), _) => {
            polity_groups::within::group(tx, organization, group)?
                .ok_or_else(|| Error::not_found("group"))?;
        }
    }
    Ok(put(tx, access, (assignee, &role.key), expires_at)?.0)
}

/// Has the assignee carry the role until then, and says whether it did not before. Whoever calls has asked whether it may.
pub(super) fn put(
    tx: &mut Tx<'_>,
    access: &Access,
    (assignee, key): (Assignee, &RoleKey),
    expires_at: Option<Timestamp>,
) -> Result<(RoleAssignment, bool)> {
    let (organization, now) = (access.organization(), tx.now());
    let before = store::assignments::find(tx, organization, assignee, key)?;
    if let Some(before) = before.filter(|before| before.expires_at.is_none_or(|end| end > now)) {
        let after = RoleAssignment { expires_at, ..before.clone() };
        if after != before {
            store::assignments::set_end(tx, organization, &after)?;
            tx.record(
                Event::new(access, "updated", "role_assignment", after.id).before(before).after(&after),
            )?;
        }
        return Ok((after, false));
    }
    // one that has ended does not come back: the new one is another
    store::assignments::delete(tx, organization, assignee, key)?;
    let given = RoleAssignment { id: tx.new_id(), role: key.clone(), assignee, expires_at };
    store::assignments::insert(tx, organization, now, &given)?;
    tx.record(Event::new(access, "granted", "role", key).after(&given))?;
    Ok((given, true))
}

/// Takes a role away, by level or by assignment; nothing happens when it is not carried.
pub(super) fn take(tx: &mut Tx<'_>, access: &Access, assignee: Assignee, key: &RoleKey) -> Result<()> {
    let (organization, now) = (access.organization(), tx.now());
    if let (Assignee::Account(account), Some(level)) = (assignee, built_in::level_of_role(key)) {
        let member = members::existing(tx, organization, account, now)?;
        if member.level == level {
            let patch = MemberPatch { level: Some(Level::Member), expires_at: None };
            members::change(tx, access, &member, patch)?;
        }
        return Ok(());
    }
    if store::assignments::delete(tx, organization, assignee, key)? {
        tx.record(Event::new(access, "revoked", "role", key).before(assignee))?;
    }
    Ok(())
}

/// Leaves a member with exactly these roles. One carried already stays as it is, and asks nothing of the actor.
pub(super) fn replace(
    tx: &mut Tx<'_>,
    access: &Access,
    account: AccountId,
    keys: &[RoleKey],
) -> Result<Vec<RoleAssignment>> {
    let (organization, now) = (access.organization(), tx.now());
    let member = members::existing(tx, organization, account, now)?;
    let level = keys.iter().filter_map(built_in::level_of_role).max().unwrap_or(Level::Member);
    members::change(tx, access, &member, MemberPatch { level: Some(level), expires_at: None })?;
    let assignee = Assignee::Account(account);
    let present = store::assignments::of(tx, organization, &[assignee], now)?;
    for gone in present.iter().filter(|had| !keys.contains(&had.role)) {
        take(tx, access, assignee, &gone.role)?;
    }
    for key in keys {
        if built_in::level_of_role(key).is_some() || present.iter().any(|had| had.role == *key) {
            continue;
        }
        let role = roles::existing(tx, organization, key)
            .map_err(|_| Error::field("roles", format!("no such role: {key}")))?;
        give(tx, access, (assignee, &role), None)?;
    }
    carried(tx, organization, account, now)
}
