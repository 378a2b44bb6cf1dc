//! Giving roles to members and groups, and taking them away.

use polity_accounts::AccountStatus;
use polity_kernel::{
    Access, AccountId, Code, Conn, Error, FieldKind, Level, OrganizationId, Result, Timestamp, Tx,
};

use crate::acts::roles::assigned::{may_add_to, put};
use crate::acts::{members, roles};
use crate::events::{ROLE_REVOKED, RoleRevoked};
use crate::member::MemberPatch;
use crate::member::query::At;
use crate::role::assignment::{Assignee, AssignmentId, NewAssignment, RoleAssignment};
use crate::role::{Role, RoleKey};
use crate::rules::authority::{may_give, of_level};
use crate::workspaces::Workspaces;
use crate::{role::built_in, store};

/// What a member carries directly, the level's role first.
pub(crate) fn carried(
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

/// Gives a role that the actor may give as it is asked for.
pub(crate) fn grant(
    tx: &mut Tx<'_>,
    workspaces: &dyn Workspaces,
    access: &Access,
    new: &NewAssignment,
) -> Result<RoleAssignment> {
    let (organization, now) = (access.organization(), tx.now());
    let role = roles::meant(tx, organization, &new.role)?;
    if new.only_new {
        require_new(tx, organization, new.assignee, &role)?;
    }
    if new.expires_at.is_some_and(|end| end <= now) {
        return Err(Error::field("expires_at", FieldKind::Past));
    }
    let giving = Giving { assignee: new.assignee, role: &role, expires_at: new.expires_at };
    give(tx, workspaces, access, giving)
}

/// Asks that the role gives something to the assignee.
fn require_new(tx: &mut Tx<'_>, organization: OrganizationId, assignee: Assignee, role: &Role) -> Result<()> {
    let now = tx.now();
    if let Assignee::Account(account) = assignee {
        let in_use = polity_accounts::within::account(tx, account)?
            .is_some_and(|account| account.status == AccountStatus::Active);
        let present = store::members::find(tx, organization, account, now)?;
        if !in_use || present.is_none() {
            return Err(Error::not_found("active member"));
        }
    }
    let present = store::assignments::of(tx, organization, &[assignee], now)?;
    if present.iter().any(|assignment| assignment.role == role.key) {
        return Err(Error::new(Code::Conflict, "the member has the role already"));
    }
    Ok(())
}

/// A role to be given, and to whom.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Giving<'r> {
    pub(crate) assignee: Assignee,
    pub(crate) role: &'r Role,
    pub(crate) expires_at: Option<Timestamp>,
}

/// Gives a role that the actor may give, by level or by assignment.
pub(crate) fn give(
    tx: &mut Tx<'_>,
    workspaces: &dyn Workspaces,
    access: &Access,
    giving: Giving<'_>,
) -> Result<RoleAssignment> {
    let Giving { assignee, role, expires_at } = giving;
    may_give(access, role)?;
    let (organization, now) = (access.organization(), tx.now());
    match (assignee, built_in::level_of_role(&role.key)) {
        (Assignee::Account(_), Some(_)) if expires_at.is_some() => {
            return Err(Error::field(
                "expires_at",
                FieldKind::NotAllowed.told("a level has no end of its own; the membership may have one"),
            ));
        }
        (Assignee::Account(account), Some(level)) => {
            let member = members::existing(tx, organization, account, now)?;
            let patch = MemberPatch { level: Some(level), expires_at: None };
            return Ok(of_level(&members::change(tx, workspaces, access, &member, patch)?));
        }
        (Assignee::Group(_), Some(Level::Owner)) => {
            return Err(Error::field(
                "role",
                FieldKind::NotAllowed.told("ownership belongs to people, not to groups"),
            ));
        }
        (Assignee::Account(account), None) => {
            let member = members::existing(tx, organization, account, now)?;
            may_add_to(tx, workspaces, access, &member, now)?;
        }
        (Assignee::Group(group), _) => {
            polity_groups::within::group(tx, organization, group)?
                .ok_or_else(|| Error::not_found("group"))?;
        }
    }
    Ok(put(tx, access, assignee, &role.key, expires_at)?.0)
}

/// The live assignment of this role to a person.
pub(crate) fn assignment(
    conn: &mut Conn,
    At { organization, now }: At,
    role: &Role,
    id: AssignmentId,
) -> Result<RoleAssignment> {
    let found = store::assignments::by_id(conn, organization, id, now)?;
    let found = found.filter(|assignment| assignment.role == role.key && assignment.account().is_some());
    found.ok_or_else(|| Error::not_found("role membership"))
}

/// Takes a role away, by level or by assignment; nothing happens when it is not carried.
pub(crate) fn take(
    tx: &mut Tx<'_>,
    workspaces: &dyn Workspaces,
    access: &Access,
    assignee: Assignee,
    key: &RoleKey,
) -> Result<()> {
    let (organization, now) = (access.organization(), tx.now());
    if let (Assignee::Account(account), Some(level)) = (assignee, built_in::level_of_role(key)) {
        let member = members::existing(tx, organization, account, now)?;
        if member.level == level {
            let patch = MemberPatch { level: Some(Level::Member), expires_at: None };
            members::change(tx, workspaces, access, &member, patch)?;
        }
        return Ok(());
    }
    if store::assignments::delete(tx, organization, assignee, key)? {
        tx.record(ROLE_REVOKED.over(access, key, RoleRevoked::of(key, assignee)))?;
    }
    Ok(())
}

/// Leaves a member with exactly these roles. One carried already stays as it is, and asks nothing of the actor.
pub(crate) fn replace(
    tx: &mut Tx<'_>,
    workspaces: &dyn Workspaces,
    access: &Access,
    account: AccountId,
    keys: &[RoleKey],
) -> Result<Vec<RoleAssignment>> {
    let (organization, now) = (access.organization(), tx.now());
    let member = members::existing(tx, organization, account, now)?;
    let level = keys.iter().filter_map(built_in::level_of_role).max().unwrap_or(Level::Member);
    members::change(tx, workspaces, access, &member, MemberPatch { level: Some(level), expires_at: None })?;
    let assignee = Assignee::Account(account);
    let present = store::assignments::of(tx, organization, &[assignee], now)?;
    for gone in present.iter().filter(|had| !keys.contains(&had.role)) {
        take(tx, workspaces, access, assignee, &gone.role)?;
    }
    for key in keys {
        if built_in::level_of_role(key).is_some() || present.iter().any(|had| had.role == *key) {
            continue;
        }
        let role = roles::existing(tx, organization, key)
            .map_err(|_| Error::field("roles", FieldKind::NotFound.told(format!("no such role: {key}"))))?;
        give(tx, workspaces, access, Giving { assignee, role: &role, expires_at: None })?;
    }
    carried(tx, organization, account, now)
}
